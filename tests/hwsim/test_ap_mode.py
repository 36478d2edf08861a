"""AP mode of wpa_supplicant on real radios: stations of Debian and ours, data, WPS, and back to a station."""
import pytest

from lib import net
from lib.lab import psk_network

SPOT, STA = "02:00:00:00:00:00", "02:00:00:00:01:00"


@pytest.mark.pairs("ours-ours", "ours-debian")
def test_ap_mode(lab):
    spot = lab.start_sta("wlan0", lab.sta_conf(psk_network("spot", mode=2, frequency=2412, proto="RSN", pairwise="CCMP"),
                                               ctrl="sta-wlan0"), impl="ours")
    spot.mon.sequence("AP-ENABLED ", f"CTRL-EVENT-CONNECTED - Connection to {SPOT} completed [id=0")
    netns = lab.radio_in_namespace("wlan1", "guest", "10.9.0.2")
    net.sh("ip", "addr", "add", "10.9.0.1/24", "dev", "wlan0")
    sta = lab.start_sta("wlan1", lab.sta_conf(psk_network("spot")), netns=netns)
    sta.wait(f"CTRL-EVENT-CONNECTED - Connection to {SPOT}", timeout=60)
    spot.wait(f"AP-STA-CONNECTED {STA}")
    status = spot.fields("STATUS")
    assert (status["mode"], status["freq"], status["ssid"], status["wpa_state"]) == ("AP", "2412", "spot", "COMPLETED")
    net.ping("guest", "10.9.0.1")

    sta.ok("REMOVE_NETWORK all")
    spot.wait(f"AP-STA-DISCONNECTED {STA}")
    spot.ok("WPS_PBC")
    sta.ok(f"WPS_PBC {SPOT}")
    sta.wait("WPS-SUCCESS", timeout=60)
    spot.wait(f"WPS-REG-SUCCESS {STA}")
    sta.wait("CTRL-EVENT-CONNECTED", timeout=60)

    spot.ok("DISCONNECT")
    spot.mon.sequence("AP-DISABLED ", f"CTRL-EVENT-DISCONNECTED bssid={SPOT} reason=3 locally_generated=1")
    sta.wait(f"CTRL-EVENT-DISCONNECTED bssid={SPOT} reason=3")
    assert "type managed" in net.sh("iw", "dev", "wlan0", "info")
    spot.ok("SCAN")  # a station again, that scans
    spot.wait("CTRL-EVENT-SCAN-RESULTS")
    spot.ok("RECONNECT")
    spot.wait("AP-ENABLED ")
    sta.wait("CTRL-EVENT-CONNECTED", timeout=60)
    net.sh("ip", "addr", "del", "10.9.0.1/24", "dev", "wlan0")


@pytest.mark.pairs("ours-ours")
def test_netdev_down_and_up(lab):
    """The state tells that the netdev went down under the access point, which serves again when it is up."""
    spot = lab.start_sta("wlan0", lab.sta_conf(psk_network("spot", mode=2, frequency=2412, proto="RSN", pairwise="CCMP"),
                                               ctrl="sta-wlan0"), impl="ours")
    spot.wait("AP-ENABLED ", timeout=60)
    sta = lab.start_sta("wlan1", lab.sta_conf(psk_network("spot")))
    sta.wait("CTRL-EVENT-CONNECTED", timeout=60)
    for _ in range(2):
        net.sh("ip", "link", "set", "wlan0", "down")
        spot.wait(f"CTRL-EVENT-DISCONNECTED bssid={SPOT} reason=3 locally_generated=1")
        assert spot.fields("STATUS")["wpa_state"] == "INTERFACE_DISABLED"
        net.sh("ip", "link", "set", "wlan0", "up")
        spot.wait(f"CTRL-EVENT-CONNECTED - Connection to {SPOT}")
        assert spot.fields("STATUS")["wpa_state"] == "COMPLETED"
        sta.ok("REASSOCIATE")
        spot.wait(f"AP-STA-CONNECTED {STA}", timeout=60)
    net.sh("ip", "link", "set", "wlan0", "down")
    spot.wait(f"CTRL-EVENT-DISCONNECTED bssid={SPOT}")
    spot.ok("DISCONNECT")  # a station again, whose netdev is up
    spot.wait("AP-DISABLED ")
    assert spot.fields("STATUS")["wpa_state"] == "DISCONNECTED"
    spot.ok("SCAN")
    spot.wait("CTRL-EVENT-SCAN-RESULTS")


@pytest.mark.pairs("ours-ours")
def test_no_scan_beside_the_access_point(lab):
    """A beaconing mac80211 interface refuses to scan: that is told once, not every second; a choice ends the access point."""
    spot = lab.start_sta("wlan0", lab.sta_conf(psk_network("later") + psk_network("spot", mode=2, frequency=2412, proto="RSN",
                                                                                 pairwise="CCMP"), ctrl="sta-wlan0"), impl="ours")
    spot.wait("AP-ENABLED ", timeout=60)
    spot.ok("REASSOCIATE")
    spot.wait("CTRL-EVENT-SCAN-FAILED ret=-95")
    spot.mon.absent("CTRL-EVENT-SCAN-FAILED", 1.5)
    spot.ok("SELECT_NETWORK 0")
    spot.mon.sequence("AP-DISABLED ", "CTRL-EVENT-NETWORK-NOT-FOUND")
