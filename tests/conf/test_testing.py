"""Debug aids of test builds (CONFIG_TESTING=y), and that other builds do not know them."""
import pytest

from test_wpas_control import HOSTAPD, PSK, WPAS, Ctrl, Daemon, Sta, wait_for

MAC = "02:00:00:00:aa:01"
NOWHERE = "02:00:00:00:00:77"


def is_test_build(program):
    # Not a word that a struct member has too: that one is in the debug information of every build.
    return b"wps_testing_stub_cred" in open(program, "rb").read()


TESTING = is_test_build(HOSTAPD) and is_test_build(WPAS)
only_there = pytest.mark.skipif(not TESTING, reason="needs a build with CONFIG_TESTING=y")
AP_CONF = """interface=ap
driver=sim
ctrl_interface={d}/apctrl
hw_mode=g
channel=6
ssid=home
wpa=3
wpa_key_mgmt=WPA-PSK
wpa_pairwise=TKIP
rsn_pairwise=CCMP
wpa_passphrase={psk}
wps_state=2
eap_server=1
"""


@pytest.fixture(scope="module")
def ap(tmp_path_factory):
    d = tmp_path_factory.mktemp("t")
    (d / "air").mkdir()
    conf = d / "ap.conf"
    conf.write_text(AP_CONF.format(d=d, psk=PSK))
    a = Daemon(d, "hostapd", [HOSTAPD, "-dd", "-g", d / "apglobal", conf])
    wait_for("the access point", lambda: (d / "apctrl/ap").exists() or a.proc.poll() is not None)
    a.c, a.m, a.g = Ctrl(d / "apctrl/ap"), Ctrl(d / "apctrl/ap"), Ctrl(d / "apglobal")
    wait_for("AP-ENABLED", lambda: a.c.fields("STATUS").get("state") == "ENABLED")
    a.bssid = a.c.fields("STATUS")["bssid[0]"]
    a.m.ok("ATTACH")
    yield a
    for c in (a.c, a.m, a.g):
        c.close()
    a.stop()


@pytest.fixture(scope="module")
def daemon(ap):
    s = Sta(ap.d)
    yield s
    s.stop()


@pytest.fixture
def sta(ap, daemon):
    daemon.c.ok("FLUSH")
    daemon.c.ok("SCAN_INTERVAL 1")
    daemon.m.drain()
    ap.m.drain()
    daemon.addr = daemon.c.fields("STATUS")["address"]
    yield daemon
    if TESTING:
        ap.c.ok("SET ext_eapol_frame_io 0")
        ap.c.ok("SET ext_mgmt_frame_handling 0")
    daemon.c.ok("FLUSH")


AP_VERBS = ["EAPOL_RX " + MAC + " 02010000", "EAPOL_TX " + MAC + " 02010000", "MGMT_TX 00", "MGMT_RX_PROCESS freq=1 frame=00",
            "MGMT_TX_STATUS_PROCESS stype=1 ok=1 buf=00", "GET_PMK " + MAC, "REKEY_PTK " + MAC]
AP_NAMES = ["ext_eapol_frame_io 0", "ext_mgmt_frame_handling 0", "wps_version_number 0x20", "wps_testing_stub_cred 0",
            "wps_corrupt_pkhash 0"]
STA_VERBS = ["EAPOL_RX " + MAC + " 02010000", "EAPOL_TX " + MAC + " 02010000", "EVENT_TEST 1", "KEY_REQUEST 0 1"]
STA_NAMES = ["ext_eapol_frame_io 0", "wps_version_number 0x20", "wps_testing_stub_cred 0", "wps_corrupt_pkhash 0",
             "wps_force_auth_types ", "wps_force_encr_types "]


@pytest.mark.skipif(TESTING, reason="this is a test build")
def test_absent(ap, sta):
    for ctrl, verbs, names in ((ap.c, AP_VERBS, AP_NAMES), (sta.c, STA_VERBS, STA_NAMES)):
        for v in verbs:
            assert ctrl(v) == "UNKNOWN COMMAND\n", v
        for n in names:
            ctrl.fails("SET " + n)


@only_there
@pytest.mark.parametrize("command", [
    "EAPOL_RX", "EAPOL_RX x 00", "EAPOL_RX " + MAC, "EAPOL_RX " + MAC + " 0", "EAPOL_RX " + MAC + " zz",
    "EAPOL_TX x 00", "MGMT_TX 0", "MGMT_TX zz", "MGMT_RX_PROCESS freq=2437 frame=00",
    "MGMT_TX_STATUS_PROCESS stype=1 ok=1 buf=00", "GET_PMK " + NOWHERE, "GET_PMK x", "REKEY_PTK " + NOWHERE,
    "SET wps_version_number 0x100", "SET wps_version_number x"])
def test_bad_arguments(ap, command):
    assert ap.c(command) in ("FAIL\n", "UNKNOWN COMMAND\n" if command == "EAPOL_RX" else "FAIL\n")


