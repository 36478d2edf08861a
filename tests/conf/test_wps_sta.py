"""The station's part of Wi-Fi Protected Setup, and connecting through the driver: real daemons on simulated air.

    WPA_SUPPLICANT=... HOSTAPD=... /usr/bin/python3 -m pytest tests/conf/test_wps_sta.py
"""
import re
import time

import pytest

from test_wpas_control import HOSTAPD, AccessPoint, Sta, wait_for

AP_CONF = """interface={name}
driver=sim
ctrl_interface={d}/apctrl
hw_mode=g
channel={channel}
ssid={ssid}
"""
PSK_CONF = "wpa=2\nwpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\nwpa_passphrase={psk}\n"
WPS_CONF = PSK_CONF + "wps_state=2\neap_server=1\nconfig_methods=label display push_button keypad\n"
PIN = "12345670"


class Ap(AccessPoint):
    def __init__(self, d, name, conf, channel, ssid):
        super().__init__(d, name, AP_CONF.format(name=name, d=d, channel=channel, ssid=ssid) + conf)


@pytest.fixture
def world(tmp_path):
    """An air of its own: ap() and sta() start daemons on it."""
    made = []
    (tmp_path / "air").mkdir()

    class World:
        d = tmp_path

        @staticmethod
        def ap(name="ap", conf=WPS_CONF, ssid="home", channel=6, psk="twelve words"):
            made.append(Ap(tmp_path, name, conf.format(psk=psk), channel, ssid))
            return made[-1]

        @staticmethod
        def sta(conf="", **kw):
            made.append(Sta(tmp_path, "country=DE\n" + conf, **kw))
            made[-1].c.ok("SCAN_INTERVAL 1")
            return made[-1]

        @staticmethod
        def stop(which):
            made.remove(which)
            which.stop()
    yield World
    for m in reversed(made):
        m.stop()


def networks(sta):
    return [line.split("\t") for line in sta.c("LIST_NETWORKS").splitlines()[1:]]


def attr(i, v):
    return i.to_bytes(2, "big") + len(v).to_bytes(2, "big") + v


def credential(ssid=b"home", auth=0x20, encr=8, key=b"twelve words"):
    return attr(0x100e, attr(0x1026, b"\1") + attr(0x1045, ssid) + attr(0x1003, auth.to_bytes(2, "big")) +
                attr(0x100f, encr.to_bytes(2, "big")) + attr(0x1027, key) + attr(0x1020, bytes(6)))


def handing_out(world, *creds, **kw):
    """An AP that sends exactly these credentials."""
    (world.d / "cred").write_bytes(b"".join(creds))
    return world.ap(conf=WPS_CONF + f"skip_cred_build=1\nextra_cred={world.d}/cred\n", **kw)


def pbc(ap, sta, arg=""):
    ap.c.ok("WPS_PBC")
    sta.c.ok("WPS_PBC" + arg)


# --- several access points ---

