"""WPA2-PSK: data, wrong key, hidden SSID, group rekey."""
from lib import net
from lib.lab import PASSPHRASE, psk_network


def start_bridged_ap(lab, **extra):
    br = lab.bridge("br-ap")
    host = lab.host("hostA", br, "10.1.0.1")
    return lab.start_ap(lab.ap_conf(bridge=br, **extra)), host


def test_psk(lab):
    ap, host = start_bridged_ap(lab)
    ns = lab.radio_in_namespace("wlan1", "staB", "10.1.0.2")
    sta = lab.start_sta("wlan1", lab.sta_conf(psk_network()), netns=ns)
    sta.wait("CTRL-EVENT-CONNECTED - Connection to 02:00:00:00:00:00 completed [id=0 id_str=]")
    ap.mon.sequence("AP-STA-CONNECTED 02:00:00:00:01:00", "EAPOL-4WAY-HS-COMPLETED 02:00:00:00:01:00")
    net.ping(ns, "10.1.0.1")
    net.ping(host, "10.1.0.2")
    sta.ok("DISCONNECT")
    sta.wait("CTRL-EVENT-DISCONNECTED bssid=02:00:00:00:00:00 reason=3 locally_generated=1")
    ap.wait("AP-STA-DISCONNECTED 02:00:00:00:01:00")
    net.no_ping(host, "10.1.0.2")
