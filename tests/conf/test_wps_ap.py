"""WPS of the access point beyond push button: AP PIN, settings by registrar or command, the configuration file, the
unconfigured state. Both daemons on simulated air; reference: hostapd-control.md 6.7, hostapd-config.md 9."""
import os
import re
import stat
import time

import pytest

from test_wpas_control import HOSTAPD, Ctrl, Daemon, Sta, wait_for

START, END = "# WPS configuration - START", "# WPS configuration - END"
BASE = "# my access point\ninterface={i}\ndriver=sim\nctrl_interface={d}/apctrl\nhw_mode=g\nchannel=6\nieee80211n=1\neap_server=1\n"
PIN = "12345670"


def hexed(text):
    return (text if isinstance(text, bytes) else text.encode()).hex()


class Ap(Daemon):
    """hostapd on configuration files made of BASE and the lines of each radio."""

    def __init__(self, d, *confs, bss=()):
        self.files = [d / f"ap{n}.conf" for n in range(len(confs))]
        names = [f"ap{n}" for n in range(len(confs))]
        for f, i, lines in zip(self.files, names, confs):
            f.write_text(BASE.format(i=i, d=d) + lines.format(d=d))
        super().__init__(d, "hostapd", [HOSTAPD, "-dd", "-g", d / "apglobal", *self.files])
        self.attach(*names, *bss)

    def attach(self, *names):
        self.socks, self.bss = [], []
        for name in names:
            path = self.d / "apctrl" / name
            wait_for(name, lambda: path.exists() or self.proc.poll() is not None)
            assert self.proc.poll() is None, self.text()
            c = Ctrl(path)
            c.ok("ATTACH")
            self.bss.append(c)
        self.socks += self.bss
        self.c = self.bss[0]
        for c in self.bss:
            wait_for("ENABLED", lambda: c.fields("STATUS")["state"] == "ENABLED")
            c.drain()

    def conf(self):
        return self.c.fields("GET_CONFIG")

    def lines(self, n=0):
        return self.files[n].read_text().splitlines()

    def stop(self, check=True):
        for s in self.socks:
            s.close()
        super().stop(check)


class Bare(Ap):
    """An access point made of ADD and SET: there is no file."""

    def __init__(self, d, **keys):
        self.files = []
        Daemon.__init__(self, d, "hostapd", [HOSTAPD, "-dd", "-g", d / "apglobal"])
        wait_for("global", lambda: (d / "apglobal").exists())
        g = Ctrl(d / "apglobal")
        g.ok(f"ADD ap0 {d}/apctrl sim")
        g.close()
        c = Ctrl(d / "apctrl/ap0")
        for k, v in {"driver": "sim", "hw_mode": "g", "channel": "6", "eap_server": "1", **keys}.items():
            c.ok(f"SET {k} {v}")
        c.ok("ENABLE")
        c.close()
        self.attach("ap0")


@pytest.fixture
def made(d):
    """Makes daemons; they are stopped, and must end clean, in the end."""
    all_of = []

    def make(kind, *args, **kw):
        all_of.append(kind(d, *args, **kw))
        if kind is Sta:
            all_of[-1].c.ok("SCAN_INTERVAL 1")
        return all_of[-1]
    yield make
    for one in reversed(all_of):
        one.stop()


OPEN = "ssid=net\nwps_state=2\n"
PSK = "ssid=net\nwps_state=2\nwpa=2\nwpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\nwpa_passphrase=first secret\n"
CONFIG = f"WPS_CONFIG {hexed('new')} WPA2PSK CCMP {hexed('new secret')}"


def reloaded(ap):
    """Waits until new settings are on the air."""
    wait_for("reload", lambda: re.search(r'BSS .* "new" is up', ap.text()))


# --- WPS_CONFIG ---

