"""What a running access point does with settings it cannot use: messages, and what stays in effect."""
import re

import pytest

from hostapd_rig import Daemon, fields
from test_wpas_control import PSK, AccessPoint, Sta, wait_for

NO_KEYS = "offload=appsk+nokeys"


@pytest.fixture
def h():
    daemon = Daemon().start()
    yield daemon
    daemon.stop()


@pytest.fixture
def firmware(h):
    """An access point whose radio runs the handshakes and takes no keys of ours."""
    b = h.add()
    b.ok("ATTACH", "SET driver_params " + NO_KEYS)
    h.secure(b).ok("ENABLE")
    b.event("AP-ENABLED")
    assert fields(b("STATUS"))["handshake"] == "driver"
    return b


def failures(h):
    """Lines of the log about what was refused."""
    return [line for line in h.log().splitlines() if "takes no keys of ours" in line]


# --- one name in a message ---


def one_name(line, name):
    assert re.findall(r"\b\w+(?=: )", line.split("the driver runs")[0])[0] == name, line
    assert line.count(name + ":") == 1, line


def test_refused_start_names_the_bss_once(h):
    b = h.add()
    b.ok("SET driver_params " + NO_KEYS)
    h.secure(b).ok("SET wpa_group_rekey 600").fails("ENABLE")
    line, = failures(h)
    one_name(line, "w0")


def test_refused_start_names_the_second_bss(h):
    extra = f"driver_params={NO_KEYS}\nbss=w0_1\nssid=two\nwpa=2\nwpa_passphrase=12345678\nrsn_pairwise=CCMP\n" \
            f"wpa_group_rekey=600\nctrl_interface={h.ctrl}\n"
    h.glob().ok("ADD w0 config=" + h.write("conf", h.config(extra=extra)))
    h.bss("w0").fails("ENABLE")
    line, = failures(h)
    one_name(line, "w0_1")


def test_refused_bss_of_a_running_radio_is_named_once(h, firmware):
    text = h.config(name="w0_1", extra="wpa=2\nwpa_passphrase=12345678\nrsn_pairwise=CCMP\nwpa_group_rekey=600\n")
    phy = fields(firmware("STATUS"))["phy"]
    h.glob().fails(f"ADD bss_config={phy}:" + h.write("conf", text))
    line, = failures(h)
    one_name(line, "w0_1")


# --- what stays in effect ---

STATION = "02:00:00:00:bb:01"
# No BSS comes up with these; it turns out when the one that ran is down already.
BAD_RATES = ["supported_rates=10", "basic_rates=20"]
SECURE = "wpa=2\nwpa_key_mgmt=WPA-PSK\nwpa_passphrase=12345678\nrsn_pairwise=CCMP\n"


def bad_rates(extra=""):
    return "".join(line + "\n" for line in BAD_RATES) + extra


def set_bad_rates(b):
    b.ok(*("SET " + line.replace("=", " ") for line in BAD_RATES))


def from_file(h, extra="", names=("w0",)):
    """hostapd with this file; clients of its BSSs, attached."""
    h.args.append(h.write("conf", h.config(extra=extra)))
    h.start()
    clients = [h.bss(n) for n in names]
    for c in clients:
        c.ok("ATTACH")
    return clients


@pytest.fixture
def still():
    daemon = Daemon()
    yield daemon
    daemon.stop()


def runs_with(b, ssid, index=0):
    """The BSS is on the air under this name, and says so everywhere."""
    s = fields(b("STATUS"))
    assert (s["state"], s[f"ssid[{index}]"], fields(b("GET_CONFIG"))["ssid"]) == ("ENABLED", ssid, ssid)
    b.ok("UPDATE_BEACON")
    assert ssid.encode().hex() in b("DUMP_BEACON").lower()


def survives(b, ssid, index=0):
    """… also what comes later."""
    runs_with(b, ssid, index)
    b.ok("RELOAD")
    runs_with(b, ssid, index)
    b.ok("DISABLE", "ENABLE")
    runs_with(b, ssid, index)


@pytest.mark.parametrize("extra", ["channel=x\n", "wpa=2\n"])
def test_file_with_a_mistake(still, extra):
    b, = from_file(still)
    b.ok("NEW_STA " + STATION)
    still.write("conf", still.config(ssid="other", extra=extra))
    b.fails("RELOAD_CONFIG")
    assert b("STA-FIRST").startswith(STATION)
    survives(b, "net")


def test_file_the_radio_is_known_to_refuse(still):
    """Nobody loses its connection."""
    lines = f"driver_params={NO_KEYS}\n" + SECURE
    b, = from_file(still, lines)
    b.ok("NEW_STA " + STATION)
    still.write("conf", still.config(ssid="other", extra=lines + "wpa_group_rekey=600\n"))
    b.fails("RELOAD_CONFIG")
    assert "w0: not reloaded, it goes on as it was: the driver runs the handshakes" in still.log()
    assert b("STA-FIRST").startswith(STATION)
    survives(b, "net")
    still.write("conf", still.config(ssid="other", extra=lines))
    b.ok("RELOAD_CONFIG")
    runs_with(b, "other")


