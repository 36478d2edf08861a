"""WPS push button: success, cancel, overlap on either side, refusals."""
import pytest

from lib import net

AP, STA = "02:00:00:00:00:00", "02:00:00:00:01:00"


def wps_ap(lab, ifname="wlan0", **extra):
    return lab.ap_conf(ifname, ssid="push-button", **{**lab.WPS_AP, **extra})


def test_pbc(lab):
    """Both buttons: credential, deauthentication, connection with the received key."""
    ap = lab.start_ap(wps_ap(lab))
    sta = lab.start_sta()
    ap.ok("WPS_PBC")
    ap.wait("WPS-PBC-ACTIVE ")
    assert ap.request("WPS_GET_STATUS").startswith("PBC Status: Active\n")
    sta.ok("WPS_PBC")
    sta.mon.sequence("WPS-PBC-ACTIVE ", "WPS-AP-AVAILABLE-PBC ", "CTRL-EVENT-EAP-STARTED", "WPS-CRED-RECEIVED ",
                     "WPS-SUCCESS ", "CTRL-EVENT-EAP-FAILURE", f"CTRL-EVENT-CONNECTED - Connection to {AP}")
    ap.wait(f"WPS-REG-SUCCESS {STA} ")
    ap.wait(f"AP-STA-CONNECTED {STA}")
    assert sta.fields("STATUS")["key_mgmt"] == "WPA2-PSK"
    assert sta.request("LIST_NETWORKS") == \
        "network id / ssid / bssid / flags\n0\tpush-button\tany\t[CURRENT]\n"
    assert ap.request("WPS_GET_STATUS") == \
        f"PBC Status: Disabled\nLast WPS result: Success\nPeer Address: {STA}\n"


def test_station_first(lab):
    """The station's button first: it goes on searching until the AP's is pressed."""
    ap = lab.start_ap(wps_ap(lab))
    sta = lab.start_sta()
    sta.ok("WPS_PBC")
    sta.mon.sequence("CTRL-EVENT-SCAN-RESULTS ", "CTRL-EVENT-SCAN-RESULTS ")
    assert any("WPS-ENROLLEE-SEEN 02:00:00:00:01:00" in e for e in ap.mon.collect(1))
    ap.ok("WPS_PBC")
    sta.mon.sequence("WPS-SUCCESS ", "CTRL-EVENT-CONNECTED")


def test_scan_flags(lab):
    """SCAN_RESULTS and BSS show WPS, and WPS-PBC while the button is active."""
    ap = lab.start_ap(wps_ap(lab))
    sta = lab.start_sta()

    def flags():
        sta.mon.mark()
        sta.ok("BSS_FLUSH 0")
        sta.ok("SCAN TYPE=ONLY freq=2412")
        sta.wait("CTRL-EVENT-SCAN-RESULTS ")
        rows = sta.request("SCAN_RESULTS").splitlines()
        assert rows[0] == "bssid / frequency / signal level / flags / ssid"
        row = [r.split("\t") for r in rows[1:] if r.startswith(AP)][0]
        assert (row[1], row[4]) == ("2412", "push-button") and int(row[2]) < 0
        return row[3]

    assert flags() == "[WPA2-PSK-CCMP][WPS][ESS]"
    ap.ok("WPS_PBC")
    assert flags() == "[WPA2-PSK-CCMP][WPS-PBC][ESS]"
    bss = sta.fields(f"BSS {AP}")
    assert bss["wps_state"] == "configured" and bss["wps_selected_registrar"] == "1"
    assert bss["wps_device_password_id"] == "4"
    ap.ok("WPS_CANCEL")
    # a scan that misses the probe response of a busy machine still has the one before
    net.wait_until("the end of PBC in a scan", lambda: flags() == "[WPA2-PSK-CCMP][WPS][ESS]")


