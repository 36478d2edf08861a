"""W.Interface.WPS: /work/shared/reference/dbus.md, section 5, on simulated air.

    WPA_SUPPLICANT=... HOSTAPD=... /usr/bin/python3 -m pytest tests/conf/test_dbus_wps.py
"""
import re
import subprocess

import pytest

from dbus_rig import IF, NET, PSK, ROOT, W, WPS, WPS_CONF, Ctrl, DBusError, Variant, World, wait_for, world  # noqa: F401
from test_ap_mode import Node

PIN = "12345670"
BH_PSK = "backhaul secret"
MULTI_AP_CONF = WPS_CONF + f"""multi_ap={{multi_ap}}
multi_ap_backhaul_ssid="backhaul"
multi_ap_backhaul_wpa_passphrase={BH_PSK}
"""
BACKHAUL_BSS = f"""bss=ap_bh
ctrl_interface={{d}}/apctrl
ssid=backhaul
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase={BH_PSK}
multi_ap=1
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A fronthaul AP with WPS and its backhaul BSS, a station on the bus; networks and runs are gone at each start."""
    with World(tmp_path_factory.mktemp("wps")) as w:
        w.ap_ = w.ap(conf=MULTI_AP_CONF.format(multi_ap=2) + f"ap_pin={PIN}\ndevice_name=Router\nmanufacturer=Maker\n"
                     "model_name=Model\nmodel_number=7\nserial_number=99\ndevice_type=6-0050F204-1\n" +
                     BACKHAUL_BSS.format(d=w.d))
        w.s = w.sta("country=DE\nwps_cred_processing=0\n")
        w.backhaul = Ctrl(w.d / "apctrl" / "ap_bh")
        w.backhaul.ok("ATTACH")
        w.c = w.client()
        w.path = w.c.call(ROOT, W, "GetInterface", "s", "sta0")
        yield w
        w.backhaul.close()


@pytest.fixture
def run(lab):
    lab.s.c.ok("FLUSH")
    lab.s.c.ok("SCAN_INTERVAL 1")
    lab.s.c.ok("SET wps_cred_processing 0")
    lab.ap_.c("WPS_CANCEL")
    lab.s.m.drain()
    lab.c.signals.clear()
    return Run(lab)


class Run:
    def __init__(self, lab):
        self.c, self.path, self.s, self.ap, self.backhaul = lab.c, lab.path, lab.s, lab.ap_, lab.backhaul

    def start(self, **args):
        return self.c.call(self.path, WPS, "Start", "a{sv}", args)

    def refused(self, detail, args):
        e = self.c.fails("InvalidArgs", "Did not receive correct message arguments.", self.path, WPS, "Start", "a{sv}", args)
        assert e.texts[1] == detail

    def event(self, name, timeout=40):
        """The next Event must be this one; its arguments."""
        m = self.c.signals.wait("Event", self.path, WPS, timeout=timeout)
        assert m.args[0] == name, m
        assert m.signature == "sa{sv}"
        return m.typed_args[1]

    def get(self, name):
        return self.c.get(self.path, WPS, name)

    def set(self, name, value):
        return self.c.set(self.path, WPS, name, value)

    def networks(self):
        return self.c.get(self.path, IF, "Networks")

    def connected(self):
        self.s.m.event("CTRL-EVENT-CONNECTED", 40)


def fail(msg, config_error, error_indication=0):
    return {"msg": Variant("i", msg), "config_error": Variant("i", config_error),
            "error_indication": Variant("i", error_indication)}


# --- Start: what is refused ---

