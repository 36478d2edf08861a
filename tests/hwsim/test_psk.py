"""WPA2-PSK: data, wrong key, hidden SSID, group rekey, AP and station going away."""
import pytest

from lib import net
from lib.lab import psk_network

AP, STA = "02:00:00:00:00:00", "02:00:00:00:01:00"


def start_bridged_ap(lab, **extra):
    host = lab.wired_host("br-ap", "hostA", "10.1.0.1")
    return lab.start_ap(lab.ap_conf(bridge="br-ap", **extra)), host


def start_remote_sta(lab, conf):
    ns = lab.radio_in_namespace("wlan1", "staB", "10.1.0.2")
    return lab.start_sta("wlan1", conf, netns=ns), ns


def test_psk(lab):
    """Connect, data both ways through the AP's bridge, disconnect."""
    ap, host = start_bridged_ap(lab)
    sta, ns = start_remote_sta(lab, lab.sta_conf(psk_network()))
    sta.mon.sequence(
        "CTRL-EVENT-SCAN-STARTED ", "CTRL-EVENT-SCAN-RESULTS ",
        f"SME: Trying to authenticate with {AP} (SSID='hwsim-psk' freq=2412 MHz)",
        f"Trying to associate with {AP} (SSID='hwsim-psk' freq=2412 MHz)", f"Associated with {AP}",
        f"WPA: Key negotiation completed with {AP} [PTK=CCMP GTK=CCMP]",
        f"CTRL-EVENT-CONNECTED - Connection to {AP} completed [id=0 id_str=]")
    ap.mon.sequence(f"AP-STA-CONNECTED {STA}", f"EAPOL-4WAY-HS-COMPLETED {STA}")
    net.ping(ns, "10.1.0.1")
    net.ping(host, "10.1.0.2")
    sta.ok("DISCONNECT")
    sta.wait(f"CTRL-EVENT-DISCONNECTED bssid={AP} reason=3 locally_generated=1")
    ap.wait(f"AP-STA-DISCONNECTED {STA}")
    net.no_ping(host, "10.1.0.2")
    sta.ok("RECONNECT")
    sta.wait("CTRL-EVENT-CONNECTED")
    ap.wait(f"AP-STA-CONNECTED {STA}")
    net.ping(ns, "10.1.0.1")


def test_wrong_passphrase(lab):
    """Both sides say that the key is wrong, nobody gets in; the right key then works."""
    ap = lab.start_ap(lab.ap_conf())
    sta = lab.start_sta("wlan1", lab.sta_conf(psk_network(passphrase="quite another one")))
    ap.wait(f"AP-STA-POSSIBLE-PSK-MISMATCH {STA}")
    sta.mon.sequence("WPA: 4-Way Handshake failed - pre-shared key may be incorrect",
                     'CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid="hwsim-psk" auth_failures=1 duration=10 '
                     "reason=WRONG_KEY")
    assert not any("AP-STA-CONNECTED" in e for e in ap.mon.collect())
    assert "[TEMP-DISABLED]" in sta.request("LIST_NETWORKS")
    sta.ok('SET_NETWORK 0 psk "correct horse battery"')
    sta.ok("SELECT_NETWORK 0")
    sta.wait("CTRL-EVENT-CONNECTED")
    ap.wait(f"AP-STA-CONNECTED {STA}")


def test_hidden_ssid(lab):
    """A hidden SSID is found with scan_ssid=1 only."""
    ap = lab.start_ap(lab.ap_conf(ssid="in the dark", ignore_broadcast_ssid="1"))
    sta = lab.start_sta("wlan1", lab.sta_conf(psk_network("in the dark")))
    sta.wait("CTRL-EVENT-NETWORK-NOT-FOUND ", forbid=["CTRL-EVENT-CONNECTED"])
    assert "in the dark" not in sta.request("SCAN_RESULTS")
    sta.ok("SET_NETWORK 0 scan_ssid 1")
    sta.ok("REASSOCIATE")
    sta.wait("CTRL-EVENT-CONNECTED")
    ap.wait(f"AP-STA-CONNECTED {STA}")