@pytest.mark.parametrize("args", [
    "", "foo", hexed("n"), "zz OPEN", "6 OPEN", f"{'61' * 33} OPEN", f"{hexed('n')} WEP", f"{hexed('n')} SHARED",
    f"{hexed('n')} WPA2PSK", f"{hexed('n')} WPA2PSK CCMP", f"{hexed('n')} WPA2PSK CCMP {hexed('1234567')}",
    f"{hexed('n')} WPA2PSK NONE {hexed('12345678')}", f"{hexed('n')} WPA2PSK WEP {hexed('12345678')}",
    f"{hexed('n')} WPA2PSK CCMP {hexed('x' * 64)}", f"{hexed('n')} WPA2PSK CCMP {'61' * 65}",
    f"{hexed('n')} WPA2PSK CCMP 1234567", f"{hexed('n')} WPA2PSK CCMP {hexed('12345678' + chr(10) + 'ssid=x')}",
    f"{hexed('n')} OPEN CCMP"])
def test_config_refuses(shared_open, args):
    before = shared_open.c("GET_CONFIG")
    shared_open.c.fails("WPS_CONFIG " + args)
    time.sleep(0.01)
    assert shared_open.c("GET_CONFIG") == before and not shared_open.c.drain()


@pytest.fixture(scope="module")
def shared_open(tmp_path_factory):
    path = tmp_path_factory.mktemp("wo")
    (path / "air").mkdir()
    ap = Ap(path, OPEN)
    yield ap
    ap.stop()


def test_config_needs_wps(made):
    ap = made(Ap, "ssid=net\n")
    ap.c.fails(CONFIG)
    assert "wps_state=0" in ap.c.event("WPS refused")
    ap.c.fails("WPS_AP_PIN get")


def test_config_in_memory(made):
    ap = made(Bare, ssid="net", wps_state="1")
    assert ap.conf()["wps_state"] == "not configured"
    ap.c.ok(CONFIG)
    assert ap.c.event("WPS-NEW-AP-SETTINGS") == "<3>WPS-NEW-AP-SETTINGS "
    reloaded(ap)
    for again in ("RELOAD", "DISABLE", "ENABLE", "RELOAD_CONFIG"):
        f = ap.conf()
        assert (f["ssid"], f["wps_state"], f["wpa"], f["key_mgmt"], f["rsn_pairwise_cipher"], f["passphrase"]) == \
            ("new", "configured", "2", "WPA-PSK", "CCMP", "new secret")
        ap.c.ok(again)
    sta = made(Sta)
    sta.connect(ssid="new", psk="new secret")
    # and back to open
    ap.c.ok(f"WPS_CONFIG {hexed('nxt')} OPEN")
    sta.m.event("CTRL-EVENT-DISCONNECTED")
    sta.connect(ssid="nxt", psk=None)
    assert "wpa" not in ap.conf() and "passphrase" not in ap.conf()


@pytest.mark.parametrize("auth,encr,wpa,rsn,wpa1", [
    ("WPAPSK", "TKIP", "3", "CCMP TKIP", "CCMP TKIP"), ("WPA2PSK", "TKIP", "2", "CCMP TKIP", None),
    ("WPA2PSK", "CCMP", "2", "CCMP", None), ("WPAPSK", "CCMP", "3", "CCMP", "CCMP")])
def test_config_types(made, auth, encr, wpa, rsn, wpa1):
    ap = made(Ap, OPEN)
    ap.c.ok(f"WPS_CONFIG {hexed('new')} {auth} {encr} {hexed('new secret')}")
    reloaded(ap)
    f = ap.conf()
    assert (f["wpa"], f["rsn_pairwise_cipher"], f.get("wpa_pairwise_cipher")) == (wpa, rsn, wpa1)


def test_config_psk_and_ssid_of_any_bytes(made):
    ap = made(Ap, PSK)
    ssid = bytes([0, 10, 13, 34, 92, 255, 35, 61])
    ap.c.ok(f"WPS_CONFIG {ssid.hex()} WPA2PSK CCMP {hexed('0123456789abcdef' * 4)}")
    wait_for("reload", lambda: ap.conf()["ssid"].startswith("\\x00\\n"))
    ap.c.ok("RELOAD_CONFIG")
    f = ap.conf()
    assert f["ssid"] == '\\x00\\n\\r\\"\\\\\\xff#=' and f["psk"] == "0123456789abcdef" * 4 and "passphrase" not in f


# --- the configuration file ---

