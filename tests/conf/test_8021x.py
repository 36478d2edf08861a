"""802.1X as control clients see it: keys, networks this version cannot use, PMKSA commands. EAP itself: tests/hwsim/test_8021x.py."""
import pytest

from test_wpas_control import PSK, air, d, own, shared, sta, wait_for  # noqa: F401

PASSWORD = '"abcdefghijklmnop0123456789abcdef"'
HEADER = "Index / AA / PMKID / expiration (in seconds) / opportunistic\n"
AA, PMKID, PMK = "02:00:00:00:00:99", "00112233445566778899aabbccddeeff", "11" * 32


def add(sta, **keys):
    n = sta.c("ADD_NETWORK").strip()
    for k, v in {"ssid": '"home"', "key_mgmt": "WPA-EAP", "eap": "GPSK", "identity": '"me"', "password": PASSWORD, **keys}.items():
        if v is not None:
            sta.c.ok(f"SET_NETWORK {n} {k} {v}")
    return n


@pytest.mark.parametrize("key, value, shown", [
    ("eap", "TTLS PEAP GPSK", "TTLS PEAP GPSK"), ("identity", '"me"', '"me"'), ("identity", "6d65", '"me"'),
    ("anonymous_identity", '"x"', '"x"'), ("password", PASSWORD, "*"), ("password", "hash:" + "0a" * 16, "*"),
    ("password", "ext:name", "*"), ("key_mgmt", "WPA-EAP WPA-EAP-SHA256", "WPA-EAP WPA-EAP-SHA256"), ("phase1", '"cipher=1"', '"cipher=1"')])
def test_keys(sta, key, value, shown):
    n = add(sta, **{key: value})
    assert sta.c(f"GET_NETWORK {n} {key}") == shown


@pytest.mark.parametrize("key, value", [("eap", "NOSUCH"), ("password", "hash:00"), ("password", "plain"), ("identity", "zz"), ("key_mgmt", "WPA-EAPX")])
def test_bad_values(sta, key, value):
    n = add(sta)
    sta.c.fails(f"SET_NETWORK {n} {key} {value}")


def test_capability(sta):
    assert sta.c("GET_CAPABILITY eap").split() == ["GPSK", "WSC"]
    assert sta.c("GET_CAPABILITY key_mgmt").split() == ["NONE", "WPA-EAP", "WPA-PSK", "WPA-EAP-SHA256", "WPA-PSK-SHA256"]


@pytest.mark.parametrize("keys, why", [
    ({"eap": "TTLS PEAP"}, "no method this version has"), ({"password": '"short"'}, "at least 16 octets"),
    ({"password": "hash:" + "00" * 16}, "the password itself"), ({"eap": None, "password": None}, "no eap, identity and password")])
def test_unusable(sta, keys, why):
    """Kept and shown, but nothing is looked for; the log says why."""
    before = len(sta.text())
    n = add(sta, **keys)
    sta.c.ok(f"SELECT_NETWORK {n}")
    sta.until("INACTIVE")
    assert f"network {n} cannot be used: " in sta.text()[before:] and why in sta.text()[before:]
    sta.c.ok(f"SET_NETWORK {n} eap GPSK")
    sta.c.ok(f"SET_NETWORK {n} password {PASSWORD}")
    sta.c.ok(f"SELECT_NETWORK {n}")
    sta.until("SCANNING")


def test_unusable_in_file(own):
    """Said when the file is read, and not lost when it is saved."""
    s = own('network={\n\tssid="corp"\n\tkey_mgmt=WPA-EAP\n\teap=TTLS\n\tidentity="me"\n}\n'
            f'network={{\n\tssid="home"\n\tpsk="{PSK}"\n\teap=TTLS\n}}\n')
    assert "this network cannot be used: eap names no method" in s.text() and s.text().count("this network cannot be used") == 1
    s.m.event("CTRL-EVENT-CONNECTED")  # the other one
    s.c.ok("SAVE_CONFIG")
    assert "eap=TTLS\n\tidentity=" in s.conf.read_text()


def test_psk_beside(sta):
    """A network that allows both and has what both need takes what the access point has."""
    n = sta.connect(key_mgmt="WPA-PSK WPA-EAP", eap="GPSK", identity='"me"', password=PASSWORD)
    assert sta.c.fields("STATUS")["key_mgmt"] == "WPA2-PSK" and "Supplicant PAE state" not in sta.c.fields("STATUS")
    assert sta.c(f"GET_NETWORK {n} key_mgmt") == "WPA-PSK WPA-EAP"


