"""W.BSS and its signals: /work/shared/reference/dbus.md, section 4.5, on simulated air.

    WPA_SUPPLICANT=... HOSTAPD=... /usr/bin/python3 -m pytest tests/conf/test_dbus_bss.py

BSSs are played by a socket on the air, so that every element is ours to choose and a thousand of them cost nothing.
"""
import os
import select
import socket
import struct
import threading
import time

import pytest

from dbus_rig import BSS, IF, PROPERTIES, ROOT, W, Variant, World, wait_for, world  # noqa: F401
from hostapd_rig import FRAME, HEADER

FREQ = 2437
ESS, IBSS, PRIVACY = 0x01, 0x02, 0x10
RATES = bytes([1, 8, 0x82, 0x84, 0x8b, 0x96, 12, 24, 48, 72])
MORE_RATES = bytes([50, 5, 18, 36, 96, 108, 0xff])  # the last one is no rate: HT is a must
RATES_BITS = [54000000, 48000000, 36000000, 24000000, 18000000, 12000000, 11000000, 9000000, 6000000, 5500000, 2000000, 1000000]


def element(eid, data):
    return bytes([eid, len(data)]) + data


def suites(oui, types):
    return struct.pack("<H", len(types)) + b"".join(oui + bytes([t]) for t in types)


def rsn(group=4, pairwise=(4,), akms=(2,), capab=0, mgmt=None, oui=b"\0\x0f\xac"):
    tail = struct.pack("<H", capab) + (b"" if mgmt is None else b"\0\0" + oui + bytes([mgmt]))
    return element(48, b"\1\0" + oui + bytes([group]) + suites(oui, pairwise) + suites(oui, akms) + tail)


def wpa(group=2, pairwise=(2,), akms=(2,)):
    oui = b"\0\x50\xf2"
    return element(221, oui + b"\1\1\0" + oui + bytes([group]) + suites(oui, pairwise) + suites(oui, akms))


def wps(*attrs):
    attrs = ((0x104a, b"\x10"), (0x1044, b"\2"), *attrs)
    return element(221, b"\0\x50\xf2\4" + b"".join(struct.pack(">HH", t, len(v)) + v for t, v in attrs))


def selected(password):
    """A registrar is active, with this Device Password ID."""
    return wps((0x1041, b"\1"), (0x1012, password.to_bytes(2, "big")), (0x1053, b"\1\x88"))


class Farm:
    """Access points that answer probe requests: bss[n] = (ssid, elements, capability, dBm)."""

    def __init__(self, air, freq=FREQ):
        self.bss, self.freq, self.id = {}, freq, 0
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(str(air / "farm"))
        self.ended = False
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def put(self, n, ssid=b"net", elements=b"", capab=ESS, dbm=-40, rates=RATES):
        self.bss[n] = (ssid, rates + elements, capab, dbm)

    def close(self):
        self.ended = True
        self.thread.join()
        self.sock.close()

    def serve(self):
        while not self.ended:
            if not select.select([self.sock], [], [], 0.1)[0]:
                continue
            data, sender = self.sock.recvfrom(9000)
            head = HEADER.unpack_from(data)
            frame = data[HEADER.size:]
            if head[2] == FRAME and head[5] == self.freq and frame[0] == 0x40:
                self.answer(frame[10:16], sender)

    def answer(self, to, sender):
        for n, (ssid, elements, capab, dbm) in list(self.bss.items()):
            self.id += 1
            addr = struct.pack(">HI", 0x0200, n)
            frame = struct.pack("<HH6s6s6sHQHH", 0x50, 0, to, addr, addr, 0, 1, 100, capab) + element(0, ssid) + elements
            try:
                self.sock.sendto(HEADER.pack(b"SIMA", 1, FRAME, 0, 1, self.freq, dbm, 0, self.id, 0) + frame, sender)
            except OSError:
                return  # the station is gone


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with World(tmp_path_factory.mktemp("bss")) as w:
        w.farm = Farm(w.d / "air")
        w.s = w.sta("country=DE\n")
        w.c = w.client()
        w.path = w.c.call(ROOT, W, "GetInterface", "s", "sta0")
        yield w
        w.farm.close()