def test_file_is_rewritten(made):
    ap = made(Ap, PSK + "# mine\nauth_algs=1\nmax_num_sta=7\n")
    os.chmod(ap.files[0], 0o640)
    old = ap.lines()
    sta = made(Sta)
    sta.connect(ssid="net", psk="first secret")
    ap.c.ok(CONFIG)
    ap.c.event("WPS-NEW-AP-SETTINGS")
    sta.m.event("CTRL-EVENT-DISCONNECTED")
    new = ap.lines()
    assert new[:9] == [START, "wps_state=2", "ssid=new", "wpa=2", "wpa_key_mgmt=WPA-PSK", "wpa_pairwise=CCMP",
                       "wpa_passphrase=new secret", "auth_algs=1", END]
    replaced = {"ssid", "wps_state", "wpa", "wpa_key_mgmt", "rsn_pairwise", "wpa_passphrase", "auth_algs"}
    assert new[9:] == [("#WPS# " if x.split("=")[0] in replaced else "") + x for x in old]
    assert stat.S_IMODE(os.stat(ap.files[0]).st_mode) == 0o640
    assert not [f for f in os.listdir(ap.d) if f.startswith("ap0.conf.") or f.endswith("-new")]
    sta.connect(ssid="new", psk="new secret")
    # The same once more: the file does not grow.
    ap.c.ok(CONFIG)
    ap.c.event("WPS-NEW-AP-SETTINGS")
    assert ap.lines() == new
    time.sleep(0.3)
    ap.c.ok("RELOAD_CONFIG")
    assert ap.conf()["passphrase"] == "new secret"
    assert "new secret" not in ap.text()


def test_config_id_does_not_hold_settings_back(made):
    ap = made(Ap, PSK + "config_id=7\n")
    ap.c.ok(CONFIG)
    reloaded(ap)
    made(Sta).connect(ssid="new", psk="new secret")


def test_file_that_cannot_be_written(made):
    ap = made(Ap, PSK)
    before = ap.files[0].read_bytes()
    # Root may write everywhere: what stops it is that the name is a directory's, or another file's mount.
    os.rename(ap.files[0], ap.d / "kept")
    os.mkdir(ap.files[0])
    ap.c.ok(CONFIG)
    event = ap.c.event("not saved")
    assert event.startswith("<5>") and str(ap.files[0]) in event and "new secret" not in event
    made(Sta).connect(ssid="new", psk="new secret")
    assert (ap.d / "kept").read_bytes() == before
    os.rmdir(ap.files[0])
    os.rename(ap.d / "kept", ap.files[0])
    ap.c.ok("RELOAD_CONFIG")
    assert ap.conf()["ssid"] == "net"


def test_file_that_became_bad(made):
    """Somebody is in the middle of editing: their work stays, the network is configured all the same."""
    ap = made(Ap, PSK)
    ap.files[0].write_text(ap.files[0].read_text() + "channel=nonsense\n")
    before = ap.files[0].read_bytes()
    ap.c.ok(CONFIG)
    ap.c.event("not saved")
    reloaded(ap)
    assert ap.files[0].read_bytes() == before and ap.conf()["passphrase"] == "new secret"


def test_symbolic_link_is_followed(made, d):
    real = d / "sub" / "real.conf"
    real.parent.mkdir()
    ap = made(Ap, PSK)
    os.rename(ap.files[0], real)
    os.symlink(real, ap.files[0])
    ap.c.ok(CONFIG)
    reloaded(ap)
    assert os.path.islink(ap.files[0]) and START in real.read_text()