@only_there
def test_values(ap, sta):
    for ctrl, names in ((ap.c, AP_NAMES), (sta.c, STA_NAMES)):
        for n in names:
            ctrl.ok("SET " + n)
            ctrl.ok("SET " + n.upper() if n.split()[-1].isdigit() else "SET " + n)


@only_there
def test_eapol_by_hand(ap, sta):
    """The 4-way handshake goes through this test, one message after the other."""
    ap.c.ok("SET ext_eapol_frame_io 1")
    sta.c.ok("SET ext_eapol_frame_io 1")
    n = sta.add(proto="RSN")
    sta.c.ok(f"SELECT_NETWORK {n}")
    sizes = []
    for message in range(4):
        from_ap = message % 2 == 0
        e = (ap.m if from_ap else sta.m).event("EAPOL-TX").split()
        assert e[1] == (sta.addr if from_ap else ap.bssid)
        sizes.append(len(e[2]) // 2)
        (sta.c if from_ap else ap.c).ok(f"EAPOL_RX {ap.bssid if from_ap else sta.addr} {e[2]}")
        if from_ap:
            assert sta.m.event("EAPOL-RX") == f"<3>EAPOL-RX {ap.bssid} {sizes[-1]}"
    ap.m.event("AP-STA-CONNECTED")
    sta.m.event("CTRL-EVENT-CONNECTED")
    pmk = ap.c("GET_PMK " + sta.addr)
    assert len(pmk) == 64 and int(pmk, 16)


@only_there
def test_rekey_ptk(ap, sta):
    sta.connect()
    ap.m.event("EAPOL-4WAY-HS-COMPLETED")
    ap.c.ok("REKEY_PTK " + sta.addr)
    ap.m.event("EAPOL-4WAY-HS-COMPLETED " + sta.addr)
    sta.m.event("Key negotiation completed")


@only_there
def test_key_requests(ap, sta):
    sta.connect()
    ap.m.event("EAPOL-4WAY-HS-COMPLETED")
    sta.c.ok("KEY_REQUEST 0 1")
    ap.m.event("EAPOL-4WAY-HS-COMPLETED")
    sta.c.ok("KEY_REQUEST 0 0")
    sta.m.event("Group rekeying completed")


@only_there
def test_frames(ap, sta):
    sta.connect()
    sta.c.ok("DISCONNECT")
    ap.c.ok("SET ext_mgmt_frame_handling 1")
    sta.c.ok("RECONNECT")  # found already: probe requests are not answered either
    frame = ap.m.event("MGMT-RX b0").split()[1]  # Authentication
    ap.c.ok("MGMT_RX_PROCESS freq=2437 datarate=0 ssi_signal=-30 frame=" + frame)
    e = ap.m.event("MGMT-TX-STATUS stype=11 ok=1 buf=b0").split()
    ap.c.ok(f"MGMT_TX_STATUS_PROCESS {e[1]} {e[2]} {e[3]}")
    frame = ap.m.event("MGMT-RX 00").split()[1]  # Association Request
    ap.c.fails("MGMT_RX_PROCESS freq=2437 frame=0")


@only_there
def test_wps_version(ap, sta):
    def element():
        beacon = ap.c("DUMP_BEACON")
        return beacon[beacon.index("0050f204"):]
    assert "00372a000120" in element()
    ap.c.ok("SET wps_version_number 0x57")
    assert "00372a000157" in element() and "00372a000120" not in element()
    ap.c.ok("SET wps_version_number 0x10")
    assert "00372a0001" not in element()
    ap.g.ok("FLUSH")
    assert "00372a000120" in element()


@only_there
def test_event_test(sta):
    sta.c.ok("EVENT_TEST 2")
    sta.m.event("TEST-EVENT-MESSAGE 1/2$")
    sta.m.event("TEST-EVENT-MESSAGE 2/2$")


@only_there
def test_countermeasures(ap, sta):
    """The last test here: it locks the access point for a minute. Two Michael failures: the station leaves and stays away, the access point sends everybody away and lets nobody in."""
    sta.connect(proto="WPA")
    ap.m.event("AP-STA-CONNECTED")
    sta.c.ok("KEY_REQUEST 1 1")
    assert sta.m.event("Michael MIC") == "<4>Michael MIC failure detected"
    assert sta.state() == "COMPLETED"
    sta.c.ok("KEY_REQUEST 1 1")
    assert sta.m.event("TKIP countermeasures started").startswith("<4>")
    sta.m.event(f"CTRL-EVENT-DISCONNECTED bssid={ap.bssid} reason=14 locally_generated=1")
    ap.m.event("AP-STA-DISCONNECTED " + sta.addr)
    assert "dot11RSNATKIPCounterMeasuresInvoked=1\n" in ap.c("MIB")
    sta.m.event("CTRL-EVENT-NETWORK-NOT-FOUND")  # stays away
