"""Networks over D-Bus: /work/shared/reference/dbus.md, sections 4.1, 4.3 and 4.4, on simulated air.

    WPA_SUPPLICANT=... HOSTAPD=... /usr/bin/python3 -m pytest tests/conf/test_dbus_network.py
"""
import pytest

from dbus_rig import IF, NET, PROPERTIES, PSK, PSK_CONF, ROOT, W, DBusError, Path, Variant, World, wait_for, world  # noqa: F401

MESSAGE = "invalid message format"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with World(tmp_path_factory.mktemp("net")) as w:
        w.ap_ = w.ap(conf=PSK_CONF)
        w.s = w.sta("country=DE\n")
        w.c = w.client()
        w.path = w.c.call(ROOT, W, "GetInterface", "s", "sta0")
        yield w


@pytest.fixture
def net(lab):
    lab.s.c.ok("FLUSH")
    lab.s.c.ok("SCAN_INTERVAL 1")
    lab.s.m.drain()
    lab.c.signals.clear()
    return Net(lab.c, lab.path, lab.s)


class Net:
    def __init__(self, c, path, s):
        self.c, self.path, self.s = c, path, s

    def add(self, **args):
        """The path of a new network."""
        return self.c.call(self.path, IF, "AddNetwork", "a{sv}", args)

    def call(self, member, signature="", *args):
        return self.c.call(self.path, IF, member, signature, *args)

    def refused(self, args):
        e = self.c.fails("org.freedesktop.DBus.Error.InvalidArgs", MESSAGE, self.path, IF, "AddNetwork", "a{sv}", args)
        assert e.texts[1].startswith(list(args)[-1] + ": ")

    def key(self, path, key):
        return self.s.c(f"GET_NETWORK {path.split('/')[-1]} {key}")

    def list(self):
        return self.c.get(self.path, IF, "Networks")

    def values(self, path):
        return self.c.get(path, NET, "Properties")

    def set(self, path, **args):
        self.c.set(path, NET, "Properties", args)

    def added(self):
        return self.c.signals.wait("NetworkAdded", self.path, IF)

    def removed(self):
        return self.c.signals.wait("NetworkRemoved", self.path, IF).args[0]

    def enabled(self, path):
        """The next change of Enabled, in both signals."""
        new = self.c.signals.changed(NET, lambda v: True, path)
        old = self.c.signals.changed(NET, lambda v: True, path, old=True)
        assert old == new and list(new) == ["Enabled"]
        return new["Enabled"]


# --- values ---

@pytest.mark.parametrize("key,value,text", [
    ("ssid", b"home", '"home"'), ("ssid", "home", '"home"'), ("ssid", b"\x00\xff", "00ff"), ("ssid", 'a"b', '"a"b"'),
    ("identity", Variant("ay", [1, 2]), "0102"), ("identity", "user", '"user"'),
    ("priority", Variant("i", 7), "7"), ("priority", Variant("i", -7), "-7"), ("priority", Variant("u", 7), "7"),
    ("scan_ssid", Variant("i", 1), "1"), ("scan_ssid", Variant("u", 1), "1"), ("scan_ssid", "1", "1"),
    ("scan_freq", Variant("u", 2412), "2412"), ("scan_freq", "2412", "2412"), ("scan_freq", "2412 2437", "2412 2437"),
    ("freq_list", "2412 2417 2432", "2412 2417 2432"), ("freq_list", Variant("i", 2412), "2412"),
    ("key_mgmt", "WPA-PSK WPA-PSK-SHA256", "WPA-PSK WPA-PSK-SHA256"), ("key_mgmt", "NONE", "NONE"),
    ("proto", "RSN", "RSN"), ("pairwise", "CCMP", "CCMP"), ("group", "CCMP TKIP", "CCMP TKIP"),
    ("group_mgmt", "AES-128-CMAC", "AES-128-CMAC"), ("auth_alg", "OPEN SHARED", "OPEN SHARED"), ("eap", "TLS", "TLS"),
    ("bssid", "02:00:00:00:00:01", "02:00:00:00:00:01"), ("bssid", b"\x02\0\0\0\0\x01", None),
    ("bssid_hint", "02:00:00:00:00:01", "02:00:00:00:00:01"), ("bssid_ignore", "02:00:00:00:00:01", "02:00:00:00:00:01"),
    ("bssid_accept", "02:00:00:00:00:01", "02:00:00:00:00:01"), ("bssid_blacklist", "02:00:00:00:00:01", "FAIL\n"),
    ("mode", Variant("u", 2), "2"), ("frequency", Variant("u", 2412), "2412"), ("wps_disabled", Variant("i", 1), "1"),
    ("ieee80211w", Variant("i", 1), "1"), ("bgscan", "simple:30:-65:300", '"simple:30:-65:300"'),
    ("bgscan", b"simple:30:-70:86400", '"simple:30:-70:86400"'),
    ("multi_ap_backhaul_sta", Variant("i", 1), "1"), ("multi_ap_profile", Variant("u", 2), "2"),
    ("psk", PSK, "*"), ("psk", bytes(range(32)), "*"), ("disabled", Variant("i", 1), "1"),
])
def test_values(net, key, value, text):
    """A key each, of the type clients send it in; None: refused."""
    if text is None:
        net.refused({key: value})
        return
    path = net.add(**{key: value})
    assert path == net.path + "/Networks/0"
    assert net.key(path, key) == text
    assert net.list() == [path]


