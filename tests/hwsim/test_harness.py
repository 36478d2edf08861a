"""Started and driven the way the hostap project's own test harness does it, sockets only."""
import os

import pytest

from lib import net
from lib.ctrl import Ctrl, Monitor
from lib.daemons import GROUP, Hostapd, WpaSupplicant
from lib.lab import PASSPHRASE

AP, STA = "02:00:00:00:00:00", "02:00:00:00:01:00"
GLOBAL, DIR = "/var/run/hostapd-global", "/var/run/hostapd"


@pytest.fixture
def hapd_global(lab):
    d = Hostapd(lab, lab.ap_impl, extra=["-g", GLOBAL, "-G", GROUP])
    return d.connect(GLOBAL)


def add_ap(lab, g, ifname, params, driver=""):
    """hostapd-control.md section 5, step by step. Returns request socket and monitor."""
    g.request(f"REMOVE {ifname}", timeout=30)
    g.ok(f"ADD {ifname} {DIR}{driver}")
    ctrl, mon = Ctrl(f"{DIR}/{ifname}"), Monitor(f"{DIR}/{ifname}")
    lab.sockets += [ctrl, mon]
    assert "PONG" in ctrl.request("PING")
    for kv in ("driver nl80211", "hw_mode g", "channel 1", "ieee80211n 1", "logger_stdout -1", "logger_stdout_level 0",
               *params):
        assert "OK" in ctrl.request("SET " + kv), kv
    assert "OK" in ctrl.request("ENABLE")
    mon.wait("AP-ENABLED ", timeout=30, forbid=["AP-DISABLED"])
    return ctrl, mon


PSK_PARAMS = ("ssid test-wpa2-psk", f"wpa_passphrase {PASSPHRASE}", "wpa_key_mgmt WPA-PSK", "wpa 2", "rsn_pairwise CCMP")


def start_sta(lab, ifname="wlan1"):
    """One daemon per interface with a configuration file and a global socket."""
    conf = lab.write("p.conf", f"ctrl_interface=DIR=/var/run/wpa_supplicant GROUP={GROUP}\n"
                               "device_name=Device A\ndevice_type=1-0050F204-1\nupdate_config=1\n")
    lab.scanned.add(ifname)
    d = WpaSupplicant(lab, lab.sta_impl, name="wpas0", extra=[
        "-g", "/tmp/wpas-wlan0", f"-G{GROUP}", "-Dnl80211", f"-i{ifname}", "-c", conf])
    ctrl, mon = (d.connect(f"/var/run/wpa_supplicant/{ifname}", monitor=m) for m in (False, True))
    assert "PONG" in ctrl.request("PING")
    return ctrl, mon, d.connect("/tmp/wpas-wlan0")


def connect_psk(ctrl, mon, ssid="test-wpa2-psk", **extra):
    net_id = ctrl.request("ADD_NETWORK").strip()
    for k, v in {"ssid": f'"{ssid}"', "psk": f'"{PASSPHRASE}"', "key_mgmt": "WPA-PSK", "scan_freq": "2412",
                 **extra}.items():
        ctrl.ok(f"SET_NETWORK {net_id} {k} {v}")
    ctrl.ok(f"SELECT_NETWORK {net_id}")
    mon.wait("CTRL-EVENT-CONNECTED", timeout=30)
    return net_id