def test_cancel(lab):
    """WPS_CANCEL on either side ends the run, says so, and leaves no network behind."""
    ap = lab.start_ap(wps_ap(lab))
    sta = lab.start_sta()
    sta.ok("WPS_PBC")
    sta.mon.sequence("WPS-PBC-ACTIVE ", "CTRL-EVENT-SCAN-RESULTS ")
    sta.ok("WPS_CANCEL")
    sta.wait("WPS-CANCEL ")
    net.wait_until("no network left", lambda: sta.request("LIST_NETWORKS").count("\n") == 1, 10)
    ap.ok("WPS_PBC")
    ap.wait("WPS-PBC-ACTIVE ")
    ap.ok("WPS_CANCEL")
    ap.wait("WPS-CANCEL ")
    assert ap.request("WPS_GET_STATUS").startswith("PBC Status: Timed-out\n")
    # the station alone now finds no active registrar
    sta.mon.mark()
    sta.ok("WPS_PBC")
    sta.mon.sequence("CTRL-EVENT-SCAN-RESULTS ", "CTRL-EVENT-SCAN-RESULTS ")
    assert not any("Associated with" in e for e in sta.mon.collect())


def test_overlap_two_stations(lab):
    """Two stations with pressed buttons: the AP refuses to start and says why."""
    ap = lab.start_ap(wps_ap(lab))
    stas = [lab.start_sta(f"wlan{i}", lab.sta_conf(ctrl=f"sta-wlan{i}")) for i in (1, 2)]
    for s in stas:
        s.ok("WPS_PBC")
    for i in (1, 2):
        ap.mon.pos = 0
        ap.wait(f"WPS-ENROLLEE-SEEN 02:00:00:00:0{i}:00")
    ap.fails("WPS_PBC")
    ap.wait("WPS-OVERLAP-DETECTED ")
    assert ap.request("WPS_GET_STATUS").startswith("PBC Status: Overlap\n")
    for s in stas:
        assert not any("Associated with" in e for e in s.mon.collect())


def test_overlap_two_aps(lab):
    """Two APs with pressed buttons: the station ends the run by itself."""
    aps = [lab.start_ap(wps_ap(lab, f"wlan{i}", uuid=f"12345678-9abc-def0-1234-56789abcdef{i}"), name=f"hostapd{i}")
           for i in (0, 2)]
    for a in aps:
        a.ok("WPS_PBC")
    sta = lab.start_sta()

    def both_heard():  # the scan of a busy machine may miss one
        sta.ok("SCAN TYPE=ONLY freq=2412")
        sta.wait("CTRL-EVENT-SCAN-RESULTS ")
        return sta.request("SCAN_RESULTS").count("[WPS-PBC]") == 2

    net.wait_until("both APs in a scan", both_heard)
    sta.ok("WPS_PBC")
    sta.mon.sequence("WPS-OVERLAP-DETECTED PBC session overlap", "WPS-CANCEL ")
    events = sta.mon.collect()
    assert not any("Associated with" in e or "WPS-CRED-RECEIVED" in e for e in events)
    net.wait_until("no network left", lambda: sta.request("LIST_NETWORKS").count("\n") == 1, 10)


def test_press_twice(lab):
    """A second press during the window is no error; the run still ends well."""
    ap = lab.start_ap(wps_ap(lab))
    ap.ok("WPS_PBC")
    ap.ok("WPS_PBC")
    sta = lab.start_sta()
    sta.ok("WPS_PBC")
    sta.ok("WPS_PBC")
    sta.mon.sequence("WPS-SUCCESS ", "CTRL-EVENT-CONNECTED")


def test_ap_without_wps_refuses(lab):
    ap = lab.start_ap(lab.ap_conf())
    ap.fails("WPS_PBC")
    assert not any("WPS-PBC-ACTIVE" in e for e in ap.mon.collect())


@pytest.mark.pairs("ours-ours")
@pytest.mark.parametrize("extra,why", [({"ignore_broadcast_ssid": "1"}, "ignore_broadcast_ssid")])
def test_refusal_names_the_cause(lab, extra, why):
    """WPS cannot work with a hidden SSID: WPS_PBC fails, the log names the cause."""
    ap = lab.start_ap(wps_ap(lab, **extra))
    ap.fails("WPS_PBC")
    log = ap.daemon.log_text()
    assert any("WPS" in line and ("hidden" in line or why in line) for line in log.splitlines()), log[-2000:]