class TestSeveral:
    def test_iteration(self, world):
        """PIN, no registrar active: one access point after the other; then the one that knows the PIN."""
        aps = [world.ap(f"ap{i}", ssid=f"net{i}", channel=1 + 5 * i) for i in range(3)]
        s = world.sta()
        assert s.c(f"WPS_PIN any {PIN}") == PIN
        seen = []
        for _ in aps:
            seen.append(s.m.event("Associated with", 30).split()[-1])
            s.m.event(r"WPS-M2D dev_password_id=0 config_error=0")
            s.m.event("CTRL-EVENT-DISCONNECTED")
        assert sorted(seen) == sorted(a.bssid for a in aps)
        aps[1].c.ok(f"WPS_PIN any {PIN}")
        s.m.event("WPS-SUCCESS", 30)
        assert aps[1].bssid in s.m.event("CTRL-EVENT-CONNECTED")
        assert [n[1] for n in networks(s)] == ["net1"]

    def test_selected_first(self, world):
        """The AP that authorises us is tried at once, no other."""
        world.ap("ap1", ssid="one")
        b = world.ap("ap2", ssid="two")
        s = world.sta()
        b.c.ok(f"WPS_PIN any {PIN}")
        s.c(f"WPS_PIN any {PIN}")
        assert b.bssid in s.m.event("Associated with")
        assert b.bssid in s.m.event("CTRL-EVENT-CONNECTED")

    def test_wrong_pin_ends(self, world):
        a = world.ap()
        s = world.sta()
        a.c.ok(f"WPS_PIN any {PIN}")
        s.c("WPS_PIN any 22222222")
        assert re.search(r"msg=(8|10) config_error=18$", s.m.event("WPS-FAIL"))
        s.m.event("NETWORK-REMOVED 0")
        s.until("INACTIVE")
        assert networks(s) == []

    def test_refusing_ap(self, world):
        """An AP that denies the association does not stop the run."""
        bad = world.ap("bad", ssid="bad", conf=WPS_CONF + "max_num_sta=0\n")
        good = world.ap("good", ssid="good", channel=1)
        s = world.sta()
        s.c(f"WPS_PIN any {PIN}")
        s.m.event("REJECT|WPS-M2D", 30)
        good.c.ok(f"WPS_PIN any {PIN}")
        assert good.bssid in s.m.event("CTRL-EVENT-CONNECTED", 30)
        assert bad.bssid

    def test_ap_vanishes(self, world):
        """The registrar's AP goes away in the middle; another press elsewhere is found."""
        a = world.ap("ap1", ssid="one", conf=WPS_CONF + "uuid=21111111-2222-3333-4444-555555555555\n")
        s = world.sta()
        pbc(a, s)
        s.m.event("Associated with")
        world.stop(a)
        if networks(s)[0][1] == "one":
            pytest.skip("a busy machine: the run was over before the access point could go away")
        b = world.ap("ap2", ssid="two", conf=WPS_CONF + "uuid=21111111-2222-3333-4444-555555555555\n")
        b.c.ok("WPS_PBC")
        assert b.bssid in s.m.event("CTRL-EVENT-CONNECTED", 30)

    def test_twice(self, world):
        """The access point has a new passphrase: the network is replaced, not doubled."""
        a = world.ap()
        s = world.sta()
        pbc(a, s)
        s.m.event("CTRL-EVENT-CONNECTED")
        s.c.ok("DISCONNECT")
        world.stop(a)
        a = world.ap(psk="another passphrase", name="apx")
        pbc(a, s)
        s.m.event("CTRL-EVENT-CONNECTED", 30)
        assert [n[1] for n in networks(s)] == ["home"]
        assert s.conf.read_text().count("network={") == 1 and "another passphrase" in s.conf.read_text()

    def test_while_connected(self, world):
        a = world.ap()
        b = world.ap("plain", ssid="plain", conf=PSK_CONF, channel=1)
        s = world.sta()
        s.connect(ssid="plain")
        s.c.ok("STA_AUTOCONNECT 0")
        pbc(a, s)
        s.m.event(f"CTRL-EVENT-DISCONNECTED bssid={b.bssid} reason=3 locally_generated=1")
        s.m.event("WPS-SUCCESS")
        assert a.bssid in s.m.event("CTRL-EVENT-CONNECTED")
        wait_for("the other network", lambda: "[DISABLED]" not in s.c("LIST_NETWORKS"), 15)


# --- credentials ---

