"""An adapter that is unplugged and plugged in again is taken into use again."""
from lib import net
from lib.lab import psk_network


def test_replug(lab):
    ap = lab.start_ap(lab.ap_conf())
    sta = lab.start_sta("wlan1", lab.sta_conf(psk_network()))
    sta.wait("CTRL-EVENT-CONNECTED", timeout=60)
    phy = sta.fields("STATUS-DRIVER")["phyname"]
    for _ in range(2):
        net.sh("iw", "dev", "wlan1", "del")
        sta.wait("CTRL-EVENT-DISCONNECTED")
        assert sta.fields("STATUS")["wpa_state"] == "INTERFACE_DISABLED"
        net.sh("iw", "phy", phy, "interface", "add", "wlan1", "type", "managed")
        sta.wait("CTRL-EVENT-CONNECTED", timeout=60)
        assert sta.fields("STATUS")["bssid"] == ap.fields("STATUS")["bssid[0]"]
        assert sta.fields("SIGNAL_POLL")["FREQUENCY"] == ap.fields("STATUS")["freq"]
    if sta.daemon.impl == "ours":  # what the first device could not do is asked of each
        assert sta.daemon.log_text().count("the driver runs no group handshakes for us") == 3
