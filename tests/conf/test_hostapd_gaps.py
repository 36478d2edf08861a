"""Channel switch and the PMKSA cache of an access point, as control clients meet them."""
import pytest

from hostapd_rig import Daemon as Hostapd, Station, mac_bytes as mac
from test_wpas_control import PSK, AccessPoint, Sta

AP_CONF = """interface=ap
driver=sim
ctrl_interface={d}/apctrl
hw_mode=g
channel=1
ssid=home
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase=""" + PSK + "\n{extra}"
STA_CONF = 'network={{\n\tssid="home"\n\tpsk="{}"\n}}\n'.format(PSK)
TAIL = " is_dfs0=0 dfs=0 puncturing_bitmap=0x0000"


@pytest.fixture
def h():
    daemon = Hostapd()
    yield daemon.start()
    daemon.stop()


@pytest.fixture
def ap(h):
    """An open AP that is up, and attached."""
    b = h.add()
    b.ok("ATTACH", "SET ieee80211n 1", "SET beacon_int 20", "ENABLE")
    b.event("AP-ENABLED ")
    return b


@pytest.fixture
def daemons(d):
    running = []

    class Make:
        def access_point(self, extra=""):
            running.append(AccessPoint(d, "ap", AP_CONF.format(d=d, extra=extra)))
            return running[-1]

        def station(self):
            running.append(Sta(d, STA_CONF))
            running[-1].c.ok("SCAN_INTERVAL 1")
            return running[-1]

    yield Make()
    for r in reversed(running):
        r.stop()


def status(b):
    return dict(line.split("=", 1) for line in b("STATUS").splitlines())


# --- CHAN_SWITCH ---


def elements(b):
    """Elements of the beacon, id -> content; and its fixed part is gone."""
    raw = bytes.fromhex(b("DUMP_BEACON"))[36:]
    out = {}
    while raw:
        out.setdefault(raw[0], raw[2:2 + raw[1]])
        raw = raw[2 + raw[1]:]
    return out


@pytest.mark.parametrize("count", [0, 1, 5])
def test_switch(ap, count):
    """Announced, carried out, and where everybody looks: STATUS, beacon, the next ENABLE."""
    ap.ok("CHAN_SWITCH %d 2462 ht" % count)
    where = "freq=2462 ht_enabled=1 ch_offset=0 ch_width=20 MHz cf1=2462 cf2=0" + TAIL
    assert ap.event("SWITCH") == "<3>CTRL-EVENT-STARTED-CHANNEL-SWITCH " + where
    assert ap.event("SWITCH") == "<3>CTRL-EVENT-CHANNEL-SWITCH " + where
    assert ap.event("AP-") == "<3>AP-CSA-FINISHED freq=2462 dfs=0"
    s = status(ap)
    assert (s["freq"], s["channel"], s["ieee80211n"], s["state"]) == ("2462", "11", "1", "ENABLED")
    assert elements(ap)[3] == bytes([11]) and elements(ap)[61][0] == 11 and 37 not in elements(ap)
    ap.ok("DISABLE", "ENABLE")
    assert status(ap)["freq"] == "2462"


def test_switch_without_ht(ap):
    ap.ok("CHAN_SWITCH 2 2437")
    assert ap.event("CTRL-EVENT-CHANNEL-SWITCH ") == (
        "<3>CTRL-EVENT-CHANNEL-SWITCH freq=2437 ht_enabled=0 ch_offset=0 ch_width=20 MHz (no HT) cf1=2437 cf2=0"
        + TAIL)
    assert status(ap)["ieee80211n"] == "0" and 45 not in elements(ap)


