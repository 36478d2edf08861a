"""Key management of the driver below hostapd: when it is used, declined, refused, and what stations meet."""
import hashlib

import pytest

from hostapd_rig import Daemon as Hostapd
from test_wpas_control import PSK, AccessPoint, Sta, wait_for

PMK = hashlib.pbkdf2_hmac("sha1", PSK.encode(), b"home", 4096, 32).hex()
CONF = """interface=ap
driver=sim
driver_params=offload={words}
ctrl_interface={d}/apctrl
hw_mode=g
channel=6
ieee80211n=1
ssid=home
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
{extra}
"""
SECRET = f"wpa_passphrase={PSK}\n"
WPS = "wps_state=2\neap_server=1\ndevice_name=Router\nconfig_methods=push_button\n"
# What the driver cannot do, and how the log names it.
HINDRANCES = [
    ("wpa_group_rekey=600", "wpa_group_rekey"),
    ("wpa_ptk_rekey=600", "wpa_ptk_rekey"),
    ("wpa_strict_rekey=1", "wpa_strict_rekey"),
    ("wpa_gmk_rekey=600", "wpa_gmk_rekey"),
    ("wpa_psk_file={psks}", "wpa_psk_file"),
    ("wpa=3", "wpa (only 2 is possible)"),
    ("key_mgmt_offload=0", "key_mgmt_offload=0"),
    ("wpa_psk_file={psks}\nwpa_group_rekey=600", "wpa_psk_file, wpa_group_rekey"),
]


def config(d, words, extra=SECRET):
    return CONF.format(d=d, words=words, extra=extra)


@pytest.fixture
def daemons(d):
    """access_point(words, configuration), station(): stopped at the end, and their logs hold no key."""
    running = []

    class Make:
        def access_point(self, words, extra=SECRET):
            running.append(AccessPoint(d, "ap", config(d, words, extra)))
            return running[-1]

        def station(self, conf=""):
            running.append(Sta(d, conf))
            running[-1].c.ok("SCAN_INTERVAL 1")
            return running[-1]

    yield Make()
    for r in reversed(running):
        r.stop()
    for r in running:
        text = r.text()
        assert PMK not in text and " ".join(PMK[i:i + 2] for i in range(0, 64, 2)) not in text
        assert PSK not in text


# --- who runs the handshakes ---


def test_used(daemons):
    ap = daemons.access_point("appsk+nokeys")
    assert ap.c.fields("STATUS")["handshake"] == "driver"
    assert "key management of ap: driver (" in ap.text()
    ap.c.fails("REKEY_GTK")
    assert "ap: the driver runs the handshakes and renews the group key itself" in ap.text()
    ap.c.ok("SET wpa_ptk_rekey 0")  # no wish
    ap.c.ok("RELOAD")
    assert ap.c.fields("STATUS")["handshake"] == "driver"


def test_not_offered(daemons):
    ap = daemons.access_point("psk")  # that of stations
    assert "handshake" not in ap.c.fields("STATUS")
    ap.c.ok("REKEY_GTK")
    assert "key management of ap: host (the driver offers none)" in ap.text()


@pytest.mark.parametrize("lines,named", HINDRANCES)
def test_declined(daemons, d, lines, named):
    (d / "psks").write_text("00:00:00:00:00:00 some passphrase\n")
    ap = daemons.access_point("appsk", SECRET + lines.format(psks=d / "psks"))
    assert "handshake" not in ap.c.fields("STATUS")
    assert f"key management of ap: host (the driver's is not possible with {named})" in ap.text()
    ap.c.ok("REKEY_GTK")


@pytest.mark.parametrize("lines,named", HINDRANCES)
def test_refused(lines, named):
    h = Hostapd()
    try:
        psks = h.write("psks", "00:00:00:00:00:00 some passphrase\n")
        text = config(h.dir, "appsk+nokeys", SECRET + lines.format(psks=psks))
        code, out, err = h.run(h.write("conf", text))
        assert code == 1
        assert ("ap: the driver runs the handshakes and takes no keys of ours; it cannot do that with: "
                + named) in out + err
    finally:
        h.stop()