def test_second_bss_and_second_radio(made, d):
    two = PSK + "bss=ap0b\nctrl_interface={d}/apctrl\n# second\nssid=net2\nwps_state=2\n" + \
        "bss=ap0c\nctrl_interface={d}/apctrl\nssid=net3\n"
    alone = OPEN + "wps_independent=1\n"
    ap = made(Ap, two, PSK, alone, bss=["ap0b"])
    ap.c.ok(CONFIG)
    for c, name in ((ap.bss[0], "ap0"), (ap.bss[1], "ap1"), (ap.bss[3], "ap0b")):
        c.event("WPS-NEW-AP-SETTINGS")
        assert c.fields("GET_CONFIG")["ssid"] == "new", name
    assert ap.bss[2].fields("GET_CONFIG")["ssid"] == "net" and not ap.bss[2].drain()
    text = ap.files[0].read_text()
    assert text.count(START) == 2 and "bss=ap0b\n" + START in text and "\nssid=net3" in text
    assert START in ap.files[1].read_text() and START not in ap.files[2].read_text()
    time.sleep(0.5)
    # The independent one keeps to itself in both directions.
    ap.bss[2].ok(f"WPS_CONFIG {hexed('solo')} OPEN")
    assert ap.bss[2].fields("GET_CONFIG")["ssid"] == "solo" and ap.conf()["ssid"] == "new"


@pytest.mark.parametrize("processing,applied", [("0", True), ("1", False), ("2", True)])
def test_cred_processing(made, processing, applied):
    ap = made(Bare, ssid="net", wps_state="2", wps_cred_processing=processing)
    ap.c.ok(CONFIG)
    event = ap.c.event("WPS-NEW-AP-SETTINGS")
    if processing == "0":
        assert event == "<3>WPS-NEW-AP-SETTINGS "
    else:
        assert re.match("<3>WPS-NEW-AP-SETTINGS 100e", event) and "1026" in event
        assert "10450003" + hexed("new") in event and "1027000a" + hexed("new secret") in event
    assert (ap.conf()["ssid"] == "new") == applied
    if not applied:
        ap.c.ok("SET wps_cred_processing 0")
        ap.c.ok(CONFIG)
        assert ap.conf()["ssid"] == "new"


def test_add_sae(made):
    ap = made(Ap, OPEN + "wps_cred_add_sae=1\n")
    ap.c.ok(CONFIG)
    assert ap.lines()[4:7] == ["wpa_key_mgmt=WPA-PSK SAE", "ieee80211w=1", "sae_require_mfp=1"]
    # Without SAE in this build the network runs all the same.
    wait_for("the new network", lambda: '"new" is up' in ap.text())
    ap.c.ok("RELOAD_CONFIG")


# --- the unconfigured state ---

def first_enrollee(ap, sta):
    ap.c.ok("WPS_PBC")
    ap.c.event("WPS-PBC-ACTIVE")
    sta.c.ok("WPS_PBC")
    for event in ("WPS-REG-SUCCESS", "WPS-PBC-DISABLE", "WPS-SUCCESS", "WPS-NEW-AP-SETTINGS"):
        ap.c.event(event)
    sta.m.event("WPS-SUCCESS")
    sta.m.event("CTRL-EVENT-CONNECTED")


def check_configured(ap, sta):
    f = ap.conf()
    assert f["wps_state"] == "configured" and f["wpa"] == "3"
    assert f["rsn_pairwise_cipher"] == f["wpa_pairwise_cipher"] == "CCMP TKIP" and f["group_cipher"] == "TKIP"
    assert re.fullmatch("[a-z2-9]{26}", f["passphrase"]) and f["passphrase"] not in ap.text()
    status = ap.c("WPS_GET_STATUS")
    assert "PBC Status: Disabled\n" in status and "Last WPS result: Success\n" in status
    assert "Peer Address: %s\n" % sta.c.fields("STATUS")["address"] in status
    assert sta.c("LIST_NETWORKS").count("\n") == 2
    return f["passphrase"]


def test_first_enrollee(made):
    ap, sta = made(Bare, ssid="net", wps_state="1"), made(Sta)
    first_enrollee(ap, sta)
    key = check_configured(ap, sta)
    # The second one gets the same network, and nothing is configured again.
    sta.c.ok("REMOVE_NETWORK all")
    ap.c.ok("WPS_PBC")
    sta.c.ok("WPS_PBC")
    sta.m.event("CTRL-EVENT-CONNECTED")
    assert ap.conf()["passphrase"] == key
    assert not [e for e in ap.c.drain() if "NEW-AP-SETTINGS" in e]