@pytest.mark.parametrize("args,detail", [
    ({}, "Role not specified"),
    ({"Type": "pbc"}, "Role not specified"),
    ({"Role": 1}, "Role must be a string"),
    ({"Role": "foo"}, "foo"),
    ({"Role": ""}, ""),
    ({"Role": "enrollee"}, "Type not specified"),
    ({"Role": "enrollee", "Type": True}, "Type must be a string"),
    ({"Role": "enrollee", "Type": "foo"}, "foo"),
    ({"Role": "enrollee", "Type": "pbc", "Bssid": "02:00:00:00:00:01"}, "Bssid must be a byte array"),
    ({"Role": "enrollee", "Type": "pbc", "Bssid": Variant("ai", [1, 2])}, "Bssid must be a byte array"),
    ({"Role": "enrollee", "Type": "pbc", "Bssid": b"12345"}, "Bssid is wrong length"),
    ({"Role": "enrollee", "Type": "pbc", "Bssid": b""}, "Bssid is wrong length"),
    ({"Role": "enrollee", "Type": "pbc", "P2PDeviceAddress": 1}, "P2PDeviceAddress must be a byte array"),
    ({"Role": "enrollee", "Type": "pbc", "P2PDeviceAddress": b"1234567"}, "P2PDeviceAddress has wrong length"),
    ({"Role": "enrollee", "Type": "pin", "Pin": 12345670}, "Pin must be a string"),
    ({"Role": "registrar"}, "Pin required for registrar role."),
    ({"Role": "registrar", "Type": "pin"}, "Pin required for registrar role."),
    ({"Role": "enrollee", "Type": "pbc", "Foo": "bar"}, "Foo"),
    ({"DevicePasswordId": 4}, "DevicePasswordId"),
    ({"Role": "enrollee", "Type": "pbc", "MultiAp": 1}, "MultiAp must be a boolean"),
    ({"Role": "enrollee", "Type": "pin", "MultiAp": True}, "MultiAp needs PBC enrollee"),
    ({"Role": "enrollee", "Type": "pin", "Pin": PIN, "MultiAp": True}, "MultiAp needs PBC enrollee"),
    ({"Role": "registrar", "Pin": PIN, "MultiAp": True}, "MultiAp needs PBC enrollee"),
    ({"Role": "registrar", "Type": "pbc", "Pin": PIN, "MultiAp": True}, "MultiAp needs PBC enrollee"),
])
def test_refused(run, args, detail):
    run.refused(detail, args)
    assert run.networks() == []
    assert not run.c.signals.all("NetworkAdded")


def test_signature(run):
    run.c.fails("InvalidArgs", "", run.path, WPS, "Start")
    run.c.fails("InvalidArgs", "", run.path, WPS, "Start", "s", "pbc")
    run.c.fails("InvalidArgs", "", run.path, WPS, "Cancel", "s", "x")
    run.c.fails("UnknownMethod", None, run.path, WPS, "Stop")


def test_refused_by_core(run):
    """A PIN that nobody could have entered; an interface that is down has no runs."""
    e = run.c.fails("UnknownError", "WPS start failed", run.path, WPS, "Start", "a{sv}",
                    {"Role": "enrollee", "Type": "pin", "Pin": "1 2"})
    assert e.texts[1] == "Invalid argument"
    assert run.networks() == []


ANY_TYPE = [Variant(t, v) for t, v in (
    ("y", 1), ("b", True), ("n", -1), ("q", 1), ("i", -1), ("u", 1), ("x", -1), ("t", 1), ("d", 0.5), ("s", "\u20ac" * 9999), ("o", "/"),
    ("g", "a{sv}"), ("ay", b"x" * 99999), ("as", ["pbc"]), ("aay", [b"123456"]), ("a{sv}", {}), ("a{ss}", {"pbc": "pbc"}),
    ("(ss)", ("pbc", "pin")), ("v", "pbc"), ("v", Variant("v", Variant("ay", b"123456"))), ("a(ii)", []), ("au", [1, 2, 3, 4, 5, 6]))]