@pytest.mark.parametrize("args", [
    {"ssid": b""}, {"ssid": ""}, {"ssid": b"x" * 33}, {"ssid": Variant("y", 1)}, {"ssid": True}, {"ssid": Variant("as", ["home"])},
    {"ssid": Variant("t", 1)}, {"ssid": Variant("v", "home")}, {"ssid": Variant("a{sv}", {})},
    {"identity": b""}, {"identity": Variant("y", 1)}, {"psk": "1234567"}, {"psk": "x" * 64}, {"psk": "0" * 64},
    {"psk": b"x" * 31}, {"priority": "1"}, {"scan_ssid": Variant("i", 2)}, {"scan_freq": "foo"}, {"key_mgmt": ""},
    {"key_mgmt": "FOO"}, {"eap": "FOO"}, {"multi_ap_backhaul_sta": True}, {"multi_ap_backhaul_sta": Variant("i", 2)},
    {"no_such_key": 1}, {"": "x"}, {"ssid": b"home", "identity": b"x" * 100000}, {"ssid": b"home", "psk": "short"},
    {"identity": "x" * 100000},
])
def test_bad_values(net, args):
    """Refused with a word on the key, and the network is gone again; clients see it come and go."""
    net.refused(args)
    path = net.added().args[0]
    assert net.removed() == path
    assert net.list() == []


def test_bad_arguments(net):
    net.c.fails("InvalidArgs", "", net.path, IF, "AddNetwork")
    net.c.fails("InvalidArgs", "", net.path, IF, "AddNetwork", "s", "home")
    net.c.fails("InvalidArgs", "", net.path, IF, "AddNetwork", "a{ss}", {"ssid": "home"})
    assert net.list() == []


def test_added(net):
    """Told before the properties are set: defaults, disabled. Its object is there already."""
    path = net.add(ssid=b"home", psk=PSK)
    m = net.added()
    assert m.signature == "oa{sv}"
    assert m.args[0] == path
    values = m.typed_args[1]
    assert values.keys() == {"Properties", "Enabled"} and values["Enabled"] == Variant("b", False)
    assert values["Properties"].signature == "a{sv}"
    assert "ssid" not in values["Properties"].value
    assert values["Properties"].value["key_mgmt"] == Variant("s", "WPA-PSK WPA-EAP")
    assert net.c.get_all(path, NET)["Enabled"] is False


# --- W.Network ---

