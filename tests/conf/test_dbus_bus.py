"""The bus side of D-Bus: generic rules (reference section 2), introspection, a bus that dies, hostile clients, the policy.

    WPA_SUPPLICANT=... HOSTAPD=... /usr/bin/python3 -m pytest tests/conf/test_dbus_bus.py
"""
import os
import pathlib
import re
import shutil
import struct
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ET

import pytest

import dbus_wire as wire
from dbus_rig import (BSS, BUS, IF, NET, PROPERTIES, PSK, ROOT, STATION, W, WPAS, WPS, Bus, Client, DBusError, Path, Variant,  # noqa: F401
                      World, wait_for, world)

TOP = pathlib.Path(__file__).parents[2]
INTROSPECTABLE = BUS + ".Introspectable"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with World(tmp_path_factory.mktemp("d")) as w:
        w.ap()
        w.s = w.sta("country=DE\nnetwork={\n\tssid=\"home\"\n\tpsk=\"" + PSK + "\"\n}\n")
        w.s.m.event("CTRL-EVENT-CONNECTED")
        w.c = w.client()
        w.path = w.c.call(ROOT, W, "GetInterface", "s", "sta0")
        yield w


@pytest.fixture
def c(lab):
    lab.c.signals.clear()
    return lab.c


# --- generic rules ---

def test_unknown(c, lab):
    c.fails("UnknownMethod", f'Method "Nothing" with signature "s" on interface "{W}" doesn\'t exist\n', ROOT, W, "Nothing", "s", "x")
    c.fails("UnknownMethod", None, ROOT, IF, "Disconnect")
    c.fails("UnknownMethod", None, lab.path, W + ".Nothing", "Disconnect")
    for path in (ROOT + "/Interfaces/99", lab.path + "/Networks/77", lab.path + "/BSSs/4711"):
        # as libdbus has it for a path nobody registered
        e = c.fails("UnknownMethod", None, path, PROPERTIES, "GetAll", "s", NET)
        assert "doesn't exist" in e.texts[0]


def test_without_interface(c, lab):
    """The header of a call may leave the interface out."""
    assert c.call(ROOT, None, "GetInterface", "s", "sta0") == lab.path
    assert c.call(lab.path, None, "Get", "ss", IF, "Ifname") == "sta0"
    assert "<node>" in c.call(ROOT, None, "Introspect")
    c.fails("UnknownMethod", None, ROOT, None, "Disconnect")


@pytest.mark.parametrize("signature, args", [("", ()), ("i", (1,)), ("o", ("/",)), ("ss", ("sta0", "x")), ("v", ("sta0",)), ("as", (["sta0"],))])
def test_wrong_signature(c, signature, args):
    """InvalidArgs without a text."""
    e = c.fails("InvalidArgs", "", ROOT, W, "GetInterface", signature, *args)
    assert e.name == BUS + ".Error.InvalidArgs" and not e.texts


def test_properties_errors(c, lab):
    for bad in ((W, "Nothing"), (IF, "DebugLevel"), ("x", "DebugLevel"), ("", "DebugLevel"), (PROPERTIES, "DebugLevel")):
        c.fails("InvalidArgs", "No such property", ROOT, PROPERTIES, "Get", "ss", *bad)
        c.fails("InvalidArgs", "No such property", ROOT, PROPERTIES, "Set", "ssv", *bad, "info")
    c.fails("InvalidArgs", "Property is read-only", ROOT, PROPERTIES, "Set", "ssv", W, "Interfaces", Variant("ao", []))
    for signature, args in (("s", (W,)), ("si", (W, 1)), ("", ()), ("sss", (W, "a", "b"))):
        e = c.fails("InvalidArgs", None, ROOT, PROPERTIES, "Get", signature, *args)
        assert e.texts in ([], ["Invalid arguments"])
    for signature, args in (("ss", (W, "DebugLevel")), ("siv", (W, 1, 1)), ("sss", (W, "DebugLevel", "info"))):
        c.fails("InvalidArgs", None, ROOT, PROPERTIES, "Set", signature, *args)
    for signature, args in (("i", (1,)), ("", ()), ("ss", (W, W))):
        c.fails("InvalidArgs", None, ROOT, PROPERTIES, "GetAll", signature, *args)
    for value in (1, True, Variant("u", 1), Variant("o", "/")):
        c.fails("Failed", "wrong property type", ROOT, PROPERTIES, "Set", "ssv", W, "DebugLevel", value)
    for value in ("x", 1, Variant("y", 1)):
        c.fails("Failed", "wrong property type", ROOT, PROPERTIES, "Set", "ssv", W, "DebugTimestamp", value)
    c.fails("Failed", "wrong debug level value", ROOT, PROPERTIES, "Set", "ssv", W, "DebugLevel", "loud")
    c.fails("InvalidArgs", "invalid message format", ROOT, PROPERTIES, "Set", "ssv", W, "DebugLevel", Variant("v", Variant("s", "info")))
    for value in ("x", Variant("v", Variant("ay", b"12345678")), Variant("as", ["1"]), Variant("(s)", ("x",)), {"a": 1}):
        c.fails("InvalidArgs", "invalid message format", lab.path, PROPERTIES, "Set", "ssv", WPS, "DeviceType", value)