@pytest.mark.parametrize("key", ["Role", "Type", "Bssid", "P2PDeviceAddress", "Pin", "MultiAp"])
def test_types(run, key):
    """Values of any type: an error each, and nothing begins. (A long PIN is a text, but none that fits into a run.)"""
    right = {"Pin": "s", "MultiAp": "b"}.get(key)
    for value in ANY_TYPE:
        args = {"Role": "enrollee", "Type": "pin", key: value}
        with pytest.raises(DBusError) as e:
            run.start(**args)
        assert e.value.name == W + (".InvalidArgs" if value.signature != right or key != "Pin" else ".UnknownError"), (args, e)
    assert run.networks() == []


def test_many_runs(run):
    """Each Start ends the run before."""
    calls = [run.c.send(run.path, WPS, "Start", "a{sv}", ({"Role": "enrollee", "Type": "pbc", "MultiAp": i % 2 == 0},))
             for i in range(100)]
    for serial in calls:
        assert run.c.reply(serial) == {}
    assert len(run.networks()) == 1
    added = [m.args[0] for m in run.c.signals.all("NetworkAdded")]
    assert len(added) == 100 and len(run.c.signals.all("NetworkRemoved")) == 99
    run.c.call(run.path, WPS, "Cancel")
    assert run.networks() == []


# --- PBC ---

def test_pbc(run):
    run.ap.c.ok("WPS_PBC")
    assert run.start(Role="enrollee", Type="pbc") == {}
    added = run.c.signals.wait("NetworkAdded", run.path, IF)
    assert added.args[1]["Properties"]["key_mgmt"] == "WPS" and added.args[1]["Properties"]["phase1"] == '"pbc=1"'
    run.s.m.event("WPS-PBC-ACTIVE ")
    assert run.event("success") == {}
    run.s.m.event("WPS-SUCCESS ")
    run.connected()
    assert not run.c.signals.all("Credentials")  # wps_cred_processing=0: the daemon keeps it
    assert run.networks() == added.args[:1]
    values = run.c.get(added.args[0], NET, "Properties")
    assert values["ssid"] == '"home"' and values["psk"] == f'"{PSK}"'  # of WPS: its secret can be read
    assert values["multi_ap_backhaul_sta"] == "0"


def test_pbc_bssid(run):
    run.start(Role="enrollee", Type="pbc", Bssid=bytes.fromhex(run.ap.bssid.replace(":", "")), P2PDeviceAddress=bytes(6))
    assert run.s.c("GET_NETWORK 0 bssid") == run.ap.bssid
    run.start(Role="enrollee", Type="pbc", Bssid=b"\x02\0\0\0\0\x77", MultiAp=False)
    assert run.s.c("GET_NETWORK 0 bssid") == "02:00:00:00:00:77"
    assert run.s.c("GET_NETWORK 0 phase1") == '"pbc=1"'
    assert run.c.call(run.path, WPS, "Cancel") is None
    assert run.networks() == []


def test_pin_of_pbc_is_nothing(run):
    assert run.start(Role="enrollee", Type="pbc", Pin=PIN) == {}
    assert run.s.c("GET_NETWORK 0 phase1") == '"pbc=1"'


def test_others_are_held(run):
    """Networks that wait for the end of the run are told as disabled."""
    n = run.s.add(ssid="nowhere")
    run.s.c.ok(f"ENABLE_NETWORK {n} no-connect")
    path = f"{run.path}/Networks/{n}"
    run.c.signals.changed(NET, lambda v: v == {"Enabled": True}, path)
    run.start(Role="enrollee", Type="pbc")
    run.c.signals.changed(NET, lambda v: v == {"Enabled": False}, path)
    run.c.call(run.path, WPS, "Cancel")
    run.c.signals.changed(NET, lambda v: v == {"Enabled": True}, path)


