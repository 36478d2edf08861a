"""UPnP with programs of others, without radios: Debian's wpa_supplicant as external registrar of our access point (its
stations are ours, on a simulated air), Debian's hostapd as access point of our external registrar, GSSDP.

    WPA_SUPPLICANT=... HOSTAPD=... /usr/bin/python3 -m pytest tests/conf/test_upnp_peers.py
"""
import re
import shutil
import subprocess
import uuid as uuids

import pytest

from test_er import AP_CONF, DEVICE, PIN, Net
from test_wpas_control import Ctrl, Daemon, Sta, wait_for

DEBIAN_HOSTAPD, DEBIAN_WPAS = "/usr/sbin/hostapd", "/usr/sbin/wpa_supplicant"
pytestmark = pytest.mark.skipif(not shutil.which("gssdp-discover") or not shutil.which(DEBIAN_WPAS), reason="see tests/deps")


class DebianEr(Daemon):
    """Debian's wpa_supplicant on the loopback interface: a registrar needs no radio."""

    def __init__(self, d):
        d.mkdir()
        (d / "conf").write_text(f"ctrl_interface={d}/ctrl\nconfig_methods=keypad display virtual_push_button\n")
        super().__init__(d, "er", [DEBIAN_WPAS, "-Dnone", "-ilo", f"-c{d}/conf", "-dd", "-t"])
        wait_for("the control socket", lambda: (d / "ctrl/lo").exists() or self.proc.poll() is not None)
        self.c, self.m = Ctrl(d / "ctrl/lo"), Ctrl(d / "ctrl/lo")
        self.m.ok("ATTACH")

    def stop(self, check=True):
        self.c.close()
        self.m.close()
        super().stop(check)

    def add(self, **keys):
        n = self.c("ADD_NETWORK").strip()
        for k, v in keys.items():
            self.c.ok(f'SET_NETWORK {n} {k} "{v}"')
        return n


@pytest.fixture
def net(tmp_path):
    n = Net(tmp_path)
    yield n
    n.close()


@pytest.fixture
def er(net, tmp_path):
    """Debian's registrar that has met our access point."""
    e = DebianEr(tmp_path / "er")
    e.c.ok("WPS_ER_START ifname=lo")
    add = e.m.event("WPS-ER-AP-ADD " + net.uuid)
    assert add == (f"<3>WPS-ER-AP-ADD {net.uuid} {net.bssid} pri_dev_type=6-0050F204-1 wps_state=2 "
                   "|WPS AP - &lt;&gt;&amp;&apos;&quot; - TEST|Company||WAP|||")
    yield e
    e.stop()


def learn(net, er):
    settings, fail = net.learn(er)
    # Until its last message is out, their registrar selects itself nowhere and takes no other command for us.
    wait_for("the end of the run", lambda: "Could not extract NewOutMessage" in er.text())
    assert re.fullmatch(rf"<3>WPS-ER-AP-SETTINGS uuid={net.uuid} ssid=er-test auth_type=0x002[02] encr_type=0x000[8c] "
                        "key=twelve words", settings)
    assert fail == "<3>WPS-FAIL msg=11 config_error=0"


def test_their_registrar_learns(net, er):
    learn(net, er)
    er.c.ok(f"WPS_ER_LEARN {net.bssid} 12345678")
    assert er.m.event("WPS-FAIL") == "<3>WPS-FAIL msg=10 config_error=18"


def test_their_registrar_configures(net, er):
    er.c.ok(f"WPS_ER_CONFIG {net.uuid} {PIN} {b'changed'.hex()} WPA2PSK CCMP {b'1234567890'.hex()}")
    er.m.event("WPS-SUCCESS")
    wait_for("the new SSID", lambda: net.c.fields("STATUS").get("ssid[0]") == "changed")
    assert "ssid=changed\n" in (net.d / "ap.conf").read_text()
    net.sta("e0").connect(ssid="changed", psk="1234567890")
    # It stays where it is for those that know it.
    wait_for("WPS_ER_LEARN", lambda: er.c(f"WPS_ER_LEARN {net.uuid} {PIN}") == "OK\n")
    assert "ssid=changed" in er.m.event("WPS-ER-AP-SETTINGS")


@pytest.mark.parametrize("who", ["any", "uuid"])
def test_their_registrar_and_a_pin(net, er, who):
    e = net.sta("e0")
    learn(net, er)
    pin = e.c("WPS_PIN get")
    if who == "any":
        er.c.ok(f"WPS_ER_PIN any {pin} {e.addr}")
        wait_for("the selection", lambda: "-> selected" in net.ap.text())
    e.c(f"WPS_PIN {net.bssid} {pin}")
    if who == "uuid":
        seen = er.m.event("WPS-ER-ENROLLEE-ADD .* " + e.addr)
        er.c.ok(f"WPS_ER_PIN {seen.split()[1]} {pin}")
    e.m.event("WPS-SUCCESS", 30)
    e.m.event("CTRL-EVENT-CONNECTED", 30)
    er.m.event("WPS-SUCCESS")