@pytest.mark.parametrize("args, offset, center", [
    ("2412 sec_channel_offset=1 center_freq1=2422 bandwidth=40 ht", 1, 2422),
    ("2462 sec_channel_offset=-1 bandwidth=40 ht vht", -1, 2452),
])
def test_switch_to_40_mhz(ap, args, offset, center):
    ap.ok("CHAN_SWITCH 2 2437 ht")
    ap.event("AP-CSA-FINISHED")
    ap.ok("CHAN_SWITCH 2 " + args)
    freq = args.split()[0]
    assert ap.event("CTRL-EVENT-CHANNEL-SWITCH ") == (
        "<3>CTRL-EVENT-CHANNEL-SWITCH freq=%s ht_enabled=1 ch_offset=%d ch_width=40 MHz cf1=%d cf2=0%s"
        % (freq, offset, center, TAIL))
    s = status(ap)
    assert (s["freq"], s["secondary_channel"]) == (freq, str(offset))


@pytest.mark.parametrize("args", [
    "", "5", "5 ", "x 2462", "5 x", "-1 2462", "256 2462", "5 2463", "5 5180 ht", "5 2484",
    "5 2462 bandwidth=80 ht vht", "5 2462 bandwidth=x", "5 2462 bandwidth=30", "5 2462 center_freq2=2462",
    "5 2462 sec_channel_offset=2 bandwidth=40 ht", "5 2462 bandwidth=40 ht",
    "5 2412 sec_channel_offset=1 bandwidth=40",             # no HT, no 40 MHz
    "5 2462 sec_channel_offset=1 bandwidth=40 ht",          # no channel 15
    "5 2462 center_freq1=2452 ht", "5 2462 punct_bitmap=1 ht",
    "5 2412 sec_channel_offset=1 center_freq1=2402 bandwidth=40 ht",
    "5 2462 bandwidth=20 sec_channel_offset=1 ht",
])
def test_switch_refused(ap, args):
    ap.fails("CHAN_SWITCH " + args)
    assert status(ap)["freq"] == "2412" and not [e for e in ap.drain(0.1) if "SWITCH" in e]


def test_refusal_names_the_cause(h, ap):
    ap.fails("CHAN_SWITCH 5 5180 ht", "CHAN_SWITCH 5 2472 ht", "CHAN_SWITCH 5 2462 bandwidth=80")
    for text in ("5180 MHz is no channel of the band", "channel 13 does not allow an access point",
                 "bandwidth can be 20 or 40"):
        assert text in h.log()


def test_one_at_a_time(h, ap):
    """A second one is refused, changes of the beacon wait; DISABLE ends it."""
    ap.ok("CHAN_SWITCH 200 2462 ht")
    ap.fails("CHAN_SWITCH 5 2437 ht")
    ap.ok("UPDATE_BEACON", "SET vendor_elements dd0411223301", "UPDATE_BEACON")
    ap.ok("DISABLE", "ENABLE")
    assert status(ap)["freq"] == "2412"
    ap.ok("CHAN_SWITCH 2 2462 ht")
    ap.event("AP-CSA-FINISHED freq=2462")
    assert not [e for e in ap.drain() if "SWITCH" in e]


def test_stop_ends_it(h, ap):
    ap.ok("CHAN_SWITCH 200 2462 ht", "STOP_AP", "RELOAD", "CHAN_SWITCH 2 2437 ht")
    ap.event("AP-CSA-FINISHED freq=2437")
    assert "did not go" not in h.log()


def test_waiting_changes_come_with_the_new_channel(ap):
    ap.ok("CHAN_SWITCH 10 2462 ht", "SET vendor_elements dd0411223301", "UPDATE_BEACON")
    assert "dd0411223301" not in ap("DUMP_BEACON")
    ap.event("AP-CSA-FINISHED")
    assert ap("DUMP_BEACON").endswith("dd0411223301") and elements(ap)[3] == bytes([11])


def test_radio_down(h):
    b = h.add()
    b.fails("CHAN_SWITCH 5 2462")
    assert "the radio is not enabled" in h.log()


