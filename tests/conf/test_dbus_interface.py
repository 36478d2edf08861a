"""The daemon and its interfaces on the bus: reference dbus.md, sections 3 to 4.3.

    WPA_SUPPLICANT=... HOSTAPD=... /usr/bin/python3 -m pytest tests/conf/test_dbus_interface.py
"""
import os
import re
import subprocess
import time
import xml.etree.ElementTree as ET

import pytest

from dbus_rig import IF, NET, PSK, ROOT, Variant, W, World, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
OPEN_CONF = ""
BACKHAUL_CONF = ("wpa=2\nwpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\nwpa_passphrase=backhaul secret\nmulti_ap=1\n"
                 "multi_ap_profile=2\nmulti_ap_vlanid=12\n")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Two access points of network home, one of open, a station that has nothing configured."""
    with World(tmp_path_factory.mktemp("d")) as w:
        w.home = w.ap()
        w.home2 = w.ap("ap2", channel=1)
        w.open = w.ap("ap3", conf=OPEN_CONF, channel=11, ssid="open")
        w.sta0 = w.sta()
        w.c = w.client()
        w.path = w.c.call(ROOT, W, "GetInterface", "s", "sta0")
        yield w


@pytest.fixture
def sta(lab):
    lab.sta0.c.ok("FLUSH")
    lab.sta0.c.ok("SCAN_INTERVAL 1")
    lab.sta0.m.drain()
    lab.c.signals.clear()
    yield lab.sta0
    assert lab.sta0.proc.poll() is None, lab.sta0.text()[-5000:]
    lab.sta0.c.ok("FLUSH")


@pytest.fixture
def c(sta, lab):
    return lab.c


class Iface:
    """Methods and properties of the interface, shortly."""

    def __init__(self, lab):
        self.c, self.path = lab.c, lab.path

    def __call__(self, method, signature="", *args):
        return self.c.call(self.path, IF, method, signature, *args)

    def fails(self, error, text, method, signature="", *args):
        return self.c.fails(error, text, self.path, IF, method, signature, *args)

    def bad(self, detail, method, signature="", *args):
        """InvalidArgs of ours: the known first text, and the detail."""
        e = self.c.fails(W + ".InvalidArgs", "Did not receive correct message arguments.", self.path, IF, method, signature, *args)
        assert len(e.texts) == 2 and detail in e.texts[1], e.texts

    def get(self, name):
        return self.c.get(self.path, IF, name)

    def set(self, name, signature, value):
        self.c.set(self.path, IF, name, Variant(signature, value))

    def set_fails(self, error, text, name, signature, value):
        self.c.fails(error, text, self.path, "org.freedesktop.DBus.Properties", "Set", "ssv", IF, name, Variant(signature, value))

    def signal(self, member, **kw):
        return self.c.signals.wait(member, kw.pop("path", self.path), IF, **kw)

    def changed(self, match, **kw):
        return self.c.signals.changed(IF, match, self.path, **kw)

    def add(self, **keys):
        return self("AddNetwork", "a{sv}", keys or {"ssid": "home", "psk": PSK})

    def connect(self, **keys):
        n = self.add(**keys)
        self("SelectNetwork", "o", n)
        self.changed(lambda v: v.get("State") == "completed")
        return n


@pytest.fixture
def i(lab, sta):
    return Iface(lab)


# --- the daemon ---

class TestRoot:
    def test_interface_life(self, lab, c):
        """CreateInterface, GetInterface, RemoveInterface, InterfaceAdded, InterfaceRemoved."""
        c.fails("InterfaceUnknown", "wpa_supplicant knows nothing about this interface.", ROOT, W, "GetInterface", "s", "sta1")
        path = c.call(ROOT, W, "CreateInterface", "a{sv}", {"Ifname": "sta1", "Driver": "sim"})
        added = c.signals.wait("InterfaceAdded", ROOT, W)
        assert added.args[0] == path and added.args[1] == {**c.get_all(path, IF), "State": added.args[1]["State"]}
        assert added.args[1]["Ifname"] == "sta1" and added.args[1]["ConfigFile"] == "" and added.args[1]["Networks"] == []
        assert added.args[1]["Driver"] == "sim"
        assert c.call(ROOT, W, "GetInterface", "s", "sta1") == path
        assert sorted(c.get(ROOT, W, "Interfaces")) == sorted([path, lab.path])
        c.fails("InterfaceExists", "wpa_supplicant already controls this interface.", ROOT, W, "CreateInterface", "a{sv}",
                {"Ifname": "sta1", "Driver": "sim"})
        c.call(ROOT, W, "RemoveInterface", "o", path)
        assert c.signals.wait("InterfaceRemoved", ROOT, W).args == [path]
        c.fails("UnknownMethod", None, path, IF, "Disconnect")
        c.fails("InterfaceUnknown", None, ROOT, W, "RemoveInterface", "o", path)
        again = c.call(ROOT, W, "CreateInterface", "a{sv}", {"Ifname": "sta1", "Driver": "sim"})
        assert again != path  # numbers are not used again
        c.call(ROOT, W, "RemoveInterface", "o", again)

    def test_removed_at_any_time(self, lab, c):
        """An interface goes in the middle of scans and connections; what is under way ends with it."""
        for n in range(12):
            path = c.call(ROOT, W, "CreateInterface", "a{sv}", {"Ifname": "brief", "Driver": "sim"})
            net = c.call(path, IF, "AddNetwork", "a{sv}", {"ssid": "home", "psk": PSK})
            c.call(path, IF, "SelectNetwork", "o", net)
            if n % 3 == 2:
                c.signals.changed(IF, lambda v: v.get("State") not in (None, "scanning"), path)
            time.sleep(n * 0.01)
            if n % 2:
                c.call(path, IF, "FlushBSS", "u", 0)
                c.call(path, IF, "RemoveNetwork", "o", net)
            c.call(ROOT, W, "RemoveInterface", "o", path)
            c.fails("UnknownMethod", None, net, NET, "Nothing")
        assert c.get(ROOT, W, "Interfaces") == [lab.path]

    @pytest.mark.parametrize("args,detail", [
        ({}, "Ifname"), ({"Driver": "sim"}, "Ifname"), ({"Ifname": 1}, "Ifname"), ({"Ifname": "x", "Foo": "bar"}, "Foo"),
        ({"Ifname": "x", "Create": "yes"}, "Create"), ({"Ifname": "x", "Type": "foo"}, "Type"),
        ({"Ifname": "x", "Address": "foo"}, "Address"), ({"Ifname": "x", "ConfigFile": 3}, "ConfigFile")])
    def test_create_refused(self, c, args, detail):
        e = c.fails(W + ".InvalidArgs", "Did not receive correct message arguments.", ROOT, W, "CreateInterface", "a{sv}", args)
        assert e.texts[1] == detail

    @pytest.mark.parametrize("args", [{"Ifname": "x", "Driver": "none such"}, {"Ifname": "a/b", "Driver": "sim"},
                                      {"Ifname": "x", "Driver": "sim", "ConfigFile": "/none/such"}])
    def test_create_fails(self, c, args):
        c.fails("UnknownError", "wpa_supplicant couldn't grab this interface.", ROOT, W, "CreateInterface", "a{sv}", args)

    def test_properties(self, c):
        assert c.get(ROOT, W, "EapMethods") == ["GPSK", "WSC"]
        capabilities = c.get(ROOT, W, "Capabilities")
        assert {"ap", "pmf", "wep_disabled"} <= set(capabilities) and capabilities == [
            x for x in "ap ibss-rsn p2p interworking pmf mesh fils fils_sk_pfs ft sha384 owe suiteb192 extended_key_id "
            "wep_disabled".split() if x in capabilities]
        for name, good, bad in (("DebugLevel", "info", "foo"), ("DebugTimestamp", False, None), ("DebugShowKeys", True, None)):
            before = c.get(ROOT, W, name)
            c.set(ROOT, W, name, good)
            assert c.signals.changed(W, lambda v: name in v, ROOT) == {name: good}
            assert c.get(ROOT, W, name) == good
            c.fails("Failed", "wrong property type", ROOT, "org.freedesktop.DBus.Properties", "Set", "ssv", W, name, 3)
            if bad:
                c.fails("Failed", "wrong debug level value", ROOT, "org.freedesktop.DBus.Properties", "Set", "ssv", W, name, bad)
            c.set(ROOT, W, name, before)
        c.set(ROOT, W, "DebugLevel", "debug")
        for name in ("Interfaces", "EapMethods", "Capabilities"):
            c.fails("InvalidArgs", None, ROOT, "org.freedesktop.DBus.Properties", "Set", "ssv", W, name, "x")
        assert set(c.get_all(ROOT, W)) == {"DebugLevel", "DebugTimestamp", "DebugShowKeys", "Interfaces", "EapMethods",
                                           "Capabilities"}

    def test_expect_disconnect(self, lab, c, i, sta):
        """A loss of the link that was announced is no failure: no BSS is ignored, the station comes back."""
        c.call(ROOT, W, "ExpectDisconnect")  # nothing connected: nothing happens
        i.connect()
        c.call(ROOT, W, "ExpectDisconnect")
        ap = lab.home if c.get(i.get("CurrentBSS"), W + ".BSS", "BSSID").hex(":") == lab.home.bssid else lab.home2
        own = sta.c.fields("STATUS")["address"]
        ap.c.ok(f"DEAUTHENTICATE {own}")
        assert i.changed(lambda v: "DisconnectReason" in v)["DisconnectReason"] > 0
        i.changed(lambda v: v.get("State") == "completed")
        assert sta.c("BSSID_IGNORE") == ""


# --- scanning ---

def active(**more):
    return {"Type": "active", **more}


class TestScan:
    def test_scan(self, lab, c, i):
        """Signals and properties of a scan: BSSAdded before ScanDone, Scanning around it."""
        i("FlushBSS", "u", 0)
        i("Scan", "a{sv}", active(SSIDs=Variant("aay", [b"open", b""]), IEs=Variant("aay", [b"\xdd\x00", b""]), AllowRoam=False,
                                  Channels=Variant("a(uu)", [(2462, 20)])))
        assert i.changed(lambda v: "Scanning" in v)["Scanning"] is True
        added = i.signal("BSSAdded")
        assert added.args[1]["SSID"] == b"open" and "Type" not in added.args[1]["WPS"]
        assert i.signal("ScanDone").args == [True]
        assert i.changed(lambda v: "Scanning" in v)["Scanning"] is False
        assert i.get("Scanning") is False and i.get("BSSs") == [added.args[0]]
        i("Scan", "a{sv}", {"Type": "passive", "AllowRoam": True, "Channels": Variant("a(uu)", [(2437, 40)])})
        i.signal("BSSAdded", match=lambda path, p: p["SSID"] == b"home" and p["Frequency"] == 2437)
        i.signal("ScanDone")
        i("Scan", "a{sv}", {"Type": "passive", "AllowRoam": False})
        i.signal("ScanDone")
        assert len(i.get("BSSs")) == 3
        i("FlushBSS", "u", 1000)
        assert len(i.get("BSSs")) == 3
        i("FlushBSS", "u", 0)
        i.signal("BSSRemoved")
        assert i.get("BSSs") == []

    def test_elements_reach_the_air(self, lab, c, i, sta):
        """IEs of the request are in the probe requests; ProbeRequest of an access point on the bus shows them, and its signals
        tell of stations."""
        mark = b"\xdd\x05\x00\x11\x22\x33\x44"
        ap = c.call(ROOT, W, "CreateInterface", "a{sv}", {"Ifname": "apmode", "Driver": "sim"})
        try:
            n = c.call(ap, IF, "AddNetwork", "a{sv}", {"ssid": "mine", "mode": 2, "frequency": 2422, "key_mgmt": "NONE"})
            c.call(ap, IF, "SelectNetwork", "o", n)
            c.signals.changed(IF, lambda v: v.get("State") == "completed", ap)
            assert c.get(ap, IF, "CurrentAuthMode") == "NONE"
            c.call(ap, IF, "SubscribeProbeReq")
            i("Scan", "a{sv}", active(SSIDs=Variant("aay", [b"home"]), IEs=Variant("aay", [mark]),
                                      Channels=Variant("a(uu)", [(2422, 20)]), NonColoc6GHz=True))
            seen = c.signals.wait("ProbeRequest", ap, IF, lambda p: mark in p["ies"]).args[0]
            assert mark in seen["ies"] and b"\x00\x04home" in seen["ies"] and seen["addr"] == i.get("MACAddress")
            i.signal("ScanDone")
            c.call(ap, IF, "UnsubscribeProbeReq")
            i.set("MACAddressRandomizationMask", "a{sv}", {"scan": b"\xff\xff\xff\x00\x00\x00"})
            c.call(ap, IF, "SubscribeProbeReq")
            own, addrs = i.get("MACAddress"), set()
            for _ in range(2):
                i("Scan", "a{sv}", active(Channels=Variant("a(uu)", [(2437, 20), (2422, 20)]), AllowRoam=False))
                addrs.add(c.signals.wait("ProbeRequest", ap, IF).args[0]["addr"])
                i.signal("ScanDone")
            assert len(addrs) == 2 and own not in addrs and {a[:3] for a in addrs} == {own[:3]}
            assert lab.home.bssid in sta.c("SCAN_RESULTS")  # answers to the random address count
            i.set("MACAddressRandomizationMask", "a{sv}", {})
            c.call(ap, IF, "UnsubscribeProbeReq")
            assert c.get(ap, IF, "Stations") == [] and c.get(ap, IF, "Capabilities")["Modes"] == ["infrastructure", "ap"]
            c.fails("Failed", "Failed to read signal", ap, IF, "SignalPoll")
            c.get_all(ap, IF)
            i("SelectNetwork", "o", i.add(ssid="mine", key_mgmt="NONE"))
            station = c.signals.find("StationAdded", ap, IF).args[0]
            own = i.get("MACAddress").hex(":")
            assert c.signals.find("StaAuthorized", ap, IF).args == [own] and c.get(ap, IF, "Stations") == [station]
            i.changed(lambda v: v.get("State") == "completed")
            i("Disconnect")
            assert c.signals.find("StationRemoved", ap, IF).args == [station]
            assert c.signals.find("StaDeauthorized", ap, IF).args == [own] and c.get(ap, IF, "Stations") == []
        finally:
            c.call(ROOT, W, "RemoveInterface", "o", ap)

    @pytest.mark.parametrize("args,detail", [
        ({}, "Scan type not specified"), ({"Type": 123}, "Wrong Type"), ({"Type": "foo"}, "foo"),
        (active(Foo="bar"), "Foo"), (active(SSIDs="foo"), "Wrong SSIDs"), (active(SSIDs=["foo"]), "Wrong SSIDs"),
        (active(SSIDs=Variant("aay", [b"%d" % n for n in range(17)])), "Wrong SSIDs"),
        (active(SSIDs=Variant("aay", [b"x" * 33])), "Wrong SSIDs"), (active(IEs="foo"), "Wrong IEs"),
        (active(IEs=["foo"]), "Wrong IEs"), (active(IEs=Variant("aay", [b"x" * 513])), "Wrong IEs"),
        (active(Channels=2412), "Wrong Channels"), (active(Channels=[2412]), "Wrong Channels"),
        (active(Channels=Variant("a(iu)", [(2412, 20)])), "Wrong Channels"),
        (active(Channels=Variant("a(ui)", [(2412, 20)])), "Wrong Channels"),
        (active(Channels=Variant("a(uu)", [(2412, 20)] * 200)), "Wrong Channels"),
        (active(Channels=Variant("a(uu)", [(0xffffffff, 0xffffffff)])), "Wrong Channels"),
        (active(AllowRoam="yes"), "Wrong AllowRoam"), (active(NonColoc6GHz=1), "Wrong NonColoc6GHz"),
        ({"Type": "active", "6GHzOnly": "x"}, "Wrong 6GHzOnly"),
        ({"Type": "passive", "IEs": Variant("aay", [b"\xdd\x00"])}, "You can specify only Channels in passive scan"),
        ({"Type": "passive", "SSIDs": Variant("aay", [b"foo"])}, "You can specify only Channels in passive scan")])
    def test_refused(self, i, args, detail):
        i.bad(detail, "Scan", "a{sv}", args)

    def test_busy_and_abort(self, i, sta):
        i("Scan", "a{sv}", active(AllowRoam=False))
        i.fails("Interface.ScanError", "Scan request rejected", "Scan", "a{sv}", active())
        i("AbortScan")
        i.signal("ScanDone")
        i.fails("Interface.ScanError", "Abort failed or no scan in progress", "AbortScan")
        i.fails("Interface.ScanError", "Scan request rejected", "Scan", "a{sv}", {"Type": "active", "6GHzOnly": True})

    def test_only_reports(self, i, sta):
        """AllowRoam false: the results lead to no connection, but to a scan of ours that is planned it makes no difference."""
        sta.c.ok("SCAN_INTERVAL 3")
        n = i.add(ssid="nowhere", psk=PSK)
        i("SelectNetwork", "o", n)
        i.signal("ScanDone")
        i("Scan", "a{sv}", active(AllowRoam=False))
        i.signal("ScanDone")
        i.signal("ScanDone")  # of the daemon, after its interval

    def test_random_addresses(self, i, sta):
        """MACAddressRandomizationMask and MAC_RAND_SCAN."""
        name = "MACAddressRandomizationMask"
        assert i.get(name) == {}
        i.set_fails("InvalidArgs", "invalid message format", name, "i", 1)
        i.set_fails("InvalidArgs", "mask was not a byte array", name, "a{sv}", {"foo": "bar"})
        i.set_fails("InvalidArgs", 'bad scan type "foo"', name, "a{sv}", {"foo": b"123456"})
        i.set_fails("InvalidArgs", "malformed MAC mask given: 6 bytes expected", name, "a{sv}", {"scan": b"12345"})
        i.set_fails("Failed", "failed to set up MAC address randomization for pno", name, "a{sv}", {"pno": b"123456"})
        for kind in ("a{sv}", "a{say}"):
            i.set(name, kind, {"scan": b"123456"})
            assert i.get(name) == {"scan": b"123456"}
            i.set(name, kind, {})
            assert i.get(name) == {}
        sta.c.ok("MAC_RAND_SCAN scan enable=1 addr=02:11:22:33:44:55 mask=ff:ff:ff:00:00:00")
        assert i.get(name) == {"scan": b"\xff\xff\xff\0\0\0"}
        sta.c.ok("MAC_RAND_SCAN scan enable=1")
        for bad in ("", "scan", "scan enable=2", "foo enable=1", "foo enable=0", "scan enable=1 addr=02:11:22:33:44:55",
                    "scan enable=1 mask=ff:ff:ff:00:00:00", "scan enable=1 addr=x mask=ff:ff:ff:00:00:00", "all enable=1",
                    "scan enable=1 addr=01:11:22:33:44:55 mask=ff:ff:ff:00:00:00", "sched enable=1", "pno enable=1"):
            sta.c.fails("MAC_RAND_SCAN " + bad)
        sta.c.ok("MAC_RAND_SCAN all enable=0")
        assert i.get(name) == {}

    def test_autoscan(self, i, sta):
        for plan in ("foo", "periodic:1", ""):
            i("AutoScan", "s", plan)
            assert i.get("Autoscan") == plan
        sta.c.ok("SCAN_INTERVAL 60")
        i("SelectNetwork", "o", i.add(ssid="nowhere", psk=PSK))
        i.signal("ScanDone")
        i("AutoScan", "s", "periodic:1")  # the one that is planned comes sooner
        i.signal("ScanDone", timeout=10)
        i.signal("ScanDone", timeout=10)
        i("AutoScan", "s", "exponential:2:60")
        gaps = [time.monotonic()]
        for _ in range(2):
            i.signal("ScanDone", timeout=15)
            gaps.append(time.monotonic())
        assert gaps[2] - gaps[1] > 2.5  # 1 or 2 seconds, then 4
        i("AutoScan", "s", "exponential:x:60")  # no plan: the interval
        sta.c.ok("AUTOSCAN ")
        assert i.get("Autoscan") == ""

    def test_no_6ghz(self, i):
        """The simulated radio has no such channels."""
        assert i.get("ScanInProgress6GHz") is False


# --- the link ---

class TestLink:
    def test_connect_and_leave(self, lab, c, i):
        """What clients see of one connection, in both forms of PropertiesChanged."""
        n = i.add()
        i("SelectNetwork", "o", n)
        assert i.signal("NetworkSelected").args == [n]
        start = i.changed(lambda v: "CurrentNetwork" in v)
        assert start["CurrentNetwork"] == n
        done = i.changed(lambda v: v.get("State") == "completed")
        assert done["CurrentAuthMode"] == "WPA2-PSK+WPA-PSK"
        old = [m.args[0] for m in c.signals.all("PropertiesChanged", lab.path, IF)]
        assert not old or old[-1].get("State") == "completed"
        bss = i.get("CurrentBSS")
        assert bss in i.get("BSSs") and i.get("CurrentNetwork") == n and i.get("State") == "completed"
        assert i.get("CurrentAuthMode") == "WPA2-PSK+WPA-PSK"
        assert i.get("AuthStatusCode") == 0 and i.get("AssocStatusCode") == 0
        time.sleep(0.02)
        c.signals.clear()
        i("Disconnect")
        assert i.changed(lambda v: True) == {"DisconnectReason": -3}
        left = i.changed(lambda v: True)
        assert left == {"State": "disconnected", "CurrentBSS": "/", "CurrentNetwork": "/", "CurrentAuthMode": "INACTIVE",
                        "SessionLength": left["SessionLength"]}
        assert 20 <= left["SessionLength"] < 60000 and i.get("SessionLength") == left["SessionLength"]
        assert i.get("DisconnectReason") == -3
        i.fails("NotConnected", "This interface is not connected", "Disconnect")
        i("Reconnect")
        i.changed(lambda v: v.get("State") == "completed")

    def test_order_of_states(self, i, c, lab):
        """Values are read when the signal is sent: within 5 ms only the last state shows; the order is right, and the same in
        both forms of the signal."""
        i("SelectNetwork", "o", i.add())
        seen, old = [], []
        while "completed" not in old:
            m = c.signals.wait("PropertiesChanged", lab.path)
            values = m.args[0] if m.interface == IF else m.args[1]
            if "State" in values:
                (old if m.interface == IF else seen).append(values["State"])
        states = "inactive disconnected scanning authenticating associating associated 4way_handshake group_handshake completed"
        assert seen == old == [s for s in states.split() if s in seen]

    def test_lost_link_is_seen(self, i, lab, sta):
        """The next attempt begins at once; clients are told that there was no link in between."""
        i.connect()
        own, bssid = (sta.c.fields("STATUS")[k] for k in ("address", "bssid"))
        ap = lab.home if bssid == lab.home.bssid else lab.home2
        wait_for("the end of the handshake", lambda: "[AUTHORIZED]" in ap.c("STA " + own))
        ap.c.ok(f"DEAUTHENTICATE {own} reason=4")
        assert i.changed(lambda v: True) == {"DisconnectReason": 4}
        left = i.changed(lambda v: True)
        assert left == {"State": "disconnected", "CurrentBSS": "/", "CurrentNetwork": "/", "CurrentAuthMode": "INACTIVE",
                        "SessionLength": left["SessionLength"]}
        i.changed(lambda v: v.get("State") == "completed")

    def test_eap(self, i, lab, sta):
        """EAP: what CTRL-EVENT-EAP-STATUS says."""
        lab.home.c.ok("WPS_PBC")
        sta.c.ok("WPS_PBC " + lab.home.bssid)
        assert i.signal("EAP").args == ["started", ""]
        assert i.signal("EAP").args == ["accept proposed method", "WSC"]
        i.changed(lambda v: v.get("State") == "completed")
        assert i.get("CurrentAuthMode") == "WPA2-PSK"

    def test_orders(self, i, lab, sta):
        """Reassociate, Reattach, Reconnect, EAPLogoff, EAPLogon and what they need."""
        i.fails("NotConnected", "This interface is not connected", "Reattach")
        i.fails("NotConnected", None, "Roam", "s", lab.home.bssid)
        i.connect()
        for order in ("Reattach", "Reassociate"):
            i(order)
            i.changed(lambda v: v.get("State") == "completed")
        i("Reconnect")  # nothing to do
        i("EAPLogoff")
        i("EAPLogon")
        assert i.get("State") == "completed"

    def test_life_of_a_network(self, i):
        """What scripts do, driven by states alone: each of them is seen."""
        steps = ["Disconnect", ("SelectNetwork",), "Disconnect", "Reassociate", "Reattach", "Disconnect", "Reconnect", None]
        n = i.connect(ssid="open", key_mgmt="NONE")
        for step in steps:
            if step is None:
                i("RemoveNetwork", "o", n)
            elif isinstance(step, tuple):
                i(step[0], "o", n)
            else:
                i(step)
            wanted = "disconnected" if step in ("Disconnect", None) else "completed"
            i.changed(lambda v: v.get("State") == wanted)
        i.changed(lambda v: v.get("State") == "inactive")

    def test_roam(self, i, lab, c):
        """The new BSS comes with State=completed, or with associated; until then the old one is told."""
        i.connect()
        at = c.get(i.get("CurrentBSS"), W + ".BSS", "BSSID").hex(":")
        other = lab.home2 if at == lab.home.bssid else lab.home
        i.bad("Invalid hardware address format", "Roam", "s", "foo")
        i.bad("Target BSS not found", "Roam", "s", "02:11:22:33:44:55")
        c.signals.clear()
        i("Scan", "a{sv}", active(AllowRoam=False))
        i.signal("ScanDone")
        old = i.get("CurrentBSS")
        i("Roam", "s", other.bssid)
        seen = {}
        while seen.get("State") != "completed":
            now = i.changed(lambda v: True)
            assert now.get("CurrentBSS") not in ("/", old)
            seen.update(now)
        assert seen["RoamComplete"] is True and seen["RoamTime"] < 20000
        assert c.get(seen["CurrentBSS"], W + ".BSS", "BSSID").hex(":") == other.bssid
        assert i.get("RoamComplete") is True and i.get("RoamTime") == seen["RoamTime"]

    def test_open_network_in_one(self, i, c):
        """Where association and completion fall together they are in one signal, with the BSS."""
        n = i.add(ssid="open", key_mgmt="NONE")
        i("SelectNetwork", "o", n)
        done = i.changed(lambda v: v.get("State") == "completed")
        assert done["CurrentBSS"] == i.get("CurrentBSS") and done["CurrentAuthMode"] == "NONE"

    def test_wrong_psk(self, i, c, lab):
        """PskMismatch before DisconnectReason=15."""
        n = i.add(ssid="home", psk="not the right one")
        i("SelectNetwork", "o", n)
        i.signal("PskMismatch", match=lambda *args: not args)
        assert i.changed(lambda v: "DisconnectReason" in v)["DisconnectReason"] == 15
        assert "SessionLength" not in i.changed(lambda v: v.get("State") == "disconnected")  # there was none
        assert "PskMismatch" not in c.introspect(lab.path)

    def test_signal_poll(self, i, c, lab, sta):
        i.fails("Failed", "Failed to read signal", "SignalPoll")
        assert i.get("SignalChange") == {}
        i.connect(ssid="open", key_mgmt="NONE")
        poll = c.call(lab.path, IF, "SignalPoll", typed=True)
        assert isinstance(poll, Variant) and poll.signature == "a{sv}"
        assert poll.value["frequency"] == Variant("u", 2462) and poll.value["rssi"].signature == "i"
        assert poll.value["noise"] == Variant("i", 9999) and poll.value["linkspeed"].signature == "u"
        assert poll.value["rx-packets"].signature == "u" and poll.value["tx-bytes"].signature == "t"
        text = sta.c.fields("SIGNAL_POLL")
        assert text["RSSI"] == str(poll.value["rssi"].value)
        if "WIDTH" in text:
            assert poll.value["width"] == Variant("s", text["WIDTH"])

    def test_assoc_status(self, lab, i):
        """A refused authentication shows its status at once: the AP does not want this station."""
        lab.open.c.ok("DENY_ACL ADD_MAC " + lab.sta0.c.fields("STATUS")["address"])
        try:
            n = i.add(ssid="open", key_mgmt="NONE")
            i("SelectNetwork", "o", n)
            assert i.changed(lambda v: "AuthStatusCode" in v)["AuthStatusCode"] == 1
            assert i.get("AuthStatusCode") == 1
            i("Disconnect")  # between two attempts, too
            i.fails("NotConnected", None, "Disconnect")
        finally:
            lab.open.c.ok("DENY_ACL CLEAR")


# --- networks, secrets ---

class TestNetworks:
    def test_add_select_remove(self, i, c):
        n = i.add(ssid=b"home", psk=PSK, scan_ssid=Variant("i", 1))
        added = i.signal("NetworkAdded")
        assert added.args[0] == n and set(added.args[1]) == {"Properties", "Enabled"}
        assert i.get("Networks") == [n] and c.get(n, NET, "Enabled") is False
        i("RemoveNetwork", "o", n)
        assert i.signal("NetworkRemoved").args == [n]
        i.fails("NetworkUnknown", "There is no such a network in this interface.", "RemoveNetwork", "o", n)
        i.fails("NetworkUnknown", None, "SelectNetwork", "o", n)
        for path in ("/", "/a", ROOT + "/Interfaces/99/Networks/0", n + "x"):
            i.fails(W + ".InvalidArgs", None, "SelectNetwork", "o", path)
            i.fails(W + ".InvalidArgs", None, "RemoveNetwork", "o", path)
            i.fails(W + ".InvalidArgs", None, "NetworkReply", "oss", path, "x", "y")
        i("RemoveAllNetworks")
        i.add(ssid="a", key_mgmt="NONE"), i.add(ssid="b", key_mgmt="NONE")
        i("RemoveAllNetworks")
        assert i.get("Networks") == []

    def test_add_refused(self, i):
        """The network that was begun is taken back, as clients know it."""
        i.fails("InvalidArgs", "invalid message format", "AddNetwork", "a{sv}", {"ssid": "a", "psk": "short"})
        n = i.signal("NetworkAdded").args[0]
        assert i.signal("NetworkRemoved").args == [n] and i.get("Networks") == []

    def test_secret_on_demand(self, i, c, sta):
        """mem_only_psk=1: NetworkRequest, NetworkReply; and the same by control command."""
        n = i.add(ssid="home", mem_only_psk=1)
        i("SelectNetwork", "o", n)
        assert i.signal("NetworkRequest").args == [n, "PSK_PASSPHRASE", "PSK or passphrase"]
        event = sta.m.event("CTRL-REQ-")
        assert "CTRL-REQ-PSK_PASSPHRASE-0:PSK or passphrase needed for SSID home" in event
        i.bad("FOO", "NetworkReply", "oss", n, "FOO", "x")
        i.bad("PSK_PASSPHRASE", "NetworkReply", "oss", n, "PSK_PASSPHRASE", '"short"')
        i("NetworkReply", "oss", n, "PSK_PASSPHRASE", f'"{PSK}"')
        i.changed(lambda v: v.get("State") == "completed")
        i("SaveConfig")
        assert PSK not in sta.conf.read_text() and "mem_only_psk=1" in sta.conf.read_text()
        i("RemoveNetwork", "o", n)
        n = i.add(ssid="home", mem_only_psk=1)
        i("SelectNetwork", "o", n)
        i.signal("NetworkRequest")
        id = n.split("/")[-1]
        sta.c.fails(f"CTRL-RSP-PSK_PASSPHRASE-{id}:short")
        sta.c.fails(f"CTRL-RSP-FOO-{id}:x")
        sta.c.fails("CTRL-RSP-PSK_PASSPHRASE-99:x")
        sta.c.fails("CTRL-RSP-PSK_PASSPHRASE")
        sta.c.ok(f'CTRL-RSP-PSK_PASSPHRASE-{id}:"{PSK}"')
        i.changed(lambda v: v.get("State") == "completed")
        for field, key in (("IDENTITY", "identity"), ("PASSWORD", "password"), ("PIN", "pin"),
                           ("PASSPHRASE", "private_key_passwd"), ("NEW_PASSWORD", "password")):
            i("NetworkReply", "oss", n, field, "some secret")
            assert sta.c(f"GET_NETWORK {id} {key}") == ('"some secret"' if key == "identity" else "*")

    def test_of_the_file(self, lab):
        """Networks of the file are told at the start, behind their interface."""
        conf = lab.d / "two.conf"
        conf.write_text('network={\nssid="a"\nkey_mgmt=NONE\ndisabled=1\n}\nnetwork={\nssid="b"\nkey_mgmt=NONE\ndisabled=1\n}\n')
        lab.c.signals.clear()
        path = lab.c.call(ROOT, W, "CreateInterface", "a{sv}", {"Ifname": "two", "Driver": "sim", "ConfigFile": str(conf)})
        order = [(m.member, m.args[0]) for m in lab.c.signals.all() if m.member in ("InterfaceAdded", "NetworkAdded")]
        nets = lab.c.get(path, IF, "Networks")
        assert len(nets) == 2 and order == [("InterfaceAdded", path)] + [("NetworkAdded", n) for n in nets]
        assert lab.c.get(path, IF, "ConfigFile") == str(conf)
        lab.c.call(ROOT, W, "RemoveInterface", "o", path)


# --- blobs, elements, files ---

class TestBlobs:
    def test_life(self, i):
        i("AddBlob", "say", "blob1", b"\x01\x02\x03")
        assert i.signal("BlobAdded").args == ["blob1"]
        i.fails("BlobExists", "", "AddBlob", "say", "blob1", b"\x04")
        assert i("GetBlob", "s", "blob1") == b"\x01\x02\x03"
        i("AddBlob", "say", "empty", b"")
        assert i.get("Blobs") == {"blob1": b"\x01\x02\x03", "empty": b""}
        i("RemoveBlob", "s", "blob1")
        assert i.signal("BlobRemoved").args == ["blob1"]
        i.fails("BlobUnknown", "Blob id not set", "RemoveBlob", "s", "blob1")
        i.fails("BlobUnknown", "Blob id not set", "GetBlob", "s", "blob1")
        for name in ("", "a\nb", 'a"b', "a#b"):
            i.bad("the name must be printable", "AddBlob", "say", name, b"x")
        i.bad("at most 1 MiB", "AddBlob", "say", "huge", bytes((1 << 20) + 1))

    def test_in_the_file(self, i, sta, lab):
        """Saved, read again, taken out; a block that did not change stays as the user wrote it."""
        sta.conf.write_text(sta.conf.read_text() + "# mine\nblob-base64-old={\n  YWJj # abc\n\tZGVm\n}\nblob-base64-gone={\nAAAA\n}\n")
        sta.c.ok("RECONFIGURE")
        assert i.get("Blobs") == {"old": b"abcdef", "gone": b"\0\0\0"}
        data = bytes(range(256))
        i("AddBlob", "say", "new one", data)
        i("RemoveBlob", "s", "gone")
        i("SaveConfig")
        text = sta.conf.read_text()
        assert "# mine\nblob-base64-old={\n  YWJj # abc\n\tZGVm\n}\n" in text and "gone" not in text
        assert all(len(line) <= 72 for line in text.splitlines())
        sta.c.ok("RECONFIGURE")
        assert i.get("Blobs") == {"old": b"abcdef", "new one": data}
        sta.c.ok("SET blob old 0102")
        assert i.signal("BlobAdded").args[0] == "new one" or i.get("Blobs")["old"] == b"\1\2"
        i("SaveConfig")
        sta.c.ok("RECONFIGURE")
        assert i.get("Blobs")["old"] == b"\1\2" and "# mine" in sta.conf.read_text()
        sta.c.ok("FLUSH")
        assert i.get("Blobs") == {}
        i("SaveConfig")
        assert "blob" not in sta.conf.read_text()

    @pytest.mark.parametrize("block", ["blob-base64-x={\n!!!!\n}\n", "blob-base64-x={\nAAAA\n", "blob-base64-x={\nAAA\n}\n"])
    def test_bad_block(self, i, sta, block):
        before = sta.conf.read_text()
        sta.conf.write_text(before + block)
        sta.c.fails("RECONFIGURE")
        sta.conf.write_text(before)


class TestElements:
    def test_life(self, i):
        one, two = b"\x00\x01\x00", b"\xe0\x00"
        for id in (-1, 15, 1000):
            i.fails("InvalidArgs", "Invalid ID", "VendorElemAdd", "iay", id, one)
            i.fails("InvalidArgs", "Invalid ID", "VendorElemGet", "i", id)
            i.fails("InvalidArgs", "Invalid ID", "VendorElemRem", "iay", id, one)
        i.fails("InvalidArgs", "Invalid value", "VendorElemAdd", "iay", 1, b"")
        i.fails("InvalidArgs", "Parse error", "VendorElemAdd", "iay", 1, b"\x00\x01")
        i.fails("InvalidArgs", "ID value does not exist", "VendorElemGet", "i", 1)
        i("VendorElemAdd", "iay", 1, one)
        assert i("VendorElemGet", "i", 1) == one
        i("VendorElemAdd", "iay", 1, two)
        assert i("VendorElemGet", "i", 1) == one + two
        i.fails("InvalidArgs", "Invalid value", "VendorElemRem", "iay", 1, b"")
        i.fails("InvalidArgs", "Parse error", "VendorElemRem", "iay", 1, b"\x01\x01")
        i.fails("InvalidArgs", "Not found", "VendorElemRem", "iay", 1, b"\x05\x00")
        i("VendorElemRem", "iay", 1, one)
        assert i("VendorElemGet", "i", 1) == two
        i("VendorElemRem", "iay", 1, b"*")
        i.fails("InvalidArgs", "ID value does not exist", "VendorElemGet", "i", 1)


class TestConfiguration:
    def test_save(self, i, sta):
        i.set("UpdateConfig", "s", "0")
        i.fails("UnknownError", "Not allowed to update configuration (update_config=0)", "SaveConfig")
        i.set("UpdateConfig", "s", "1")
        i.set("DeviceName", "s", "Saved")
        i("SaveConfig")
        assert "device_name=Saved" in sta.conf.read_text()
        i.set("DeviceName", "s", "")

    def test_save_without_file(self, lab):
        path = lab.c.call(ROOT, W, "CreateInterface", "a{sv}", {"Ifname": "sta2", "Driver": "sim"})
        lab.c.set(path, IF, "UpdateConfig", "1")
        lab.c.fails("UnknownError", "Failed to update configuration", path, IF, "SaveConfig")
        lab.c.call(ROOT, W, "RemoveInterface", "o", path)

    def test_pkcs11(self, i):
        i("SetPKCS11EngineAndModulePath", "ss", "/engine", "/module")
        assert (i.get("PKCS11EnginePath"), i.get("PKCS11ModulePath")) == ("/engine", "/module")
        i("SetPKCS11EngineAndModulePath", "ss", "", "")
        assert (i.get("PKCS11EnginePath"), i.get("PKCS11ModulePath")) == ("", "")


# --- properties ---

class TestProperties:
    @pytest.mark.parametrize("name,kind,good,bad,text", [
        ("ApScan", "u", [0, 2, 1], [3, 100], "ap_scan must be 0, 1, or 2"),
        ("BSSExpireAge", "u", [10, 250, 180], [0, 9, 1 << 31], "BSSExpireAge must be >= 10"),
        ("BSSExpireCount", "u", [1, 3, 2], [0, 1 << 31], "BSSExpireCount must be > 0"),
        ("Country", "s", ["FI", "DE"], ["F", "", "FIN", "f1", "!!"], "invalid country code"),
        ("FastReauth", "b", [False, True], [], None),
        ("ScanInterval", "i", [0, 10, 1], [-1, -10], "scan_interval must be >= 0"),
        ("BridgeIfname", "s", ["br0", ""], ["x" * 16, "a/b"], "invalid interface name")])
    def test_set(self, i, name, kind, good, bad, text):
        for value in good:
            i.set(name, kind, value)
            assert i.get(name) == value
        for value in bad:
            i.set_fails("Failed", text, name, kind, value)
        i.set_fails("Failed", "wrong property type", name, "s" if kind != "s" else "u", "x" if kind != "s" else 1)
        i.set_fails("InvalidArgs", "invalid message format", name, "v", Variant(kind, good[0]))
        assert i.get(name) == good[-1]

    def test_ap_scan_is_signalled(self, i, sta):
        i.set("ApScan", "u", 2)
        assert i.changed(lambda v: "ApScan" in v) == {"ApScan": 2}
        sta.c.ok("AP_SCAN 0")
        assert i.changed(lambda v: "ApScan" in v) == {"ApScan": 0}
        sta.c.ok("SET ap_scan 1")
        assert i.changed(lambda v: "ApScan" in v) == {"ApScan": 1}
        i.set("ApScan", "u", 2)
        sta.c.ok("RECONFIGURE")
        assert i.changed(lambda v: v.get("ApScan") == 1)

    def test_bridge_busy(self, i):
        i.connect(ssid="open", key_mgmt="NONE")
        i.set_fails("Failed", "interface is busy", "BridgeIfname", "s", "br0")

    def test_values(self, i, c, lab, sta):
        caps = c.get(lab.path, IF, "Capabilities", typed=True).value
        assert caps.pop("MaxScanSSID").signature == "i"
        assert {k: v.signature for k, v in caps.items()} == dict.fromkeys(
            "Pairwise Group GroupMgmt KeyMgmt Protocol AuthAlg Scan Modes".split(), "as")
        words = {k: v.value for k, v in caps.items()}
        assert words["Scan"] == ["active", "passive", "ssid"] and "infrastructure" == words["Modes"][0]
        order = "none ieee8021x wpa-eap wpa-ft-eap wpa-eap-sha256 wpa-psk wpa-ft-psk wpa-psk-sha256 wpa-none wps sae owe".split()
        assert words["KeyMgmt"] == [x for x in order if x in words["KeyMgmt"]]
        assert {"none", "wpa-eap", "wpa-eap-sha256", "wpa-psk", "wpa-psk-sha256", "wps"} <= set(words["KeyMgmt"])
        for key, field in (("Pairwise", "pairwise"), ("Group", "group"), ("Protocol", "proto"), ("AuthAlg", "auth_alg"),
                           ("GroupMgmt", "group_mgmt")):
            assert words[key] == sta.c("GET_CAPABILITY " + field).lower().split()
        assert i.get("Ifname") == "sta0" and i.get("Driver") == "sim" and i.get("ConfigFile") == str(sta.conf)
        assert i.get("MACAddress").hex(":") == sta.c.fields("STATUS")["address"]
        assert i.get("BSSTMStatus") == 0 and i.get("Country") == "DE"
        for name in ("Capabilities", "State", "Scanning", "Ifname", "Driver", "ConfigFile", "CurrentBSS", "CurrentNetwork",
                     "CurrentAuthMode", "Blobs", "BSSs", "Networks", "PKCS11EnginePath", "PKCS11ModulePath", "DisconnectReason",
                     "AuthStatusCode", "AssocStatusCode", "RoamTime", "RoamComplete", "SessionLength", "BSSTMStatus",
                     "Stations", "ScanInProgress6GHz", "MACAddress", "SignalChange", "MultiApRole", "FourAddress", "MultiApProfile",
                     "MultiApPrimaryVlan"):
            i.set_fails("InvalidArgs", "Property is read-only", name, "s", "x")

    def test_inactive(self, i):
        assert (i.get("State"), i.get("CurrentAuthMode"), i.get("CurrentBSS"), i.get("CurrentNetwork")) == (
            "inactive", "INACTIVE", "/", "/")

    def test_all(self, i, c, lab):
        """GetAll is complete, of the types introspection tells, and quick."""
        xml = ET.fromstring(c.introspect(lab.path))
        rows = {p.get("name"): p.get("type") for f in xml.iter("interface") if f.get("name") == IF for p in f.iter("property")}
        names = [p.get("name") for f in xml.iter("interface") if f.get("name") == IF for p in f.iter("property")]
        assert len(names) == len(set(names)), "a name twice"
        got = c.get_all(lab.path, IF, typed=True)
        assert {k: v.signature for k, v in got.items()} == rows
        start = time.monotonic()
        for _ in range(50):
            c.get_all(lab.path, IF)
        assert time.monotonic() - start < 5

    def test_global_keys(self, i, c, lab, sta):
        """Every key of the configuration that can be read is a text property; what it gives can be set again."""
        xml = ET.fromstring(c.introspect(lab.path))
        texts = {p.get("name") for f in xml.iter("interface") if f.get("name") == IF for p in f.iter("property")
                 if (p.get("type"), p.get("access")) == ("s", "readwrite")} - {"Country", "BridgeIfname"}
        dump = dict(line.split("=", 1) for line in sta.c("DUMP").splitlines())
        elsewhere = {"ap_scan", "fast_reauth", "bss_expiration_age", "bss_expiration_scan_count", "pkcs11_engine_path",
                     "pkcs11_module_path", "country"}
        everything = c.get_all(lab.path, IF)
        for key, value in dump.items():
            name = "".join(word[:1].upper() + word[1:] for word in key.split("_"))
            if key in elsewhere:
                continue
            texts.remove(name)
            assert everything[name] == ("" if value == "null" else value), key
            if value != "null":
                i.set(name, "s", value)
        assert all(i.get(name) == "" for name in texts)  # those that cannot be read
        i.set("OsVersion", "s", "01020304")
        i.set_fails("InvalidArgs", "Failed to set interface property OsVersion", "OsVersion", "s", "x")
        assert {"Pmf", "SaePwe", "Dot11RSNAConfigPMKLifetime", "ApIsolate", "UpdateConfig", "WpsCredAddSae"} <= set(everything)
        i.set("Pmf", "s", "1")
        assert sta.c("GET pmf") == "1"
        i.set("Pmf", "s", "0")
        i.set_fails("InvalidArgs", "Failed to set interface property Pmf", "Pmf", "s", "7")
        i.set_fails("InvalidArgs", "Interface property DeviceName value too large", "DeviceName", "s", "x" * 300)
        i.set_fails("InvalidArgs", "Failed to set interface property DeviceName", "DeviceName", "s", "a\nupdate_config=0")
        i.set_fails("Failed", "wrong property type", "Pmf", "i", 1)


# --- Multi-AP ---

class TestMultiAp:
    def test_backhaul(self, lab, c, i):
        """Role, 4-address state, profile and VLAN of the AP come with the link and go with it."""
        names = ("MultiApRole", "FourAddress", "MultiApProfile", "MultiApPrimaryVlan")
        assert [i.get(n) for n in names] == ["", False, 0, 0]
        back = lab.ap("apb", conf=BACKHAUL_CONF, channel=3, ssid="back")
        seen = {}
        n = i.add(ssid="back", psk="backhaul secret", multi_ap_backhaul_sta=1, multi_ap_profile=2)
        i("SelectNetwork", "o", n)
        while seen.get("State") != "completed":
            seen.update(i.changed(lambda v: True))
        assert [seen.get(n) for n in names] == ["backhaul", True, 2, 12]
        assert [i.get(n) for n in names] == ["backhaul", True, 2, 12]
        i("Disconnect")
        gone = {}
        while not set(names) <= set(gone):
            gone.update(i.changed(lambda v: True))
        assert [gone[n] for n in names] == ["", False, 0, 0]
        lab.stop(back)


# --- completeness ---

def test_no_row_without_a_test(lab):
    """Every method, property and signal that clients can see is named by a test."""
    source = ""
    for f in os.listdir(HERE):
        if f.startswith("test_dbus_"):
            with open(os.path.join(HERE, f)) as text:
                source += text.read()
    missing = []
    for path in (ROOT, lab.path):
        for face in ET.fromstring(lab.c.introspect(path)).iter("interface"):
            if not face.get("name").startswith(W):
                continue
            for row in face:
                name = row.get("name")
                # Keys of the configuration: test_global_keys has them all.
                if (row.get("type"), row.get("access")) != ("s", "readwrite") and not re.search(rf"\b{re.escape(name)}\b", source):
                    missing.append(f"{face.get('name')}.{name}")
    assert not missing


def test_introspection_is_valid(lab):
    busctl = subprocess.run(["busctl", "--address=" + lab.bus.address, "introspect", W, lab.path], capture_output=True, text=True)
    assert busctl.returncode == 0, busctl.stderr
    assert ".FastReauth" in busctl.stdout and "duplicate" not in busctl.stderr.lower()
