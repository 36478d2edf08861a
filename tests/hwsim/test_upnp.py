"""UPnP with others: Debian's wpa_supplicant as external registrar of our AP and its station, and GUPnP's tools.
What needs no radio is in tests/conf/test_upnp_peers.py."""
import re

import pytest

from lib import net
from lib.lab import PASSPHRASE

AP, STA = "02:00:00:00:00:00", "02:00:00:00:02:00"
PIN = "12345670"
UUID = "27ea801a-9e5c-4e73-bd82-f89cbcd10d7e"
WFA_DEVICE = "urn:schemas-wifialliance-org:device:WFADevice:1"


def upnp_ap(lab, **extra):
    return lab.ap_conf(ssid="upnp", **{**lab.WPS_AP, "config_methods": "label display push_button", "ap_pin": PIN,
                                       "uuid": UUID, "friendly_name": "Attic & <cellar>", "upnp_iface": "lo", **extra})


@pytest.fixture
def er(lab):
    """An AP whose settings an external registrar on wlan1 has learned: both Interfaces."""
    net.sh("ip", "route", "replace", "239.0.0.0/8", "dev", "lo")
    ap = lab.start_ap(upnp_ap(lab))
    sta = lab.start_sta("wlan1")
    sta.ok("WPS_ER_START ifname=lo")
    assert f" {AP} " in sta.wait(f"WPS-ER-AP-ADD {UUID} ")
    sta.ok(f"WPS_ER_LEARN {UUID} {PIN}")
    settings = sta.wait(f"WPS-ER-AP-SETTINGS uuid={UUID} ")
    assert "ssid=upnp" in settings and f"key={PASSPHRASE}" in settings
    sta.wait("WPS-FAIL msg=11 config_error=0")  # the run ends with the registrar's NACK
    yield ap, sta
    sta.ok("WPS_ER_STOP")
    net.sh("ip", "route", "del", "239.0.0.0/8", "dev", "lo")


@pytest.mark.pairs("ours-debian", "debian-debian")
def test_enrollee_of_an_external_registrar(lab, er):
    """A station's messages reach the registrar over UPnP; its answers reach the station."""
    ap, registrar = er
    sta = lab.start_sta("wlan2", lab.sta_conf(ctrl="sta-wlan2", config_methods="display push_button"), name="enrollee")
    pin = sta.request("WPS_PIN any").strip()
    registrar.ok(f"WPS_ER_PIN any {pin} {STA}")
    sta.mon.sequence("WPS-CRED-RECEIVED ", "WPS-SUCCESS ", f"CTRL-EVENT-CONNECTED - Connection to {AP}", timeout=90)
    registrar.wait("WPS-SUCCESS")
    ap.wait(f"AP-STA-CONNECTED {STA}")


@pytest.mark.pairs("ours-debian")
def test_gupnp(lab):
    """GSSDP finds the device from another host; that host reads the description; events stay in the subnet."""
    lab.wired_host("br-ap", "hostA", "10.2.0.1")
    net.sh("ip", "addr", "add", "10.2.0.9/24", "dev", "br-ap")
    lab.start_ap(upnp_ap(lab, upnp_iface="br-ap", bridge="br-ap"))
    found = net.sh("gssdp-discover", "-i", "eth0", "-n", "3", "-t", WFA_DEVICE, netns="hostA")
    location = re.search(r"Location: (http://10\.2\.0\.9:\d+/\S+)", found).group(1)
    assert f"uuid:{UUID}::{WFA_DEVICE}" in found
    text = net.sh("python3", "-c", f"import urllib.request as u; print(u.urlopen('{location}').read().decode())", netns="hostA")
    assert "<friendlyName>Attic &amp; &lt;cellar&gt;</friendlyName>" in text
    ask = ("import http.client as h, sys\n"
           "c = h.HTTPConnection('%s')\n"
           "c.request('SUBSCRIBE', '/wps_event', headers={'CALLBACK': '<http://%%s:80/>' %% sys.argv[1], 'NT': 'upnp:event'})\n"
           "print(c.getresponse().status)\n") % location.split("/")[2]
    assert net.sh("python3", "-c", ask, "10.2.0.1", netns="hostA").strip() == "200"
    assert net.sh("python3", "-c", ask, "192.0.2.1", netns="hostA").strip() == "500"