def test_first_enrollee_with_file(made, d):
    """As the field's own test does it: the file describes one BSS and comes by ADD bss_config."""
    other = made(Ap, "ssid=other\n")
    conf = d / "auto.conf"
    conf.write_text(f"driver=sim\nhw_mode=g\nchannel=6\nieee80211n=1\ninterface=auto0\nctrl_interface={d}/apctrl\n"
                    "ssid=wps\neap_server=1\nwps_state=1\n")
    g = Ctrl(d / "apglobal")
    g.ok(f"ADD bss_config=phy9:{conf}")
    g.close()
    ap = other
    ap.attach("auto0")
    sta = made(Sta)
    first_enrollee(ap, sta)
    key = check_configured(ap, sta)
    vals = {}
    for line in conf.read_text().splitlines():
        if "# WPS configuration" not in line:
            name, value = line.split("=", 1)
            vals[name] = value
    assert vals["ieee80211n"] == "1" and vals["wps_state"] == "2" and "WPA-PSK" in vals["wpa_key_mgmt"]
    assert vals["wpa"] == "3" and vals["wpa_passphrase"] == key and vals["#WPS# wps_state"] == "1"


def test_program_processes_first_credential(made):
    ap, sta = made(Bare, ssid="net", wps_state="1", wps_cred_processing="1"), made(Sta)
    ap.c.ok("WPS_PBC")
    sta.c.ok("WPS_PBC")
    event = ap.c.event("WPS-NEW-AP-SETTINGS")
    assert "10450003" + hexed("net") in event
    key = bytes.fromhex(re.search("1027001a([0-9a-f]{52})", event)[1]).decode()
    assert ap.conf()["wps_state"] == "not configured"
    for k, v in (("wps_state", 2), ("wpa", 2), ("rsn_pairwise", "CCMP"), ("wpa_passphrase", key)):
        ap.c.ok(f"SET {k} {v}")
    ap.c.ok("RELOAD")
    sta.m.event("CTRL-EVENT-CONNECTED", 30)


def test_configured_bss_is_left_alone_by_first_enrollee(made):
    ap, sta = made(Ap, "ssid=net\nwps_state=1\n", PSK.replace("=net", "=other")), made(Sta)
    ap.c.ok("WPS_PBC")
    sta.c.ok("WPS_PBC " + ap.c.fields("STATUS")["bssid[0]"])
    ap.c.event("WPS-NEW-AP-SETTINGS")
    assert ap.bss[1].fields("GET_CONFIG")["passphrase"] == "first secret"
    assert START not in ap.files[1].read_text()
    sta.m.event("CTRL-EVENT-CONNECTED")


# --- the AP PIN ---

def test_ap_pin_commands(made):
    ap = made(Ap, PSK, PSK.replace("=net", "=other"), OPEN + "wps_independent=1\nap_pin=11112222\n")
    a, b, alone = ap.bss
    a.fails("WPS_AP_PIN get")
    assert alone("WPS_AP_PIN get") == "11112222"
    pin = a("WPS_AP_PIN random")
    assert re.fullmatch(r"\d{8}", pin) and a("WPS_CHECK_PIN " + pin) == pin
    assert a("WPS_AP_PIN get") == b("WPS_AP_PIN get") == pin and alone("WPS_AP_PIN get") == "11112222"
    assert b("WPS_AP_PIN random 0") != pin
    assert a("WPS_AP_PIN set 1234") == "1234" and b("WPS_AP_PIN get") == "1234"
    a.ok("WPS_AP_PIN disable")
    b.fails("WPS_AP_PIN get")
    for bad in ("set", "set 123456789", "unsupported", "set 1234 x", "random x", "set 1234 -1", ""):
        a.fails("WPS_AP_PIN " + bad)
    assert a("WPS_AP_PIN") == "UNKNOWN COMMAND\n"
    a.fails("WPS_AP_PIN get")
    assert not a.drain()


def test_ap_pin_expires(made):
    ap = made(Ap, PSK + f"ap_pin={PIN}\n")
    assert ap.c("WPS_AP_PIN get") == PIN
    assert ap.c("WPS_AP_PIN set 12345678 1") == "12345678"
    assert ap.c("WPS_AP_PIN get") == "12345678"
    assert ap.c.event("WPS-AP-PIN-DISABLED", 5) == "<3>WPS-AP-PIN-DISABLED "
    ap.c.fails("WPS_AP_PIN get")
    ap.c.ok("RELOAD")
    ap.c.fails("WPS_AP_PIN get")


