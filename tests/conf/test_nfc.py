"""WPS over NFC between both daemons on simulated air: tokens, tags, connection handover.

The test is the reader of the tags: it carries what one daemon tells to the other.
"""
import os
import re
import subprocess

import pytest

from test_er import PIN, net  # noqa: F401 (a fixture)
from test_wpas_control import WPAS, AccessPoint, Sta, wait_for

TOOL = os.environ.get("NFC_PW_TOKEN", os.path.join(os.path.dirname(WPAS), "nfc_pw_token"))
HEAD = "6170706C69636174696F6E2F766E642E7766612E777363"  # application/vnd.wfa.wsc
WPA2 = "wpa=2\nwpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\nwpa_passphrase=twelve words\n"
WPS = "wps_state=2\neap_server=1\ndevice_name=Router\n"
# Records and attributes that are not what they say.
BAD_TAGS = ["11223344", "00112233", "0000112233445566", "0800112233445566", "080011223344", "18000000", "18010000",
            "90000050", "9000005000", "9001013344", "98010101334455", "0017ffffffe3",
            "", "1", "xx", "10", "102C", "102C0036", "102C0003010203", "1049000600372A000120", "100E0000",
            "D217044170706C69636174696F6E2F766E642E7766612E777363102C0036"]


class AP(AccessPoint):
    """One radio; NAME of its interface, keys of its main BSS."""

    def __init__(self, d, keys, ssid="home", name="ap", channel="hw_mode=g\nchannel=6\n"):
        super().__init__(d, name, f"interface={name}\ndriver=sim\nctrl_interface={d}/apctrl\nssid={ssid}\n{channel}{keys}")


@pytest.fixture
def start(d):
    """Starts daemons; they are stopped, and checked for sanitizers' words, in the end."""
    running = []

    def add(kind, *args, where=None, **kw):
        one = kind(where or d, *args, **kw)
        running.append(one)
        if kind is Sta:
            one.c.ok("SCAN_INTERVAL 1")
        return one
    yield add
    for one in reversed(running):
        one.stop()


def token(who, command):
    """A token: upper-case hex digits and a line feed."""
    reply = who.c(command)
    assert re.fullmatch(r"([0-9A-F]{2})+\n", reply), (command, reply)
    return reply.strip()


def record(payload):
    """The payload as an NDEF message of one record."""
    size = len(payload) // 2
    return ("D217%02X" % size if size < 256 else "C217%08X" % size) + HEAD + payload


def onboarded(sta, ap, ssid="home"):
    sta.m.event("CTRL-EVENT-CONNECTED")
    status = sta.c.fields("STATUS")
    assert status["ssid"] == ssid and status["bssid"] == ap.bssid and status["key_mgmt"] == "WPA2-PSK", status


# --- the access point's commands ---

def test_ap_tokens(start):
    ap = start(AP, WPA2 + WPS)
    ap.c.fails("WPS_NFC_TOKEN enable")  # there is none yet
    first = token(ap, "WPS_NFC_TOKEN WPS")
    assert re.fullmatch("102C0036[0-9A-F]{108}1049000600372A000120", first)
    second = token(ap, "WPS_NFC_TOKEN NDEF")
    assert second.startswith("D21744" + HEAD + "102C0036") and second[52:] != first
    assert ap.c("WPS_NFC_TOKEN enable") == ""
    assert ap.c("WPS_NFC_TOKEN disable") == ""
    assert ap.c("WPS_NFC_TOKEN disable") == ""
    for bad in ("foo", "", "wps", "NDEF ", "enable x"):
        ap.c.fails("WPS_NFC_TOKEN " + bad)
    config = token(ap, "WPS_NFC_CONFIG_TOKEN WPS")
    assert config == ("100E003310260001011045000468" + "6F6D65" + "100300020020100F000200081027000C"
                      + b"twelve words".hex().upper() + "10200006000000000000"
                      + "103C0001011001000200061020000 6".replace(" ", "") + ap.bssid.replace(":", "").upper()
                      + "1049000600372A000120")
    assert token(ap, "WPS_NFC_CONFIG_TOKEN NDEF") == record(config)
    for bad in ("", "foo", "WPS 1"):
        ap.c.fails("WPS_NFC_CONFIG_TOKEN " + bad)
    # The handover uses the key of the last token.
    select = token(ap, "NFC_GET_HANDOVER_SEL WPS WPS-CR")
    assert select == ("0041102C0016" + second[60:100] + "0007" + "10450004686F6D65" + "103C000101100100020006"
                      + "10200006" + ap.bssid.replace(":", "").upper() + "1049000600372A000120")
    assert token(ap, "NFC_GET_HANDOVER_SEL NDEF WPS-CR") == record(select)
    for bad in ("", "NDEF", "NDEF WPS", "foo WPS-CR", "NDEF WPS-CR x"):
        ap.c.fails("NFC_GET_HANDOVER_SEL " + bad)