def test_all_bsses_go(h):
    f = h.write("two.conf", h.config(extra="beacon_int=20\nbss=w1\nctrl_interface=%s\nssid=other\n" % h.ctrl))
    h.glob().ok("ADD w0 config=" + f)
    a, b = h.bss("w0"), h.bss("w1")
    a.ok("ATTACH", "ENABLE")
    b.ok("ATTACH", "CHAN_SWITCH 3 2437")
    for c in (a, b):
        c.event("CTRL-EVENT-CHANNEL-SWITCH freq=2437")
        c.event("AP-CSA-FINISHED freq=2437 dfs=0")
        assert elements(c)[3] == bytes([6])


def test_announcement(h, ap):
    """What stations hear: an element that counts down, and in probe responses, too."""
    bssid = status(ap)["bssid[0]"]
    sta = Station(h, bssid)
    sta.send(4, bytes([0, 3]) + b"net" + bytes([1, 1, 2]))
    assert b"\x25\x03" not in sta.wait(5)
    ap.ok("CHAN_SWITCH 100 2462 blocktx ht")
    seen = []
    for _ in range(2):
        sta.send(4, bytes([0, 3]) + b"net" + bytes([1, 1, 2]))
        body = sta.wait(5)
        at = body.index(b"\x25\x03")
        assert body[at + 2:at + 4] == bytes([1, 11]) and b"\x3e\x01\x00" in body
        seen.append(body[at + 4])
        sta.linger(0.2)
    sta.close()
    assert 0 < seen[1] < seen[0] <= 100


def test_station_follows(daemons):
    """Ours on the other end: told, goes along, stays connected, and is where the access point is."""
    a, s = daemons.access_point("beacon_int=50\nieee80211n=1\n"), daemons.station()
    s.m.event("CTRL-EVENT-CONNECTED")
    mac = s.c.fields("STATUS")["address"]
    for freq, number in ((2437, 6), (2462, 11)):
        a.c.ok("CHAN_SWITCH 5 %d ht" % freq)
        where = "freq=%d ht_enabled=1 ch_offset=0 ch_width=20 MHz cf1=%d cf2=0" % (freq, freq)
        assert s.m.event("SWITCH") == "<3>CTRL-EVENT-STARTED-CHANNEL-SWITCH " + where
        assert s.m.event("SWITCH") == "<3>CTRL-EVENT-CHANNEL-SWITCH " + where
        a.m.event("AP-CSA-FINISHED freq=%d dfs=0" % freq)
        f = s.c.fields("STATUS")
        assert (f["wpa_state"], f["freq"]) == ("COMPLETED", str(freq))
        assert s.c.fields("SIGNAL_POLL")["FREQUENCY"] == str(freq)
        # Frames still find their way.
        a.c.ok("POLL_STA " + mac)
        a.m.event("AP-STA-POLL-OK " + mac)
    assert not [e for e in s.m.drain() + a.m.drain() if "DISCONNECTED" in e]


# --- PMKSA ---

HEADER = "Index / SPA / PMKID / expiration (in seconds) / opportunistic\n"
SPA, SPA2 = "02:00:00:00:00:01", "02:00:00:00:00:02"
ID, ID2, PMK = "00112233445566778899aabbccddeeff", "ff" * 16, "5a" * 32


@pytest.fixture
def secure(h):
    b = h.secure(h.add()).ok("ENABLE")
    assert b("PMKSA") == HEADER
    return b


def rows(b):
    text = b("PMKSA")
    assert text.startswith(HEADER)
    out = [line.split(" ") for line in text[len(HEADER):].splitlines()]
    assert all(len(r) == 5 for r in out)
    return out


