"""Command line programs: Debian's against our daemons, ours against Debian's daemons, in scripts' ways."""
import os
import time

import pytest

from lib import net
from lib.daemons import Process, cli, program
from lib.lab import psk_network

AP, STA = "02:00:00:00:00:00", "02:00:00:00:01:00"
OTHER = pytest.mark.parametrize("with_cli", ["ours", "debian"])
BOTH = pytest.mark.pairs("ours-ours", "debian-debian")


@BOTH
@OTHER
def test_push_buttons(lab, with_cli):
    """Onboarding by `wps_pbc` and `wps_pbc multi_ap=1`, status queries in between."""
    ap, back = lab.start_multi_ap()
    sta = lab.start_backhaul_sta()
    assert ap.cli(with_cli, "ping") == "PONG\n"
    assert ap.cli(with_cli, "wps_pbc") == "OK\n"
    assert ap.cli(with_cli, "wps_get_status").startswith("PBC Status: Active\n")
    assert sta.cli(with_cli, "wps_pbc", "multi_ap=1") == "OK\n"
    sta.mon.sequence("WPS-SUCCESS ", "CTRL-EVENT-CONNECTED")
    back.wait("WDS-STA-INTERFACE-ADDED")
    lab.check_backhaul_data()
    assert "wpa_state=COMPLETED\n" in sta.cli(with_cli, "status")
    assert "state=ENABLED\n" in ap.cli(with_cli, "status")
    assert back.cli(with_cli, "list_sta") == STA + "\n"
    assert back.cli(with_cli, "all_sta").startswith(STA + "\nflags=[AUTH][ASSOC][AUTHORIZED]")
    assert back.cli(with_cli, "sta", STA).startswith(STA + "\n")
    assert "multi_ap=2\n" in ap.cli(with_cli, "get_config")
    assert sta.cli(with_cli, "list_networks").splitlines()[1] == "0\tbackhaul\tany\t[CURRENT]"
    assert back.cli(with_cli, "deauthenticate", STA) == "OK\n"
    back.wait(f"AP-STA-DISCONNECTED {STA}")


@BOTH
@OTHER
def test_network_by_cli(lab, with_cli):
    """A network built up by wpa_cli commands, as scripts do."""
    ap = lab.start_ap(lab.ap_conf())
    sta = lab.start_sta()
    assert sta.cli(with_cli, "scan") == "OK\n"
    sta.wait("CTRL-EVENT-SCAN-RESULTS ")
    assert any(line.endswith("\thwsim-psk") for line in sta.cli(with_cli, "scan_results").splitlines())
    assert sta.cli(with_cli, "add_network") == "0\n"
    for k, v in (("ssid", '"hwsim-psk"'), ("psk", '"correct horse battery"'), ("key_mgmt", "WPA-PSK")):
        assert sta.cli(with_cli, "set_network", "0", k, v) == "OK\n"
    assert sta.cli(with_cli, "get_network", "0", "ssid") == '"hwsim-psk"'
    assert sta.cli(with_cli, "get_network", "0", "psk") == "*"
    assert sta.cli(with_cli, "enable_network", "0") == "OK\n"
    sta.wait("CTRL-EVENT-CONNECTED")
    assert f"bssid={AP}\n" in sta.cli(with_cli, "status")
    assert "RSSI=-" in sta.cli(with_cli, "signal_poll")
    assert sta.cli(with_cli, "save_config") == "OK\n"
    assert sta.cli(with_cli, "disconnect") == "OK\n"
    sta.wait("CTRL-EVENT-DISCONNECTED")
    assert sta.cli(with_cli, "remove_network", "all") == "OK\n"
    assert sta.cli(with_cli, "remove_network", "0") == "FAIL\n"
    assert ap.cli(with_cli, "disable") == "OK\n"
    ap.wait("AP-DISABLED ")
    assert sta.cli(with_cli, "terminate") == "OK\n"
    assert sta.daemon.wait_exit() == 0


@pytest.mark.pairs("ours-ours", "debian-debian")
def test_exit_statuses(lab):
    """The CLIs' own exit statuses and messages, ours as Debian's."""
    which = lab.ap_impl
    lab.start_ap(lab.ap_conf())
    where = ("-p", f"{lab.dir}/ap", "-i", "wlan0")
    assert cli(which, "hostapd_cli", *where, "sta", "02:00:00:00:00:77")[:2] == (0, "FAIL\n")
    assert cli(which, "hostapd_cli", "-p", f"{lab.dir}/nowhere", "-i", "wlan0", "ping")[0] == 255
    rc, out, _ = cli(which, "wpa_cli", "-p", f"{lab.dir}/nowhere", "-i", "wlan0", "ping")
    assert rc == 255
    assert cli(which, "hostapd_cli", "-h")[0] == 0
    assert cli(which, "hostapd_cli", "-Z")[0] == 255
    rc, out, _ = cli(which, "hostapd_cli", "-v")
    assert rc == 0 and out.startswith("hostapd_cli v")
    rc, out, _ = cli(which, "wpa_cli", "-v")
    assert rc == 0 and out.startswith("wpa_cli v")


@BOTH
@OTHER
def test_action_script(lab, with_cli):
    """wpa_cli -a runs the script at connect and disconnect with the documented arguments."""
    ap = lab.start_ap(lab.ap_conf())
    sta = lab.start_sta()
    seen = f"{lab.dir}/seen"
    script = lab.write("action", f'#!/bin/sh\necho "$1 $2 id=$WPA_ID" >>{seen}\n')
    os.chmod(script, 0o755)
    Process(lab, "action-cli", [program(with_cli, "wpa_cli"), "-p", sta.ctrl_dir, "-i", "wlan1", "-a", script])
    time.sleep(1)  # nothing outside tells when the CLI has attached
    net_id = sta.request("ADD_NETWORK").strip()
    for k, v in (("ssid", '"hwsim-psk"'), ("psk", '"correct horse battery"'), ("scan_freq", "2412")):
        sta.ok(f"SET_NETWORK {net_id} {k} {v}")
    sta.ok(f"SELECT_NETWORK {net_id}")
    sta.wait("CTRL-EVENT-CONNECTED")
    net.wait_until("CONNECTED script run", lambda: os.path.exists(seen) and "wlan1 CONNECTED id=0\n" in open(seen).read())
    ap.ok("DISABLE")
    sta.wait("CTRL-EVENT-DISCONNECTED")
    net.wait_until("DISCONNECTED script run", lambda: "wlan1 DISCONNECTED id=0\n" in open(seen).read())


@BOTH
@OTHER
def test_hostapd_action_script(lab, with_cli):
    ap = lab.start_ap(lab.ap_conf())
    seen = f"{lab.dir}/seen"
    script = lab.write("action", f'#!/bin/sh\necho "$@" >>{seen}\n')
    os.chmod(script, 0o755)
    Process(lab, "action-cli", [program(with_cli, "hostapd_cli"), "-p", ap.ctrl_dir, "-i", "wlan0", "-a", script])
    time.sleep(1)
    sta = lab.start_sta("wlan1", lab.sta_conf(psk_network()))
    sta.wait("CTRL-EVENT-CONNECTED")
    net.wait_until("script run", lambda: os.path.exists(seen) and f"wlan0 AP-STA-CONNECTED {STA}" in open(seen).read())
