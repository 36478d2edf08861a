"""CHAN_SWITCH: access point, station and data go to another channel together."""
import pytest

from lib import net
from lib.lab import psk_network

STA = "02:00:00:00:01:00"


def start(lab, **extra):
    lab.wired_host("br-ap", "hostA", "10.1.0.1")
    ap = lab.start_ap(lab.ap_conf(bridge="br-ap", ieee80211n="1", **extra))
    ns = lab.radio_in_namespace("wlan1", "staB", "10.1.0.2")
    sta = lab.start_sta("wlan1", lab.sta_conf(psk_network(), freq_list=None), netns=ns)
    sta.wait("CTRL-EVENT-CONNECTED", timeout=60)
    ap.wait(f"AP-STA-CONNECTED {STA}")
    net.ping("hostA", "10.1.0.2")
    return ap, sta, ns


def iw_freq(ifname, netns=None):
    info = net.sh("iw", "dev", ifname, "info", netns=netns)
    return info[info.index("channel"):].split(",")[0]


def check(ap, sta, ns, freq, where):
    ap.mon.sequence(f"CTRL-EVENT-STARTED-CHANNEL-SWITCH freq={freq} {where}",
                    f"CTRL-EVENT-CHANNEL-SWITCH freq={freq} {where}", f"AP-CSA-FINISHED freq={freq} dfs=0")
    # The width follows later where the station began with a narrower one.
    sta.wait(f"CTRL-EVENT-CHANNEL-SWITCH freq={freq} ht_enabled=1")
    assert ap.fields("STATUS")["freq"] == str(freq)
    f = sta.fields("STATUS")
    assert (f["wpa_state"], f["freq"]) == ("COMPLETED", str(freq))
    assert iw_freq("wlan0") == iw_freq("wlan1", ns)
    net.ping("hostA", "10.1.0.2")
    net.ping(ns, "10.1.0.1")


def test_switch(lab):
    """Twenty and forty megahertz, with a silent time or without; the link never breaks."""
    ap, sta, ns = start(lab, ht_capab="[HT40+]")
    ap.ok("CHAN_SWITCH 5 2462 ht")
    check(ap, sta, ns, 2462, "ht_enabled=1 ch_offset=0 ch_width=20 MHz cf1=2462 cf2=0")
    ap.ok("CHAN_SWITCH 5 2437 sec_channel_offset=-1 center_freq1=2427 bandwidth=40 blocktx ht")
    check(ap, sta, ns, 2437, "ht_enabled=1 ch_offset=-1 ch_width=40 MHz cf1=2427 cf2=0")
    ap.fails("CHAN_SWITCH 5 2462 sec_channel_offset=-1 center_freq1=2412 bandwidth=40 ht")
    assert not any("DISCONNECTED" in e for e in ap.mon.collect() + sta.mon.collect())
    # A group key of the new channel, and a new association there.
    sta.ok("REASSOCIATE")
    sta.wait("CTRL-EVENT-CONNECTED", timeout=60)
    net.ping("hostA", "10.1.0.2")


@pytest.mark.parametrize("count", [0, 1])
def test_switch_at_once(lab, count):
    """No time to announce it: the access point is there at once."""
    ap = lab.start_ap(lab.ap_conf(ieee80211n="1"))
    ap.ok(f"CHAN_SWITCH {count} 2437 ht")
    ap.mon.sequence("CTRL-EVENT-CHANNEL-SWITCH freq=2437", "AP-CSA-FINISHED freq=2437 dfs=0")
    assert iw_freq("wlan0").startswith("channel 6 (2437 MHz)")
    assert ap.fields("STATUS")["freq"] == "2437"


def test_all_bsses(lab):
    """Two BSSs of a radio go together."""
    ap, bh = lab.start_multi_ap()
    ap.ok("CHAN_SWITCH 5 2437")
    for b in (ap, bh):
        b.wait("CTRL-EVENT-CHANNEL-SWITCH freq=2437", timeout=20)
    assert iw_freq("wlan0").startswith("channel 6 (2437 MHz)") and iw_freq("wlan0-bh") == iw_freq("wlan0")


def test_thresholds(lab):
    """rts_threshold and fragm_threshold reach the radio, and are taken off again."""
    phy = net.radio_phy("wlan0")
    ap = lab.start_ap(lab.ap_conf(rts_threshold="1000", fragm_threshold="1200"))
    info = net.sh("iw", "phy", phy, "info")
    assert "RTS threshold: 1000" in info and "Fragmentation threshold: 1200" in info
    for cmd in ("SET rts_threshold -1", "SET fragm_threshold -1", "DISABLE", "ENABLE"):
        ap.ok(cmd)
    info = net.sh("iw", "phy", phy, "info")
    assert "RTS threshold:" not in info and "Fragmentation threshold:" not in info




@pytest.mark.parametrize("mfp", ["0", "2"])
@pytest.mark.pairs("ours-debian")
def test_transition(lab, mfp):
    """BSS_TM_REQ: the station answers and goes where it is told, with protected frames, too."""
    extra = {"bss_transition": "1", "ieee80211w": mfp}
    ap, other = lab.start_ap(lab.ap_conf(**extra), lab.ap_conf("wlan2", **extra))
    there = other.fields("STATUS")["bssid[0]"]
    net_conf = psk_network(ieee80211w=mfp)
    sta = lab.start_sta("wlan1", lab.sta_conf(net_conf))
    sta.wait("CTRL-EVENT-CONNECTED", timeout=60)
    if sta.fields("STATUS")["bssid"] == there:
        ap, other, there = other, ap, ap.fields("STATUS")["bssid[0]"]
    ap.wait(f"AP-STA-CONNECTED {STA}")
    ap.ok(f"BSS_TM_REQ {STA} pref=1 valid_int=200 neighbor={there},0x0000,81,1,7,0301ff")
    ap.wait(f"BSS-TM-RESP {STA} status_code=0 bss_termination_delay=0 target_bssid={there}", timeout=60)
    other.wait(f"AP-STA-CONNECTED {STA}", timeout=60)