@pytest.fixture
def air(lab):
    lab.farm.bss.clear()
    lab.s.c.ok("FLUSH")
    lab.s.m.drain()
    lab.c.signals.clear()
    return Air(lab)


class Air:
    def __init__(self, lab):
        self.c, self.path, self.s, self.farm = lab.c, lab.path, lab.s, lab.farm
        self.put = lab.farm.put

    def scan(self):
        """One scan, its results in; all signals of it are there."""
        self.c.signals.clear()
        self.s.c.ok(f"SCAN TYPE=ONLY freq={FREQ}")
        self.c.signals.find("ScanDone", self.path, IF)
        time.sleep(0.05)  # what is collected is told 5 ms later
        self.c.ping()

    def one(self, **kw):
        """The object of the only BSS."""
        self.put(1, **kw)
        for _ in range(5):  # a busy machine answers a probe after the scan
            self.scan()
            if self.c.signals.all("BSSAdded", self.path, IF):
                break
        return self.c.signals.find("BSSAdded", self.path, IF).args[0]

    def get(self, path, name):
        return self.c.get(path, BSS, name, typed=True)

    def changed(self, path):
        """What PropertiesChanged told of the BSS since the last scan, in both forms."""
        new, old = {}, {}
        for m in self.c.signals.all("PropertiesChanged", path):
            if m.interface == PROPERTIES:
                assert m.args[0] == BSS and m.args[2] == []
                new.update(m.args[1])
            else:
                old.update(m.args[0])
        assert new == old
        return new


def plain(value):
    """Without the types of the values inside."""
    return {k: v.value for k, v in value.value.items()}


EMPTY_WPA = {"KeyMgmt": [], "Pairwise": [], "Group": ""}
EMPTY_RSN = {**EMPTY_WPA, "MgmtGroup": ""}


def test_open(air):
    path = air.one(ssid=b"caf\xc3\xa9\0", rates=RATES + MORE_RATES, dbm=-67)
    assert path.startswith(air.path + "/BSSs/")
    ies = element(0, b"caf\xc3\xa9\0") + RATES + MORE_RATES
    expected = {
        "SSID": Variant("ay", b"caf\xc3\xa9\0"), "BSSID": Variant("ay", bytes.fromhex("020000000001")),
        "Privacy": Variant("b", False), "Mode": Variant("s", "infrastructure"), "Signal": Variant("n", -67),
        "Frequency": Variant("q", FREQ), "Rates": Variant("au", RATES_BITS), "WPS": Variant("a{sv}", {}),
        "IEs": Variant("ay", ies), "ANQP": Variant("a{sv}", {})}
    values = air.c.get_all(path, BSS, typed=True)
    for name, value in expected.items():
        assert values[name] == value, name
    assert plain(values["WPA"]) == EMPTY_WPA and plain(values["RSN"]) == EMPTY_RSN
    assert values["Age"].signature == "u" and values["Age"].value < 5
    assert values.keys() == expected.keys() | {"WPA", "RSN", "Age"}
    for name, value in values.items():
        assert air.get(path, name) == value
    types = {k: v.signature for k, v in values["RSN"].value.items()}
    assert types == {"KeyMgmt": "as", "Pairwise": "as", "Group": "s", "MgmtGroup": "s"}


