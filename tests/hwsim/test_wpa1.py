"""WPA and TKIP on the kernel's own ciphers: mixed networks, group rekeying."""
import pytest

from lib import net
from lib.lab import psk_network

AP, STA = "02:00:00:00:00:00", "02:00:00:00:01:00"
PAIRS = pytest.mark.pairs("ours-ours", "ours-debian", "debian-ours", "debian-debian")
KINDS = [("WPA", "TKIP"), ("WPA", "CCMP"), ("RSN", "TKIP"), ("RSN", "CCMP")]


def start(lab, networks, **extra):
    host = lab.wired_host("br-ap", "hostA", "10.1.0.1")
    ap = lab.start_ap(lab.ap_conf(bridge="br-ap", **extra))
    ns = lab.radio_in_namespace("wlan1", "staB", "10.1.0.2")
    return ap, host, lab.start_sta("wlan1", lab.sta_conf(networks), netns=ns), ns


def data_both_ways(host, ns):
    """ARP goes under the group key, the rest under the pairwise one."""
    net.sh("ip", "neigh", "flush", "all", netns=host)
    net.ping(host, "10.1.0.2")
    net.sh("ip", "neigh", "flush", "all", netns=ns)
    net.ping(ns, "10.1.0.1")


@PAIRS
def test_mixed(lab):
    """One access point with everything; a station that takes each kind in turn, under a group key that changes."""
    ap, host, sta, ns = start(
        lab, "".join(psk_network(proto=proto, pairwise=cipher, group="TKIP", disabled="1") for proto, cipher in KINDS),
        wpa="3", wpa_pairwise="TKIP CCMP", rsn_pairwise="TKIP CCMP", wpa_group_rekey="4")
    for i, (proto, cipher) in enumerate(KINDS):
        sta.ok(f"SELECT_NETWORK {i}")
        sta.wait(f"WPA: Key negotiation completed with {AP} [PTK={cipher} GTK=TKIP]")
        ap.wait(f"AP-STA-CONNECTED {STA}")
        status = sta.request("STATUS")
        assert f"key_mgmt={'WPA-PSK' if proto == 'WPA' else 'WPA2-PSK'}\n" in status
        sta.wait(f": Group rekeying completed with {AP} [GTK=TKIP]", forbid=["DISCONNECTED"])
        data_both_ways(host, ns)


@PAIRS
def test_wpa1(lab):
    """WPA alone."""
    ap, host, sta, ns = start(lab, psk_network(proto="WPA", pairwise="TKIP", group="TKIP"), wpa="1",
                              wpa_pairwise="TKIP", rsn_pairwise=None)
    sta.wait(f"WPA: Key negotiation completed with {AP} [PTK=TKIP GTK=TKIP]")
    ap.wait(f"AP-STA-CONNECTED {STA}")
    data_both_ways(host, ns)