def test_properties(net):
    """What is set, as text in the syntax of the file; no secrets."""
    path = net.add(ssid=b"home", psk=PSK, key_mgmt="WPA-PSK", scan_freq="2412", priority=3, sae_password="secret")
    values = net.c.get(path, NET, "Properties", typed=True).value
    assert all(v.signature == "s" and v.value for v in values.values())
    plain = net.values(path)
    assert plain.items() >= {"ssid": '"home"', "key_mgmt": "WPA-PSK", "scan_freq": "2412", "priority": "3", "disabled": "1",
                             "mode": "0", "scan_ssid": "0", "proto": "WPA RSN"}.items()
    for k in ("psk", "sae_password", "bssid", "identity", "bssid_blacklist", "id", "eap"):
        assert k not in plain, k
    for k, v in plain.items():
        assert net.key(path, k) == v
    assert {k: v.signature for k, v in net.c.get_all(path, NET, typed=True).items()} == {"Properties": "a{sv}", "Enabled": "b"}


def test_set_properties(net):
    path = net.add(ssid=b"home")
    net.set(path, ssid=b"other", priority=5, psk="other words")
    values = net.values(path)
    assert values["ssid"] == '"other"' and values["priority"] == "5"
    assert net.key(path, "psk") == "*"
    for wrong in ({"priority": True}, {"psk": "short"}, {"foo": 1}):
        e = net.c.fails("org.freedesktop.DBus.Error.InvalidArgs", MESSAGE, path, PROPERTIES, "Set", "ssv", NET, "Properties", wrong)
        assert e.texts[1].startswith(list(wrong)[0])
    assert net.list() == [path]
    for wrong in (Variant("s", "x"), Variant("a{ss}", {"ssid": "x"}), Variant("as", ["ssid"]), Variant("v", Variant("a{sv}", {}))):
        net.c.fails("org.freedesktop.DBus.Error.InvalidArgs", MESSAGE, path, PROPERTIES, "Set", "ssv", NET, "Properties", wrong)
    assert net.values(path) == values
    net.set(path)  # nothing


def test_set_disabled(net):
    """The key behind Enabled."""
    path = net.add(ssid=b"nowhere")
    net.set(path, disabled=0)
    assert net.enabled(path) is True
    net.s.c.ok("SET_NETWORK 0 disabled 1")
    assert net.enabled(path) is False


def test_read_only(world):
    """Networks of the second file are nobody's to change."""
    (world.d / "more.conf").write_text('network={\nssid="fixed"\nkey_mgmt=NONE\ndisabled=1\n}\n')
    sta = world.sta(extra=(f"-I{world.d}/more.conf",))
    c = world.client()
    path = c.call(ROOT, W, "GetInterface", "s", "sta0")
    n = c.get(path, IF, "Networks")[0]
    assert c.get(n, NET, "Properties")["ssid"] == '"fixed"'
    e = c.fails("org.freedesktop.DBus.Error.InvalidArgs", MESSAGE, n, PROPERTIES, "Set", "ssv", NET, "Properties", {"priority": 1})
    assert e.texts[1] == "priority: the file it is from is only read"
    sta.c.fails("BSSID 0 02:00:00:00:00:01")


def test_enabled(net):
    path = net.add(ssid=b"nowhere", key_mgmt="NONE")
    assert net.c.get(path, NET, "Enabled") is False
    net.c.set(path, NET, "Enabled", True)
    assert net.enabled(path) is True
    assert net.c.get(path, NET, "Enabled") is True
    net.c.set(path, NET, "Enabled", True)
    net.c.signals.none("PropertiesChanged", path, seconds=0.1)
    net.c.set(path, NET, "Enabled", False)
    assert net.enabled(path) is False
    net.c.set(path, NET, "Enabled", False)
    net.c.signals.none("PropertiesChanged", path, seconds=0.1)
    net.s.c.ok("ENABLE_NETWORK 0")
    assert net.enabled(path) is True
    net.s.c.ok("DISABLE_NETWORK all")
    assert net.enabled(path) is False
    net.s.c.ok("ENABLE_NETWORK 0")
    assert net.enabled(path) is True
    other = net.s.c("ADD_NETWORK").strip()
    net.s.g.ok(f"DUP_NETWORK {net.s.ifname} {net.s.ifname} {other} 0 disabled")
    assert net.enabled(path) is False
    net.s.c.ok(f"REMOVE_NETWORK {other}")
    net.c.fails("Failed", "wrong property type", path, PROPERTIES, "Set", "ssv", NET, "Enabled", 1)
    net.c.fails("org.freedesktop.DBus.Error.InvalidArgs", MESSAGE, path, PROPERTIES, "Set", "ssv", NET, "Enabled",
                Variant("v", True))
    net.c.fails("org.freedesktop.DBus.Error.InvalidArgs", "No such property", path, PROPERTIES, "Get", "ss", NET, "Foo")
    net.c.fails("org.freedesktop.DBus.Error.InvalidArgs", "No such property", path, PROPERTIES, "Get", "ss", IF, "Enabled")


