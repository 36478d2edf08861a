"""Protected management frames with Debian's daemons on the other side, and an access point that forgot its stations."""
import socket

import pytest

from lib.lab import psk_network

AP, STA = "02:00:00:00:00:00", "02:00:00:00:01:00"


def say_something(ifname):
    """A broadcast frame, to which an access point that does not know us answers."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
        s.bind((ifname, 0))
        s.send(b"\xff" * 6 + s.getsockname()[4] + b"\x88\xb5" + bytes(46))


@pytest.mark.pairs("ours-debian", "debian-ours")
def test_pmf(lab):
    conf = lab.ap_conf(ieee80211w="2", wpa_key_mgmt="WPA-PSK-SHA256")
    ap = lab.start_ap(conf)
    sta = lab.start_sta(conf=lab.sta_conf(psk_network(key_mgmt="WPA-PSK-SHA256", ieee80211w=2)))
    sta.wait("CTRL-EVENT-CONNECTED", timeout=60)
    ap.wait(f"AP-STA-CONNECTED {STA}")
    status = sta.fields("STATUS")
    assert (status["pmf"], status["mgmt_group_cipher"], status["key_mgmt"]) == ("2", "BIP", "WPA2-PSK-SHA256")
    assert "[MFP]" in ap.request(f"STA {STA}")
    ap.ok("REKEY_GTK")
    sta.wait("Group rekeying completed", timeout=60)
    air = lab.capture()
    ap.ok(f"SA_QUERY {STA}")
    ap.ok(f"DEAUTHENTICATE {STA}")  # protected: obeyed
    sta.wait(f"CTRL-EVENT-DISCONNECTED bssid={AP} reason=2")
    sta.wait("CTRL-EVENT-CONNECTED", timeout=60)
    frames = air.frames("wlan.fc.type_subtype", "wlan.fc.protected", "wlan.sa")
    mine = [f for f in frames if f["wlan.sa"] == [AP] and f["wlan.fc.type_subtype"] and int(f["wlan.fc.type_subtype"][0], 0) in (12, 13)]
    assert mine and all(f["wlan.fc.protected"][0] in ("1", "True") for f in mine), frames

    # Killed and started again, it knows nobody. What it says is not protected, so the station asks, hears nothing and connects anew.
    ap.daemon.kill9()
    ap = lab.start_ap(conf, name="again")
    say_something("wlan1")
    sta.wait("CTRL-EVENT-DISCONNECTED", timeout=60)
    sta.wait("CTRL-EVENT-CONNECTED", timeout=60)