def test_get_all(c, lab):
    assert c.get_all(ROOT, "x") == c.get_all(ROOT, IF) == c.get_all(ROOT, PROPERTIES) == {}
    every = c.get_all(lab.path, IF)
    assert every["Ifname"] == c.get(lab.path, IF, "Ifname") == "sta0"
    assert every["State"] == "completed"


def test_two_texts(c):
    e = c.fails(W + ".InvalidArgs", None, ROOT, W, "CreateInterface", "a{sv}", {"Colour": "blue"})
    assert e.texts == ["Did not receive correct message arguments.", "Colour"]


def test_no_values(c, lab):
    """A call without reply values has an empty reply; with the no-reply flag none at all."""
    assert c.call(lab.path, WPS, "Cancel") is None
    serial = c.send(ROOT, PROPERTIES, "Set", "ssv", (W, "DebugTimestamp", False), flags=wire.NO_REPLY)
    c.send(ROOT, W, "GetInterface", "i", (1,), flags=wire.NO_REPLY)
    c.ping()
    assert serial not in c.replies and serial + 1 not in c.replies
    assert c.get(ROOT, W, "DebugTimestamp") is False
    c.set(ROOT, W, "DebugTimestamp", True)


# --- changes ---

def test_changed(c):
    """Both forms, the third array empty; only changes that are marked."""
    before = c.get(ROOT, W, "DebugShowKeys")
    c.set(ROOT, W, "DebugShowKeys", True)
    new = c.signals.wait("PropertiesChanged", ROOT, PROPERTIES, lambda i, values, gone: "DebugShowKeys" in values)
    assert new.signature == "sa{sv}as"
    assert new.typed_args == [W, {"DebugShowKeys": Variant("b", True)}, []]
    old = c.signals.wait("PropertiesChanged", ROOT, W)
    assert old.signature == "a{sv}" and old.typed_args == [{"DebugShowKeys": Variant("b", True)}]
    assert new.serial + 1 == old.serial
    c.set(ROOT, W, "DebugShowKeys", before)
    assert c.signals.changed(W, lambda v: True, old=True) == {"DebugShowKeys": before}
    c.set(ROOT, W, "DebugTimestamp", True)  # an answer comes first, or the change: both have arrived then
    assert [m.args[0] for m in c.signals.all("PropertiesChanged", ROOT, W)] == [{"DebugTimestamp": True}]


# --- introspection ---

DTD = """<!ELEMENT node (node|interface)*> <!ATTLIST node name CDATA #IMPLIED>
<!ELEMENT interface (method|signal|property|annotation)*> <!ATTLIST interface name CDATA #REQUIRED>
<!ELEMENT method (arg|annotation)*> <!ATTLIST method name CDATA #REQUIRED>
<!ELEMENT signal (arg|annotation)*> <!ATTLIST signal name CDATA #REQUIRED>
<!ELEMENT arg (annotation)*> <!ATTLIST arg name CDATA #IMPLIED type CDATA #REQUIRED direction (in|out) "in">
<!ELEMENT property (annotation)*> <!ATTLIST property name CDATA #REQUIRED type CDATA #REQUIRED access (read|write|readwrite) #REQUIRED>
<!ELEMENT annotation EMPTY> <!ATTLIST annotation name CDATA #REQUIRED value CDATA #REQUIRED>
"""
ALLOWED = {"node": {"node", "interface"}, "interface": {"method", "signal", "property"}, "method": {"arg"}, "signal": {"arg"},
           "arg": set(), "property": set()}