class TestCredentials:
    def test_mixed(self, world):
        """WPA/TKIP and RSN/AES of one network are one network."""
        a = handing_out(world, credential(auth=2, encr=4), credential())
        s = world.sta()
        pbc(a, s)
        s.m.event("WPS-SUCCESS")
        s.m.event("CTRL-EVENT-CONNECTED")
        assert len(networks(s)) == 1
        assert s.c("GET_NETWORK 0 proto") == "WPA RSN" and s.c("GET_NETWORK 0 key_mgmt") == "WPA-PSK"
        assert {"CCMP", "TKIP"} <= set(s.c("GET_NETWORK 0 pairwise").split())

    def test_mixed_types(self, world):
        """Both bits in one credential: taken as WPA2-PSK."""
        a = handing_out(world, credential(auth=0x22, encr=0xc))
        s = world.sta()
        pbc(a, s)
        s.m.event("CTRL-EVENT-CONNECTED")
        assert s.c("GET_NETWORK 0 proto") == "RSN" and "TKIP" not in s.c("GET_NETWORK 0 pairwise")

    @pytest.mark.parametrize("auth,encr,proto", [(2, 4, "WPA RSN"), (2, 8, "WPA RSN"), (0x20, 4, "RSN")])
    def test_old_half(self, world, auth, encr, proto):
        """A mixed network told by its old half: the better one is used all the same."""
        a = handing_out(world, credential(auth=auth, encr=encr))
        s = world.sta()
        pbc(a, s)
        s.m.event("CTRL-EVENT-CONNECTED")
        assert s.c("GET_NETWORK 0 proto") == proto and {"CCMP", "TKIP"} <= set(s.c("GET_NETWORK 0 group").split())
        assert s.c.fields("STATUS")["key_mgmt"] == "WPA2-PSK"

    def test_several(self, world):
        """Further credentials are networks of their own; those of a backhaul run are for the backhaul."""
        a = handing_out(world, credential(), credential(ssid=b"other", key=b"87654321"))
        s = world.sta()
        pbc(a, s)
        s.m.event("CTRL-EVENT-CONNECTED .*id=0 ")
        assert [n[1] for n in networks(s)] == ["home", "other"]
        assert s.c("GET_NETWORK 1 multi_ap_backhaul_sta") == "0"

    def test_several_backhaul(self, world):
        (world.d / "cred").write_bytes(credential(ssid=b"bh1") + credential(ssid=b"bh2"))
        a = world.ap(conf=WPS_CONF + f"skip_cred_build=1\nextra_cred={world.d}/cred\nmulti_ap=2\n"
                     'multi_ap_backhaul_ssid="bh1"\nmulti_ap_backhaul_wpa_passphrase=twelve words\n')
        s = world.sta()
        pbc(a, s, " multi_ap=2")
        s.m.event("WPS-SUCCESS")
        wait_for("both", lambda: len(networks(s)) == 2)
        for n in ("0", "1"):
            assert s.c(f"GET_NETWORK {n} multi_ap_backhaul_sta") == "1"
            assert s.c(f"GET_NETWORK {n} multi_ap_profile") == "2"

    def test_open(self, world):
        a = world.ap(conf="wps_state=2\neap_server=1\nconfig_methods=push_button\n", ssid="open")
        s = world.sta()
        pbc(a, s)
        s.m.event("CTRL-EVENT-CONNECTED")
        assert s.c("GET_NETWORK 0 key_mgmt") == "NONE"

    def test_wep(self, world):
        a = handing_out(world, credential(auth=1, encr=2, key=b"abcde"))
        s = world.sta()
        pbc(a, s)
        assert s.m.event("WPS-FAIL").endswith("reason=2 (WEP Prohibited)")
        s.m.event("CTRL-EVENT-EAP-FAILURE")
        assert s.m.event("WPS-") == "<3>WPS-FAIL "
        s.until("INACTIVE")
        assert networks(s) == []

    @pytest.mark.parametrize("key", [b"", b"1234567", b"1" * 65])
    def test_bad_key(self, world, key):
        a = handing_out(world, credential(), credential(ssid=b"bad", key=key))
        s = world.sta()
        pbc(a, s)
        assert s.m.event("WPS-(FAIL|SUCCESS)") == "<3>WPS-FAIL msg=12 config_error=0"
        a.m.event("WPS-FAIL msg=12 config_error=0")
        s.until("INACTIVE")
        assert networks(s) == []

    def test_processing(self, world):
        a = world.ap()
        s = world.sta("wps_cred_processing=2\nwps_priority=7\nwps_cred_add_sae=1\n")
        pbc(a, s)
        assert re.match("^<3>WPS-CRED-RECEIVED 100e[0-9a-f]+$", s.m.event("WPS-CRED-RECEIVED"))
        s.m.event("CTRL-EVENT-CONNECTED")
        assert s.c("GET_NETWORK 0 priority") == "7"
        assert s.c("GET_NETWORK 0 key_mgmt") == "WPA-PSK SAE" and s.c("GET_NETWORK 0 ieee80211w") == "1"
        assert "twelve words" not in s.text()


