"""Replies that programs parse: field names, order and values as in the reference."""
import re

import pytest

from lib.lab import PASSPHRASE, psk_network

AP, STA = "02:00:00:00:00:00", "02:00:00:00:01:00"
pytestmark = pytest.mark.pairs("ours-ours", "debian-debian")


def in_order(names, wanted):
    """`wanted` are all in `names`, in this order."""
    at = -1
    for w in wanted:
        assert w in names, f"{w} is missing in {names}"
        assert names.index(w) > at, f"{w} is out of order in {names}"
        at = names.index(w)


@pytest.fixture
def connected(lab):
    ap = lab.start_ap(lab.ap_conf(**lab.WPS_AP))
    sta = lab.start_sta("wlan1", lab.sta_conf(psk_network(id_str='"home"')))
    sta.wait("CTRL-EVENT-CONNECTED - Connection to 02:00:00:00:00:00 completed [id=0 id_str=home]")
    ap.wait(f"EAPOL-4WAY-HS-COMPLETED {STA}")
    return ap, sta


def test_ap_status(connected):
    ap, _ = connected
    s = ap.fields("STATUS")
    in_order(list(s), [
        "state", "phy", "freq", "num_sta_non_erp", "num_sta_no_short_slot_time", "num_sta_no_short_preamble", "olbc",
        "num_sta_ht_no_gf", "num_sta_no_ht", "num_sta_ht_20_mhz", "num_sta_ht40_intolerant", "olbc_ht", "ht_op_mode",
        "cac_time_seconds", "cac_time_left_seconds", "channel", "secondary_channel", "ieee80211n", "ieee80211ac",
        "beacon_int", "dtim_period", "supported_rates", "bss[0]", "bssid[0]", "ssid[0]", "num_sta[0]"])
    want = {"state": "ENABLED", "phy": "phy0", "freq": "2412", "channel": "1", "secondary_channel": "0",
            "ieee80211n": "1", "ieee80211ac": "0", "beacon_int": "100", "dtim_period": "2",
            "cac_time_left_seconds": "N/A", "supported_rates": "02 04 0b 16 0c 12 18 24 30 48 60 6c",
            "bss[0]": "wlan0", "bssid[0]": AP, "ssid[0]": "hwsim-psk", "num_sta[0]": "1"}
    assert {k: s[k] for k in want} == want


def test_sta_record(connected):
    ap, _ = connected
    lines = ap.request(f"STA {STA}").splitlines()
    assert lines[0] == STA
    assert ap.request("STA-FIRST").splitlines()[0] == STA
    assert ap.request(f"STA-NEXT {STA}") == ""
    assert all("=" in line for line in lines[1:])
    s = dict(line.split("=", 1) for line in lines[1:])
    in_order(list(s), ["flags", "aid", "capability", "listen_interval", "supported_rates", "timeout_next",
                       "dot11RSNAStatsSTAAddress", "dot11RSNAStatsVersion", "dot11RSNAStatsSelectedPairwiseCipher",
                       "dot11RSNAStatsTKIPLocalMICFailures", "dot11RSNAStatsTKIPRemoteMICFailures", "wpa",
                       "AKMSuiteSelector", "hostapdWPAPTKState", "hostapdWPAPTKGroupState", "rx_packets",
                       "tx_packets", "rx_bytes", "tx_bytes", "inactive_msec", "signal", "connected_time"])
    assert s["flags"].startswith("[AUTH][ASSOC][AUTHORIZED]") and "[HT]" in s["flags"] and "[WMM]" in s["flags"]
    assert (s["aid"], s["dot11RSNAStatsSTAAddress"], s["wpa"], s["hostapdWPAPTKState"]) == ("1", STA, "2", "11")
    assert (s["AKMSuiteSelector"], s["dot11RSNAStatsSelectedPairwiseCipher"]) == ("00-0f-ac-2", "00-0f-ac-4")
    ap.fails("STA 02:00:00:00:00:99")
    ap.fails("STA nonsense")
    ap.fails("STA-NEXT 02:00:00:00:00:99")