def tree(c, path):
    """Every object below: path -> its XML."""
    text = c.introspect(path)
    node = ET.fromstring(text)
    out = {path: (text, node)}
    for child in node.findall("node"):
        out.update(tree(c, path + "/" + child.get("name")))
    return out


@pytest.fixture(scope="module")
def objects(lab):
    return tree(lab.c, ROOT)


def test_objects(objects, lab):
    """Every kind of object is found by its parents."""
    interfaces = {p: {i.get("name") for i in node.findall("interface")} for p, (_, node) in objects.items()}
    assert W in interfaces[ROOT] and {IF, WPS} <= interfaces[lab.path]
    assert interfaces[ROOT + "/Interfaces"] <= {INTROSPECTABLE}  # no object of ours
    assert any(NET in i for i in interfaces.values()) and any(BSS in i for i in interfaces.values())
    for path, names in interfaces.items():
        if names & {W, IF, NET, BSS}:
            assert {INTROSPECTABLE, PROPERTIES} <= names


def test_xml(objects, tmp_path):
    """Well-formed and as the DTD wants it; names and types are those of the specification; nothing twice."""
    for path, (text, node) in objects.items():
        assert text.startswith('<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"')
        for parent in node.iter():
            assert {child.tag for child in parent} <= ALLOWED[parent.tag], (path, parent.tag)
            for kind in ALLOWED[parent.tag] - {"arg"}:
                names = [child.get("name") for child in parent.findall(kind)]
                assert len(names) == len(set(names)), (path, parent.get("name"), kind, sorted(names))
        for e in node.iter():
            if e.get("type"):
                assert len(wire.types(e.get("type"))) == 1
            if e.tag == "property":
                assert e.get("access") in ("read", "write", "readwrite")
            if e.tag in ("method", "signal", "property"):
                assert re.fullmatch("[A-Za-z][A-Za-z0-9_]*", e.get("name"))
    if shutil.which("xmllint"):
        (tmp_path / "dtd").write_text(DTD)
        for n, (text, _) in enumerate(objects.values()):
            (tmp_path / f"{n}.xml").write_text(re.sub(r"<!DOCTYPE[^>]*>", "", text))
        done = subprocess.run(["xmllint", "--noout", "--nonet", "--dtdvalid", "dtd", *[f"{n}.xml" for n in range(len(objects))]],
                              cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_busctl(objects, lab):
    """busctl introspect has nothing to warn of, and shows what we do."""
    if not shutil.which("busctl"):
        pytest.skip("no busctl here")
    for path, (_, node) in objects.items():
        if node.find(f"interface[@name='{PROPERTIES}']") is None or "/BSSs/" in path:
            continue
        done = subprocess.run(["busctl", "--address=" + lab.bus.address, "introspect", W, path], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0 and not done.stderr, (path, done.stderr)
        for i in node.findall("interface"):
            for p in [*i.findall("property"), *i.findall("method"), *i.findall("signal")]:
                assert re.search(rf"^\.{p.get('name')} +{p.tag} ", done.stdout, re.M), p.get("name")


def test_complete(objects, c):
    """GetAll gives what is declared, in its type; Get the same; what cannot be written says so."""
    for path, (_, node) in objects.items():
        for i in node.findall("interface"):
            declared = {p.get("name"): p for p in i.findall("property")}
            if not declared:
                continue
            readable = {name for name, p in declared.items() if "read" in p.get("access")}
            values = c.get_all(path, i.get("name"), typed=True)
            assert set(values) == readable, (path, i.get("name"))
            for name, value in values.items():
                assert value.signature == declared[name].get("type"), (path, name)
                one = c.get(path, i.get("name"), name, typed=True)
                assert one.signature == value.signature, (path, name)
                if declared[name].get("access") == "read":
                    c.fails("InvalidArgs", "Property is read-only", path, PROPERTIES, "Set", "ssv", i.get("name"), name, value)


WRONG = [("", ()), ("i", (1,)), ("s", ("x",)), ("ay", (b"abc",)), ("a{sv}", ({},)), ("v", (1,)), ("o", ("/",)), ("aas", ([["x"]],)),
         ("(yy)", ((1, 2),)), ("a{ss}", ({"a": "b"},)), ("ssssssss", ("x",) * 8)]


def test_wrong_types(objects, c, lab):
    """Every method refuses every other signature, every property every other type."""
    for path, (_, node) in objects.items():
        for i in node.findall("interface"):
            for m in i.findall("method"):
                signature = "".join(a.get("type") for a in m.findall("arg") if a.get("direction") != "out")
                for other, args in WRONG:
                    if other != signature:
                        c.fails("InvalidArgs", None, path, i.get("name"), m.get("name"), other, *args)
            for p in i.findall("property"):
                if "write" in p.get("access"):
                    for value in (Variant("d", 1.5), Variant("aas", [["x"]]), Variant("(ii)", (1, 2)), Variant("g", "s"), Variant("x", -1)):
                        with pytest.raises(DBusError):
                            c.set(path, i.get("name"), p.get("name"), value)
    assert lab.s.c("PING") == "PONG\n"


def test_station(world):
    """W.Station: a station of an interface in AP mode, as long as it is there."""
    world.bare()
    c = world.client()
    ap, sta = (c.call(ROOT, W, "CreateInterface", "a{sv}", {"Ifname": name, "Driver": "sim"}) for name in ("ap0", "sta0"))
    c.call(ap, IF, "SelectNetwork", "o", c.call(ap, IF, "AddNetwork", "a{sv}", {"ssid": b"mine", "mode": 2, "frequency": 2412,
                                                                               "key_mgmt": "NONE"}))
    c.signals.changed(IF, lambda v: v.get("State") == "completed", ap)
    c.call(sta, IF, "SelectNetwork", "o", c.call(sta, IF, "AddNetwork", "a{sv}", {"ssid": b"mine", "key_mgmt": "NONE", "scan_freq": 2412}))
    path, told = c.signals.wait("StationAdded", ap, IF).args
    mac = c.get(sta, IF, "MACAddress")
    assert path == f"{ap}/Stations/{mac.hex()}"
    now = c.get_all(path, STATION, typed=True)
    assert set(now) == set(told) and now["Address"] == Variant("ay", mac)
    assert now["AID"] == Variant("q", 1) and now["Capabilities"].signature == "q"
    for name in ("RxPackets", "TxPackets", "RxBytes", "TxBytes"):
        assert now[name].signature == "t", name
    assert {i.get("name") for i in ET.fromstring(c.introspect(path)).findall("interface")} == {INTROSPECTABLE, PROPERTIES, STATION}
    c.call(sta, IF, "Disconnect")
    c.signals.wait("StationRemoved", ap, IF, lambda gone: gone == path)
    c.fails("UnknownMethod", None, path, PROPERTIES, "GetAll", "s", STATION)


# --- joining and rejoining ---

def start_fails(address, d, *words, status=255):
    done = subprocess.run([WPAS, "-u", f"-g{d}/g"], env=dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=address), capture_output=True, text=True,
                          timeout=20, stdin=subprocess.DEVNULL)
    text = done.stdout + done.stderr
    assert done.returncode == status, text
    for w in words:
        assert w in text, text


def test_no_bus(tmp_path):
    start_fails(f"unix:path={tmp_path}/none", tmp_path, "cannot join the bus", f"{tmp_path}/none")
    start_fails("nonsense", tmp_path, "cannot join the bus nonsense")


def test_name_taken(tmp_path):
    bus = Bus(tmp_path)
    other = Client(bus.address)
    assert other.ask("RequestName", "su", W, 4) == 1
    start_fails(bus.address, tmp_path, "another program owns the name")
    other.close()
    bus.stop()


def test_not_allowed(tmp_path):
    """The bus has no policy for us."""
    bus = Bus(tmp_path, more="")
    start_fails(bus.address, tmp_path, "cannot join the bus", "not allowed to own")
    bus.stop()


def test_name_before_work(world):
    """Who waits for the name finds the objects at once."""
    c = world.client()
    world.sta()
    c.signals.find("NameOwnerChanged", match=lambda name, *_: name == W)
    assert c.get_all(ROOT, W)["DebugLevel"]


def rss(pid):
    with open(f"/proc/{pid}/statm") as f:
        return int(f.read().split()[1]) * 4096


def owner(c):
    try:
        return c.ask("GetNameOwner", "s", W)
    except DBusError:
        return None


def rejoined(w):
    c = w.client()
    wait_for("the name", lambda: owner(c))
    return c


def test_bus_dies(world):
    """The daemon goes on, joins again by itself with all its objects; what happened meanwhile shows."""
    world.ap()
    s = world.sta()
    n = s.connect()
    c = world.client()
    path = c.call(ROOT, W, "GetInterface", "s", "sta0")
    before = c.get_all(path, IF)
    for kill in (True, False):
        world.bus.stop(kill)
        wait_for("the loss", lambda: "the bus is gone" in s.text())
        assert s.state() == "COMPLETED"
        for _ in range(3):  # signals with nobody to send them to
            s.c.ok("DISCONNECT")
            s.c.ok(f"SELECT_NETWORK {n}")
            s.m.event("CTRL-EVENT-CONNECTED")
        made = s.c("ADD_NETWORK").strip()
        world.bus.start()
        c = rejoined(world)
        assert c.call(ROOT, W, "GetInterface", "s", "sta0") == path
        now = c.get_all(path, IF)
        assert now["State"] == "completed" and now["CurrentNetwork"] == before["CurrentNetwork"]
        assert f"{path}/Networks/{made}" in now["Networks"] and "Enabled" in c.get_all(f"{path}/Networks/{made}", NET)
        assert set(tree(c, ROOT)) >= {ROOT, path, *now["Networks"], *now["BSSs"]}
        s.c.ok("SCAN")
        c.signals.wait("ScanDone", path)
    assert s.text().count("the bus is gone") == 2


def test_away_for_long(world):
    """Trying again is not told again and again, and takes nothing with it; a name taken meanwhile is waited for."""
    s = world.sta()
    fds = len(os.listdir(f"/proc/{s.proc.pid}/fd"))
    world.bus.stop()
    wait_for("the loss", lambda: "the bus is gone" in s.text())
    time.sleep(1)
    # only lines that are shown without -d count
    shown = [line for line in s.text().splitlines() if "cannot join the bus" in line]
    assert 2 <= len(shown) <= 8
    assert len(os.listdir(f"/proc/{s.proc.pid}/fd")) <= fds
    world.bus.start()
    other = Client(world.bus.address)
    if other.ask("RequestName", "su", W, 4) != 1:
        other.close()
        return  # the daemon was quicker
    wait_for("the refusal", lambda: "another program owns the name" in s.text())
    assert s.c("PING") == "PONG\n"
    other.close()
    assert rejoined(world).call(ROOT, W, "GetInterface", "s", "sta0")


def test_hung_bus(world):
    """A bus that is stopped: the daemon works on, and ends when told to."""
    s = world.sta()
    os.kill(world.bus.proc.pid, 19)
    try:
        for n in range(20):
            s.c.ok(f"BSS_EXPIRE_AGE {10 + n}")
            assert s.c("ADD_NETWORK").strip() == str(n)
        world.stop(s)
    finally:
        os.kill(world.bus.proc.pid, 18)


# --- hostile clients ---

def slowest_ping(s, until):
    """Times of PING at the control socket until the condition holds, sorted."""
    times = []
    while not until():
        at = time.monotonic()
        assert s.c("PING") == "PONG\n"
        times.append(time.monotonic() - at)
    return sorted(times)


def test_flood(lab):
    """10,000 calls without waiting for an answer: everyone else is served meanwhile, every call is answered."""
    c = Client(lab.bus.address, rules=())
    body = wire.Writer()
    for text in (W, "DebugLevel"):
        body.put("s", text)
    fields = {wire.PATH: ROOT, wire.INTERFACE: PROPERTIES, wire.MEMBER: "Get", wire.DESTINATION: W}
    data = b"".join(wire.message(wire.CALL, 100 + n, fields, "ss", bytes(body.data)) for n in range(10000))
    answered = 0
    c.sock.setblocking(False)
    at = 0

    def progress():
        nonlocal at, answered
        try:
            at += c.sock.send(data[at:at + 65536])
        except BlockingIOError:
            pass
        c.pump(0)
        answered += len(c.replies)
        c.replies.clear()
        return answered >= 10000
    times = slowest_ping(lab.s, progress)
    assert len(times) > 10 and times[len(times) // 2] < 0.1 and times[-1] < 2, times[-5:]
    c.close()


def test_flood_without_reading(lab):
    """A client that never reads its answers: the bus cuts it off or holds them; we do not."""
    c = Client(lab.bus.address, rules=())
    before = rss(lab.s.proc.pid)
    c.sock.setblocking(False)
    call = wire.message(wire.CALL, 7, {wire.PATH: lab.path, wire.INTERFACE: INTROSPECTABLE, wire.MEMBER: "Introspect", wire.DESTINATION: W})
    end, refused = time.monotonic() + 1, 0

    def progress():
        nonlocal refused
        try:
            c.sock.send(call * 100)
        except BlockingIOError:
            refused += 1
        except OSError:
            return True
        return time.monotonic() > end
    times = slowest_ping(lab.s, progress)
    assert times[len(times) // 2] < 0.1
    c.close()
    lab.c.ping()
    assert rss(lab.s.proc.pid) - before < 64 << 20


def test_leaves_in_mid_call(lab):
    for n in range(50):
        c = Client(lab.bus.address, rules=())
        c.send(lab.path, PROPERTIES, "GetAll", "s", (IF,))
        if n % 2:
            c.sock.sendall(wire.message(wire.CALL, 9, {wire.PATH: ROOT, wire.MEMBER: "GetInterface", wire.DESTINATION: W}, "s", ("x",))[:50 + n])
        c.close()
    assert lab.c.get(lab.path, IF, "Ifname") == "sta0"


def big_values():
    some = b"\xa5" * (4 << 20)
    yield "a{sv}", ({"Ifname": some},)
    yield "a{sv}", ({"Ifname": "x" * (4 << 20), "Driver": "sim"},)
    yield "a{sv}", ({"Driver": Variant("as", ["x"] * 100000)},)
    yield "a{sv}", ({f"key{n}": n for n in range(50000)},)
    nested = Variant("s", "x")
    for _ in range(30):
        nested = Variant("v", nested)
    yield "a{sv}", ({"Ifname": nested},)
    yield "a{sv}", ({"Ifname": Variant("a" * 16 + "s", [])},)


@pytest.mark.parametrize("signature, args", list(big_values()), ids=["bytes", "text", "array", "keys", "nested", "arrays"])
def test_huge(lab, c, signature, args):
    for path, interface, member in ((ROOT, W, "CreateInterface"), (lab.path, IF, "AddNetwork"), (lab.path, IF, "Scan"), (lab.path, WPS, "Start")):
        with pytest.raises(DBusError) as e:
            c.call(path, interface, member, signature, *args)
        assert len(str(e.value)) < 5 << 20
    for name in ("CtrlInterfaceGroup", "Country"):
        with pytest.raises(DBusError):
            c.set(lab.path, IF, name, args[0].get("Ifname", Variant("a{sv}", args[0])))
    assert lab.s.c("PING") == "PONG\n"


def test_huge_ssid(lab, c):
    with pytest.raises(DBusError):
        c.call(lab.path, IF, "AddNetwork", "a{sv}", {"ssid": b"x" * (2 << 20)})
    with pytest.raises(DBusError):
        c.call(lab.path, IF, "Scan", "a{sv}", {"Type": "active", "SSIDs": [b"x" * 1000] * 5000})
    c.fails("InterfaceUnknown", None, ROOT, W, "RemoveInterface", "o", "/a" * 100000)


@pytest.mark.parametrize("body", [b"\x04\0\0\0\xff\xfe\xfa\xc0\0", b"\xff\xff\xff\x7fx\0", b"\x04\0\0\0a\0bc\0", b"\x04\0\0\0sta0"])
def test_spoilt(lab, body):
    """Invalid UTF-8 and lengths: the bus throws the sender out."""
    c = Client(lab.bus.address, rules=())
    c.sock.sendall(wire.message(wire.CALL, 9, {wire.PATH: ROOT, wire.MEMBER: "GetInterface", wire.DESTINATION: W}, "s", body))
    with pytest.raises(ConnectionError):
        while c.pump(10):
            pass
    c.close()
    assert lab.c.get(lab.path, IF, "Ifname") == "sta0"


def test_descriptors(lab):
    """Descriptors nobody asked for do not stay with us."""
    import array
    import socket
    c = Client(lab.bus.address, rules=())
    # the connection must have agreed to descriptors
    c.close()
    path = lab.bus.path
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.settimeout(10)
    sock.connect(path)
    sock.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
    assert sock.recv(100).startswith(b"OK")
    sock.sendall(b"NEGOTIATE_UNIX_FD\r\n")
    assert sock.recv(100).startswith(b"AGREE")
    sock.sendall(b"BEGIN\r\n" + wire.message(wire.CALL, 1, {wire.PATH: "/org/freedesktop/DBus", wire.INTERFACE: BUS, wire.MEMBER: "Hello",
                                                           wire.DESTINATION: BUS}))
    sock.recv(4096)
    before = len(os.listdir(f"/proc/{lab.s.proc.pid}/fd"))
    fd = os.open("/dev/null", os.O_RDONLY)
    for n in range(40):
        w = wire.Writer()
        w.data += struct.pack("<I", 0)
        head = wire.Writer()
        head.data += struct.pack("<cBBBII", b"l", wire.CALL, 0, 1, len(w.data), 10 + n)
        head.put("a(yv)", [(wire.PATH, Variant("o", ROOT)), (wire.MEMBER, Variant("s", "GetInterface")), (wire.DESTINATION, Variant("s", W)),
                           (wire.SIGNATURE, Variant("g", "h")), (9, Variant("u", 1))])
        head.align(8)
        sock.sendmsg([bytes(head.data + w.data)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])
    os.close(fd)
    lab.c.ping()
    wait_for("closed descriptors", lambda: len(os.listdir(f"/proc/{lab.s.proc.pid}/fd")) <= before)
    sock.close()


# --- the policy we install ---

@pytest.fixture
def strict():
    """A bus like the system's with our policy only, in a folder everybody may look into."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to be somebody else")
    d = pathlib.Path(tempfile.mkdtemp(prefix="dbus", dir="/tmp"))
    d.chmod(0o755)
    policy = TOP / "wpa_supplicant/dbus/dbus-wpa_supplicant.conf"
    with World(d, more=f"<include>{policy}</include>") as w:
        yield w
    shutil.rmtree(d)


def somebody(w, uid=65534):
    """A client of another user."""
    os.seteuid(uid)
    try:
        return Client(w.bus.address, uid=uid)
    finally:
        os.seteuid(0)


def test_policy(strict):
    """Root owns the name and is served; another user may neither own it, nor call, nor listen."""
    s = strict.sta()
    c = strict.client()
    path = c.call(ROOT, W, "GetInterface", "s", "sta0")
    other = somebody(strict)
    for path_, interface, member, signature, args in (
            (ROOT, W, "GetInterface", "s", ("sta0",)), (ROOT, W, "ExpectDisconnect", "", ()), (ROOT, PROPERTIES, "GetAll", "s", (W,)),
            (ROOT, PROPERTIES, "Get", "ss", (W, "DebugLevel")), (ROOT, INTROSPECTABLE, "Introspect", "", ()),
            (path, IF, "Disconnect", "", ()), (path, None, "Disconnect", "", ()), (path, WPS, "Cancel", "", ())):
        other.fails("AccessDenied", None, path_, interface, member, signature, *args)
    unique = c.ask("GetNameOwner", "s", W)
    other.to = unique  # by its unique name neither
    other.fails("AccessDenied", None, ROOT, W, "GetInterface", "s", "sta0")
    with pytest.raises(DBusError, match="AccessDenied"):
        other.ask("RequestName", "su", W, 4)
    s.c.ok("SCAN")
    c.signals.wait("ScanDone", path)
    other.ask("GetId")
    assert [m for m in other.signals.seen if m.path.startswith(ROOT)] == []
    other.close()
