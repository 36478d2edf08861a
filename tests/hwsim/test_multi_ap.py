"""Multi-AP onboarding by push button, the accept/deny matrix, data through the 4-address bridge."""
import pytest

from lib import net
from lib.lab import PASSPHRASE, psk_network

FRONT, BACK, STA = "02:00:00:00:00:00", "02:00:00:00:00:01", "02:00:00:00:01:00"


def press_buttons(ap, sta):
    ap.ok("WPS_PBC")
    sta.ok("WPS_PBC multi_ap=1")


def test_onboarding(lab):
    """The whole line: events of both sides in order, credential, 4-address bridge, data both ways."""
    ap, back = lab.start_multi_ap()
    sta = lab.start_backhaul_sta(lab.sta_conf(freq_list=None))
    press_buttons(ap, sta)
    sta.mon.sequence(
        "WPS-PBC-ACTIVE ", "CTRL-EVENT-SCAN-RESULTS ", "WPS-AP-AVAILABLE-PBC ",
        f"SME: Trying to authenticate with {FRONT} (SSID='fronthaul' freq=2412 MHz)",
        f"Trying to associate with {FRONT} (SSID='fronthaul' freq=2412 MHz)", f"Associated with {FRONT}",
        "CTRL-EVENT-EAP-STARTED EAP authentication started",
        "CTRL-EVENT-EAP-PROPOSED-METHOD vendor=14122 method=1",
        "CTRL-EVENT-EAP-METHOD EAP vendor 14122 method 1 (WSC) selected",
        "WPS-CRED-RECEIVED ", "WPS-SUCCESS ", "CTRL-EVENT-EAP-FAILURE EAP authentication failed",
        f"CTRL-EVENT-DISCONNECTED bssid={FRONT} reason=3 locally_generated=1",
        f"Trying to associate with {BACK} (SSID='backhaul' freq=2412 MHz)", f"Associated with {BACK}",
        f"WPA: Key negotiation completed with {BACK} [PTK=CCMP GTK=CCMP]",
        f"CTRL-EVENT-CONNECTED - Connection to {BACK} completed [id=0 id_str=]")
    ap.mon.sequence("WPS-PBC-ACTIVE ", f"CTRL-EVENT-EAP-STARTED {STA}",
                    "CTRL-EVENT-EAP-PROPOSED-METHOD vendor=14122", f"WPS-REG-SUCCESS {STA}")
    ap_events = ap.mon.collect()
    assert "WPS-PBC-DISABLE " in ap_events and "WPS-SUCCESS " in ap_events
    added = back.wait("WDS-STA-INTERFACE-ADDED")
    assert added == f"WDS-STA-INTERFACE-ADDED ifname=wlan0-bh.sta1 sta_addr={STA}"
    assert any(e.startswith(f"AP-STA-CONNECTED {STA}") for e in back.mon.collect())
    assert not any(e.startswith("AP-STA-CONNECTED") for e in ap_events), "data port opened on the fronthaul"

    status = sta.fields("STATUS")
    assert (status["wpa_state"], status["ssid"], status["bssid"]) == ("COMPLETED", "backhaul", BACK)
    assert sta.request("GET_NETWORK 0 multi_ap_backhaul_sta") == "1"
    assert sta.request("GET_NETWORK 0 ssid") == '"backhaul"'
    wps = ap.request("WPS_GET_STATUS")
    assert wps == f"PBC Status: Disabled\nLast WPS result: Success\nPeer Address: {STA}\n"

    assert "wlan0-bh.sta1" in net.bridge_ports("br-ap")
    assert "4addr: on" in net.sh("iw", "dev", "wlan1", "info")
    lab.check_backhaul_data()

    sta.ok("DISCONNECT")
    back.wait(f"AP-STA-DISCONNECTED {STA}")
    back.ok(f"DEAUTHENTICATE {STA}")
    back.wait(f"WDS-STA-INTERFACE-REMOVED ifname=wlan0-bh.sta1 sta_addr={STA}")
    assert not net.exists("wlan0-bh.sta1")


def test_one_bss_is_both(lab):
    """multi_ap=3: one BSS is fronthaul and backhaul; the credential is the backhaul's."""
    lab.wired_host("br-ap", "hostA", "10.2.0.1")
    ap = lab.start_ap(lab.ap_conf(
        ssid="both", bridge="br-ap", multi_ap="3", wds_sta="1", multi_ap_backhaul_ssid='"both"',
        multi_ap_backhaul_wpa_passphrase=PASSPHRASE, **lab.WPS_AP))
    sta = lab.start_backhaul_sta()
    press_buttons(ap, sta)
    sta.mon.sequence("WPS-CRED-RECEIVED ", "WPS-SUCCESS ", f"CTRL-EVENT-CONNECTED - Connection to {FRONT}")
    ap.wait(f"WDS-STA-INTERFACE-ADDED ifname=wlan0.sta1 sta_addr={STA}")
    lab.check_backhaul_data()