def test_cancel(run):
    run.s.m.drain()
    assert run.c.call(run.path, WPS, "Cancel") is None  # idle
    run.s.m.event("WPS-CANCEL ")
    run.start(Role="enrollee", Type="pbc")
    path = run.c.signals.wait("NetworkAdded", run.path, IF).args[0]
    assert run.c.call(run.path, WPS, "Cancel") is None
    run.s.m.event("WPS-CANCEL ")
    assert run.c.signals.wait("NetworkRemoved", run.path, IF).args == [path]
    run.c.fails("UnknownMethod", None, path, "org.freedesktop.DBus.Properties", "GetAll", "s", NET)
    run.c.signals.none("Event", run.path, WPS)


# --- PIN ---

def test_pin_made(run):
    """Nobody gave one: the reply has it, with its check digit."""
    reply = run.c.call(run.path, WPS, "Start", "a{sv}", {"Role": "enrollee", "Type": "pin"}, typed=True)
    assert list(reply) == ["Pin"] and reply["Pin"].signature == "s"
    pin = reply["Pin"].value
    assert re.fullmatch("[0-9]{8}", pin) and run.s.c(f"WPS_CHECK_PIN {pin}") == pin
    assert run.s.c("GET_NETWORK 0 phase1") == f'"pin={pin} dev_pw_id=0"'
    run.s.m.event("WPS-PIN-ACTIVE ")
    run.ap.c(f"WPS_PIN any {pin}")
    assert run.event("success") == {}
    run.connected()


def test_pin_given(run):
    """Used as it is, a wrong check digit included, and not repeated."""
    assert run.start(Role="enrollee", Type="pin", Pin="12345671") == {}
    assert run.s.c("GET_NETWORK 0 phase1") == '"pin=12345671 dev_pw_id=0"'
    assert run.start(Role="enrollee", Type="pin", Pin=PIN) == {}
    run.ap.c(f"WPS_PIN any {PIN}")
    assert run.event("success") == {}
    run.connected()


def test_pin_wrong(run):
    """The registrar notices in M4 (the first half), we say so in plain numbers."""
    run.ap.c("WPS_PIN any 87654325")
    assert run.start(Role="enrollee", Type="pin", Pin=PIN) == {}
    args = run.event("fail")
    e = run.s.m.event("WPS-FAIL msg=")
    seen = dict(re.findall(r"(msg|config_error|reason)=(\d+)", e))
    assert args == fail(int(seen["msg"]), int(seen["config_error"]), int(seen.get("reason", 0)))
    assert args["config_error"].value == 18, e


def test_m2d(run):
    """A registrar that does not know of us yet says who it is."""
    run.start(Role="enrollee", Type="pin", Pin="11111115")
    d = run.event("m2d")
    assert d.pop("config_methods").signature == "q"
    assert d == {"manufacturer": Variant("ay", b"Maker"), "model_name": Variant("ay", b"Model"),
                 "model_number": Variant("ay", b"7"), "serial_number": Variant("ay", b"99"),
                 "dev_name": Variant("ay", b"Router"), "primary_dev_type": Variant("ay", bytes.fromhex("00060050f2040001")),
                 "config_error": Variant("q", 0), "dev_password_id": Variant("q", 0)}
    run.c.call(run.path, WPS, "Cancel")


# --- registrar of the access point ---

def bssid_of(ap):
    return bytes.fromhex(ap.bssid.replace(":", ""))


def test_registrar(run):
    """Learns the settings; the end is `fail` with 11, 0, 0, as the WSC_NACK it is."""
    run.set("ProcessCredentials", False)
    assert run.start(Role="registrar", Type="pin", Pin=PIN, Bssid=bssid_of(run.ap)) == {}
    assert run.c.signals.wait("Credentials", run.path, WPS, timeout=40).args[0]["SSID"] == b"home"
    assert run.event("fail") == fail(11, 0)


def test_registrar_type_is_ignored(run):
    run.start(Role="registrar", Type="pbc", Pin=PIN, Bssid=bssid_of(run.ap))
    assert run.s.c("GET_NETWORK 0 phase1") == f'"pin={PIN}"'
    assert run.event("fail") == fail(11, 0)