def test_enabled_connects(net):
    path = net.add(ssid=b"home", psk=PSK, key_mgmt="WPA-PSK", disabled=1)
    net.c.set(path, NET, "Enabled", True)
    net.s.m.event("CTRL-EVENT-CONNECTED")
    assert net.c.get(net.path, IF, "CurrentNetwork") == path
    net.c.set(path, NET, "Enabled", False)
    net.s.m.event("CTRL-EVENT-DISCONNECTED")


def test_psk_as_bytes(net):
    """64 hex digits would be too long for a passphrase: NetworkManager sends 32 bytes."""
    key = net.s.c  # PBKDF2 of the passphrase
    import hashlib
    pmk = hashlib.pbkdf2_hmac("sha1", PSK.encode(), b"home", 4096, 32)
    path = net.add(ssid=b"home", psk=pmk, key_mgmt="WPA-PSK", proto="RSN")
    net.call("SelectNetwork", "o", path)
    net.s.m.event("CTRL-EVENT-CONNECTED")
    assert key("GET_NETWORK 0 psk") == "*"


# --- methods and signals of the interface ---

def test_select(net):
    """The others are disabled; NetworkSelected for the choice."""
    a, b = net.add(ssid=b"one", key_mgmt="NONE"), net.add(ssid=b"two", key_mgmt="NONE")
    net.c.set(a, NET, "Enabled", True)
    net.c.signals.clear()
    net.call("SelectNetwork", "o", b)
    assert net.c.signals.find("NetworkSelected", net.path, IF).args == [b]
    assert net.c.signals.find("PropertiesChanged", a, NET).args == [{"Enabled": False}]
    assert net.c.signals.find("PropertiesChanged", b, NET).args == [{"Enabled": True}]
    net.s.c.ok("SELECT_NETWORK 0")
    assert net.c.signals.find("NetworkSelected", net.path, IF).args == [a]
    net.c.signals.clear()
    net.s.c.ok("SELECT_NETWORK any")
    net.c.signals.none("NetworkSelected", seconds=0.1)


@pytest.mark.parametrize("method", ["SelectNetwork", "RemoveNetwork"])
def test_bad_paths(net, method):
    path = net.add(ssid=b"one")
    for wrong in ("/", "/foo", net.path, net.path + "/Networks", net.path + "/Networks/x", net.path + "/BSSs/0",
                  path.replace("Interfaces/0", "Interfaces/99"), net.path + "/Networks/0/0"):
        e = net.c.fails("InvalidArgs", "Did not receive correct message arguments.", net.path, IF, method, "o", Path(wrong))
        assert e.texts[1] == wrong
    for gone in ("99", "4294967296", "99999999999999999999"):
        try:
            net.call(method, "o", Path(net.path + "/Networks/" + gone))
            raise AssertionError("took a network that does not exist")
        except DBusError as e:
            assert e.name in (W + ".NetworkUnknown", W + ".InvalidArgs")
    net.c.fails("NetworkUnknown", "There is no such a network in this interface.", net.path, IF, method, "o",
                Path(net.path + "/Networks/99"))
    net.c.fails("InvalidArgs", "", net.path, IF, method, "s", path)
    assert net.list() == [path]