def test_file_the_radio_refuses(still):
    b, = from_file(still)
    still.write("conf", still.config(ssid="other", extra=bad_rates()))
    b.fails("RELOAD_CONFIG")
    assert "w0: goes on with the settings it had" in still.log()
    survives(b, "net")
    still.write("conf", still.config(ssid="other"))
    b.ok("RELOAD_CONFIG")
    survives(b, "other")


def test_waiting_values_are_no_way_back(still):
    b, = from_file(still)
    b.ok("SET ssid third")
    set_bad_rates(b)
    still.write("conf", still.config(ssid="other", extra=bad_rates()))
    b.fails("RELOAD_CONFIG")
    survives(b, "net")


@pytest.mark.parametrize("extra", ["wpa_psk_file={}\n" + SECURE, bad_rates()])
def test_file_of_two_one_of_which_is_refused(still, extra):
    second = f"bss=w0_1\nssid=two\nctrl_interface={still.ctrl}\n"
    a, b = from_file(still, second, ("w0", "w0_1"))
    still.write("conf", still.config(ssid="other", extra=second + extra.format(still.path("none"))))
    a.fails("RELOAD_CONFIG")
    survives(a, "net")
    survives(b, "two", 1)


def test_keys_of_the_running_bss_stay(d):
    """The new key of the first BSS is a good one; the second BSS has none: all stays as it is."""
    conf = (f"interface=ap\ndriver=sim\nctrl_interface={d}/apctrl\nhw_mode=g\nchannel=6\nssid=home\n"
            + SECURE.replace("12345678", "{}") + "bss=ap_1\nssid=two\n{}")
    ap, sta = AccessPoint(d, "ap", conf.format(PSK, "")), Sta(d)
    try:
        sta.connect(scan_freq=2437)
        mac = sta.c.fields("STATUS")["address"]
        ap.m.event("AP-STA-CONNECTED " + mac)
        (d / "ap.conf").write_text(conf.format("another secret", "wpa=2\nwpa_psk_file=/none\n"))
        ap.c.fails("RELOAD_CONFIG")
        assert "[AUTHORIZED]" in ap.c("STA " + mac)
        sta.m.drain()
        sta.c.ok("REASSOCIATE")
        sta.m.event("CTRL-EVENT-CONNECTED")
        assert ap.c.fields("STATUS")["state"] == "ENABLED"
    finally:
        sta.stop()
        ap.stop()


@pytest.mark.parametrize("command", ["RELOAD", "RELOAD_BSS", "RELOAD_CONFIG"])
def test_values_the_radio_refuses(h, command):
    """RELOAD_CONFIG without a file is RELOAD."""
    b = h.add().ok("ENABLE")
    b.ok("DENY_ACL ADD_MAC " + STATION, "SET ssid other")
    set_bad_rates(b)
    b.fails(command)
    survives(b, "net")
    assert STATION in b("DENY_ACL SHOW")  # was in force at once
    b.ok("SET ssid other", command)
    survives(b, "other")


def test_values_wait_while_they_are_incomplete(h):
    b = h.add().ok("ENABLE", "SET ssid other", "SET wpa 2", "SET rsn_pairwise CCMP", "NEW_STA " + STATION)
    b.fails("RELOAD")
    assert b("STA-FIRST").startswith(STATION)
    b.ok("SET wpa_passphrase 12345678", "RELOAD")
    assert b("STA-FIRST") == ""
    survives(b, "other")


def test_one_bss_that_is_refused_takes_nothing_from_the_other(still):
    a, b = from_file(still, f"bss=w0_1\nssid=two\nctrl_interface={still.ctrl}\n", ("w0", "w0_1"))
    a.ok("SET ssid first", "NEW_STA " + STATION)
    b.ok("SET ssid second")
    set_bad_rates(b)
    b.fails("RELOAD_BSS")
    runs_with(b, "two", 1)
    assert a("STA-FIRST").startswith(STATION)
    a.ok("RELOAD_BSS")
    survives(a, "first")


def test_the_way_back_knows_bsses_that_came_and_went(h):
    a = h.add().ok("ENABLE")
    phy = fields(a("STATUS"))["phy"]
    for name in ("w0_1", "w0_2"):
        h.glob().ok(f"ADD bss_config={phy}:" + h.write(name, h.config(name=name, ssid=name)))
    h.glob().ok("REMOVE w0_1")
    b = h.bss("w0_2")
    b.ok("SET ssid other")
    set_bad_rates(b)
    a.fails("RELOAD")
    survives(a, "net")
    survives(b, "w0_2", 1)
    b.ok("SET ssid other", "RELOAD_BSS")
    set_bad_rates(b)
    b.fails("RELOAD_BSS")
    survives(b, "other", 1)