def test_registrar_wrong_pin(run):
    run.start(Role="registrar", Pin="87654325", Bssid=bssid_of(run.ap))
    assert run.event("fail")["config_error"] == Variant("i", 18)
    run.s.m.event("WPS-FAIL msg=[0-9]+ config_error=18")


# --- credentials ---

CREDENTIAL = {"SSID": Variant("ay", b"home"), "AuthType": Variant("as", ["wpa2-psk"]), "EncrType": Variant("as", ["aes"]),
              "Key": Variant("ay", PSK.encode()), "KeyIndex": Variant("u", 0)}


def test_process_credentials(run):
    assert run.get("ProcessCredentials") is True
    run.set("ProcessCredentials", True)
    assert run.s.c("GET wps_cred_processing") == "2"
    run.c.signals.none("PropertiesChanged", run.path, WPS, 0.05)  # it was true
    for value, number in ((False, "1"), (True, "2")):
        run.set("ProcessCredentials", value)
        assert run.c.signals.changed(WPS, lambda v: True, run.path) == {"ProcessCredentials": value}
        assert run.c.signals.changed(WPS, lambda v: True, run.path, old=True) == {"ProcessCredentials": value}
        assert run.s.c("GET wps_cred_processing") == number
        assert run.get("ProcessCredentials") is value
    run.c.fails("Failed", "wrong property type", run.path, "org.freedesktop.DBus.Properties", "Set", "ssv", WPS,
                "ProcessCredentials", 1)


def test_credentials_for_the_client(run):
    """false: the client gets them, before success, and the daemon makes no network."""
    run.set("ProcessCredentials", False)
    run.ap.c.ok("WPS_PBC")
    run.start(Role="enrollee", Type="pbc")
    path = run.c.signals.wait("NetworkAdded", run.path, IF).args[0]
    m = run.c.signals.wait("Credentials", run.path, WPS, timeout=40)
    assert m.signature == "a{sv}"
    args = m.typed_args[0]
    assert list(args) == ["BSSID", *CREDENTIAL]
    assert args.pop("BSSID") == Variant("ay", bssid_of(run.ap))
    assert args == CREDENTIAL
    assert run.event("success") == {}
    assert run.c.signals.wait("NetworkRemoved", run.path, IF).args == [path]
    wait_for("no network", lambda: run.networks() == [])


def test_credentials_for_both(run):
    """true (2): the daemon makes a network of its own, besides what the client does with them (NetworkManager does so)."""
    run.set("ProcessCredentials", True)
    run.ap.c.ok("WPS_PBC")
    run.start(Role="enrollee", Type="pbc")
    assert run.c.signals.wait("Credentials", run.path, WPS, timeout=40).typed_args[0].items() >= CREDENTIAL.items()
    assert run.event("success") == {}
    run.connected()
    assert len(run.networks()) == 1
    run.c.call(run.path, WPS, "Cancel")
    assert len(run.networks()) == 1


def test_credentials_of_a_tag(run):
    n = run.s.add()
    tag = run.s.c(f"WPS_NFC_CONFIG_TOKEN NDEF {n}").strip()
    run.s.c.ok(f"REMOVE_NETWORK {n}")
    run.set("ProcessCredentials", False)
    run.s.c.ok(f"WPS_NFC_TAG_READ {tag}")
    args = run.c.signals.wait("Credentials", run.path, WPS).args[0]
    assert args["SSID"] == b"home" and args["Key"] == PSK.encode() and "BSSID" not in args
    assert run.networks() == []


# --- who we are ---

@pytest.mark.parametrize("name,key,longest", [("DeviceName", "device_name", 32), ("Manufacturer", "manufacturer", 64),
                                              ("ModelName", "model_name", 32), ("ModelNumber", "model_number", 32),
                                              ("SerialNumber", "serial_number", 32)])