def test_group_rekey(lab):
    """The AP changes the group key twice; broadcast (ARP) still arrives afterwards."""
    ap, host = start_bridged_ap(lab, wpa_group_rekey="3")
    sta, ns = start_remote_sta(lab, lab.sta_conf(psk_network()))
    sta.wait("CTRL-EVENT-CONNECTED")
    for _ in range(2):
        sta.wait(f"Group rekeying completed with {AP} [GTK=CCMP]", forbid=["DISCONNECTED"])
    net.sh("ip", "neigh", "flush", "all", netns=host)
    net.ping(host, "10.1.0.2")
    assert not any("AP-STA-DISCONNECTED" in e for e in ap.mon.collect())


def test_ap_deauthenticates(lab):
    """DEAUTHENTICATE: the station sees the reason and comes back by itself."""
    ap = lab.start_ap(lab.ap_conf())
    sta = lab.start_sta("wlan1", lab.sta_conf(psk_network()))
    sta.wait("CTRL-EVENT-CONNECTED")
    ap.wait(f"EAPOL-4WAY-HS-COMPLETED {STA}")
    ap.ok(f"DEAUTHENTICATE {STA} reason=5")
    sta.wait(f"CTRL-EVENT-DISCONNECTED bssid={AP} reason=5")
    ap.wait(f"AP-STA-DISCONNECTED {STA}")
    sta.wait("CTRL-EVENT-CONNECTED")
    ap.wait(f"AP-STA-CONNECTED {STA}")


def test_ap_stops(lab):
    """An AP that ends tells its stations; the socket is gone, and so is the BSS."""
    ap = lab.start_ap(lab.ap_conf())
    sta = lab.start_sta("wlan1", lab.sta_conf(psk_network()))
    sta.wait("CTRL-EVENT-CONNECTED")
    assert ap.daemon.stop() == 0
    assert {"AP-DISABLED ", "CTRL-EVENT-TERMINATING "} <= set(ap.mon.collect())
    sta.wait(f"CTRL-EVENT-DISCONNECTED bssid={AP}")
    sta.wait("CTRL-EVENT-NETWORK-NOT-FOUND ", "CTRL-EVENT-SCAN-RESULTS ")
    assert sta.fields("STATUS")["wpa_state"] in ("SCANNING", "DISCONNECTED")


def test_second_station_and_list(lab):
    """Two stations: both in the table, both listed, each with its own AID."""
    ap = lab.start_ap(lab.ap_conf())
    for i in (1, 2):
        sta = lab.start_sta(f"wlan{i}", lab.sta_conf(psk_network(), ctrl=f"sta-wlan{i}"))
        sta.wait("CTRL-EVENT-CONNECTED")
        ap.wait(f"EAPOL-4WAY-HS-COMPLETED 02:00:00:00:0{i}:00")
    first = ap.request("STA-FIRST").splitlines()[0]
    second = ap.request(f"STA-NEXT {first}").splitlines()[0]
    assert {first, second} == {STA, "02:00:00:00:02:00"}
    assert ap.request(f"STA-NEXT {second}") == ""
    aids = {line for m in (first, second) for line in ap.request(f"STA {m}").splitlines() if line.startswith("aid=")}
    assert aids == {"aid=1", "aid=2"}
    assert ap.fields("STATUS")["num_sta[0]"] == "2"


@pytest.mark.pairs("ours-iwd", "debian-iwd")
def test_iwd(lab):
    """Another station implementation: iwd connects with the PSK and gets data through."""
    ap, host = start_bridged_ap(lab)
    ns = lab.radio_in_namespace("wlan1", "staB", "10.1.0.2")
    iwd = lab.start_iwd(ns, "hwsim-psk")
    ap.mon.sequence(f"AP-STA-CONNECTED {STA}", f"EAPOL-4WAY-HS-COMPLETED {STA}")
    net.ping(ns, "10.1.0.1")
    net.ping(host, "10.1.0.2")
    assert iwd.running()