# --- commands ---

class TestCommands:
    @pytest.mark.parametrize("args", ["", " ", " foo", " 02:00:00:00:00:33", " zz 12345670", f" 02:00:00:00:00:33 {PIN} 2233",
                                      f" 02:00:00:00:00:33 {PIN} 2233 OPEN", f" 02:00:00:00:00:33 {PIN} 2233 OPEN NONE",
                                      f" 02:00:00:00:00:33 {PIN} 2233 FOO CCMP 3132333435363738",
                                      f" 02:00:00:00:00:33 {PIN} 2233 WPA2PSK FOO 3132333435363738",
                                      f" 02:00:00:00:00:33 {PIN} 2233 WPA2PSK NONE 3132333435363738",
                                      f" 02:00:00:00:00:33 {PIN} 2233 WPA2PSK CCMP 31",
                                      f" 02:00:00:00:00:33 {PIN} 223 WPA2PSK CCMP 3132333435363738",
                                      f" 02:00:00:00:00:33 {PIN}  WPA2PSK CCMP 3132333435363738",
                                      f" 02:00:00:00:00:33 {PIN} {'61' * 33} WPA2PSK CCMP 3132333435363738",
                                      f" 02:00:00:00:00:33 {PIN} 2233 OPEN NONE 3132333435363738",
                                      f" 02:00:00:00:00:33 {PIN} 2233 OPEN NONE  x"])
    def test_reg_bad(self, lone, args):
        assert lone.c("WPS_REG" + args) in ("FAIL\n", "UNKNOWN COMMAND\n")
        assert networks(lone) == []
        assert ("<3>WPS-FAIL " in lone.m.drain()) == (len(args.split(" ")) > 3)  # for those who do not look at the answer

    @pytest.mark.parametrize("args,phase1", [
        (f" 02:00:00:00:00:33 {PIN}", f"pin={PIN}"), (" 02:00:00:00:00:33 ", "pin="),
        (f" 02:00:00:00:00:33 {PIN} 6e6577 WPA2PSK CCMP 3132333435363738",
         f"pin={PIN} new_ssid=6e6577 new_auth=WPA2PSK new_encr=CCMP new_key=3132333435363738"),
        (f" 02:00:00:00:00:33 {PIN} {'61' * 32} WPA2PSK CCMP {'61' * 64}",
         f"pin={PIN} new_ssid={'61' * 32} new_auth=WPA2PSK new_encr=CCMP new_key={'61' * 64}"),
        (f" 02:00:00:00:00:33 {PIN} 6e6577 OPEN NONE ", f"pin={PIN} new_ssid=6e6577 new_auth=OPEN new_encr=NONE new_key=")])
    def test_reg(self, lone, args, phase1):
        lone.m.drain()
        lone.c.ok("WPS_REG" + args)
        assert lone.c("GET_NETWORK 0 phase1") == f'"{phase1}"'
        assert lone.c("GET_NETWORK 0 identity") == '"WFA-SimpleConfig-Registrar-1-0"'
        assert lone.c("GET_NETWORK 0 pbss") == "0" and lone.c("GET_NETWORK 0 bssid") == "02:00:00:00:00:33"
        assert not any("ACTIVE" in e for e in lone.m.drain())
        lone.c.ok("WPS_CANCEL")
        assert networks(lone) == []

    @pytest.mark.parametrize("args", ["disable", "random", "random 10", "get", f"set {PIN}", "foo"])
    def test_ap_pin(self, lone, args):
        lone.c.fails("WPS_AP_PIN " + args)

    def test_cancel_everywhere(self, world):
        a = world.ap()
        s = world.sta()
        for until in ("NETWORK-ADDED", "SCAN-STARTED", "SME: Trying", "Trying to associate", "Associated with", "EAP-STARTED",
                      "EAP-METHOD"):
            pbc(a, s)
            s.m.event(until)
            s.c.ok("WPS_CANCEL")
            if "SUCCESS" in s.m.event("WPS-CANCEL |WPS-SUCCESS"):
                s.c.ok("REMOVE_NETWORK all")  # a busy machine: the run was over when we had heard that it began
                continue
            assert networks(s) == [] and s.state() in ("INACTIVE", "DISCONNECTED", "SCANNING"), until
            wait_for("INACTIVE", lambda: s.state() == "INACTIVE")
        pbc(a, s)
        s.m.event("CTRL-EVENT-CONNECTED", 30)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    d = tmp_path_factory.mktemp("lone")
    (d / "air").mkdir()
    s = Sta(d)
    yield s
    s.stop()


