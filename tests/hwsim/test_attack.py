"""Attack tools of Debian against the AP PIN: online guessing is locked out, Pixie Dust finds nothing."""
import re
import subprocess

import pytest

from lib import net

AP = "02:00:00:00:00:00"
PIN = "83217655"
pytestmark = pytest.mark.pairs("ours-ours", "debian-debian")


@pytest.fixture
def target(lab):
    """An access point with an AP PIN, and a radio that acknowledges and injects for the tool."""
    net.sh("ip", "link", "set", "wlan2", "down")
    net.sh("iw", "dev", "wlan2", "set", "monitor", "active")
    net.sh("ip", "link", "set", "wlan2", "up")
    net.sh("iw", "dev", "wlan2", "set", "channel", "1")
    ap = lab.start_ap(lab.ap_conf("wlan0", ssid="target", **{**lab.WPS_AP, "ap_pin": PIN}))
    yield ap
    net.sh("ip", "link", "set", "wlan2", "down")
    net.sh("iw", "dev", "wlan2", "set", "type", "managed")


def attack(lab, seconds, *argv):
    """Output of a tool, stopped after a time: these tools never give up."""
    with open(f"{lab.dir}/{argv[0]}.txt", "w+", encoding="utf-8", errors="replace") as out:
        subprocess.run(["timeout", str(seconds), *argv], stdin=subprocess.DEVNULL, stdout=out,
                       stderr=subprocess.STDOUT, check=False, env={"HOME": lab.dir, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        out.seek(0)
        return out.read()


def serves_others(lab, ap):
    """After the attack the next station gets in by push button."""
    sta = lab.start_sta()
    ap.ok("WPS_PBC")
    sta.ok("WPS_PBC")
    sta.wait("CTRL-EVENT-CONNECTED", timeout=40)


def test_reaver_online(lab, target):
    """PINs are guessed over the air: after three failures the AP is locked, and says so in its beacons."""
    out = attack(lab, 20, "reaver", "-i", "wlan2", "-b", AP, "-c", "1", "-vv", "-N", "-L", "-d", "0", "-T", "1",
                 "-t", "3", "-g", "20")
    assert "Received M3 message" in out or "Received WSC NACK" in out, out
    assert "WPS PIN:" not in out and "WPA PSK" not in out
    target.wait("WPS-AP-SETUP-LOCKED")
    assert len(set(re.findall(r'Trying pin "(\d+)"', out))) >= 3, out
    serves_others(lab, target)


def test_reaver_pixie_dust(lab, target):
    """The secret nonces are not to be guessed from the public ones."""
    out = attack(lab, 12, "reaver", "-i", "wlan2", "-b", AP, "-c", "1", "-vv", "-N", "-K", "-p", "12345670")
    assert "executing pixiewps" in out, out
    assert "WPS pin not found" in out and "WPS PIN:" not in out


def test_bully(lab, target):
    out = attack(lab, 15, "bully", "-b", AP, "-c", "1", "-v", "4", "-F", "-A", "-L", "-1", "0,1", "wlan2")
    assert "Rx(M2D/M3)" in out, out  # it got as far as the registration protocol
    assert "KEY:" not in out and "PIN is" not in out
    serves_others(lab, target)