def test_ap_get_config(connected):
    ap, _ = connected
    c = ap.fields("GET_CONFIG")
    want = {"bssid": AP, "ssid": "hwsim-psk", "wps_state": "configured", "passphrase": PASSPHRASE,
            "key_mgmt": "WPA-PSK", "group_cipher": "CCMP", "rsn_pairwise_cipher": "CCMP"}
    assert {k: c.get(k) for k in want} == want
    in_order(list(c), list(want))


def test_ap_misc(connected):
    ap, _ = connected
    assert ap.request("PING") == "PONG\n"
    assert ap.request("PING ") == "UNKNOWN COMMAND\n"
    assert ap.request("NO_SUCH") == "UNKNOWN COMMAND\n"
    assert re.match(r"dot11RSNAOptionImplemented=TRUE\n", ap.request("MIB"))
    assert re.fullmatch(r"Current level: (DEBUG|MSGDUMP|EXCESSIVE)\nTimestamp: 1\n", ap.request("LOG_LEVEL"))
    ap.fails("LOG_LEVEL nonsense")
    ap.fails("GET ssid")
    assert not ap.request("GET version").endswith("\n")
    ap.fails("DETACH")
    ap.ok("ATTACH")
    ap.ok("ATTACH")
    ap.ok("DETACH")


def test_station_status(connected):
    _, sta = connected
    s = sta.fields("STATUS")
    in_order(list(s), ["bssid", "freq", "ssid", "id", "id_str", "mode", "pairwise_cipher", "group_cipher", "key_mgmt",
                       "wpa_state", "address", "uuid"])
    want = {"bssid": AP, "freq": "2412", "ssid": "hwsim-psk", "id": "0", "id_str": "home", "mode": "station",
            "pairwise_cipher": "CCMP", "group_cipher": "CCMP", "key_mgmt": "WPA2-PSK", "wpa_state": "COMPLETED",
            "address": STA}
    assert {k: s[k] for k in want} == want
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", s["uuid"])
    sta.ok("DISCONNECT")
    sta.wait("CTRL-EVENT-DISCONNECTED")
    assert sta.fields("STATUS")["wpa_state"] == "DISCONNECTED"
    assert "bssid" not in sta.fields("STATUS")


def test_station_status_driver(connected):
    _, sta = connected
    s = sta.fields("STATUS-DRIVER")
    for key in ("ifname", "addr", "freq", "phyname", "scan_state", "bssid", "associated", "assoc_freq",
                "capa.key_mgmt", "capa.enc", "capa.auth", "capa.flags", "capa.max_scan_ssids"):
        assert key in s, f"{key} is missing: {s}"
    assert (s["ifname"], s["addr"], s["phyname"], s["associated"], s["bssid"]) == ("wlan1", STA, "phy1", "1", AP)
    assert int(s["capa.flags"], 0) and s["scan_state"] != "SCAN_STARTED"


def test_networks(lab, connected):
    _, sta = connected
    head = "network id / ssid / bssid / flags\n"
    assert sta.request("LIST_NETWORKS") == head + "0\thwsim-psk\tany\t[CURRENT]\n"
    assert sta.request("ADD_NETWORK") == "1\n"
    sta.ok('SET_NETWORK 1 ssid "a\\"b"')
    sta.ok("SET_NETWORK 1 ssid 00ff41")
    sta.ok("BSSID 1 02:11:22:33:44:55")
    assert sta.request("LIST_NETWORKS") == head + "0\thwsim-psk\tany\t[CURRENT]\n" \
        "1\t\\x00\\xffA\t02:11:22:33:44:55\t[DISABLED]\n"
    assert sta.request("GET_NETWORK 1 ssid") == "00ff41"
    assert sta.request("GET_NETWORK 0 psk") == "*"
    sta.fails("GET_NETWORK 1 psk")
    sta.fails("GET_NETWORK 1 no_such")
    sta.fails("GET_NETWORK 7 ssid")
    for bad in ("1 no_such 1", "7 ssid \"x\"", "1 psk \"short\"", "1 key_mgmt NONSENSE", "1 multi_ap_backhaul_sta 2",
                "1 priority abc", "1 bssid 02:11"):
        sta.fails("SET_NETWORK " + bad)
    if lab.sta_impl == "ours":  # Debian's keeps the refused 2 in one bit
        assert sta.request("GET_NETWORK 1 multi_ap_backhaul_sta") == "0"
    sta.mon.mark()
    sta.ok("REMOVE_NETWORK 1")
    sta.wait("CTRL-EVENT-NETWORK-REMOVED 1")
    sta.fails("REMOVE_NETWORK 1")
    sta.fails("SELECT_NETWORK 1")
    sta.fails("ENABLE_NETWORK 1")