def put(sta, n, aa=AA, pmkid=PMKID, reauth=70, expire=100):
    sta.c.ok(f"PMKSA_ADD {n} {aa} {pmkid} {PMK} {reauth} {expire} 1 0")


def test_pmksa(sta):
    n, other = add(sta), add(sta)
    assert sta.c("PMKSA") == HEADER and sta.c(f"PMKSA_GET {n}") == ""
    put(sta, n)
    sta.m.event(f"PMKSA-CACHE-ADDED {AA} {n}$")
    row = sta.c("PMKSA").splitlines()[1].split()
    assert row[:3] == ["1", AA, PMKID] and 95 < int(row[3]) <= 100 and row[4] == "0"
    got = sta.c(f"PMKSA_GET {n}").split()
    assert got[:3] == [AA, PMKID, PMK] and 65 < int(got[3]) <= 70 and got[5:] == ["1", "0"]
    assert sta.c(f"PMKSA_GET {other}") == ""
    put(sta, other, aa="02:00:00:00:00:98", pmkid="ff" * 16)
    sta.c.ok(f"REMOVE_NETWORK {other}")
    sta.m.event(f"PMKSA-CACHE-REMOVED 02:00:00:00:00:98 {other}$")
    assert len(sta.c("PMKSA").splitlines()) == 2
    put(sta, n, pmkid="ee" * 16)  # the same access point: in its place
    sta.m.event(f"PMKSA-CACHE-REMOVED {AA} {n}$")
    sta.m.event(f"PMKSA-CACHE-ADDED {AA} {n}$")
    sta.c.ok("PMKSA_FLUSH")
    sta.m.event(f"PMKSA-CACHE-REMOVED {AA} {n}$")
    assert sta.c("PMKSA") == HEADER
    for bad in ("", n, f"{n} {AA}", f"77 {AA} {PMKID} {PMK} 1 2 1 0", f"{n} {AA} {PMKID} {PMK} 1 0 1 0", f"{n} {AA} {PMKID} {PMK[:-1]} 1 2 1 0"):
        sta.c.fails(f"PMKSA_ADD {bad}")
    sta.c.fails("PMKSA_GET 77")
    sta.c.fails("PMKSA_GET x")


@pytest.mark.parametrize("key, value, dropped", [
    ("priority", "7", False), ("scan_freq", "2412", False), ("bssid", AA, False), ("bssid_ignore", AA, False), ("identity", '"me"', False),
    ("identity", '"you"', True), ("password", '"another one of 16 and more"', True), ("ssid", '"other"', True)])
def test_pmksa_of_changed_network(sta, key, value, dropped):
    n = add(sta)
    put(sta, n)
    sta.c.ok(f"SET_NETWORK {n} {key} {value}")
    assert len(sta.c("PMKSA").splitlines()) == (1 if dropped else 2)


def test_pmksa_gone(own):
    s = own('network={\n\tssid="corp"\n\tkey_mgmt=WPA-EAP\n\teap=GPSK\n\tidentity="me"\n\tpassword=' + PASSWORD + "\n}\n")
    put(s, s.c("LIST_NETWORKS").splitlines()[1].split()[0], expire=1)
    s.m.event("PMKSA-CACHE-REMOVED", timeout=5)  # its time is over
    put(s, s.c("LIST_NETWORKS").splitlines()[1].split()[0])
    s.c.ok("RECONFIGURE")
    assert s.c("PMKSA") == HEADER
    put(s, s.c("LIST_NETWORKS").splitlines()[1].split()[0])
    s.c.ok("FLUSH")
    assert s.c("PMKSA") == HEADER


def test_secrets_not_logged(own):
    """-dd, without -K."""
    s = own()
    n = add(s, identity=None, password=None)
    s.c.ok(f"CTRL-RSP-IDENTITY-{n}:me")
    s.c.ok(f"CTRL-RSP-PASSWORD-{n}:{PASSWORD[1:-1]}")
    put(s, n)
    assert PMK in s.c(f"PMKSA_GET {n}")
    wait_for("the log", lambda: "PMKSA_GET" in s.text())
    assert PASSWORD[1:-1] not in s.text() and PMK not in s.text()