@pytest.fixture
def lone(alone):
    """A station with nobody on the air."""
    alone.c.ok("FLUSH")
    alone.m.drain()
    return alone


# --- WPS_REG ---

class TestRegistrar:
    AP = WPS_CONF + f"ap_pin={PIN}\n"

    def test_learn(self, world):
        a = world.ap(conf=self.AP)
        s = world.sta("wps_cred_processing=2\n")
        s.c.ok(f"WPS_REG {a.bssid} {PIN}")
        assert s.m.event("WPS-CRED-RECEIVED").startswith("<3>WPS-CRED-RECEIVED 100e")
        assert s.m.event("WPS-FAIL") == "<3>WPS-FAIL msg=11 config_error=0"
        assert s.m.event("WPS-FAIL") == "<3>WPS-FAIL "
        assert a.bssid in s.m.event("CTRL-EVENT-CONNECTED")
        assert [n[1] for n in networks(s)] == ["home"] and "twelve words" in s.conf.read_text()
        assert "twelve words" not in s.text()

    def test_configure(self, world):
        a = world.ap(conf=self.AP)
        s = world.sta()
        s.c.ok(f"WPS_REG {a.bssid} {PIN} {b'fresh'.hex()} WPA2PSK CCMP {b'new secret'.hex()}")
        assert s.m.event("WPS-(SUCCESS|FAIL)") == "<3>WPS-SUCCESS "
        s.m.event("CTRL-EVENT-CONNECTED", 30)
        assert s.c.fields("STATUS")["ssid"] == "fresh"
        assert [n[1] for n in networks(s)] == ["fresh"]

    def test_wrong_pin(self, world):
        a = world.ap(conf=self.AP)
        s = world.sta()
        s.c.ok(f"WPS_REG {a.bssid} 55554444")
        assert re.search(r"config_error=18$", s.m.event("WPS-FAIL"))
        assert s.m.event("WPS-FAIL") == "<3>WPS-FAIL "
        s.until("INACTIVE")
        assert networks(s) == []

    def test_no_ap_pin(self, world):
        """No AP PIN: the AP says Setup Locked; an empty PIN is a run like any other."""
        a = world.ap()
        s = world.sta()
        s.c.ok(f"WPS_REG {a.bssid} ")
        assert s.m.event("WPS-FAIL") == "<3>WPS-FAIL msg=5 config_error=15"
        s.until("INACTIVE")
        assert networks(s) == []


# --- the driver connects ---