def test_ap_pin_over_reload(made):
    ap = made(Ap, PSK + f"ap_pin={PIN}\n")
    ap.c("WPS_AP_PIN set 1111")
    for again in ("RELOAD", "RELOAD_CONFIG", "DISABLE", "ENABLE"):
        ap.c.ok(again)
        if again != "DISABLE":
            assert ap.c("WPS_AP_PIN get") == "1111"
    # A new one of the configuration counts at once.
    ap.c.ok("SET ap_pin 2222")
    assert ap.c("WPS_AP_PIN get") == "2222"
    ap.c.ok("RELOAD")
    assert ap.c("WPS_AP_PIN get") == "2222"
    ap.c.ok("SET ap_pin ")
    ap.c.fails("WPS_AP_PIN get")


# --- a station as registrar ---

def registrar(ap, sta, pin=PIN, settings=""):
    sta.c.ok("WPS_REG %s %s%s" % (ap.c.fields("STATUS")["bssid[0]"], pin, settings))


NEW = f" {hexed('new')} WPA2PSK CCMP {hexed('new secret')}"


def test_registrar_learns(made):
    ap, sta = made(Ap, PSK + f"ap_pin={PIN}\n"), made(Sta)
    registrar(ap, sta)
    event = sta.m.event("WPS-AP-SETTINGS-RECEIVED|CTRL-EVENT-CONNECTED")
    if "CONNECTED" not in event:
        sta.m.event("CTRL-EVENT-CONNECTED")
    assert sta.c("GET_NETWORK 0 ssid") == '"net"'
    assert not [e for e in ap.c.drain() if "NEW-AP-SETTINGS" in e]


def test_registrar_configures(made):
    ap, sta = made(Ap, OPEN + f"ap_pin={PIN}\n"), made(Sta)
    registrar(ap, sta, settings=NEW)
    for event in ("WPS-NEW-AP-SETTINGS", "WPS-SUCCESS"):
        ap.c.event(event)
    assert "Last WPS result: Success\nPeer Address: %s\n" % sta.c.fields("STATUS")["address"] in ap.c("WPS_GET_STATUS")
    # It was told the end of its run before the reload.
    sta.m.event("WPS-SUCCESS")
    sta.m.event("CTRL-EVENT-CONNECTED")
    f = ap.conf()
    assert (f["ssid"], f["wpa"], f["passphrase"]) == ("new", "2", "new secret")
    assert ap.lines()[:3] == [START, "wps_state=2", "ssid=new"] and "#WPS# ssid=net" in ap.lines()
    # Another key, and back to open, by further runs.
    sta.c.ok("REMOVE_NETWORK all")
    sta.m.drain()
    registrar(ap, sta, settings=f" {hexed('nxt')} WPA2PSK CCMP {hexed('next secret')}")
    # The registrar is back within ms: it must meet the new key, or it would be told that its own is wrong.
    sta.m.event("CTRL-EVENT-CONNECTED")
    assert not [e for e in ap.c.drain() if "MISMATCH" in e]
    sta.c.ok("REMOVE_NETWORK all")
    sta.m.drain()
    registrar(ap, sta, settings=f" {hexed('wps-open')} OPEN NONE ")
    sta.m.event("CTRL-EVENT-CONNECTED")
    assert ap.conf()["ssid"] == "wps-open" and "wpa" not in ap.conf()
    assert ap.text().count("new secret") == 0


def test_registrar_settings_for_a_program(made):
    ap, sta = made(Bare, ssid="net", wps_state="2", ap_pin=PIN, wps_cred_processing="1"), made(Sta)
    registrar(ap, sta, settings=NEW)
    event = ap.c.event("WPS-NEW-AP-SETTINGS")
    assert "1026" in event and "10450003" + hexed("new") in event and "1027000a" + hexed("new secret") in event
    assert ap.conf()["ssid"] == "net"
    ap.c.ok("SET wps_cred_processing 0")
    ap.c.ok(CONFIG)
    sta.m.event("CTRL-EVENT-CONNECTED", 30)


