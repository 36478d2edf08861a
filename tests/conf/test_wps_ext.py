"""WPS messages made by the test against our daemons of a test build (CONFIG_TESTING=y): every message spoiled in every way of
one table, and the event each case ends with."""
import pathlib
import socket
import time

import pytest

import wps_peer as wps
from hostapd_rig import HOSTAPD, Daemon, Station, mac_bytes
from test_wpas_control import WPAS, Sta

PIN = "12345670"
SILENCE = 0.5  # seconds: longer than the AP needs to answer, shorter than it repeats itself
MAC = "02:00:00:00:aa:01"
WPS_IE = bytes.fromhex("dd180050f204104a000110103a0001011049000600372a000120")


def is_test_build(program):
    return b"wps_testing_stub_cred" in open(program, "rb").read()


pytestmark = pytest.mark.skipif(not is_test_build(HOSTAPD), reason="needs a build with CONFIG_TESTING=y")


@pytest.fixture(scope="module")
def daemon():
    d = Daemon()
    d.start()
    d.b = d.secure(d.add()).ok("SET wps_state 2", "SET eap_server 1", "SET config_methods keypad", "SET device_name AP",
                               "ENABLE")
    d.m = d.bss("w0").ok("ATTACH")
    d.bssid = [line[9:] for line in d.b("STATUS").splitlines() if line.startswith("bssid[0]=")][0]
    yield d
    d.stop()


class Run:
    """An enrollee made of frames; EAPOL goes over the control interface."""

    count = 0

    def __init__(self, d):
        Run.count += 1
        self.d = d
        self.peer = wps.Enrollee(PIN, mac_bytes(MAC), mac_bytes(d.bssid))
        self.failure = False
        self.events = []
        self.station = Station(d, d.bssid, MAC, name="pysta%d" % Run.count)
        d.b.ok("SET ext_eapol_frame_io 1", "WPS_PIN any " + PIN)
        d.m.drain(0)
        assert self.station.authenticate() == 0
        assert self.station.associate(extra=WPS_IE) == 0

    def close(self):
        self.d.b("WPS_CANCEL")
        self.d.b.ok("SET ext_eapol_frame_io 0", "DEAUTHENTICATE " + MAC)
        self.station.close()

    def send(self, packet):
        self.d.b.ok("EAPOL_RX %s %s" % (MAC, packet.hex()))

    def receive(self):
        """The AP's next packet; None when it says nothing more. Other events are kept."""
        over = self.peer.heard and self.peer.heard[-1][0] == "NACK"
        while True:
            event = self.d.m.events.pop(0) if self.d.m.events else self.d.m.receive(0.1 if over else SILENCE)
            if event is None:
                return None
            if event.startswith("<3>EAPOL-TX " + MAC):
                return bytes.fromhex(event.split()[-1])
            self.events.append(event[3:])

    def all(self):
        """Until the AP ends it or falls silent; the events it told meanwhile."""
        self.send(bytes.fromhex("02010000"))
        while True:
            packet = self.receive()
            if packet is None:
                break
            code, ident, kind, data = wps.parse_eap(packet)
            if code != 1:
                self.failure = code == 4
                break
            if kind == 1:
                self.send(wps.eapol(2, ident, b"\x01WFA-SimpleConfig-Enrollee-1-0"))
                continue
            reply = self.peer.receive(data[7], data[9:])
            if reply:
                self.send(wps.eap_wsc(2, ident, *reply))
        return self.events + [e[3:] for e in self.d.m.drain(0.02)]


@pytest.fixture
def run(daemon):
    r = Run(daemon)
    yield r
    r.close()


def test_success(daemon, run):
    events = run.all()
    assert run.failure  # an enrollee's EAP never succeeds
    assert "WPS-SUCCESS " in events and any(e.startswith("WPS-REG-SUCCESS " + MAC) for e in events)
    cred = dict(wps.unpack(run.peer.settings[wps.CREDENTIAL]))
    assert cred[0x1045] == b"net" and cred[0x1027] == b"12345678" and cred[0x1003] == b"\0\x20" and cred[0x100f] == b"\0\x08"