def test_bss_and_scan_results(connected):
    _, sta = connected
    lines = sta.request("SCAN_RESULTS").splitlines()
    assert lines[0] == "bssid / frequency / signal level / flags / ssid"
    rows = [line.split("\t") for line in lines[1:]]
    assert [(r[0], r[1], r[3], r[4]) for r in rows] == [(AP, "2412", "[WPA2-PSK-CCMP][WPS][ESS]", "hwsim-psk")]
    b = sta.fields(f"BSS {AP}")
    in_order(list(b), ["id", "bssid", "freq", "beacon_int", "capabilities", "qual", "noise", "level", "tsf", "age", "ie",
                       "flags", "ssid", "snr", "est_throughput", "update_idx"])
    assert (b["id"], b["bssid"], b["freq"], b["beacon_int"], b["ssid"]) == ("0", AP, "2412", "100", "hwsim-psk")
    assert re.fullmatch(r"0x[0-9a-f]{4}", b["capabilities"]) and int(b["capabilities"], 0) & 0x11 == 0x11
    assert re.fullmatch(r"[0-9a-f]{16}", b["tsf"])
    assert bytes.fromhex(b["ie"]).startswith(b"\x00\x09hwsim-psk")
    assert sta.request("BSS FIRST").splitlines()[1] == f"bssid={AP}"
    assert sta.request("BSS 0").splitlines()[0] == "id=0"
    assert sta.request("BSS 77") == "" and sta.request("BSS NEXT-0") == ""
    assert sta.request(f"BSS {AP} MASK=0x1002") == f"bssid={AP}\nssid=hwsim-psk\n"
    assert sta.request("BSS RANGE=ALL MASK=0x20002") == f"bssid={AP}\n####\n"


def test_station_misc(connected):
    _, sta = connected
    assert sta.request("PING") == "PONG\n"
    assert sta.request("NO_SUCH") == "UNKNOWN COMMAND\n"
    assert sta.request("IFNAME") == "wlan1"
    assert sta.fields("MIB")["dot11RSNAOptionImplemented"] == "TRUE"
    poll = sta.fields("SIGNAL_POLL")
    assert int(poll["RSSI"]) < 0 and poll["FREQUENCY"] == "2412"
    assert "ap_scan=1\n" in sta.request("DUMP")
    assert sta.request("GET ap_scan") == "1"
    sta.fails("GET no_such")
    sta.fails("SET ap_scan")
    sta.ok("SET device_name New Name")
    assert sta.request("GET device_name") == "New Name"
    assert "WPA-PSK" in sta.request("GET_CAPABILITY key_mgmt").split()
    assert "CCMP" in sta.request("GET_CAPABILITY pairwise").split()
    assert "WSC" in sta.request("GET_CAPABILITY eap").split()
    assert sta.request("GET_CAPABILITY channels").startswith("Mode[G] Channels: 1 2 3 4 5 6 7 8 9 10 11")
    sta.fails("GET_CAPABILITY nonsense")
    sta.fails("SCAN ssid 0")
    assert sta.request("SCAN TYPE=ONLY freq=2412 use_id=1").strip().isdigit()
    sta.wait("CTRL-EVENT-SCAN-RESULTS id=")