def test_ap_settings_from_a_file(made, d):
    """What registrars are told is the content of the file, byte by byte."""
    def attr(n, data):
        return n.to_bytes(2, "big") + len(data).to_bytes(2, "big") + data
    (d / "settings").write_bytes(attr(0x1045, b"override") + attr(0x1003, b"\0\1") + attr(0x100f, b"\0\1") +
                                 attr(0x1027, b"") + attr(0x1020, bytes(6)))
    ap, sta = made(Ap, PSK + f"ap_pin={PIN}\nap_settings={d}/settings\n"), made(Sta)
    registrar(ap, sta)
    wait_for("the network", lambda: sta.c("GET_NETWORK 0 ssid") == '"override"')


def test_wrong_pin_locks(made):
    """The third failure locks every BSS that shares the AP PIN, and only those."""
    ap = made(Ap, OPEN + f"ap_pin={PIN}\n", PSK.replace("=net", "=other") + f"ap_pin={PIN}\n",
              OPEN.replace("=net", "=solo") + f"ap_pin={PIN}\nwps_independent=1\n")
    sta = made(Sta)
    for n in range(3):
        sta.m.drain()
        registrar(ap, sta, pin="12345671")
        sta.m.event("WPS-FAIL")
        if n < 2:
            ap.c.event("WPS-FAIL")
            assert "wps_ap_setup_locked[0]" not in ap.c.fields("STATUS")
            assert "Last WPS result: Failed\nFailure Reason: Authentication Failure\nPeer Address: " in ap.c("WPS_GET_STATUS")
    assert ap.c.event("WPS-AP-SETUP-LOCKED") == "<3>WPS-AP-SETUP-LOCKED "
    ap.c.event("WPS-FAIL")
    ap.bss[1].event("WPS-AP-SETUP-LOCKED")
    assert ap.c.fields("STATUS")["wps_ap_setup_locked[0]"] == "1"
    assert not [e for e in ap.bss[2].drain() if "LOCKED" in e]
    # A locked access point does not even look at the right one.
    sta.m.drain()
    registrar(ap, sta, settings=NEW)
    sta.m.event("WPS-FAIL.*config_error=15")
    assert ap.conf()["ssid"] == "net"
    ap.c.ok("RELOAD")
    assert ap.c.fields("STATUS")["wps_ap_setup_locked[0]"] == "1"
    assert ap.c("WPS_AP_PIN set 12345670") == PIN
    assert ap.c.event("WPS-AP-SETUP-UNLOCKED") == "<3>WPS-AP-SETUP-UNLOCKED "
    ap.bss[1].event("WPS-AP-SETUP-UNLOCKED")


def test_configured_lock_and_pin(made):
    """The AP PIN of the configuration does not open the configuration's lock; a command does."""
    ap = made(Ap, OPEN + f"ap_pin={PIN}\nap_setup_locked=1\n")
    assert "WPS-AP-SETUP-UNLOCKED" not in ap.text()
    for command in ("RELOAD", "SET ap_pin 87654325"):
        ap.c.ok(command)
        assert ap.c.fields("STATUS")["wps_ap_setup_locked[0]"] == "1"
    assert ap.c("WPS_AP_PIN set 12345670") == PIN
    assert ap.c.event("LOCKED") == "<3>WPS-AP-SETUP-UNLOCKED "
    ap.c.ok("RELOAD")
    assert "wps_ap_setup_locked[0]" not in ap.c.fields("STATUS")
    assert not [e for e in ap.c.drain() if "LOCKED" in e]
    ap.c.ok("SET ap_setup_locked 1")
    ap.c.ok("RELOAD")
    assert ap.c.fields("STATUS")["wps_ap_setup_locked[0]"] == "1"


# --- several BSSs, one button ---

def enrolled(ap, sta, command):
    sta.m.drain()
    sta.c(command + " " + ap.c.fields("STATUS")["bssid[0]"] + (" " + PIN if "PIN" in command else ""))
    sta.m.event("CTRL-EVENT-CONNECTED")
    sta.c.ok("REMOVE_NETWORK all")