def case(message, what, change, event, kind="spoil"):
    return pytest.param(message, kind, change, event, id=f"{message}-{what}")


NUMBER = {"M1": 4, "M3": 7, "M5": 9, "M7": 11}  # of a message, in events


def fail(message, error=0):
    return f"WPS-FAIL msg={NUMBER[message]} config_error={error}"


# Every attribute of every message: tests/unit/eapol/test_matrix_*.c. Here some of each, to see what a program sees.
MANDATORY = {
    "M1": (wps.E_NONCE, wps.PUBLIC_KEY, wps.OS_VERSION, wps.MSG_TYPE), "M3": (wps.R_NONCE, wps.E_HASH2),
    "M5": (wps.ENCR_SETTINGS,), "M7": (wps.ENCR_SETTINGS, wps.MSG_TYPE)}
CASES = [case(m, f"no-{a:x}", wps.drop(a), fail(m)) for m, attrs in MANDATORY.items() for a in attrs]
CASES += [case(m, f"empty-{a:x}", wps.put(a, b""), fail(m)) for m, attrs in MANDATORY.items() for a in attrs
          if a not in (wps.MANUFACTURER, wps.MODEL, wps.MODEL_NO, wps.SERIAL, wps.DEV_NAME)]
for m in ("M3", "M5", "M7"):
    CASES += [case(m, "no-authenticator", wps.no_authenticator, fail(m), "spoil_raw"),
              case(m, "wrong-authenticator", wps.wrong_authenticator, fail(m), "spoil_raw"),
              case(m, "wrong-registrar-nonce", wps.flip(wps.R_NONCE), fail(m))]
for m, nonce in (("M5", wps.E_SNONCE1), ("M7", wps.E_SNONCE2)):
    CASES += [case(m, "short-settings", wps.put(wps.ENCR_SETTINGS, bytes(17)), fail(m)),
              case(m, "garbled-settings", wps.flip(wps.ENCR_SETTINGS), fail(m, 2)),
              case(m, "no-secret-nonce", wps.drop(nonce), fail(m), "spoil_inner"),
              case(m, "wrong-secret-nonce", wps.flip(nonce), fail(m, 18), "spoil_inner")]
CASES += [case("M1", what, wps.put(wps.PUBLIC_KEY, value), fail("M1")) for what, value in {
    "key-zero": bytes(192), "key-one": bytes(191) + b"\1", "key-p-1": (wps.P - 1).to_bytes(192, "big"),
    "key-long": b"\2" * 193}.items()]
CASES += [case(m, "nack", "NACK", event, "replace") for m, event in (
    ("M3", "WPS-FAIL msg=5 config_error=18"), ("M5", "WPS-FAIL msg=8 config_error=18"),
    ("M7", "WPS-FAIL msg=10 config_error=18"))]
CASES += [case(m, "is-" + other, other, fail(m), "replace") for m, other in (("M3", "M5"), ("M5", "M7"), ("M7", "M5"))]
CASES += [case(m, "is-" + other, other, fail(m), "replace") for m, other in (("M3", "ACK"), ("M7", "DONE"))]
# What says nothing about this run is not answered; the AP waits for something that does.
CASES += [case("M1", "is-NACK", "NACK", None, "replace")]
CASES += [case(m, f"opcode-{op}", op, None, "op") for m in ("M1", "M5") for op in (wps.ACK, wps.DONE)]
CASES += [case("DONE", f"no-{a:x}", wps.drop(a), None) for a in (wps.E_NONCE, wps.R_NONCE, wps.MSG_TYPE)]