def test_psk_over_sockets(lab, hapd_global):
    """ADD, SET, ENABLE; FLUSH, ADD_NETWORK, SET_NETWORK, SELECT_NETWORK; then everything removed again."""
    assert hapd_global.request("PING") == "PONG\n"
    ap, apmon = add_ap(lab, hapd_global, "wlan0", PSK_PARAMS, " nl80211")
    assert ap.fields("STATUS")["bssid[0]"] == AP
    ctrl, mon, g = start_sta(lab)
    ctrl.ok("FLUSH")
    ctrl.ok("SCAN TYPE=ONLY freq=2412")
    mon.wait("CTRL-EVENT-SCAN-RESULTS")
    connect_psk(ctrl, mon)
    apmon.wait(f"AP-STA-CONNECTED {STA}")
    apmon.wait(f"EAPOL-4WAY-HS-COMPLETED {STA}")
    assert ctrl.fields("STATUS")["wpa_state"] == "COMPLETED"
    assert g.request("IFNAME=wlan1 PING") == "PONG\n"
    assert g.request("IFNAME=wlan9 PING") == "FAIL-NO-IFNAME-MATCH\n"
    assert g.request("INTERFACES").split()[-1] == "wlan1"
    ctrl.request("DISCONNECT")
    mon.wait("CTRL-EVENT-DISCONNECTED")
    apmon.wait(f"AP-STA-DISCONNECTED {STA}")
    ctrl.ok("FLUSH")
    assert ctrl.request("LIST_NETWORKS") == "network id / ssid / bssid / flags\n"
    apmon.mark()
    hapd_global.ok("REMOVE wlan0")
    apmon.sequence("AP-DISABLED ", "CTRL-EVENT-TERMINATING ")
    assert not os.path.exists(f"{DIR}/wlan0")
    hapd_global.fails("REMOVE wlan0")
    g.ok("TERMINATE")
    net.wait_until("station daemon gone", lambda: not lab.processes[-1].running())
    assert lab.processes[-1].wait_exit() == 0


def test_global_commands(lab, hapd_global):
    """Routing, errors and lifecycle on the AP's global socket."""
    g = hapd_global
    assert g.request("INTERFACES") == ""
    g.fails("NO_SUCH_COMMAND")
    g.fails("ADD wlan0")
    g.ok(f"ADD wlan0 {DIR}")
    g.fails(f"ADD wlan0 {DIR}")
    assert g.request("INTERFACES") == "wlan0\n"
    assert g.request("INTERFACES ctrl") == f"wlan0 ctrl_iface={DIR}\n"
    assert g.request("IFNAME=wlan0 PING") == "PONG\n"
    assert g.request("IFNAME=nope PING") == "FAIL-NO-IFNAME-MATCH\n"
    assert "state=UNINITIALIZED\n" in g.request("IFNAME=wlan0 STATUS")
    assert g.request("IFNAME=wlan0 NO_SUCH") == "UNKNOWN COMMAND\n"
    assert g.request("IFNAME=wlan0 SET") == "UNKNOWN COMMAND\n"
    for bad in ("SET ssid", "SET no_such_key 1", "SET beacon_int 1"):
        g.fails(f"IFNAME=wlan0 {bad}")
    if lab.ap_impl == "ours":
        g.fails("IFNAME=wlan0 SET channel abc")  # Debian's takes it for 0
    for kv in ("ssid x", "hw_mode g", "channel 1"):
        g.ok(f"IFNAME=wlan0 SET {kv}")
    mon = Monitor(GLOBAL)
    lab.sockets.append(mon)
    g.ok("IFNAME=wlan0 ENABLE")
    assert mon.wait("AP-ENABLED ") == "IFNAME=wlan0 AP-ENABLED "
    g.fails("IFNAME=wlan0 ENABLE")
    g.ok("IFNAME=wlan0 DISABLE")
    assert mon.wait("AP-DISABLED ") == "IFNAME=wlan0 AP-DISABLED "
    assert "state=DISABLED\n" in g.request("IFNAME=wlan0 STATUS")
    g.fails("IFNAME=wlan0 DISABLE")
    g.ok("IFNAME=wlan0 ENABLE")
    mon.wait("AP-ENABLED ")
    g.ok("REMOVE wlan0")
    assert g.request("INTERFACES") == ""
    g.ok("FLUSH")
    g.ok("TERMINATE")
    assert lab.processes[0].wait_exit() == 0
    assert not os.path.exists(GLOBAL)


def test_add_config_and_bss(lab, hapd_global):
    """ADD config=FILE, and a second BSS by ADD bss_config=PHY:FILE."""
    g = hapd_global
    conf = lab.write("one.conf", lab.ap_conf(ctrl_interface=DIR))
    g.ok(f"ADD wlan0 config={conf}")
    mon, ap = Monitor(f"{DIR}/wlan0"), Ctrl(f"{DIR}/wlan0")
    lab.sockets += [mon, ap]
    ap.ok("ENABLE")
    mon.wait("AP-ENABLED ")
    second = lab.write("two.conf", lab.ap_conf("wlan0-2", "second", ctrl_interface=DIR, bssid="02:00:00:00:00:01"))
    g.ok(f"ADD bss_config=phy0:{second}")
    status = ap.fields("STATUS")
    assert (status["bss[1]"], status["bssid[1]"], status["ssid[1]"]) == ("wlan0-2", "02:00:00:00:00:01", "second")
    ctrl, smon, _ = start_sta(lab)
    connect_psk(ctrl, smon, "second")
    assert ctrl.fields("STATUS")["bssid"] == "02:00:00:00:00:01"
    g.ok("REMOVE wlan0-2")
    smon.wait("CTRL-EVENT-DISCONNECTED")
    assert not net.exists("wlan0-2")
    assert "bss[1]" not in ap.fields("STATUS")
    connect_psk(ctrl, smon, "hwsim-psk")