def test_their_registrar_and_the_button(net, er):
    e = net.sta("e0")
    n = er.add(ssid=net.ssid, psk="twelve words")
    er.c.ok(f"WPS_ER_SET_CONFIG {net.uuid} {n}")
    e.c.ok("WPS_PBC")
    seen = er.m.event("WPS-ER-ENROLLEE-ADD .* " + e.addr)
    er.c.ok("WPS_ER_PBC " + seen.split()[1])
    e.m.event("WPS-SUCCESS", 30)
    e.m.event("CTRL-EVENT-CONNECTED", 30)
    er.m.event("WPS-SUCCESS")


def test_their_registrar_sees_us_go(net, er):
    net.c.ok("DISABLE")
    er.m.event("WPS-ER-AP-REMOVE " + net.uuid)
    net.c.ok("ENABLE")
    er.m.event("WPS-ER-AP-ADD " + net.uuid)
    # Cut off without a word and started again: known anew, for the subscription is not.
    net.ap.proc.kill()
    net.ap.proc.wait()
    net.c.close()
    net.start_ap()
    er.m.event("WPS-ER-AP-REMOVE " + net.uuid)
    er.m.event("WPS-ER-AP-ADD " + net.uuid)
    learn(net, er)


# --- their access point ---


class DebianAp(Daemon):
    """Debian's hostapd without a radio."""

    def __init__(self, d, uuid, ssid="theirs"):
        self.d, self.uuid, self.ssid = d, uuid, ssid
        (d / "ap.conf").write_text(AP_CONF.format(d=d, uuid=uuid, pin=PIN, ssid=ssid).replace("=sim", "=none"))
        super().__init__(d, "hostapd", [DEBIAN_HOSTAPD, "-dd", d / "ap.conf"])
        wait_for("the access point", lambda: (d / "apctrl/ap").exists() or self.proc.poll() is not None)
        self.c = Ctrl(d / "apctrl/ap")


@pytest.fixture
def theirs(tmp_path):
    (tmp_path / "air").mkdir()
    ap = DebianAp(tmp_path, str(uuids.uuid4()))
    yield ap
    ap.c.close()
    ap.stop()


@pytest.fixture
def ours(theirs, tmp_path):
    """Our registrar that has met their access point."""
    s = Sta(tmp_path, "config_methods=keypad virtual_push_button\n")
    s.c.ok("WPS_ER_START ifname=lo")
    assert s.m.event("WPS-ER-AP-ADD " + theirs.uuid) == (
        f"<3>WPS-ER-AP-ADD {theirs.uuid} 00:00:00:00:00:00 pri_dev_type=6-0050F204-1 wps_state=2 "
        "|WPS AP - &lt;&gt;&amp;&apos;&quot; - TEST|Company||WAP|||")
    yield s
    s.stop()


def test_our_registrar(theirs, ours):
    ours.c.ok(f"WPS_ER_LEARN {theirs.uuid} {PIN}")
    assert re.fullmatch(rf"<3>WPS-ER-AP-SETTINGS uuid={theirs.uuid} ssid=theirs auth_type=0x002[02] encr_type=0x000[8c] "
                        "key=twelve words", ours.m.event("WPS-ER-AP-SETTINGS"))
    assert ours.m.event("WPS-FAIL") == "<3>WPS-FAIL msg=11 config_error=0"
    ours.c.ok(f"WPS_ER_LEARN {theirs.uuid} 12345678")
    assert ours.m.event("WPS-FAIL") == "<3>WPS-FAIL msg=10 config_error=18"
    ours.c.ok(f"WPS_ER_CONFIG {theirs.uuid} {PIN} {b'changed'.hex()} WPA2PSK CCMP {b'1234567890'.hex()}")
    ours.m.event("WPS-SUCCESS")
    wait_for("the new SSID", lambda: "ssid=changed\n" in (theirs.d / "ap.conf").read_text())


def test_our_registrar_is_selected(theirs, ours):
    ours.c.ok(f"WPS_ER_PIN any {PIN}")
    ours.m.event(f"WPS-ER-AP-SET-SEL-REG uuid={theirs.uuid} state=START sel_reg=1 dev_passwd_id=0")
    wait_for("the selection", lambda: "External Registrar selected (dev_pw_id=0" in theirs.text())
    ours.c.ok("WPS_ER_STOP")
    ours.m.event("WPS-ER-AP-REMOVE " + theirs.uuid)
    wait_for("its end", lambda: "External Registrar not selected" in theirs.text())


def test_their_access_point_goes(theirs, ours):
    theirs.c.ok("DISABLE")
    ours.m.event("WPS-ER-AP-REMOVE " + theirs.uuid)
    theirs.c.ok("ENABLE")
    ours.m.event("WPS-ER-AP-ADD " + theirs.uuid)


# --- GSSDP ---


def test_gssdp(net):
    found = subprocess.run(["gssdp-discover", "-i", "lo", "-n", "2", "-t", DEVICE], capture_output=True, text=True, timeout=30)
    assert f"uuid:{net.uuid}::{DEVICE}" in found.stdout, found.stderr
    assert re.search(r"Location: http://127\.0\.0\.1:\d+/wps_device\.xml", found.stdout)