def test_texts(run, name, key, longest):
    for value in ("thing", "x" * longest, "Ünï " + "y" * (longest - 6), ""):
        run.set(name, value)
        assert run.get(name) == value
        assert run.s.c(f"GET {key}") == (value or "FAIL\n")
        assert run.c.get(run.path, IF, name) == value  # the property of the key itself
    for wrong in ("x" * (longest + 1), "x" * 10000, "two\nlines"):
        run.c.fails("Failed", "Failed to set property", run.path, "org.freedesktop.DBus.Properties", "Set", "ssv", WPS, name, wrong)
    for wrong in (1, True, b"x"):
        e = run.c.fails("Failed", "wrong property type", run.path, "org.freedesktop.DBus.Properties", "Set", "ssv", WPS, name, wrong)
        assert e
    assert run.get(name) == ""


def test_config_methods(run):
    assert run.get("ConfigMethods") == ""
    run.set("ConfigMethods", "display push_button keypad")
    assert run.get("ConfigMethods") == "display push_button keypad" == run.s.c("GET config_methods")
    long = "display " * 400  # a file may have that
    run.s.c.ok("SET config_methods " + long)
    assert run.get("ConfigMethods") == run.c.get(run.path, IF, "ConfigMethods") == run.s.c("GET config_methods") == long
    run.set("ConfigMethods", "")
    assert run.get("ConfigMethods") == ""


def test_device_type(run):
    assert run.get("DeviceType") == bytes(8)
    value = bytes.fromhex("00060050f2040001")
    run.set("DeviceType", value)
    assert run.get("DeviceType") == value
    for wrong in (b"", value[:7], value + b"\0"):
        run.c.fails("Failed", "Failed to set property", run.path, "org.freedesktop.DBus.Properties", "Set", "ssv", WPS,
                    "DeviceType", Variant("ay", wrong))
    for wrong in ("6-0050F204-1", Variant("ai", [1] * 8)):
        with pytest.raises(DBusError):
            run.set("DeviceType", wrong)
    assert run.get("DeviceType") == value
    run.set("DeviceType", bytes(8))


def test_get_all(run):
    types = {k: v.signature for k, v in run.c.get_all(run.path, WPS, typed=True).items()}
    assert types == {"ProcessCredentials": "b", "ConfigMethods": "s", "DeviceName": "s", "Manufacturer": "s", "ModelName": "s",
                     "ModelNumber": "s", "SerialNumber": "s", "DeviceType": "ay"}


# --- Multi-AP ---

def test_multi_ap(run):
    """Onboarding over D-Bus: the backhaul's credential, and the link to it with the element and 4-address frames."""
    run.set("ProcessCredentials", True)
    run.ap.c.ok("WPS_PBC")
    assert run.start(Role="enrollee", Type="pbc", MultiAp=True) == {}
    assert run.s.c("GET_NETWORK 0 phase1") == '"pbc=1 multi_ap=1"'
    args = run.c.signals.wait("Credentials", run.path, WPS, timeout=40).typed_args[0]
    assert args["MultiAp"] == Variant("b", True)
    assert args["SSID"].value == b"backhaul" and args["Key"].value == BH_PSK.encode()
    assert run.event("success") == {}
    run.connected()
    status = run.s.c.fields("STATUS")
    assert status["ssid"] == "backhaul" and status["multi_ap_role"] == "backhaul_sta" and status["4addr"] == "1"
    assert run.c.get(run.networks()[0], NET, "Properties")["multi_ap_backhaul_sta"] == "1"
    # The backhaul BSS lets nobody in without the element, and gives each such station a 4-address interface.
    run.backhaul.event("WDS-STA-INTERFACE-ADDED ifname=ap_bh.sta1 sta_addr=" + status["address"])