@pytest.mark.parametrize("elements,expected", [
    (rsn(), {"KeyMgmt": ["wpa-psk"], "Pairwise": ["ccmp"], "Group": "ccmp", "MgmtGroup": "aes128cmac"}),
    (rsn(group=2, pairwise=(2, 4), akms=(1, 2, 3, 4, 5, 6)),
     {"KeyMgmt": ["wpa-psk", "wpa-psk-sha256", "wpa-ft-psk", "wpa-eap", "wpa-eap-sha256", "wpa-ft-eap"], "Pairwise": ["tkip", "ccmp"],
      "Group": "tkip", "MgmtGroup": "aes128cmac"}),
    (rsn(group=9, pairwise=(8, 9, 10), akms=(8, 9, 11, 12, 13), mgmt=12),
     {"KeyMgmt": ["wpa-eap-suite-b", "wpa-eap-suite-b-192", "wpa-ft-eap-sha384", "sae", "ft-sae"],
      "Pairwise": ["gcmp", "ccmp-256", "gcmp-256"], "Group": "gcmp-256", "MgmtGroup": "bip-gmac-256"}),
    (rsn(group=10, akms=(14, 15, 16, 17, 18, 24, 25), mgmt=13),
     {"KeyMgmt": ["wpa-fils-sha256", "wpa-fils-sha384", "wpa-fils-ft-sha256", "wpa-fils-ft-sha384", "sae-ext-key", "ft-sae-ext-key",
                  "owe"], "Pairwise": ["ccmp"], "Group": "ccmp-256", "MgmtGroup": "bip-cmac-256"}),
    (rsn(group=1, capab=0xc0, mgmt=6), {"KeyMgmt": ["wpa-psk"], "Pairwise": ["ccmp"], "Group": "wep40", "MgmtGroup": "aes128cmac"}),
    (rsn(group=5, mgmt=11), {"KeyMgmt": ["wpa-psk"], "Pairwise": ["ccmp"], "Group": "wep104", "MgmtGroup": "bip-gmac-128"}),
    (rsn(group=8, mgmt=99), {"KeyMgmt": ["wpa-psk"], "Pairwise": ["ccmp"], "Group": "gcmp", "MgmtGroup": "aes128cmac"}),
    (rsn(akms=(99,)), {"KeyMgmt": [], "Pairwise": ["ccmp"], "Group": "ccmp", "MgmtGroup": "aes128cmac"}),
    (element(48, b"\1\0"), {"KeyMgmt": ["wpa-eap"], "Pairwise": ["ccmp"], "Group": "ccmp", "MgmtGroup": "aes128cmac"}),
    (element(48, b"\1\0\0\x0f\xac\4\xff\xff"), EMPTY_RSN),  # damaged
])
def test_rsn(air, elements, expected):
    path = air.one(elements=elements, capab=ESS | PRIVACY)
    assert plain(air.get(path, "RSN")) == expected
    assert plain(air.get(path, "WPA")) == EMPTY_WPA
    assert air.get(path, "Privacy").value is True


@pytest.mark.parametrize("elements,expected", [
    (wpa(), {"KeyMgmt": ["wpa-psk"], "Pairwise": ["tkip"], "Group": "tkip"}),
    (wpa(group=4, pairwise=(2, 4), akms=(1, 2)), {"KeyMgmt": ["wpa-psk", "wpa-eap"], "Pairwise": ["tkip", "ccmp"], "Group": "ccmp"}),
    (wpa(akms=(0,)), {"KeyMgmt": ["wpa-none"], "Pairwise": ["tkip"], "Group": "tkip"}),
])
def test_wpa(air, elements, expected):
    path = air.one(elements=elements, capab=ESS | PRIVACY)
    assert plain(air.get(path, "WPA")) == expected
    assert plain(air.get(path, "RSN")) == EMPTY_RSN


@pytest.mark.parametrize("elements,expected", [
    (wps(), {"Type": ""}), (selected(4), {"Type": "pbc"}), (selected(0), {"Type": "pin"}),
    (element(221, b"\0\x50\xf2\4\x10\x4a\xff\xff"), {"Type": ""}), (b"", {})])
def test_wps(air, elements, expected):
    path = air.one(elements=elements)
    assert plain(air.get(path, "WPS")) == expected


