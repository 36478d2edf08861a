"""Daemons killed and started again; configuration saved and read again."""
import os

import pytest

from lib import net
from lib.daemons import WpaSupplicant, Hostapd, Interface
from lib.lab import psk_network

FRONT, BACK, STA = "02:00:00:00:00:00", "02:00:00:00:00:01", "02:00:00:00:01:00"


def onboard(lab, conf=None):
    ap, back = lab.start_multi_ap()
    sta = lab.start_backhaul_sta(conf)
    ap.ok("WPS_PBC")
    sta.ok("WPS_PBC multi_ap=1")
    sta.mon.sequence("WPS-SUCCESS ", f"CTRL-EVENT-CONNECTED - Connection to {BACK}")
    back.wait("WDS-STA-INTERFACE-ADDED")
    return ap, back, sta


def start_sta_again(lab, sta):
    """The same command line on the same file, as it was saved."""
    d = WpaSupplicant(lab, lab.sta_impl, "wlan1", sta.daemon.conf_path, "br-sta", "sta-again")
    return Interface(d, sta.ctrl_dir, "wlan1")


def wait_connected(sta, bssid):
    """By STATUS: a daemon that connects at start may be quicker than our ATTACH."""
    def connected():
        s = sta.fields("STATUS")
        return (s["wpa_state"], s.get("bssid")) == ("COMPLETED", bssid)
    net.wait_until(f"connection to {bssid}", connected, 40)


def test_kill_ap(lab):
    """kill -9 of the AP while the backhaul runs: a new one cleans up, takes over, data flow again."""
    ap, back, sta = onboard(lab)
    lab.check_backhaul_data()
    ap.daemon.kill9()
    ap = lab.start_ap(lab.multi_ap_conf(), name="hostapd-again")
    back = lab.bss(ap, "wlan0-bh")
    sta.wait("CTRL-EVENT-DISCONNECTED")
    sta.wait(f"CTRL-EVENT-CONNECTED - Connection to {BACK}")
    net.wait_until("4-address interface", lambda: "wlan0-bh.sta1" in net.bridge_ports("br-ap"))
    lab.check_backhaul_data()


def test_kill_ap_during_wps(lab):
    """kill -9 of the AP in the middle of a run: both buttons pressed again on new daemon succeed."""
    ap, _ = lab.start_multi_ap()
    sta = lab.start_backhaul_sta()
    ap.ok("WPS_PBC")
    sta.ok("WPS_PBC multi_ap=1")
    sta.wait("CTRL-EVENT-EAP-STARTED")
    ap.daemon.kill9()
    ap = lab.start_ap(lab.multi_ap_conf(), name="hostapd-again")
    ap.ok("WPS_PBC")
    sta.mon.mark()
    sta.ok("WPS_PBC multi_ap=1")
    sta.mon.sequence("WPS-SUCCESS ", f"CTRL-EVENT-CONNECTED - Connection to {BACK}")
    lab.check_backhaul_data()


def test_kill_station(lab):
    """kill -9 of the station: the new one uses the saved network, the AP replaces the old session."""
    _, back, sta = onboard(lab)
    lab.check_backhaul_data()
    sta.daemon.kill9()
    sta = start_sta_again(lab, sta)
    wait_connected(sta, BACK)
    net.wait_until("4-address interface", lambda: "wlan0-bh.sta1" in net.bridge_ports("br-ap"))
    lab.check_backhaul_data()


def test_kill_station_during_wps(lab):
    ap, _ = lab.start_multi_ap()
    sta = lab.start_backhaul_sta()
    ap.ok("WPS_PBC")
    sta.ok("WPS_PBC multi_ap=1")
    sta.wait("CTRL-EVENT-EAP-STARTED")
    sta.daemon.kill9()
    assert "multi_ap_backhaul_sta" not in open(sta.daemon.conf_path).read()
    sta = start_sta_again(lab, sta)
    ap.ok("WPS_PBC")
    sta.ok("WPS_PBC multi_ap=1")
    sta.mon.sequence("WPS-SUCCESS ", f"CTRL-EVENT-CONNECTED - Connection to {BACK}")
    lab.check_backhaul_data()


def test_saved_backhaul(lab):
    """The received network is saved as backhaul network; a restart reconnects as backhaul by itself."""
    comment = "# the owner's own words, to be kept\n"
    conf = comment + lab.sta_conf() + "# last line\n"
    _, back, sta = onboard(lab, conf)
    text = open(sta.daemon.conf_path).read()
    for line in ('ssid="backhaul"', "multi_ap_backhaul_sta=1", "multi_ap_profile=1", "key_mgmt=WPA-PSK"):
        if lab.sta_impl == "debian" and "profile" in line:
            continue  # not in 2.10
        assert line in text, text
    assert not any(n.startswith(os.path.basename(sta.daemon.conf_path) + ".") for n in os.listdir(lab.dir)), "left-over"
    if lab.sta_impl == "ours":
        assert text.startswith(comment) and "# last line\n" in text
    assert sta.daemon.stop() == 0
    back.wait("AP-STA-DISCONNECTED")
    sta = start_sta_again(lab, sta)
    wait_connected(sta, BACK)
    back.wait("AP-STA-CONNECTED")
    lab.check_backhaul_data()


def test_save_config(lab):
    """SAVE_CONFIG writes what was set; refused without update_config."""
    lab.start_ap(lab.ap_conf())
    sta = lab.start_sta("wlan1", "# head\n" + lab.sta_conf("# before\n" + psk_network() + "# after\n"))
    sta.wait("CTRL-EVENT-CONNECTED")
    sta.ok("SET_NETWORK 0 priority 7")
    sta.ok("SAVE_CONFIG")
    text = open(sta.daemon.conf_path).read()
    assert "priority=7" in text and 'psk="correct horse battery"' in text
    if lab.sta_impl == "ours":
        for c in ("# head\n", "# before\n", "# after\n"):
            assert c in text, text
    sta.ok("RECONFIGURE")
    sta.wait("CTRL-EVENT-CONNECTED")
    sta.ok("SET update_config 0")
    sta.fails("SAVE_CONFIG")
    assert open(sta.daemon.conf_path).read() == text


@pytest.mark.pairs("ours-ours", "debian-debian")
def test_background_and_pid_file(lab):
    """-B -P: the parent ends with 0 once the AP is set up, the PID file names the daemon and goes with it."""
    conf = lab.write("hostapd.conf", lab.ap_conf())
    pidfile = f"{lab.dir}/hostapd.pid"
    d = Hostapd(lab, lab.ap_impl, [conf], extra=["-B", "-P", pidfile])
    assert d.wait_exit() == 0
    pid = int(open(pidfile).read())
    ap = Interface(d, f"{lab.dir}/ap", "wlan0")
    assert ap.fields("STATUS")["state"] == "ENABLED"
    os.kill(pid, 15)
    net.wait_until("PID file gone", lambda: not os.path.exists(pidfile))