def test_success_counts_on_every_bss(made):
    ap, sta = made(Ap, PSK, PSK.replace("=net", "=other")), made(Sta, "device_name=Device A\n")
    other = ap.bss[1]
    ap.c.ok("WPS_PBC")
    other.event("WPS-PBC-ACTIVE")
    enrolled(ap, sta, "WPS_PBC")
    other.event("WPS-PBC-DISABLE")
    assert other("WPS_GET_STATUS") == "PBC Status: Disabled\nLast WPS result: None\n"
    ap.c.ok("WPS_PIN any " + PIN)
    assert other.event("WPS-PIN-ACTIVE") == "<3>WPS-PIN-ACTIVE "
    enrolled(ap, sta, "WPS_PIN")
    # What a device said of itself is in the record of its own connection, too.
    mac = sta.c.fields("STATUS")["address"]
    sta.connect(ssid="net", psk="first secret")
    record = ap.c("STA " + mac)
    assert "wpsDeviceName=Device A\n" in record and f"wpsUuid={sta.c.fields('STATUS')['uuid']}\n" in record
    # A PIN for anybody is for one device, wherever it comes. A WPS element that cannot be read changes nothing.
    sta.c.ok("VENDOR_ELEM_ADD 13 dd050050f20410")
    sta.c("WPS_PIN %s %s" % (other.fields("STATUS")["bssid[0]"], PIN))
    other.event("WPS-PIN-NEEDED")
    assert "malformed WPS element" in ap.text()


# --- evidence ---

def test_off_reason(made):
    ap = made(Ap, OPEN + "ignore_broadcast_ssid=1\n")
    assert "ignore_broadcast_ssid" in ap.c.fields("STATUS")["wps_off_reason[0]"]
    for cmd in ("WPS_PBC", "WPS_PIN any 12345670", "WPS_AP_PIN random", "WPS_AP_PIN disable", CONFIG, "WPS_CANCEL"):
        ap.c.fails(cmd)
        assert "ignore_broadcast_ssid" in ap.c.event("WPS refused")


def test_pin_requests(made, d):
    path = d / "requests"
    ap = made(Ap, PSK + f"wps_pin_requests={path}\n")
    sta = made(Sta, 'device_name=Evil\ndevice_type=1-0050F204-1\nmanufacturer=M\nmodel_name=Mo\nmodel_number=7\nserial_number=s 9\n')
    sta.c("WPS_PIN %s %s" % (ap.c.fields("STATUS")["bssid[0]"], PIN))
    event = ap.c.event("WPS-PIN-NEEDED")
    wait_for("the file", path.exists)
    fields = path.read_text().splitlines()[0].split("\t")
    assert len(fields) == 9 and abs(int(fields[0]) - time.time()) < 60
    assert fields[3:] == ["Evil", "M", "Mo", "7", "s 9", "1-0050F204-1"]
    assert event == "<3>WPS-PIN-NEEDED %s %s [Evil|M|Mo|7|s 9|1-0050F204-1]" % tuple(fields[1:3])
    # Nobody can fill the disk that way.
    sta.c.ok("WPS_CANCEL")
    path.write_text("x" * (1 << 20))
    sta.c("WPS_PIN %s %s" % (ap.c.fields("STATUS")["bssid[0]"], PIN))
    ap.c.event("WPS-PIN-NEEDED")
    wait_for("the refusal", lambda: "cannot be written" in ap.text())
    assert path.stat().st_size == 1 << 20


def test_application_extension(tmp_path):
    """In the beacon, byte for byte; empty takes it away."""
    (tmp_path / "air").mkdir()
    a = Ap(tmp_path, "ssid=net\nwpa=2\nrsn_pairwise=CCMP\nwpa_passphrase=12345678\nwps_state=2\nwps_application_ext=" + "00112233445566778899aabbccddeeff" + "cafe\n")
    try:
        assert "10580012" + "00112233445566778899aabbccddeeff" + "cafe" in a.c("DUMP_BEACON")
        a.c.ok("SET wps_application_ext ")
        a.c.ok("RELOAD")
        assert "10580012" not in a.c("DUMP_BEACON")
        a.c.fails("SET wps_application_ext 1")
    finally:
        a.stop()