def test_multi_ap_of_one_run_only(run):
    """The next run is a plain one, and what it brings is no backhaul's."""
    run.set("ProcessCredentials", True)
    run.start(Role="enrollee", Type="pbc", MultiAp=True)
    run.c.call(run.path, WPS, "Cancel")
    run.ap.c.ok("WPS_PBC")
    run.start(Role="enrollee", Type="pbc")
    assert run.s.c("GET_NETWORK 0 phase1") == '"pbc=1"'
    args = run.c.signals.wait("Credentials", run.path, WPS, timeout=40).args[0]
    assert "MultiAp" not in args and args["SSID"] == b"home"
    run.connected()
    assert "multi_ap_role" not in run.s.c.fields("STATUS")


def test_multi_ap_both_roles(world):
    """An access point whose one BSS is fronthaul and backhaul."""
    ap = world.ap(conf=WPS_CONF + f'multi_ap=3\nmulti_ap_backhaul_ssid="home"\nmulti_ap_backhaul_wpa_passphrase={PSK}\n')
    s = world.sta("country=DE\nwps_cred_processing=2\n")
    c = world.client()
    path = c.call(ROOT, W, "GetInterface", "s", "sta0")
    ap.c.ok("WPS_PBC")
    c.call(path, WPS, "Start", "a{sv}", {"Role": "enrollee", "Type": "pbc", "MultiAp": True})
    assert c.signals.wait("Credentials", path, WPS, timeout=40).args[0]["MultiAp"] is True
    s.m.event("CTRL-EVENT-CONNECTED", 40)
    assert s.c.fields("STATUS")["4addr"] == "1"


def test_multi_ap_out_of_reach(world):
    """A radio without 4-address mode: the reply says so. Without MultiAp the same run begins."""
    world.sta(extra=("-pno4addr=1",))
    c = world.client()
    path = c.call(ROOT, W, "GetInterface", "s", "sta0")
    args = {"Role": "enrollee", "Type": "pbc", "MultiAp": True}
    e = c.fails("UnknownError", "WPS start failed", path, WPS, "Start", "a{sv}", args)
    assert e.texts[1] == "this radio cannot be a backhaul station"
    assert c.get(path, IF, "Networks") == []
    assert c.call(path, WPS, "Start", "a{sv}", {**args, "MultiAp": False}) == {}


def test_multi_ap_refused(world):
    """The access point whose button was pushed knows no Multi-AP."""
    ap = world.ap()
    s = world.sta("country=DE\n")
    c = world.client()
    path = c.call(ROOT, W, "GetInterface", "s", "sta0")
    ap.c.ok("WPS_PBC")
    c.call(path, WPS, "Start", "a{sv}", {"Role": "enrollee", "Type": "pbc", "MultiAp": True})
    m = c.signals.wait("Event", path, WPS, timeout=40)
    assert m.args[0] == "multi-ap-failed"
    assert m.typed_args[1] == {"bssid": Variant("ay", bssid_of(ap)),
                               "reason": Variant("s", "the AP's answer has no valid Multi-AP element")}
    s.m.event("MULTI-AP-REFUSED")


# --- an access point of our own ---

def test_ap_mode(world):
    """Push button and PIN are then for stations that want to join us."""
    s, other = world.sta(), Node(world.d, "guest")
    world.keep(other)
    c = world.client()
    path = c.call(ROOT, W, "GetInterface", "s", "sta0")
    s.c.ok(f"SELECT_NETWORK {s.add(ssid='mine', mode=2, frequency=2437, key_mgmt='WPA-PSK', proto='RSN', pairwise='CCMP')}")
    s.m.event("AP-ENABLED")
    other.c.ok("SCAN_INTERVAL 1")
    for args, command in (({"Type": "pbc"}, "WPS_PBC"), ({"Type": "pin", "Pin": PIN}, f"WPS_PIN any {PIN}")):
        assert c.call(path, WPS, "Start", "a{sv}", {"Role": "enrollee", **args}) == {}
        other.c(command)
        other.m.event("WPS-SUCCESS", 60)
        other.m.event("CTRL-EVENT-CONNECTED", 60)
        other.c.ok("FLUSH")
    pin = c.call(path, WPS, "Start", "a{sv}", {"Role": "enrollee", "Type": "pin"})["Pin"]
    assert re.fullmatch("[0-9]{8}", pin)
    c.call(path, WPS, "Cancel")
    c.fails("UnknownError", "WPS start failed", path, WPS, "Start", "a{sv}", {"Role": "registrar", "Pin": PIN})
    c.fails("UnknownError", "WPS start failed", path, WPS, "Start", "a{sv}", {"Role": "enrollee", "Type": "pbc", "MultiAp": True})
    assert len(c.get(path, IF, "Networks")) == 1