def test_pmksa(h, secure):
    """Rows in the order they came; a station has one; they expire, and go with the BSS."""
    secure.ok("PMKSA_ADD %s %s %s 1000 1" % (SPA, ID, PMK), "PMKSA_ADD %s %s %s 1 2" % (SPA2, ID2, "a5" * 64))
    (i1, a1, id1, s1, o1), (i2, a2, id2, s2, o2) = rows(secure)
    assert (i1, a1, id1, o1) == ("1", SPA, ID, "0") and 990 < int(s1) <= 1000
    assert (i2, a2, id2, s2, o2) == ("2", SPA2, ID2, "1", "0")
    secure.drain(1.2)
    assert [r[1] for r in rows(secure)] == [SPA]
    secure.ok("PMKSA_ADD %s %s %s 500 1024" % (SPA, ID2, PMK))
    assert [r[1:3] for r in rows(secure)] == [[SPA, ID2]]
    secure.ok("RELOAD")
    assert len(rows(secure)) == 1
    secure.ok("PMKSA_FLUSH", "PMKSA_FLUSH")
    assert rows(secure) == []
    secure.ok("PMKSA_ADD %s %s %s 500 1024" % (SPA, ID2, PMK), "DISABLE", "ENABLE")
    assert rows(secure) == [] and PMK not in h.log()


def test_pmksa_of_many_stations(secure):
    for n in range(100):
        secure.ok("PMKSA_ADD 02:00:00:00:01:%02x %032x %s 500 1" % (n, n, PMK))
    assert len(rows(secure)) == 100


@pytest.mark.parametrize("args", [
    "", SPA, "x %s %s 100 1" % (ID, PMK), "%s %s %s 100" % (SPA, ID, PMK), "%s %s %s 100 1 2" % (SPA, ID, PMK),
    "%s %s %s 100 1" % (SPA, ID[2:], PMK), "%s %s %s 100 1" % (SPA, ID, PMK[2:]),
    "%s %s %s 100 1" % (SPA, ID, PMK + "00" * 33), "%s %s %s 0 1" % (SPA, ID, PMK), "%s %s %s x 1" % (SPA, ID, PMK),
    "%s %s %s 100 x" % (SPA, ID, PMK), "%s %s %sg 100 1" % (SPA, ID, PMK),
])
def test_pmksa_add_refused(secure, args):
    secure.fails("PMKSA_ADD " + args)
    assert rows(secure) == []


def test_no_pmksa_here(h, ap):
    """Without an authenticator there is not even a header; caching can be off."""
    assert ap("PMKSA") == ""
    ap.ok("PMKSA_FLUSH").fails("PMKSA_ADD %s %s %s 100 1" % (SPA, ID, PMK))
    h.secure(ap).ok("SET disable_pmksa_caching 1", "RELOAD")
    assert ap("PMKSA") == HEADER
    ap.fails("PMKSA_ADD %s %s %s 100 1" % (SPA, ID, PMK))


# --- BSS transition management ---


@pytest.fixture
def sta(h, ap):
    """A station made of frames, associated."""
    s = Station(h, status(ap)["bssid[0]"])
    assert s.authenticate() == 0 and s.associate() == 0
    ap.event("AP-STA-CONNECTED " + s.text)
    yield s
    s.close()


def wnm(sta):
    body = sta.wait(13)
    assert body[:2] == bytes([10, 7])
    return body[2:]


NEIGHBOR = "02:11:22:33:44:55,0x1234,81,6,7"
ELEMENT = bytes.fromhex("340d0211223344553412000051" "0607")


@pytest.mark.parametrize("args, want", [
    ("", "01 00 0000 ff"),
    (" dialog_token=7 valid_int=3 abridged=1 pref=1", "07 03 0000 03"),
    (" bss_term=258,5 valid_int=1", "01 08 0000 01 04 0a 0201000000000000 0500"),
    (" url=http://x/ valid_int=1", "01 10 0000 01 09 687474703a2f2f782f"),
    (" link_removal_imminent=1 valid_int=1 disassoc_timer=5", "01 20 0500 01"),
    (" valid_int=1 neighbor=" + NEIGHBOR, "01 01 0000 01" + ELEMENT.hex()),
    (" valid_int=1 neighbor=%s neighbor=%s,0301ff" % (NEIGHBOR, NEIGHBOR),
     "01 01 0000 01" + ELEMENT.hex() + "3410" + ELEMENT[2:].hex() + "0301ff"),
])
def test_transition_request(ap, sta, args, want):
    ap.ok("BSS_TM_REQ " + sta.text + args)
    assert wnm(sta) == bytes.fromhex(want)