def test_ap_tags(start):
    ap = start(AP, WPA2 + WPS)
    for bad in BAD_TAGS:
        ap.c.fails("WPS_NFC_TAG_READ " + bad)
    ap.c.fails("WPS_NFC_TAG_READ " + token(ap, "WPS_NFC_CONFIG_TOKEN NDEF"))  # of no use to it
    good = token(ap, "WPS_NFC_TOKEN WPS")
    ap.c.ok("WPS_NFC_TAG_READ " + good)
    ap.c.ok("WPS_NFC_TAG_READ " + record(good))
    # An id of other password kinds, and no password.
    ap.c.fails("WPS_NFC_TAG_READ " + good[:48] + "0004" + good[52:])
    ap.c.fails("WPS_NFC_TAG_READ 102C0016" + good[8:52])


def test_ap_handover_errors(start):
    ap = start(AP, WPA2 + WPS)
    sel = token(ap, "NFC_GET_HANDOVER_SEL NDEF WPS-CR")
    oob = "102C0016" + "00" * 20 + "0007"
    uuid = "10470010" + "11" * 16
    size = "%04X" % (len(oob + uuid) // 2)
    for bad in ("", "FOO", "RESP", "RESP WPS", "RESP WPS 00", "RESP WPS 00 00", "RESP FOO 00 00", "INIT WPS 00 00",
                "RESP WPS x y", "RESP WPS 112233 " + sel,
                "INIT WPS " + record(size + oob + uuid) + " " + sel,
                "RESP WPS " + record("001A" + oob) + " " + sel,
                "RESP WPS " + record("0014" + uuid) + " " + sel,
                "RESP WPS " + record(size + oob[:-4] + "0010" + uuid) + " " + sel,
                "RESP WPS " + record("FFFF" + oob + uuid) + " " + sel,
                "RESP WPS " + record(size + oob + uuid)):
        ap.c.fails("NFC_REPORT_HANDOVER " + bad)
    ap.c.ok("NFC_REPORT_HANDOVER RESP WPS %s %s" % (record(size + oob + uuid), sel))


def test_ap_without_wps(start):
    ap = start(AP, WPA2)
    good = token(ap, "WPS_NFC_TOKEN WPS")
    for refused in ("WPS_NFC_TOKEN enable", "WPS_NFC_TOKEN disable", "WPS_NFC_CONFIG_TOKEN NDEF",
                    "NFC_GET_HANDOVER_SEL NDEF WPS-CR", "WPS_NFC_TAG_READ " + good,
                    "NFC_REPORT_HANDOVER RESP WPS %s 00" % record(
                        "002E102C0016" + "00" * 20 + "0007" + "10470010" + "11" * 16)):
        ap.m.drain()
        ap.c.fails(refused)
        assert "wps_state=0" in ap.m.event("WPS refused")


# --- the configured token ---

def made_by_tool():
    text = subprocess.run([TOOL], capture_output=True, text=True, check=True).stdout
    lines = text.splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#")), lines[-1][2:], text


def test_tool():
    keys, tag, _ = made_by_tool()
    assert sorted(keys) == ["wps_nfc_dev_pw", "wps_nfc_dev_pw_id", "wps_nfc_dh_privkey", "wps_nfc_dh_pubkey"]
    assert tag.endswith("%04X" % int(keys["wps_nfc_dev_pw_id"]) + keys["wps_nfc_dev_pw"] + "1049000600372A000120")
    assert made_by_tool()[1] != tag


def test_ap_configured_token(start):
    keys, tag, text = made_by_tool()
    ap = start(AP, WPA2 + WPS + text)
    assert token(ap, "WPS_NFC_TOKEN NDEF") == tag
    assert token(ap, "WPS_NFC_TOKEN NDEF") == tag
    assert ap.c("WPS_NFC_TOKEN enable") == ""
    for bad in ("15", "65536", "x"):
        ap.c.fails("SET wps_nfc_dev_pw_id " + bad)
    # Programs set these blindly; the token is then unusable.
    for key in ("wps_nfc_dh_pubkey", "wps_nfc_dh_privkey", "wps_nfc_dev_pw"):
        ap.c.ok("SET %s foo" % key)
        ap.c.fails("WPS_NFC_TOKEN NDEF")
        ap.c.fails("WPS_NFC_TOKEN enable")
        ap.c.ok("SET %s %s" % (key, keys[key]))
        assert token(ap, "WPS_NFC_TOKEN NDEF") == tag


def test_sta_configured_token(start):
    keys, tag, text = made_by_tool()
    sta = start(Sta, text)
    assert token(sta, "WPS_NFC_TOKEN NDEF") == tag
    sta.c.ok("SAVE_CONFIG")
    saved = sta.conf.read_text()
    for name, value in keys.items():
        assert f"{name}={value}".lower() in saved.lower()
    assert tag[60:100] in token(sta, "NFC_GET_HANDOVER_REQ NDEF WPS-CR")
    sta.c.ok("WPS_NFC")
    sta.c.ok("WPS_CANCEL")
    for bad in ("15", "65536", "x"):
        sta.c.fails("SET wps_nfc_dev_pw_id " + bad)
    sta.c.ok("SET wps_nfc_dev_pw 0102")
    sta.c.fails("WPS_NFC_TOKEN NDEF")
    sta.c.fails("WPS_NFC")


# --- the station's commands ---

def test_sta_tokens(start):
    sta = start(Sta)
    for bad in ("WPS_NFC", "WPS_NFC foo", "WPS_NFC any", "WPS_NFC 02:00:00:00:00:01"):
        sta.c.fails(bad)  # no token yet
    first = token(sta, "WPS_NFC_TOKEN WPS")
    assert re.fullmatch("102C0036[0-9A-F]{108}1049000600372A000120", first)
    second = token(sta, "WPS_NFC_TOKEN NDEF")
    assert second.startswith("D21744" + HEAD + "102C0036") and second[52:] != first
    for bad in ("foo", ""):
        sta.c.fails("WPS_NFC_TOKEN " + bad)
    uuid = sta.c.fields("STATUS")["uuid"].replace("-", "").upper()
    request = record("0038102C0016" + second[60:100] + "000710470010" + uuid + "1049000600372A000120")
    assert token(sta, "NFC_GET_HANDOVER_REQ NDEF WPS-CR") == request
    assert token(sta, "NFC_GET_HANDOVER_REQ NDEF WPS") == request
    for bad in ("", "NDEF", "WPS WPS-CR", "NDEF foo", "NDEF WPS-CR x"):
        sta.c.fails("NFC_GET_HANDOVER_REQ " + bad)
    for bad in ("", "NDEF", "NDEF WPS-CR", "WPS WPS-CR", "NDEF WPS-CR foo"):
        sta.c.fails("NFC_GET_HANDOVER_SEL " + bad)  # it manages no access point
    sta.c.ok("FLUSH")
    sta.c.fails("WPS_NFC")
    assert token(sta, "NFC_GET_HANDOVER_REQ NDEF WPS-CR") != request


def test_sta_config_token(start):
    sta = start(Sta)
    n = sta.add(ssid="neta", psk="passphrase")
    config = ("100E00311026000101104500046E657461100300020020100F000200081027000A70617373706872617365"
              "102000060000000000001049000600372A000120")
    assert token(sta, f"WPS_NFC_CONFIG_TOKEN WPS {n}") == config
    assert token(sta, f"WPS_NFC_CONFIG_TOKEN NDEF {n}") == record(config)
    o = sta.add(ssid="open", psk=None)
    assert token(sta, f"WPS_NFC_CONFIG_TOKEN WPS {o}") == (
        "100E00271026000101104500046F70656E100300020001100F0002000110270000102000060000000000001049000600372A000120")
    sta.c.ok(f"SET_NETWORK {n} psk " + "0123456789abcdef" * 4)
    assert "10270040" + ("0123456789abcdef" * 4).encode().hex().upper() in token(sta, f"WPS_NFC_CONFIG_TOKEN WPS {n}")
    sta.c.ok(f"SET_NETWORK {n} key_mgmt WPA-EAP")
    for bad in ("", "WPS", "foo 0", "WPS 7", "WPS x", f"WPS {n}"):
        sta.c.fails("WPS_NFC_CONFIG_TOKEN " + bad)


def test_sta_tags(start):
    sta = start(Sta)
    for bad in BAD_TAGS:
        sta.c.fails("WPS_NFC_TAG_READ " + bad)
    good = token(sta, "WPS_NFC_TOKEN WPS")
    sta.c.ok("WPS_NFC_TAG_READ " + good)
    sta.c.fails("WPS_NFC_TAG_READ " + good[:48] + "0007" + good[52:])
    # WEP is no network any more.
    sta.c.fails("WPS_NFC_TAG_READ 100E00281026000101104500046F70656E100300020001100F00020002"
                "1027000131102000060000000000001049000600372A000120")
    assert sta.c("LIST_NETWORKS").count("\n") == 1


def test_sta_handover_errors(start):
    sta = start(Sta)
    req = token(sta, "NFC_GET_HANDOVER_REQ NDEF WPS-CR")
    oob, ssid = "102C0016" + "00" * 20 + "0007", "10450004686F6D65"
    for bad in ("", "FOO", "INIT", "INIT WPS", "INIT WPS 00", "INIT WPS 00 00", "INIT FOO 00 00", "RESP WPS 00 00",
                "FOO WPS %s %s" % (req, record("0022" + oob + ssid)),
                "INIT WPS %s %s" % (req, record("001A" + oob)),
                "INIT WPS %s %s" % (req, record("0008" + ssid)),
                "INIT WPS %s %s" % (req, record("0022" + oob[:-4] + "0010" + ssid)),
                "INIT WPS %s %s" % (req, record("0023" + oob + ssid)),
                "RESP WPS %s %s" % (req, record("0022" + oob + ssid))):  # no external registrar runs
        sta.c.fails("NFC_REPORT_HANDOVER " + bad)
    sta.c.ok("NFC_REPORT_HANDOVER INIT WPS %s %s" % (req, record("0022" + oob + ssid)))
    sta.c.ok("WPS_CANCEL")


# --- both ---

@pytest.mark.parametrize("form", ["WPS", "NDEF"])
@pytest.mark.parametrize("with_bssid", [False, True])
def test_password_token_sta(start, form, with_bssid):
    ap, sta = start(AP, WPA2 + WPS), start(Sta)
    ap.c.ok("WPS_NFC_TAG_READ " + token(sta, "WPS_NFC_TOKEN " + form))
    sta.c.ok("WPS_NFC " + ap.bssid if with_bssid else "WPS_NFC")
    sta.m.event("WPS-SUCCESS")
    onboarded(sta, ap)
    ap.m.event("WPS-REG-SUCCESS")
    # Used up.
    sta.c.ok("REMOVE_NETWORK all")
    sta.m.drain()
    sta.c.ok("WPS_NFC " + ap.bssid)
    sta.m.event("WPS-M2D")
    sta.c.ok("WPS_CANCEL")


def test_password_token_of_another_station(start):
    """The token's password alone does not do: the key belongs to it."""
    ap, sta = start(AP, WPA2 + WPS), start(Sta)
    tag = token(sta, "WPS_NFC_TOKEN WPS")
    ap.c.ok("WPS_NFC_TAG_READ " + tag[:8] + "%02X" % (int(tag[8:10], 16) ^ 1) + tag[10:])
    sta.c.ok("WPS_NFC " + ap.bssid)
    event = sta.m.event("WPS-M2D|WPS-FAIL|WPS-SUCCESS")
    assert "WPS-SUCCESS" not in event
    sta.c.ok("WPS_CANCEL")


@pytest.mark.parametrize("form", ["WPS", "NDEF"])
def test_config_token(start, form):
    ap, sta = start(AP, WPA2 + WPS), start(Sta)
    sta.c.ok("WPS_NFC_TAG_READ " + token(ap, "WPS_NFC_CONFIG_TOKEN " + form))
    assert sta.m.event("WPS-CRED-RECEIVED") == "<3>WPS-CRED-RECEIVED "
    onboarded(sta, ap)
    assert 'ssid="home"' in sta.conf.read_text()


def test_config_token_again(start):
    """The tag of a network that is known, and in use, takes its place: there are no two of it."""
    ap, sta = start(AP, WPA2 + WPS), start(Sta)
    tag = token(ap, "WPS_NFC_CONFIG_TOKEN NDEF")
    for _ in range(2):
        sta.c.ok("WPS_NFC_TAG_READ " + tag)
        onboarded(sta, ap)
        assert [n.split("\t")[1] for n in sta.c("LIST_NETWORKS").splitlines()[1:]] == ["home"]
    sta.c.ok("DISCONNECT")
    handover(sta, ap)
    onboarded(sta, ap)
    networks = sta.c("LIST_NETWORKS").splitlines()[1:]
    assert [n.split("\t")[1] for n in networks] == ["home"], networks


@pytest.mark.parametrize("processing", [1, 2])
def test_config_token_for_programs(start, processing):
    ap, sta = start(AP, WPA2 + WPS), start(Sta)
    tag = token(ap, "WPS_NFC_CONFIG_TOKEN WPS")
    sta.c.ok(f"SET wps_cred_processing {processing}")
    sta.c.ok("WPS_NFC_TAG_READ " + tag)
    assert sta.m.event("WPS-CRED-RECEIVED") == "<3>WPS-CRED-RECEIVED " + tag[:110].lower()
    if processing == 1:
        assert sta.c("LIST_NETWORKS").count("\n") == 1
    else:
        onboarded(sta, ap)


def test_config_token_between_stations(start, d):
    ap, one = start(AP, WPA2 + WPS), start(Sta)
    (d / "other").mkdir()
    (d / "other/air").symlink_to(d / "air")
    two = start(Sta, ifname="sta1", where=d / "other")
    n = one.connect(psk="twelve words")
    two.c.ok("WPS_NFC_TAG_READ " + token(one, f"WPS_NFC_CONFIG_TOKEN NDEF {n}"))
    onboarded(two, ap)


def test_config_token_makes_configured(start):
    ap, sta = start(AP, "wps_state=1\neap_server=1\n"), start(Sta)
    tag = token(ap, "WPS_NFC_CONFIG_TOKEN NDEF")
    ap.m.event("WPS-NEW-AP-SETTINGS")
    wait_for("the configured state", lambda: "wps_state=configured" in ap.c("GET_CONFIG"))
    sta.c.ok("WPS_NFC_TAG_READ " + tag)
    onboarded(sta, ap)


def test_password_token_ap(start):
    """The station is the registrar: it learns, then sets the access point."""
    ap, sta = start(AP, WPA2 + WPS), start(Sta)
    sta.c.ok("WPS_NFC_TAG_READ " + token(ap, "WPS_NFC_TOKEN NDEF"))
    assert ap.c("WPS_NFC_TOKEN enable") == ""
    sta.c.ok(f"WPS_REG {ap.bssid} nfc-pw")
    sta.m.event("WPS-CRED-RECEIVED")
    onboarded(sta, ap)


def test_password_token_ap_configures(start):
    _, tag, text = made_by_tool()
    ap, sta = start(AP, "wps_state=1\neap_server=1\n" + text), start(Sta)
    assert ap.c("WPS_NFC_TOKEN enable") == ""
    sta.c.ok("WPS_NFC_TAG_READ " + tag)
    sta.c.ok("WPS_REG %s nfc-pw %s WPA2PSK CCMP %s" % (ap.bssid, b"fresh".hex(), b"1234567890".hex()))
    sta.m.event("WPS-SUCCESS")
    ap.m.event("WPS-NEW-AP-SETTINGS")
    onboarded(sta, ap, "fresh")


def handover(sta, ap):
    req = token(sta, "NFC_GET_HANDOVER_REQ NDEF WPS-CR")
    sel = token(ap, "NFC_GET_HANDOVER_SEL NDEF WPS-CR")
    ap.c.ok("NFC_REPORT_HANDOVER RESP WPS %s %s" % (req, sel))
    sta.c.ok("NFC_REPORT_HANDOVER INIT WPS %s %s" % (req, sel))


CHANNELS = {"2.4 GHz": "hw_mode=g\nchannel=6\n", "5 GHz": "hw_mode=a\nchannel=36\ncountry_code=DE\n"}


@pytest.mark.parametrize("channel", CHANNELS)
def test_handover(start, channel):
    ap, sta = start(AP, WPA2 + WPS, channel=CHANNELS[channel]), start(Sta)
    for _ in range(2):  # the keys may stay, each report is for one run
        handover(sta, ap)
        assert sta.c("LIST_NETWORKS").splitlines()[-1].split("\t")[1:3] == ["home", ap.bssid]
        sta.m.event("WPS-SUCCESS")
        onboarded(sta, ap)
        ap.m.event("WPS-REG-SUCCESS")
        sta.c.ok("REMOVE_NETWORK all")
        sta.m.drain()


def test_handover_messages_whole(start):
    """Handover Request and Select as they went over the air, instead of the carrier records."""
    ap, sta = start(AP, WPA2 + WPS), start(Sta)
    first = {"req": "91021148721291020263721234510204616301013000", "sel": "91020A487312D10204616301013000"}

    def message(kind, carrier):
        return first[kind] + "5A17" + carrier[4:6] + "01" + HEAD + "30" + carrier[52:]
    req = message("req", token(sta, "NFC_GET_HANDOVER_REQ NDEF WPS-CR"))
    sel = message("sel", token(ap, "NFC_GET_HANDOVER_SEL NDEF WPS-CR"))
    ap.c.ok("NFC_REPORT_HANDOVER RESP WPS %s %s" % (req, sel))
    sta.c.ok("NFC_REPORT_HANDOVER INIT WPS %s %s" % (req, sel))
    onboarded(sta, ap)


def test_handover_with_token_enabled(start):
    ap, sta = start(AP, WPA2 + WPS), start(Sta)
    token(ap, "WPS_NFC_TOKEN NDEF")
    assert ap.c("WPS_NFC_TOKEN enable") == ""
    handover(sta, ap)
    onboarded(sta, ap)


def test_handover_makes_configured(start):
    ap, sta = start(AP, "wps_state=1\neap_server=1\n"), start(Sta)
    handover(sta, ap)
    sta.m.event("WPS-SUCCESS")
    onboarded(sta, ap)


def test_handover_not_reported(start):
    ap, sta = start(AP, WPA2 + WPS), start(Sta)
    req = token(sta, "NFC_GET_HANDOVER_REQ NDEF WPS-CR")
    sel = token(ap, "NFC_GET_HANDOVER_SEL NDEF WPS-CR")
    sta.c.ok("NFC_REPORT_HANDOVER INIT WPS %s %s" % (req, sel))
    sta.m.event("WPS-M2D")
    ap.m.event("WPS-PIN-NEEDED")
    sta.c.ok("WPS_CANCEL")


def flip(carrier):
    """Another public key hash."""
    at = 52 + 4 + 8
    return carrier[:at] + "%02X" % (int(carrier[at:at + 2], 16) ^ 1) + carrier[at + 2:]


def test_handover_other_station_key(start):
    """The access point refuses M1, and serves the next one at once."""
    ap, sta = start(AP, WPA2 + WPS), start(Sta)
    req = token(sta, "NFC_GET_HANDOVER_REQ NDEF WPS-CR")
    sel = token(ap, "NFC_GET_HANDOVER_SEL NDEF WPS-CR")
    ap.c.ok("NFC_REPORT_HANDOVER RESP WPS %s %s" % (flip(req), sel))
    sta.c.ok("NFC_REPORT_HANDOVER INIT WPS %s %s" % (req, sel))
    assert sta.m.event("WPS-FAIL|WPS-M2D|WPS-SUCCESS") == "<3>WPS-FAIL msg=4 config_error=20"
    assert ap.m.event("WPS-FAIL|WPS-M2D|WPS-SUCCESS") == "<3>WPS-FAIL msg=4 config_error=20"
    sta.m.event("CTRL-EVENT-DISCONNECTED")
    handover(sta, ap)
    onboarded(sta, ap)


def test_handover_other_ap_key(start):
    ap, sta = start(AP, WPA2 + WPS), start(Sta)
    req = token(sta, "NFC_GET_HANDOVER_REQ NDEF WPS-CR")
    sel = token(ap, "NFC_GET_HANDOVER_SEL NDEF WPS-CR")
    ap.c.ok("NFC_REPORT_HANDOVER RESP WPS %s %s" % (req, sel))
    sta.c.ok("NFC_REPORT_HANDOVER INIT WPS %s %s" % (req, flip(sel)))
    assert sta.m.event("WPS-FAIL|WPS-M2D|WPS-SUCCESS") == "<3>WPS-FAIL msg=5 config_error=20"
    assert ap.m.event("WPS-FAIL|WPS-SUCCESS") == "<3>WPS-FAIL msg=5 config_error=20"
    sta.m.event("CTRL-EVENT-DISCONNECTED")
    handover(sta, ap)  # the next one is served at once
    onboarded(sta, ap)


@pytest.mark.parametrize("side", ["sta", "ap"])
def test_corrupt_pk_hash(start, side):
    ap, sta = start(AP, WPA2 + WPS), start(Sta)
    one = sta if side == "sta" else ap
    if one.c("SET wps_corrupt_pkhash 1") != "OK\n":
        pytest.skip("not a test build (CONFIG_TESTING=y)")
    handover(sta, ap)
    assert "WPS-SUCCESS" not in sta.m.event("WPS-M2D|WPS-FAIL|WPS-SUCCESS")
    sta.c.ok("WPS_CANCEL")
    one.c.ok("SET wps_corrupt_pkhash 0")
    handover(sta, ap)
    onboarded(sta, ap)


# --- with an external registrar ---

def registrar_of(net):
    """A station that learned the access point's settings over the air and manages it from then on."""
    er = net.sta("er0")
    er.c.ok("SCAN_INTERVAL 1")
    er.c.ok(f"WPS_REG {net.bssid} {PIN}")
    er.m.event("WPS-FAIL")  # it wanted no more than the settings
    er.m.event("CTRL-EVENT-CONNECTED")
    er.c.ok("WPS_ER_START ifname=lo")
    er.m.event("WPS-ER-AP-ADD " + net.uuid)
    er.c.ok(f"WPS_ER_SET_CONFIG {net.uuid} 0")
    return er


def enrollee_of(net):
    sta = net.sta("e0")
    sta.c.ok("SCAN_INTERVAL 1")
    return sta


def test_er_password_token(net):
    er, sta = registrar_of(net), enrollee_of(net)
    for form in ("WPS", "NDEF"):
        er.c.ok("WPS_NFC_TAG_READ " + token(sta, "WPS_NFC_TOKEN " + form))
    sta.c.ok("WPS_NFC")
    er.m.event("WPS-ER-ENROLLEE-ADD .* " + sta.addr)
    sta.m.event("WPS-SUCCESS")
    onboarded(sta, net, net.ssid)
    er.m.event("WPS-REG-SUCCESS " + sta.addr)


def test_er_config_token(net):
    er, sta = registrar_of(net), enrollee_of(net)
    tag = token(er, f"WPS_ER_NFC_CONFIG_TOKEN NDEF {net.bssid}")
    assert tag == token(er, f"WPS_ER_NFC_CONFIG_TOKEN NDEF {net.uuid}")
    sta.c.ok("WPS_NFC_TAG_READ " + tag)
    onboarded(sta, net, net.ssid)


def test_er_handover(net):
    er, sta = registrar_of(net), enrollee_of(net)
    req = token(sta, "NFC_GET_HANDOVER_REQ NDEF WPS-CR")
    sel = token(er, f"NFC_GET_HANDOVER_SEL NDEF WPS-CR {net.bssid}")
    er.c.ok("NFC_REPORT_HANDOVER RESP WPS %s %s" % (req, sel))
    sta.c.ok("NFC_REPORT_HANDOVER INIT WPS %s %s" % (req, sel))
    sta.m.event("WPS-SUCCESS")
    onboarded(sta, net, net.ssid)
    er.m.event("WPS-REG-SUCCESS " + sta.addr)


def test_er_handover_other_station_key(net):
    er, sta = registrar_of(net), enrollee_of(net)
    req = token(sta, "NFC_GET_HANDOVER_REQ NDEF WPS-CR")
    sel = token(er, f"NFC_GET_HANDOVER_SEL NDEF WPS-CR {net.bssid}")
    er.c.ok("NFC_REPORT_HANDOVER RESP WPS %s %s" % (flip(req), sel))
    sta.c.ok("NFC_REPORT_HANDOVER INIT WPS %s %s" % (req, sel))
    assert er.m.event("WPS-FAIL|WPS-SUCCESS") == "<3>WPS-FAIL msg=4 config_error=20"
    assert "WPS-M2D" in sta.m.event("WPS-FAIL|WPS-M2D|WPS-SUCCESS")  # the access point itself knows of nothing
    sta.c.ok("WPS_CANCEL")


def test_er_handover_other_registrar_key(net):
    er, sta = registrar_of(net), enrollee_of(net)
    req = token(sta, "NFC_GET_HANDOVER_REQ NDEF WPS-CR")
    sel = token(er, f"NFC_GET_HANDOVER_SEL NDEF WPS-CR {net.uuid}")
    er.c.ok("NFC_REPORT_HANDOVER RESP WPS %s %s" % (req, sel))
    sta.c.ok("NFC_REPORT_HANDOVER INIT WPS %s %s" % (req, flip(sel)))
    for who in (sta, er):
        assert who.m.event("WPS-FAIL|WPS-SUCCESS") == "<3>WPS-FAIL msg=5 config_error=20"