@pytest.mark.parametrize("message,kind,change,event", CASES)
def test_enrollee(request, daemon, run, message, kind, change, event):
    getattr(run.peer, kind)[message] = change
    events = run.all()
    heard = [n for n, _ in run.peer.heard]
    if event:
        assert event in events, (events, heard)
        nameless = request.node.name.endswith(("[M1-no-101a]", "[M1-empty-101a]"))  # no nonce to know a NACK by
        assert run.failure or nameless, (events, heard)
    else:
        assert not run.failure and not any(e.startswith("WPS-FAIL") for e in events), (events, heard)
    assert "WPS-SUCCESS " not in events and not any(e.startswith("WPS-REG-SUCCESS") for e in events)


def test_next_one_at_once(daemon, run):
    """After everything above the access point still serves."""
    test_success(daemon, run)


# --- our station; the test is the registrar behind its access point ---

class StationRun:
    def __init__(self, d, sta):
        self.d, self.sta = d, sta
        self.peer = wps.Registrar(PIN, mac_bytes(d.bssid))
        self.ident, self.events = 1, []
        d.b.ok("SET ext_eapol_frame_io 1", "WPS_PIN any " + PIN)
        sta.c.ok("FLUSH")
        sta.c.ok("SET ext_eapol_frame_io 1")
        sta.c.ok("SCAN_INTERVAL 1")
        sta.m.drain()
        sta.c("WPS_PIN any " + PIN)
        sta.m.event("Associated with " + d.bssid)

    def close(self):
        self.sta.c.ok("WPS_CANCEL")
        self.sta.c.ok("FLUSH")
        self.d.b("WPS_CANCEL")
        self.d.b.ok("SET ext_eapol_frame_io 0")

    def send(self, data, code=1):
        self.ident += 1
        packet = wps.eapol(code, self.ident, data)
        self.sta.c.ok(f"EAPOL_RX {self.d.bssid} {packet.hex()}")

    def send_wsc(self, op, data=b""):
        self.send(wps.WSC + bytes([op, 0]) + data)

    def receive(self, seconds):
        """The station's next EAP response; None when it says nothing more. Other events are kept."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.sta.m.sock.settimeout(seconds)
            try:
                event = self.sta.m.events.pop(0) if self.sta.m.events else self.sta.m.sock.recv(65536).decode("latin-1")
            except socket.timeout:
                return None
            if not event.startswith("<3>EAPOL-TX "):
                self.events.append(event[3:])
                continue
            packet = bytes.fromhex(event.split()[-1])
            if packet[1] == 0:  # no EAPOL-Start
                return wps.parse_eap(packet)
        return None

    def all(self, failure=True):
        """Until the station falls silent; without failure until its WSC_Done, EAP goes on then."""
        self.send(b"\x01")
        silence = SILENCE
        while True:
            got = self.receive(silence)
            if got is None:
                break
            _, _, kind, data = got
            if kind == 1:
                assert data == b"WFA-SimpleConfig-Enrollee-1-0"
                self.send_wsc(wps.START)
                continue
            reply = self.peer.receive(data[7], data[9:])
            if reply:
                self.send_wsc(*reply)
            elif self.peer.heard[-1][0] == "DONE" and not failure:
                break
            elif self.peer.heard[-1][0] in ("NACK", "DONE"):
                self.send(b"", code=4)
                silence = 0.1
        self.sta.m.sock.settimeout(10)
        return self.events


@pytest.fixture(scope="module")
def station(daemon):
    if not is_test_build(WPAS):
        pytest.skip("needs a build with CONFIG_TESTING=y")
    s = Sta(pathlib.Path(daemon.dir), "device_name=STA\nconfig_methods=keypad\nfreq_list=2412\n")
    yield s
    s.stop()


@pytest.fixture
def sta_run(daemon, station):
    r = StationRun(daemon, station)
    yield r
    r.close()


def test_station_success(sta_run):
    events = sta_run.all()
    assert [n for n, _ in sta_run.peer.heard] == ["M1", "M3", "M5", "M7", "DONE"]
    assert "WPS-CRED-RECEIVED " in events and "WPS-SUCCESS " in events
    assert '0\tnet\tany\t' in sta_run.sta.c("LIST_NETWORKS")


STA_NUMBER = {"M2": 5, "M4": 8, "M6": 10, "M8": 12}


def sta_fail(message, error=0):
    return f"WPS-FAIL msg={STA_NUMBER[message]} config_error={error}"


STA_MANDATORY = {
    "M2": (wps.E_NONCE, wps.R_NONCE, wps.PUBLIC_KEY, wps.OS_VERSION, wps.MSG_TYPE),
    "M4": (wps.E_NONCE, wps.R_HASH1, wps.ENCR_SETTINGS), "M6": (wps.ENCR_SETTINGS,), "M8": (wps.ENCR_SETTINGS, wps.MSG_TYPE)}
STA_CASES = [case(m, f"no-{a:x}", wps.drop(a), sta_fail(m)) for m, attrs in STA_MANDATORY.items() for a in attrs]
for m in STA_MANDATORY:
    STA_CASES += [case(m, "no-authenticator", wps.no_authenticator, sta_fail(m), "spoil_raw"),
                  case(m, "wrong-authenticator", wps.wrong_authenticator, sta_fail(m), "spoil_raw"),
                  case(m, "wrong-enrollee-nonce", wps.flip(wps.E_NONCE), sta_fail(m)),
                  case(m, "nack", "NACK", f"WPS-FAIL msg={NUMBER[{'M2': 'M1', 'M4': 'M3', 'M6': 'M5', 'M8': 'M7'}[m]]} "
                       "config_error=18", "replace")]
for m, nonce in (("M4", wps.R_SNONCE1), ("M6", wps.R_SNONCE2), ("M8", wps.CREDENTIAL)):
    STA_CASES += [case(m, "short-settings", wps.put(wps.ENCR_SETTINGS, bytes(17)), sta_fail(m)),
                  case(m, "garbled-settings", wps.flip(wps.ENCR_SETTINGS), sta_fail(m, 2)),
                  case(m, "nothing-inside", wps.drop(nonce), sta_fail(m), "spoil_inner")]
STA_CASES += [case("M4", "wrong-secret-nonce", wps.flip(wps.R_SNONCE1), sta_fail("M4", 18), "spoil_inner"),
              case("M6", "wrong-secret-nonce", wps.flip(wps.R_SNONCE2), sta_fail("M6", 18), "spoil_inner")]
STA_CASES += [case("M2", what, wps.put(wps.PUBLIC_KEY, value), sta_fail("M2")) for what, value in {
    "key-zero": bytes(192), "key-one": bytes(191) + b"\1", "key-p-1": (wps.P - 1).to_bytes(192, "big")}.items()]
STA_CASES += [case(m, "is-" + other, other, sta_fail(m), "replace") for m, other in (("M4", "M6"), ("M6", "M4"), ("M8", "M6"))]


@pytest.mark.parametrize("message,kind,change,event", STA_CASES)
def test_station(sta_run, message, kind, change, event):
    getattr(sta_run.peer, kind)[message] = change
    events = sta_run.all()
    heard = [n for n, _ in sta_run.peer.heard]
    assert event in events, (events, heard)
    assert "WPS-SUCCESS " not in events and not any(e.startswith("WPS-CRED-RECEIVED") for e in events)


@pytest.mark.parametrize("message,number", [("M4", 7), ("M6", 9)])
def test_station_nack(sta_run, message, number):
    """The event has the error that the registrar told, whatever it is."""
    sta_run.peer.special = lambda name, error=0x123: type(sta_run.peer).special(sta_run.peer, name, error)
    sta_run.peer.replace[message] = "NACK"
    assert f"WPS-FAIL msg={number} config_error=291" in sta_run.all()


@pytest.mark.parametrize("message", ["M4", "M6"])
def test_station_ack(sta_run, message):
    """Out of turn: the station does not wait for EAP-Failure."""
    sta_run.peer.replace[message] = "ACK"
    events = sta_run.all()
    assert sta_fail(message) in events and any(e.startswith("CTRL-EVENT-EAP-FAILURE") for e in events), events


@pytest.fixture
def done(sta_run):
    """The station has its credential, the exchange is not over; from here on it is a real link to a real access point."""
    sta_run.all(failure=False)
    assert "WPS-CRED-RECEIVED " in sta_run.events
    for c in (sta_run.d.b, sta_run.sta.c):
        c.ok("SET ext_eapol_frame_io 0")
    yield sta_run.sta


END_OF_RUN = 1.3  # s: when it stops waiting for EAP-Failure


def test_disconnect_before_the_end(done):
    """Who says DISCONNECT is not connected by the end of the run."""
    done.c.ok("DISCONNECT")
    time.sleep(END_OF_RUN)
    assert not [e for e in done.m.drain() if "CTRL-EVENT-CONNECTED" in e]
    assert done.state() == "DISCONNECTED" and "\tnet\t" in done.c("LIST_NETWORKS")
    done.c.ok("RECONNECT")
    done.m.event("CTRL-EVENT-CONNECTED")


def test_reassociate_before_the_end(done):
    """The end of the run does not touch a link that is not its own."""
    done.c.ok("REASSOCIATE")
    done.m.event("CTRL-EVENT-CONNECTED")
    time.sleep(END_OF_RUN)
    assert not [e for e in done.m.drain() if "CTRL-EVENT-DISCONNECTED" in e]
    assert done.state() == "COMPLETED"


def test_cancel_before_the_end(done):
    """What was received stays; the link of the run goes at once, and that to the network comes."""
    done.c.ok("WPS_CANCEL")
    done.m.event("CTRL-EVENT-DISCONNECTED bssid=.* reason=3 locally_generated=1")
    done.m.event("WPS-CANCEL ")
    done.m.event("CTRL-EVENT-CONNECTED")


def test_station_next_one_at_once(sta_run):
    test_station_success(sta_run)


# --- credentials that a registrar of the field may send, and some that it should not ---

SSID, AUTH, ENCR, KEY, INDEX = 0x1045, 0x1003, 0x100f, 0x1027, 0x1026
GOOD = {INDEX: b"\x01", SSID: b"net", AUTH: b"\x00\x20", ENCR: b"\x00\x08", KEY: b"12345678"}
OPEN = {AUTH: b"\x00\x01", ENCR: b"\x00\x01"}


def credential(**changes):
    c = dict(GOOD)
    for name, value in changes.items():
        c[globals()[name]] = value
    return [(a, v) for a, v in c.items() if v is not None]


@pytest.mark.parametrize("attrs,network", [
    pytest.param(credential(SSID=b"net\0", KEY=b"12345678\0"), '"net"', id="padded"),
    pytest.param(credential(AUTH=OPEN[AUTH], ENCR=OPEN[ENCR], KEY=None), '"net"', id="open-without-key"),
    pytest.param(credential(INDEX=None), '"net"', id="without-index"),
    pytest.param(credential(SSID=b""), None, id="empty-ssid"),
    pytest.param(credential(ENCR=b"\x00\x00"), None, id="unknown-encryption")])
def test_credential_taken(sta_run, attrs, network):
    sta_run.peer.credential = attrs
    events = sta_run.all()
    assert sta_run.peer.heard[-1][0] == "DONE" and "WPS-SUCCESS " in events
    got = sta_run.sta.c("GET_NETWORK 0 ssid")
    assert got == network if network else '"net"' not in sta_run.sta.c("LIST_NETWORKS"), got


@pytest.mark.parametrize("attrs", [
    pytest.param(credential(SSID=None), id="no-ssid"), pytest.param(credential(AUTH=None), id="no-authentication"),
    pytest.param(credential(ENCR=None), id="no-encryption"), pytest.param(credential(KEY=None), id="no-key"),
    pytest.param(credential(SSID=b"x" * 33), id="long-ssid")])
def test_credential_refused(sta_run, attrs):
    sta_run.peer.credential = attrs
    events = sta_run.all()
    assert sta_run.peer.heard[-1][0] == "NACK" and "WPS-FAIL msg=12 config_error=0" in events
