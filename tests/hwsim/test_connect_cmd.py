"""Association by the kernel's own SME (NL80211_CMD_CONNECT): force_connect_cmd=1 and ap_scan=2."""
import pytest

from lib.lab import psk_network

AP, STA = "02:00:00:00:00:00", "02:00:00:00:01:00"


@pytest.mark.pairs("ours-ours", "debian-ours")
def test_connect_cmd(lab):
    """PSK, both directions of leaving, a refused association; then WPS with ap_scan=2."""
    ap = lab.start_ap(lab.ap_conf(**lab.WPS_AP))
    sta = lab.start_sta("wlan1", lab.sta_conf(psk_network(), driver_param="force_connect_cmd=1"))
    sta.mon.sequence(f"Trying to associate with {AP} (SSID='hwsim-psk' freq=2412 MHz)", f"Associated with {AP}",
                     f"CTRL-EVENT-CONNECTED - Connection to {AP} completed")
    assert not any("SME:" in e for e in sta.mon.collect())
    ap.ok(f"DEAUTHENTICATE {STA}")
    sta.wait(f"CTRL-EVENT-DISCONNECTED bssid={AP} reason=2")
    sta.wait("CTRL-EVENT-CONNECTED")
    sta.ok("DISCONNECT")
    sta.wait(f"CTRL-EVENT-DISCONNECTED bssid={AP} reason=3 locally_generated=1")
    ap.wait(f"AP-STA-DISCONNECTED {STA}")

    sta.ok("AP_SCAN 2")
    sta.ok("RECONNECT")
    sta.mon.sequence("Trying to associate with SSID 'hwsim-psk'", f"Associated with {AP}", "CTRL-EVENT-CONNECTED")
    assert sta.fields("STATUS")["freq"] == "2412"
    sta.ok('SET_NETWORK 0 ssid "nowhere"')
    sta.ok("REASSOCIATE")
    sta.wait("CTRL-EVENT-ASSOC-REJECT status_code=1 timeout")  # the kernel does not name the phase

    sta.ok("REMOVE_NETWORK all")
    ap.ok("WPS_PBC")
    sta.ok(f"WPS_PBC {AP}")
    sta.mon.sequence("WPS-SUCCESS ", "Trying to associate with SSID 'hwsim-psk'",
                     f"CTRL-EVENT-CONNECTED - Connection to {AP}")