def test_channel_switch_is_not_taken_back(h):
    b = h.add().ok("SET ieee80211n 1", "ENABLE", "ATTACH", "CHAN_SWITCH 0 2437 ht")
    b.event("AP-CSA-FINISHED")
    set_bad_rates(b)
    b.fails("RELOAD")
    survives(b, "net")
    assert fields(b("STATUS"))["channel"] == "6"


def test_file_with_other_bsses_the_radio_refuses(still):
    b, = from_file(still)
    text = f"bss=w0_1\nssid=two\nctrl_interface={still.ctrl}\n"
    still.write("conf", still.config(ssid="other", extra=text + bad_rates()))
    b.ok("RELOAD_CONFIG")
    g = still.glob()
    b = again(still, "w0")
    assert "it goes on as it was" in still.log()
    assert g("INTERFACES") == "w0\n"
    survives(b, "net")
    still.write("conf", still.config(ssid="other", extra=text))
    b.ok("RELOAD_CONFIG")
    b = again(still, "w0")
    assert g("INTERFACES") == "w0\nw0_1\n"
    survives(b, "other")


def again(h, name):
    """Its socket after RELOAD_CONFIG made the radio anew."""
    h.glob()("PING")  # the timer that does it is due already
    return h.bss(name)


def test_file_with_other_bsses_leaves_a_radio_down(still):
    b, = from_file(still)
    b.ok("DISABLE")
    still.write("conf", still.config(extra=f"bss=w0_1\nssid=two\nctrl_interface={still.ctrl}\n"))
    b.ok("RELOAD_CONFIG")
    b = again(still, "w0")
    assert fields(b("STATUS"))["state"] != "ENABLED"
    b.ok("ENABLE")
    survives(b, "net")


# --- BSSs of other files ---


@pytest.fixture(params=["-b", "ADD"])
def two_files(request, still):
    """A radio that has its second BSS from a file of its own, which is gone."""
    first, second = still.write("one", still.config("w0")), still.write("two", still.config("w1", ssid="two"))
    if request.param == "-b":
        still.args += ["-b", "phyX:" + first, "-b", "phyX:" + second]
        still.start()
    else:
        still.start()
        for f in (first, second):
            still.glob().ok("ADD bss_config=phyX:" + f)
    a, b = still.bss("w0"), still.bss("w1")
    runs_with(b, "two", 1)
    still.write("two", "")
    return a, b


def test_file_of_the_radio_leaves_added_bsses(still, two_files):
    a, b = two_files
    still.write("one", still.config("w0", ssid="other"))
    b.ok("RELOAD_CONFIG")
    survives(a, "other")
    survives(b, "two", 1)
    still.write("one", still.config("w0", ssid="third", extra=bad_rates()))
    b.fails("RELOAD_CONFIG")
    survives(a, "other")
    survives(b, "two", 1)


def test_added_bss_in_the_file_of_the_radio(still, two_files):
    a, _ = two_files
    still.write("one", still.config("w0", ssid="other", extra="bss=w1\nssid=mine\n"))
    a.fails("RELOAD_CONFIG")
    assert "Duplicated interface name 'w1'" in still.log()
    survives(a, "net")


def test_added_bsses_behind_those_of_a_longer_file(still, two_files):
    a, _ = two_files
    still.write("one", still.config("w0", ssid="other", extra=f"bss=w2\nssid=third\nctrl_interface={still.ctrl}\n"))
    a.ok("RELOAD_CONFIG")
    a = again(still, "w0")
    assert still.glob()("INTERFACES") == "w0\nw2\nw1\n"
    runs_with(still.bss("w2"), "third", 1)
    runs_with(still.bss("w1"), "two", 2)
    still.glob().ok("REMOVE w1")
    still.write("one", still.config("w0"))
    a.ok("RELOAD_CONFIG")
    a = again(still, "w0")
    assert still.glob()("INTERFACES") == "w0\n"
    survives(a, "net")


def test_wps_settings_beside_added_bsses(still, two_files):
    a, b = two_files
    still.write("one", still.config("w0", extra="wps_state=2\n"))
    a.ok("RELOAD_CONFIG", "ATTACH", "WPS_CONFIG " + b"fresh".hex() + " WPA2PSK CCMP " + b"secret of wps".hex())
    a.event("WPS-NEW-AP-SETTINGS")
    text = open(still.path("one")).read()
    assert "ssid=fresh\n" in text and text.count("WPS configuration - START") == 1
    wait_for("the reload", lambda: fields(a("STATUS"))["ssid[0]"] == "fresh" and a("UPDATE_BEACON") == "OK\n")
    survives(a, "fresh")
    survives(b, "two", 1)


def test_settings_of_wps_on_a_radio_taken_down(still):
    """The reload that was to bring them is none of a radio that is down, nor of the one after it."""
    a, = from_file(still, "wps_state=2\n")
    a.ok("WPS_CONFIG " + b"fresh".hex() + " WPA2PSK CCMP " + b"secret of wps".hex(), "DISABLE", "SET ssid third")
    a.drain()
    a.ok("ENABLE")
    survives(a, "third")
    assert fields(a("GET_CONFIG"))["passphrase"] == "secret of wps"