@pytest.mark.parametrize("elements,capab,mode", [(b"", ESS, "infrastructure"), (b"", IBSS, "ad-hoc"),
                                                 (element(114, b"mesh"), 0, "mesh")])
def test_mode(air, elements, capab, mode):
    assert air.get(air.one(elements=elements, capab=capab), "Mode").value == mode


def test_rates(air):
    assert air.get(air.one(rates=b""), "Rates") == Variant("au", [])
    air.put(2, rates=element(1, bytes([2, 2, 0x82])) + element(50, bytes([2, 4])))
    air.scan()
    path = air.c.signals.find("BSSAdded", air.path, IF).args[0]
    assert air.get(path, "Rates").value == [2000000, 1000000]


def test_read_only(air):
    path = air.one()
    air.c.fails("org.freedesktop.DBus.Error.InvalidArgs", "Property is read-only", path, PROPERTIES, "Set", "ssv", BSS, "Signal",
                Variant("n", 1))
    air.c.fails("org.freedesktop.DBus.Error.InvalidArgs", "No such property", path, PROPERTIES, "Get", "ss", BSS, "Foo")


# --- what a scan tells ---

def test_added_and_removed(air):
    """BSSAdded with all properties before ScanDone; BSSs follows; an object that is gone is gone."""
    air.put(1, ssid=b"one")
    air.put(2, ssid=b"two", elements=rsn(), capab=ESS | PRIVACY)
    air.scan()
    added = air.c.signals.all("BSSAdded", air.path, IF)
    assert [m.args[1]["SSID"] for m in added] == [b"one", b"two"] or [m.args[1]["SSID"] for m in added] == [b"two", b"one"]
    for m in added:
        now = air.c.get_all(m.args[0], BSS, typed=True)
        assert m.typed_args[1].keys() == now.keys()
        assert {k: v for k, v in m.typed_args[1].items() if k != "Age"} == {k: v for k, v in now.items() if k != "Age"}
    paths = [m.args[0] for m in added]
    assert air.c.get(air.path, IF, "BSSs") == paths
    told = air.c.signals.changed(IF, lambda v: "BSSs" in v, air.path)
    assert told["BSSs"] == paths
    air.c.signals.clear()
    air.s.c.ok("BSS_FLUSH 0")
    assert [air.c.signals.wait("BSSRemoved", air.path, IF).args[0] for _ in paths] == paths
    assert air.c.signals.changed(IF, lambda v: "BSSs" in v, air.path)["BSSs"] == []
    for p in paths:
        air.c.fails("UnknownMethod", None, p, PROPERTIES, "GetAll", "s", BSS)
    air.scan()  # ids are never used again
    assert not set(air.c.get(air.path, IF, "BSSs")) & set(paths)


def test_added_before_done(air):
    air.put(1)
    air.c.signals.clear()
    air.s.c.ok(f"SCAN TYPE=ONLY freq={FREQ}")
    air.c.signals.find("ScanDone", air.path, IF, timeout=20)
    assert air.c.signals.all("BSSAdded", air.path, IF)