@pytest.mark.parametrize("args", [
    "x", "02:00:00:00:00:77", "{} valid_int=256", "{} disassoc_timer=65536", "{} dialog_token=x", "{} pref=2",
    "{} bss_term=5", "{} bss_term=x,1", "{} url=" + "x" * 256, "{} neighbor=02:11:22:33:44:55,0,81,6",
    "{} neighbor=02:11:22:33:44,0,81,6,7", "{} neighbor=02:11:22:33:44:55,0,81,256,7", "{} mbo=0:0:0",
    "{} neighbor=" + NEIGHBOR + ",0", "{}" + (" neighbor=" + NEIGHBOR) * 80,
])
def test_transition_request_refused(ap, sta, args):
    ap.fails("BSS_TM_REQ " + args.format(sta.text))
    ap.fails("DISASSOC_IMMINENT " + sta.text, "DISASSOC_IMMINENT %s x" % sta.text, "DISASSOC_IMMINENT x 5",
             "ESS_DISASSOC %s 5" % sta.text, "ESS_DISASSOC %s 70000 http://x" % sta.text)


def test_leave_in_time(ap, sta):
    """The station is told when it has to go, and then it has to."""
    ap.ok("DISASSOC_IMMINENT %s 20" % sta.text)  # beacons of 20 TU
    assert wnm(sta) == bytes.fromhex("01 04 1400 ff")
    assert "timeout_next=DISASSOC_FROM_CLI" in ap("STA " + sta.text)
    assert sta.wait(10) == bytes([12, 0])
    ap.event("AP-STA-DISCONNECTED " + sta.text)


@pytest.mark.parametrize("command, want", [
    ("ESS_DISASSOC {} 0 http://x", "01 14 0000 ff 08 687474703a2f2f78"),
    ("DISASSOC_IMMINENT {} 0", "01 04 0000 ff"),
    ("BSS_TM_REQ {} disassoc_imminent=1", "01 04 0000 ff"),
])
def test_no_word_of_when(ap, sta, command, want):
    ap.ok(command.format(sta.text))
    assert wnm(sta) == bytes.fromhex(want)
    sta.linger(0.5)
    assert "[ASSOC]" in ap("STA " + sta.text)


def test_answers_and_questions(ap, sta):
    sta.send(13, bytes.fromhex("0a08 01 00 00") + mac("02:11:22:33:44:55"))
    assert ap.event("BSS-TM") == ("<3>BSS-TM-RESP %s status_code=0 bss_termination_delay=0 "
                                  "target_bssid=02:11:22:33:44:55" % sta.text)
    sta.send(13, bytes.fromhex("0a08 01 07 09"))
    assert ap.event("BSS-TM") == "<3>BSS-TM-RESP %s status_code=7 bss_termination_delay=9" % sta.text
    sta.send(13, bytes.fromhex("0a06 21 10"))
    assert ap.event("BSS-TM") == "<3>BSS-TM-QUERY %s reason=16" % sta.text
    assert wnm(sta) == bytes.fromhex("21 00 0000 ff")
    sta.send(13, bytes.fromhex("0a06 22 03") + ELEMENT)
    assert ap.event("BSS-TM") == "<3>BSS-TM-QUERY %s reason=3 neighbor=%s" % (sta.text, ELEMENT.hex())
    assert wnm(sta)[0] == 0x22
    for short in ("0a08", "0a0801", "0a06", "0a0601", "0a", "0a63"):
        sta.send(13, bytes.fromhex(short))
    sta.linger(0.3)
    assert not [e for e in ap.drain() if "BSS-TM" in e]


def test_transition_is_offered(ap):
    """Bit 19 of the Extended Capabilities, when asked for."""
    def bit():
        e = elements(ap).get(127, b"")
        return len(e) > 2 and e[2] >> 3 & 1
    assert not bit()
    ap.ok("SET bss_transition 1", "RELOAD")
    assert bit()