# --- failures that nobody can see but the daemon ---

def test_overlap(world):
    """Two push buttons: which one is meant?"""
    a, b = world.ap("ap1", ssid="one"), world.ap("ap2", ssid="two", channel=11)
    s = world.sta()
    c = world.client()
    path = c.call(ROOT, W, "GetInterface", "s", "sta0")
    s.c.ok("SCAN_INTERVAL 1")
    for _ in range(5):
        a.c.ok("WPS_PBC")
        b.c.ok("WPS_PBC")
        c.call(path, WPS, "Start", "a{sv}", {"Role": "enrollee", "Type": "pbc"})
        event = c.signals.wait("Event", path, WPS, timeout=40).args
        # On a busy machine one of them may answer a probe request too late to be heard in this scan.
        if event[0] == "pbc-overlap" or all(name in s.c("SCAN_RESULTS") for name in ("one", "two")):
            break
        s.c.ok("FLUSH")
        s.c.ok("SCAN_INTERVAL 1")
    assert event == ["pbc-overlap", {}]
    m = c.signals.wait("Event", path, WPS)
    assert m.args[0] == "fail" and m.typed_args[1] == fail(0, 12)
    s.m.event("WPS-OVERLAP-DETECTED")
    s.m.event("WPS-CANCEL ")
    wait_for("no network", lambda: c.get(path, IF, "Networks") == [])


CLOCK_C = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static const volatile long *ahead; /* seconds */
__attribute__((constructor)) static void begin(void)
{
	int fd = open(getenv("CLOCK_AHEAD"), O_RDONLY);
	void *p = mmap(0, sizeof(long), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	ahead = p == MAP_FAILED ? 0 : p;
}
int clock_gettime(clockid_t id, struct timespec *t)
{
	long r = syscall(SYS_clock_gettime, id, t);
	if (id == CLOCK_MONOTONIC && ahead)
		t->tv_sec += *ahead;
	return (int)r;
}
"""


@pytest.fixture
def clock(tmp_path, monkeypatch):
    """clock(n): daemons started from now on live n seconds ahead of the time."""
    (tmp_path / "clock.c").write_text(CLOCK_C)
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", tmp_path / "clock.so", tmp_path / "clock.c"], check=True)
    ahead = tmp_path / "ahead"
    ahead.write_bytes(bytes(8))
    monkeypatch.setenv("LD_PRELOAD", str(tmp_path / "clock.so"))
    monkeypatch.setenv("CLOCK_AHEAD", str(ahead))
    monkeypatch.setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=1")

    def jump(seconds):
        with open(ahead, "r+b") as f:
            f.write(seconds.to_bytes(8, "little"))
    return jump


def test_timeout(clock, world):
    """Nobody pressed a button within two minutes."""
    s = world.sta()
    c = world.client()
    path = c.call(ROOT, W, "GetInterface", "s", "sta0")
    c.call(path, WPS, "Start", "a{sv}", {"Role": "enrollee", "Type": "pbc"})
    clock(110)
    assert s.c("PING") == "PONG\n"
    c.signals.none("Event", path, WPS, 0.2)
    clock(121)
    assert s.c("PING") == "PONG\n"
    m = c.signals.wait("Event", path, WPS)
    assert m.args[0] == "fail" and m.typed_args[1] == fail(0, 16)
    s.m.event("WPS-TIMEOUT ")
    assert c.get(path, IF, "Networks") == []