def test_multi_ap_over_sockets(lab, hapd_global):
    """Back-haul onboarding, everything set over the sockets, one BSS in both roles."""
    lab.wired_host("br-ap", "hostA", "10.2.0.1")
    lab.wired_host("br-sta", "hostB", "10.2.0.2")
    ap, apmon = add_ap(lab, hapd_global, "wlan0", (
        *PSK_PARAMS, "bridge br-ap", "wps_state 2", "eap_server 1", "multi_ap 3", "wds_sta 1",
        'multi_ap_backhaul_ssid "test-wpa2-psk"', f"multi_ap_backhaul_wpa_passphrase {PASSPHRASE}"))
    lab.backhaul_radio("wlan1", "br-sta")
    ctrl, mon, g = start_sta(lab)
    g.ok("IFNAME=wlan1 FLUSH")
    g.request("INTERFACE_REMOVE wlan1")
    g.ok(f"INTERFACE_ADD wlan1\t{lab.dir}/p.conf\tnl80211\t\t\tbr-sta")
    ctrl, mon = Ctrl("/var/run/wpa_supplicant/wlan1"), Monitor("/var/run/wpa_supplicant/wlan1")
    lab.sockets += [ctrl, mon]
    ap.ok("WPS_PBC")
    ctrl.ok("WPS_PBC multi_ap=1")
    mon.sequence("WPS-SUCCESS ", "CTRL-EVENT-CONNECTED")
    apmon.wait(f"WDS-STA-INTERFACE-ADDED ifname=wlan0.sta1 sta_addr={STA}")
    lab.check_backhaul_data()
    conf = ap.fields("GET_CONFIG")
    assert conf["multi_ap"] == "3" and conf["multi_ap_backhaul_ssid"] == "test-wpa2-psk"


def test_station_with_global_socket_only(lab):
    """wpa_supplicant -g alone: interfaces come and go by INTERFACE_ADD and INTERFACE_REMOVE."""
    lab.start_ap(lab.ap_conf())
    lab.scanned.add("wlan1")
    d = WpaSupplicant(lab, lab.sta_impl, name="wpas-global", extra=["-g", "/tmp/wpas-global", f"-G{GROUP}"])
    g = d.connect("/tmp/wpas-global")
    gmon = d.connect("/tmp/wpas-global", monitor=True)
    assert g.request("PING") == "PONG\n"
    assert g.request("INTERFACES") == ""
    g.ok("INTERFACE_ADD wlan1\t\tnl80211\tDIR=/var/run/wpa_supplicant GROUP=" + GROUP)
    g.fails("INTERFACE_ADD wlan1\t\tnl80211\t/var/run/wpa_supplicant")
    g.fails("INTERFACE_ADD no-such-if\t\tnl80211\t/var/run/wpa_supplicant")
    assert "wlan1" in g.request("INTERFACES").split()
    ctrl, mon = (d.connect("/var/run/wpa_supplicant/wlan1", monitor=m) for m in (False, True))
    connect_psk(ctrl, mon, "hwsim-psk")
    assert gmon.wait("CTRL-EVENT-CONNECTED").startswith("IFNAME=wlan1 CTRL-EVENT-CONNECTED - Connection to ")
    g.ok("INTERFACE_REMOVE wlan1")
    mon.wait("CTRL-EVENT-DISCONNECTED bssid=02:00:00:00:00:00 reason=3 locally_generated=1")
    net.wait_until("control socket gone", lambda: not os.path.exists("/var/run/wpa_supplicant/wlan1"))
    g.fails("INTERFACE_REMOVE wlan1")
    g.ok("TERMINATE")
    assert d.wait_exit() == 0