@pytest.mark.parametrize("change,expected", [
    ({}, {}), ({"dbm": -50}, {"Signal": -50}),
    ({"capab": ESS | PRIVACY}, {"Privacy": True}), ({"capab": IBSS}, {"Mode": "ad-hoc"}),
    ({"rates": element(1, b"\x02")}, {"Rates": [1000000], "IEs": None}),
    ({"rates": RATES + element(50, b"\x6c")}, {"Rates": [54000000, 36000000, 24000000, 12000000, 11000000, 6000000, 5500000, 2000000,
                                                        1000000], "IEs": None}),
    ({"elements": rsn()}, {"RSN": {"KeyMgmt": ["wpa-psk"], "Pairwise": ["ccmp"], "Group": "ccmp", "MgmtGroup": "aes128cmac"},
                           "IEs": None}),
    ({"elements": wpa()}, {"WPA": {"KeyMgmt": ["wpa-psk"], "Pairwise": ["tkip"], "Group": "tkip"}, "IEs": None}),
    ({"elements": wps()}, {"WPS": {"Type": ""}, "IEs": None}),
    ({"elements": selected(4)}, {"WPS": {"Type": "pbc"}, "IEs": None}),
    ({"elements": element(221, b"\0\1\2\3")}, {"IEs": None}),
    ({"dbm": -41, "capab": ESS | PRIVACY, "elements": rsn() + wpa()}, {"Signal": -41, "Privacy": True, "RSN": None, "WPA": None,
                                                                     "IEs": None}),
])
def test_changes(air, change, expected):
    """A scan tells Age of every BSS it saw, and of the rest what is new."""
    path = air.one()
    air.put(1, **change)
    air.scan()
    told = air.changed(path)
    assert told.pop("Age") < 5
    assert told.keys() == expected.keys()
    for name, value in expected.items():
        assert value is None or told[name] == value
    air.scan()  # and the next one is quiet again
    assert air.changed(path).keys() == {"Age"}


def test_changes_back(air):
    """Elements that go away; the second of a kind counts as well (WPS elements may be several)."""
    path = air.one(elements=wps() + element(221, b"\0\x50\xf2\4" + b"\x10\x12\0\2\0\4") + rsn())
    air.put(1, elements=wps() + element(221, b"\0\x50\xf2\4" + b"\x10\x12\0\2\0\0") + rsn())
    air.scan()
    assert air.changed(path).keys() == {"Age", "WPS", "IEs"}
    air.put(1)
    air.scan()
    told = air.changed(path)
    assert told.keys() == {"Age", "WPS", "RSN", "IEs"} and told["WPS"] == {} and told["RSN"]["KeyMgmt"] == []


def test_frequency(lab, air):
    path = air.one()
    lab.farm.freq = 2412
    try:
        air.c.signals.clear()
        air.s.c.ok("SCAN TYPE=ONLY freq=2412")
        air.c.signals.changed(BSS, lambda v: v.get("Frequency") == 2412, path)
    finally:
        lab.farm.freq = FREQ


def test_not_seen(air):
    """Of a BSS that a scan did not see nothing but its age is told, with an older age each time."""
    path = air.one()
    air.farm.bss.clear()
    time.sleep(1.1)
    air.scan()
    assert air.changed(path).get("Age", 1) >= 1 and air.changed(path).keys() <= {"Age"}
    assert air.get(path, "Age").value >= 1


# --- many ---

def cpu(pid):
    """Seconds of processor time so far."""
    with open(f"/proc/{pid}/stat") as f:
        words = f.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def test_many(world):
    """A thousand BSSs: what D-Bus costs grows with their number and not with its square."""
    farm = Farm(world.d / "air")
    try:
        s = world.sta("country=DE\nbss_max_count=1500\n")
        c = world.client()
        path = c.call(ROOT, W, "GetInterface", "s", "sta0")
        s.c.ok("LOG_LEVEL ERROR")

        def cost(count):
            """Processor seconds of one scan."""
            before = cpu(s.proc.pid)
            for _ in range(count):
                s.c.ok(f"SCAN TYPE=ONLY freq={FREQ}")
                s.m.event("CTRL-EVENT-SCAN-RESULTS", 60)
            c.signals.clear()
            return (cpu(s.proc.pid) - before) / count

        costs = {}
        for number in (200, 1000):
            for n in range(len(farm.bss), number):
                farm.put(n, ssid=b"net%d" % n, elements=rsn() + wps() + element(221, bytes(100)), dbm=-30 - n % 60)
            wait_for("all of them", lambda: cost(1) and len(c.get(path, IF, "BSSs")) == number, 60)
            costs[number] = cost(10)
        print("CPU seconds of a scan by number of BSSs:", costs)
        assert costs[1000] < 15 * max(costs[200], 0.004), costs
    finally:
        farm.close()