class TestConnect:
    FORCE = ("-pforce_connect_cmd=1",)

    def test_force(self, world):
        a = world.ap()
        s = world.sta(extra=self.FORCE)
        s.connect()
        assert "SME:" not in s.text()
        for text in (f"Trying to associate with {a.bssid} (SSID='home' freq=2437 MHz)", f"Associated with {a.bssid}"):
            assert text in s.text()
        s.c.ok("DISCONNECT")
        s.m.event(f"CTRL-EVENT-DISCONNECTED bssid={a.bssid} reason=3 locally_generated=1")
        s.c.ok("RECONNECT")
        s.m.event("CTRL-EVENT-CONNECTED")
        a.c.ok(f"DEAUTHENTICATE {s.c.fields('STATUS')['address']}")
        s.m.event(f"CTRL-EVENT-DISCONNECTED bssid={a.bssid} reason=")
        s.m.event("CTRL-EVENT-CONNECTED")

    def test_rejected(self, world):
        a = world.ap(conf=PSK_CONF + "max_num_sta=0\n")
        s = world.sta(extra=self.FORCE)
        n = s.add()
        s.c.ok(f"SELECT_NETWORK {n}")
        assert re.search(rf"CTRL-EVENT-ASSOC-REJECT bssid={a.bssid} status_code=\d+$", s.m.event("REJECT"))
        s.m.event("TEMP-DISABLED .*reason=CONN_FAILED")

    @pytest.mark.parametrize("mode", ["0", "2"])
    def test_by_name(self, world, mode):
        """ap_scan=0 and 2: no scan of ours, the driver finds the network."""
        a = world.ap()
        world.ap("plain", ssid="plain", conf="", channel=1)
        s = world.sta(f"ap_scan={mode}\n")
        n = s.add()
        s.c.ok(f"SELECT_NETWORK {n}")
        assert s.m.event("Trying to associate") == "<3>Trying to associate with SSID 'home'"
        assert a.bssid in s.m.event("Associated with")
        assert a.bssid in s.m.event("CTRL-EVENT-CONNECTED")
        st = s.c.fields("STATUS")
        assert st["ssid"] == "home" and st["bssid"] == a.bssid and st["freq"] == "2437"
        s.c.ok("DISCONNECT")
        s.until("DISCONNECTED")
        s.c.ok("RECONNECT")
        s.m.event("CTRL-EVENT-CONNECTED")
        m = s.add(ssid="plain", psk=None)
        s.c.ok(f"SELECT_NETWORK {m}")
        s.m.event(f"CTRL-EVENT-CONNECTED .*id={m} ")

    def test_name_not_there(self, world):
        a = world.ap()
        s = world.sta("ap_scan=2\n")
        n, m = s.add(ssid="nowhere"), s.add()
        s.c.ok(f"ENABLE_NETWORK {m} no-connect")
        s.c.ok(f"ENABLE_NETWORK {n}")
        s.m.event("Trying to associate with SSID 'nowhere'")
        assert s.m.event("REJECT") == "<3>CTRL-EVENT-ASSOC-REJECT status_code=1 timeout=scan"
        assert a.bssid in s.m.event("CTRL-EVENT-CONNECTED", 30)  # the next one in turn

    @pytest.mark.parametrize("params", [(), FORCE])
    def test_wps(self, world, params):
        a = world.ap()
        s = world.sta(extra=params)
        s.c.ok("AP_SCAN 2")
        pbc(a, s, " " + a.bssid)
        s.m.event("WPS-SUCCESS")
        s.m.event("CTRL-EVENT-CONNECTED")
        assert "SME:" not in s.text()
        s.c.ok("DISCONNECT")
        s.m.event("CTRL-EVENT-DISCONNECTED")
        n = networks(s)[0][0]
        s.c.ok(f"SET_NETWORK {n} pairwise CCMP")
        s.c.ok(f"SET_NETWORK {n} group CCMP")
        s.c.ok("RECONNECT")
        s.m.event("CTRL-EVENT-CONNECTED")

    def test_interrupted(self, world):
        world.ap()
        s = world.sta("ap_scan=2\n")
        n = s.add()
        for cmd in ("DISCONNECT", f"DISABLE_NETWORK {n}", "AP_SCAN 1", "AP_SCAN 2", "REASSOCIATE", "SCAN", "WPS_PBC", "FLUSH"):
            for delay in (0, 0.01, 0.05, 0.2):
                s.c("WPS_CANCEL")
                s.c("DISCONNECT")
                s.c(f"SELECT_NETWORK {n}")
                time.sleep(delay)
                s.c(cmd)
                s.c("STATUS-VERBOSE")
        s.c.ok("AP_SCAN 2")
        s.m.drain()
        s.connect()