def test_refused_by_command():
    h = Hostapd().start()
    try:
        b = h.add()
        b.ok("ATTACH", "SET driver_params offload=appsk+nokeys")
        h.secure(b)
        b.ok("SET wpa_group_rekey 600").fails("ENABLE")
        b.event("AP-DISABLED")
        assert "it cannot do that with: wpa_group_rekey" in h.log()
        b.ok("SET key_mgmt_offload 1").fails("SET key_mgmt_offload 2")
    finally:
        h.stop()


def test_reload(daemons, d):
    """The file of the keys is no secret of one kind: refused, and nothing changes."""
    ap = daemons.access_point("appsk+nokeys")
    (d / "psks").write_text("00:00:00:00:00:00 some passphrase\n")
    (d / "ap.conf").write_text(config(d, "appsk+nokeys", SECRET + f"wpa_psk_file={d}/psks\n"))
    ap.c.fails("RELOAD_CONFIG")
    ap.c.ok("RELOAD")
    s = ap.c.fields("STATUS")
    assert (s["state"], s["handshake"]) == ("ENABLED", "driver")
    assert ap.text().count("it cannot do that with: wpa_psk_file") == 1


SETTINGS = ["wpa_group_rekey 600", "wpa_group_rekey 0", "wpa_ptk_rekey 600", "wpa_strict_rekey 1", "wpa_gmk_rekey 600",
            "wpa_psk_file {}/psks", "wpa 3", "wpa 1", "key_mgmt_offload 0"]


@pytest.mark.parametrize("setting", SETTINGS)
def test_set_that_no_start_would_survive(daemons, d, setting):
    ap = daemons.access_point("appsk+nokeys")
    (d / "psks").write_text("00:00:00:00:00:00 some passphrase\n")
    setting = setting.format(d)
    key = setting.split()[0]
    ap.c.fails("SET " + setting)
    assert f"ap: SET {key}: the driver runs the handshakes and takes no keys of ours; it cannot do that with: {key}" in ap.text()
    for command in ("RELOAD", "DISABLE", "ENABLE", "RELOAD_WPA_PSK"):
        ap.c.ok(command)
    assert ap.c.fields("STATUS")["handshake"] == "driver"


# Each undoes the one of SETTINGS.
UNDONE = ["wpa_group_rekey -1", "wpa_group_rekey -1", "wpa_ptk_rekey 0", "wpa_strict_rekey 0", "wpa_gmk_rekey 86400",
          "wpa_psk_file ", "wpa 2", "wpa 2", "key_mgmt_offload 1"]


@pytest.mark.parametrize("setting,undone", zip(SETTINGS, UNDONE))
def test_set_before_start_can_be_undone(setting, undone):
    h = Hostapd().start()
    try:
        b = h.add().ok("SET driver_params offload=appsk+nokeys")
        h.write("psks", "00:00:00:00:00:00 some passphrase\n")
        h.secure(b).ok("SET " + setting.format(h.dir)).fails("ENABLE")
        b.ok("SET " + undone, "ENABLE")
        assert "handshake=driver\n" in b("STATUS")
    finally:
        h.stop()


def test_set_one_after_the_other():
    """An open access point gets its security in any order: what is missing yet is no mistake."""
    h = Hostapd().start()
    try:
        b = h.add().ok("SET driver_params offload=appsk+nokeys", "ENABLE")
        b.ok("SET wpa_ptk_rekey 600", "SET rsn_pairwise CCMP").fails("SET wpa 2").ok("SET wpa_ptk_rekey 0")
        b.ok("SET wpa 2").fails("SET wpa_ptk_rekey 600", "RELOAD").ok("SET wpa_passphrase 12345678", "RELOAD")
        assert "handshake=driver\n" in b("STATUS")
    finally:
        h.stop()