@pytest.mark.pairs("ours-ours", "ours-debian")
def test_per_station_interface_is_default(lab):
    """Without wds_sta a backhaul BSS gives each backhaul station its own interface; wds_sta=0 does not."""
    lab.wired_host("br-ap", "hostA", "10.2.0.1")
    ap = lab.start_ap(lab.ap_conf(bridge="br-ap", multi_ap="1"))
    sta = lab.start_backhaul_sta(lab.sta_conf(psk_network(multi_ap_backhaul_sta="1")))
    sta.wait("CTRL-EVENT-CONNECTED")
    ap.wait(f"WDS-STA-INTERFACE-ADDED ifname=wlan0.sta1 sta_addr={STA}")
    lab.check_backhaul_data()
    ap.daemon.stop()
    sta.wait("CTRL-EVENT-DISCONNECTED")
    ap = lab.start_ap(lab.ap_conf(bridge="br-ap", multi_ap="1", wds_sta="0"), name="hostapd-nowds")
    sta.wait("CTRL-EVENT-CONNECTED")
    ap.mon.absent("WDS-STA-INTERFACE-ADDED", 1)
    assert not net.exists("wlan0.sta1")


# Our AP: what the issue asks for. Debian's differs for 2 x backhaul: it accepts, its station gives up by itself.
ACCEPT, DENY = "accept", "status_code=12"
MATRIX = [(0, 0, ACCEPT), (1, 0, DENY), (2, 0, ACCEPT), (3, 0, ACCEPT),
          (1, 1, ACCEPT), (2, 1, DENY), (3, 1, ACCEPT)]


@pytest.mark.pairs("ours-ours", "ours-debian")
@pytest.mark.parametrize("multi_ap,element,result", MATRIX)
def test_accept_matrix(lab, multi_ap, element, result):
    """Which stations a BSS of each role takes, with and without the element."""
    ap = lab.start_ap(lab.ap_conf(multi_ap=str(multi_ap) if multi_ap else None))
    if element:
        net.sh("iw", "dev", "wlan1", "set", "4addr", "on")
    sta = lab.start_sta("wlan1", lab.sta_conf(
        psk_network(multi_ap_backhaul_sta="1" if element else None)))
    if result == ACCEPT:
        sta.wait("CTRL-EVENT-CONNECTED", forbid=["ASSOC-REJECT"])
        ap.wait(f"AP-STA-CONNECTED {STA}")
    else:
        event = sta.wait("CTRL-EVENT-ASSOC-REJECT", forbid=["CTRL-EVENT-CONNECTED"])
        assert "status_code=12" in event
        assert not any("AP-STA-CONNECTED" in e for e in ap.mon.collect(0.5))


def test_element_is_ignored_by_plain_ap(lab):
    """multi_ap=0: the AP ignores the element, its answer has none, so the backhaul station gives up."""
    lab.start_ap(lab.ap_conf())
    net.sh("iw", "dev", "wlan1", "set", "4addr", "on")
    sta = lab.start_sta("wlan1", lab.sta_conf(psk_network(multi_ap_backhaul_sta="1")))
    sta.wait("CTRL-EVENT-DISCONNECTED", forbid=["CTRL-EVENT-CONNECTED", "CTRL-EVENT-ASSOC-REJECT"])
    assert sta.fields("STATUS")["wpa_state"] != "COMPLETED"


def test_plain_pbc_gets_fronthaul(lab):
    """PBC without multi_ap=1 at the same AP: the fronthaul's own credential."""
    ap, back = lab.start_multi_ap()
    sta = lab.start_sta("wlan1")
    ap.ok("WPS_PBC")
    sta.ok("WPS_PBC")
    sta.mon.sequence("WPS-CRED-RECEIVED ", "WPS-SUCCESS ", f"CTRL-EVENT-CONNECTED - Connection to {FRONT}")
    ap.wait(f"AP-STA-CONNECTED {STA}")
    assert sta.request("GET_NETWORK 0 ssid") == '"fronthaul"'
    assert sta.request("GET_NETWORK 0 multi_ap_backhaul_sta") == "0"
    back.mon.absent("WDS-STA-INTERFACE-ADDED", 0.5)
