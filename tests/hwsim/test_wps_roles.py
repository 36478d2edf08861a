"""WPS beyond the push button, every role with Debian's daemons on the other side: PINs, the AP PIN of
registrars, keys of one's own, what tshark makes of it."""
import os

import pytest

from lib import net

AP, STA = "02:00:00:00:00:00", "02:00:00:00:01:00"
AP_PIN = "83217655"
M1 = 4  # Message Type
NEW_SSID, NEW_KEY = "settled", "a new passphrase"


def wps_ap(lab, **extra):
    return lab.start_ap(lab.ap_conf(ssid="roles", **{**lab.WPS_AP, "config_methods": "label display keypad", **extra}))


def hexed(text):
    return text.encode().hex()


def connected(sta, ssid="roles"):
    sta.wait("CTRL-EVENT-CONNECTED", timeout=60)
    assert sta.fields("STATUS")["ssid"] == ssid


def test_pin(lab):
    """The station shows a PIN, the AP is told; one use. Every message is fine to tshark."""
    ap = wps_ap(lab)
    sta = lab.start_sta(conf=lab.sta_conf(config_methods="display"))
    air = lab.capture()
    pin = sta.request(f"WPS_PIN {AP}")
    assert pin.isdigit() and len(pin) == 8
    sta.wait("WPS-PIN-ACTIVE ")
    needed = ap.wait("WPS-PIN-NEEDED ", timeout=60)
    assert f" {STA} [STA|hwsim|STA|1|1|6-0050F204-1]" in needed
    uuid = needed.split("WPS-PIN-NEEDED ", 1)[1].split()[0]
    ap.ok(f"WPS_PIN {uuid} {pin} 60")
    sta.wait("WPS-CRED-RECEIVED", timeout=60)
    sta.wait("WPS-SUCCESS")
    connected(sta)
    ap.wait(f"WPS-REG-SUCCESS {STA} {uuid}")
    assert "Last WPS result: Success" in ap.request("WPS_GET_STATUS")
    frames = air.frames("eapol.type", "wps.message_type")
    kinds = [int(f["wps.message_type"][0], 0) for f in frames if f["eapol.type"] and f["wps.message_type"]]
    kinds = [k for i, k in enumerate(kinds) if i == 0 or kinds[i - 1] != k]  # sent once more when not acknowledged
    last = len(kinds) - kinds[::-1].index(M1) - 1
    assert kinds[last:] == [M1, 5, 7, 8, 9, 10, 11, 12, 15], "M1 to M8 and Done of the run with the PIN"
    assert kinds[:last] and kinds[:last] == [M1, 6, 13] * (last // 3), "M2D and its ACK as long as there was none"
    assert not any(f["_ws.malformed"] for f in frames)


def test_wrong_pin(lab):
    """Told by both sides; the AP serves the next attempt at once."""
    ap = wps_ap(lab)
    sta = lab.start_sta()
    ap.ok("WPS_PIN any 12345670")
    assert sta.request(f"WPS_PIN {AP} 55554321") == "55554321"
    assert "config_error=18" in sta.wait("WPS-FAIL", timeout=60)
    assert "config_error=18" in ap.wait("WPS-FAIL", timeout=60)
    assert "Last WPS result: Failed" in ap.request("WPS_GET_STATUS")
    sta.ok("WPS_CANCEL")
    ap.ok("WPS_PIN any 12345670")
    sta.request(f"WPS_PIN {AP} 12345670")
    connected(sta)


def test_learn_by_ap_pin(lab):
    """A station with the AP PIN learns the settings and joins."""
    ap = wps_ap(lab, ap_pin=AP_PIN)
    sta = lab.start_sta()
    sta.ok(f"WPS_REG {AP} {AP_PIN}")
    sta.mon.sequence("WPS-CRED-RECEIVED", "WPS-FAIL msg=11 config_error=0", timeout=60)
    connected(sta)
    assert sta.fields("STATUS")["key_mgmt"] == "WPA2-PSK"
    assert ap.request(f"STA {STA}").startswith(STA)


def test_configure_by_ap_pin(lab):
    """A station with the AP PIN gives the AP other settings: told, written to its file, used."""
    ap = wps_ap(lab, ap_pin=AP_PIN)
    sta = lab.start_sta()
    sta.ok(f"WPS_REG {AP} {AP_PIN} {hexed(NEW_SSID)} WPA2PSK CCMP {hexed(NEW_KEY)}")
    sta.wait("WPS-SUCCESS", timeout=60)
    ap.wait("WPS-NEW-AP-SETTINGS ")
    connected(sta, NEW_SSID)
    net.wait_until("the AP's new SSID", lambda: ap.fields("STATUS").get("ssid[0]") == NEW_SSID)
    with open(f"{lab.dir}/hostapd0.conf", encoding="utf-8") as f:
        text = f.read()
    assert f"ssid={NEW_SSID}\n" in text and f"wpa_passphrase={NEW_KEY}\n" in text
    assert "\n#WPS# ssid=roles\n" in text
    assert "wps_state=2" in text


def test_ap_pin_is_locked(lab):
    """Three wrong AP PINs lock the AP; it says so in its beacons, and refuses the right one, too."""
    ap = wps_ap(lab, ap_pin=AP_PIN)
    sta = lab.start_sta()
    for pin in ("12345670", "00000000", "55554321"):
        sta.ok(f"WPS_REG {AP} {pin}")
        assert "config_error=18" in sta.wait("WPS-FAIL msg=", timeout=60)
        sta.request("WPS_CANCEL")
    ap.wait("WPS-AP-SETUP-LOCKED")
    sta.ok(f"WPS_REG {AP} {AP_PIN}")
    assert "config_error=15" in sta.wait("WPS-FAIL msg=", timeout=60)
    sta.request("WPS_CANCEL")
    sta.ok("BSS_FLUSH 0")
    sta.ok("SCAN TYPE=ONLY freq=2412")
    sta.wait("CTRL-EVENT-SCAN-RESULTS ")
    assert "wps_ap_setup_locked=1" in sta.request(f"BSS {AP}")
    assert ap.request(f"WPS_AP_PIN set {AP_PIN}") == AP_PIN
    ap.wait("WPS-AP-SETUP-UNLOCKED")
    sta.ok(f"WPS_REG {AP} {AP_PIN}")
    connected(sta)


@pytest.mark.pairs("ours-ours", "ours-debian")  # hostapd 2.10 stores no such line
def test_key_of_its_own(lab):
    """wpa_psk_file: the enrollee's key is in the file, for its address alone."""
    keys = lab.write("psk", "# kept\n00:00:00:00:00:00 shared by all the others\n")
    ap = wps_ap(lab, wpa_passphrase=None, wpa_psk_file=keys)
    sta = lab.start_sta()
    ap.ok("WPS_PIN any 12345670")
    sta.request(f"WPS_PIN {AP} 12345670")
    connected(sta)
    with open(keys, encoding="utf-8") as f:
        lines = f.read().splitlines()
    assert lines[:2] == ["# kept", "00:00:00:00:00:00 shared by all the others"]
    assert len(lines) == 3 and STA in lines[2] and "wps=1" in lines[2]


@pytest.fixture
def small_disk(lab):
    """A folder with 16 KiB of room; fill() takes it all."""
    path = f"{lab.dir}/small"
    os.mkdir(path)
    net.sh("mount", "-t", "tmpfs", "-o", "size=16k", "none", path)
    yield path
    net.sh("umount", "-l", path)


def fill(path):
    with pytest.raises(OSError), open(f"{path}/filler", "wb", buffering=0) as f:
        while True:
            f.write(b"x" * 512)


@pytest.mark.pairs("ours-debian")
def test_keys_file_that_takes_none(lab, small_disk):
    """A full disk, a read-only file: the button is refused, or the run before M8; nothing is lost, nobody has a key."""
    keys = f"{small_disk}/psk"
    with open(keys, "w", encoding="utf-8") as f:
        f.write("# kept\n00:00:00:00:00:00 shared by all the others\n")
    ap = wps_ap(lab, wpa_passphrase=None, wpa_psk_file=keys)
    sta = lab.start_sta()
    ap.ok("WPS_PBC")
    fill(small_disk)
    sta.ok(f"WPS_PBC {AP}")
    assert "msg=11 " in ap.wait("WPS-FAIL ", timeout=60)
    sta.wait("WPS-FAIL ", timeout=60)
    sta.ok("WPS_CANCEL")
    assert len(sta.request("LIST_NETWORKS").splitlines()) == 1
    ap.ok("WPS_CANCEL")
    ap.fails("WPS_PBC")
    assert f"WPS refused: wpa_psk_file '{keys}'" in ap.wait("No space left on device")
    os.unlink(f"{small_disk}/filler")
    os.chmod(keys, 0o444)
    ap.fails("WPS_PIN any 12345670")
    ap.wait("Permission denied")
    with open(keys, encoding="utf-8") as f:
        assert f.read() == "# kept\n00:00:00:00:00:00 shared by all the others\n"
    os.chmod(keys, 0o600)
    ap.ok("WPS_PIN any 12345670")
    sta.request(f"WPS_PIN {AP} 12345670")
    connected(sta)
    with open(keys, encoding="utf-8") as f:
        assert STA in f.read().splitlines()[2]


def test_unconfigured_ap(lab):
    """An access point out of the box: the first enrollee makes it choose a key."""
    ap = wps_ap(lab, wps_state="1", wpa=None, wpa_key_mgmt=None, rsn_pairwise=None, wpa_passphrase=None)
    sta = lab.start_sta()
    ap.ok("WPS_PBC")
    sta.ok("WPS_PBC")
    sta.wait("WPS-SUCCESS", timeout=60)
    connected(sta)
    config = ap.fields("GET_CONFIG")
    assert config["wps_state"] == "configured" and config["key_mgmt"] == "WPA-PSK"
    assert sta.fields("STATUS")["pairwise_cipher"] == "CCMP"