@pytest.mark.parametrize("setting", ["key_mgmt_offload 0", "wpa_group_rekey 600"])
def test_taken_from_driver(daemons, setting):
    """Broken firmware, or a wish it does not fulfil: the keys become ours at run time."""
    ap, sta = daemons.access_point("appsk+apsme"), daemons.station()
    sta.connect(scan_freq=2437)
    ap.c.ok("SET " + setting)
    assert ap.c.fields("STATUS")["handshake"] == "driver"  # it counts from the next start
    ap.c.ok("RELOAD")
    assert "handshake" not in ap.c.fields("STATUS")
    sta.m.event("CTRL-EVENT-CONNECTED")
    ap.c.ok("REKEY_GTK")
    sta.m.event("Group rekeying completed")


# --- stations ---

FIRMWARE = pytest.mark.parametrize("words", ["appsk+nokeys", "appsk+apsme+nokeys"])


def joined(daemons, words):
    """An access point, a station that is connected with it, the station's address."""
    ap, sta = daemons.access_point(words), daemons.station()
    sta.connect(scan_freq=2437)
    mac = sta.c.fields("STATUS")["address"]
    ap.m.event("AP-STA-CONNECTED " + mac)
    return ap, sta, mac


@FIRMWARE
def test_station(daemons, words):
    ap, sta, mac = joined(daemons, words)
    ap.m.event("EAPOL-4WAY-HS-COMPLETED " + mac)
    record = ap.c("STA " + mac)
    assert "[AUTHORIZED]" in record and "\nAKMSuiteSelector=00-0f-ac-2\n" in record
    assert "hostapdWPAPTKState" not in record
    # Associates anew, without leaving.
    sta.m.drain()
    sta.c.ok("REASSOCIATE")
    sta.m.event("CTRL-EVENT-CONNECTED")
    ap.m.event("AP-STA-CONNECTED " + mac)
    sta.c.ok("DISCONNECT")
    ap.m.event("AP-STA-DISCONNECTED " + mac)
    wait_for("the end of the station", lambda: ap.c.fields("STATUS")["num_sta[0]"] == "0")


@FIRMWARE
def test_sent_away(daemons, words):
    ap, sta, mac = joined(daemons, words)
    ap.c.ok("DEAUTHENTICATE " + mac)
    ap.m.event("AP-STA-DISCONNECTED " + mac)
    sta.m.event("CTRL-EVENT-DISCONNECTED")


@FIRMWARE
def test_wrong_passphrase(daemons, words):
    ap, sta = daemons.access_point(words), daemons.station()
    n = sta.add(psk="another passphrase", scan_freq=2437)
    sta.c.ok(f"SELECT_NETWORK {n}")
    ap.m.event("AP-STA-POSSIBLE-PSK-MISMATCH " + sta.c.fields("STATUS")["address"])
    sta.m.event("WRONG_KEY|pre-shared key may be incorrect")
    assert not [e for e in ap.m.drain() if "AP-STA-CONNECTED" in e]


def test_wps(daemons):
    """EAP is ours; the enrollee gets the one passphrase."""
    ap, sta = daemons.access_point("appsk+nokeys", SECRET + WPS), daemons.station()
    ap.c.ok("WPS_PBC")
    sta.c.ok("WPS_PBC")
    ap.m.event("WPS-SUCCESS")
    sta.m.event("CTRL-EVENT-CONNECTED")
    ap.m.event("AP-STA-CONNECTED " + sta.c.fields("STATUS")["address"])


def test_device_answers_host_has_keys(daemons):
    ap, sta, mac = joined(daemons, "apsme")
    assert "\nhostapdWPAPTKState=11\n" in ap.c("STA " + mac)
    ap.c.ok("REKEY_GTK")
    sta.m.event("Group rekeying completed")


def test_device_answers_refused_station(daemons, d):
    sta = daemons.station()
    (d / "deny").write_text(sta.c.fields("STATUS")["address"] + "\n")
    ap = daemons.access_point("appsk+apsme", SECRET + f"deny_mac_file={d}/deny\n")
    n = sta.add(scan_freq=2437)
    sta.c.ok(f"SELECT_NETWORK {n}")
    sta.m.event("CTRL-EVENT-DISCONNECTED|CTRL-EVENT-ASSOC-REJECT|CTRL-EVENT-AUTH-REJECT")
    assert ap.c.fields("STATUS")["num_sta[0]"] == "0"
    assert "sent away again" in ap.text()