def test_remove(net):
    path = net.add(ssid=b"one")
    net.call("RemoveNetwork", "o", path)
    m = net.c.signals.wait("NetworkRemoved", net.path, IF)
    assert m.signature == "o" and m.args == [path]
    net.c.fails("NetworkUnknown", None, net.path, IF, "RemoveNetwork", "o", path)
    net.c.fails("UnknownMethod", None, path, PROPERTIES, "GetAll", "s", NET)
    net.c.fails("UnknownMethod", None, path, PROPERTIES, "Set", "ssv", NET, "Enabled", True)


def test_remove_all(net):
    paths = [net.add(ssid=b"n%d" % i) for i in range(5)]
    net.call("RemoveAllNetworks")
    assert {net.removed() for _ in paths} == set(paths)
    assert net.list() == []
    net.call("RemoveAllNetworks")


def test_remove_current(net):
    path = net.add(ssid=b"home", psk=PSK, key_mgmt="WPA-PSK")
    net.call("SelectNetwork", "o", path)
    net.s.m.event("CTRL-EVENT-CONNECTED")
    net.call("RemoveNetwork", "o", path)
    net.s.m.event("CTRL-EVENT-DISCONNECTED")
    assert net.c.get(net.path, IF, "CurrentNetwork") == "/"
    assert net.removed() == path


def test_of_control_socket(net):
    """What others do to networks is told, too."""
    net.s.c("ADD_NETWORK")
    m = net.added()
    assert m.args[0] == net.path + "/Networks/0" and m.args[1]["Enabled"] is False
    net.s.c.ok('SET_NETWORK 0 ssid "x"')
    assert net.values(m.args[0])["ssid"] == '"x"'
    net.s.c.ok("REMOVE_NETWORK 0")
    assert net.removed() == m.args[0]


def test_of_file(world):
    """Networks of a file are told when the interface comes; RECONFIGURE takes the old ones away and brings the new."""
    conf = world.d / "c.conf"
    conf.write_text(f'ctrl_interface={world.d}/ctl\nnetwork={{\nssid="one"\nkey_mgmt=NONE\ndisabled=1\n}}\n'
                    'network={\nssid="two"\nkey_mgmt=NONE\ndisabled=1\n}\n')
    world.bare()
    c = world.client()
    path = c.call(ROOT, W, "CreateInterface", "a{sv}", {"Ifname": "sta0", "Driver": "sim", "ConfigFile": str(conf)})
    order = [(m.member, m.args[1].get("Properties", {}).get("ssid")) for m in c.signals.all()
             if m.member in ("InterfaceAdded", "NetworkAdded")]
    assert order == [("InterfaceAdded", None), ("NetworkAdded", '"one"'), ("NetworkAdded", '"two"')]
    before = c.get(path, IF, "Networks")
    many = " ".join(f"02:00:00:00:{n >> 8:02x}:{n & 255:02x}" for n in range(2000))
    conf.write_text(f'ctrl_interface={world.d}/ctl\nnetwork={{\nssid="three"\nkey_mgmt=NONE\ndisabled=1\nbssid_accept={many}\n}}\n')
    c.signals.clear()
    ctrl = world.made[-1].g
    ctrl.ok("IFNAME=sta0 RECONFIGURE")
    assert [c.signals.wait("NetworkRemoved", path, IF).args[0] for _ in before] == before
    fresh = c.signals.wait("NetworkAdded", path, IF).args
    assert fresh[1]["Properties"]["ssid"] == '"three"' and fresh[1]["Properties"]["bssid_accept"] == many
    assert c.get(path, IF, "Networks") == fresh[:1]
    assert c.get(fresh[0], NET, "Enabled") is False
    for gone in set(before) - {fresh[0]}:
        c.fails("UnknownMethod", None, gone, PROPERTIES, "GetAll", "s", NET)
    c.call(ROOT, W, "RemoveInterface", "o", path)
    assert c.signals.wait("NetworkRemoved", path, IF).args == fresh[:1]
    c.signals.wait("InterfaceRemoved", ROOT)
    c.fails("UnknownMethod", None, fresh[0], PROPERTIES, "GetAll", "s", NET)
