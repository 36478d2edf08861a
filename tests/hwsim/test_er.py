"""External registrar of our wpa_supplicant against Debian's hostapd, over UPnP on the loopback interface.
tests/conf/test_er.py has ours, tests/conf/test_upnp_peers.py what needs no radio, test_upnp.py the other direction."""
import re

import pytest

from lib import net
from lib.lab import PASSPHRASE

AP, STA = "02:00:00:00:00:00", "02:00:00:00:02:00"
PIN = "12345670"
UUID = "27ea801a-9e5c-4e73-bd82-f89cbcd10d7e"


@pytest.fixture
def er(lab):
    """An AP and a registrar on wlan1 that has its settings."""
    net.sh("ip", "route", "replace", "239.0.0.0/8", "dev", "lo")
    ap = lab.start_ap(lab.ap_conf(ssid="er", **{
        **lab.WPS_AP, "config_methods": "label display push_button", "ap_pin": PIN, "uuid": UUID, "upnp_iface": "lo",
        "friendly_name": "WPS AP - <>&'\" - TEST", "manufacturer": "Company"}))
    sta = lab.start_sta("wlan1")
    sta.ok("WPS_ER_START ifname=lo")
    add = sta.wait(f"WPS-ER-AP-ADD {UUID} ")
    assert f" {AP} pri_dev_type=" in add and " wps_state=2 |WPS AP - &lt;&gt;&amp;&apos;&quot; - TEST|Company|" in add
    sta.ok(f"WPS_ER_LEARN {UUID} {PIN}")
    settings = sta.wait(f"WPS-ER-AP-SETTINGS uuid={UUID} ssid=er auth_type=0x00")
    assert settings.endswith(f"key={PASSPHRASE}")
    sta.wait("WPS-FAIL msg=11 config_error=0")
    yield ap, sta
    sta.ok("WPS_ER_STOP")
    net.sh("ip", "route", "del", "239.0.0.0/8", "dev", "lo")


@pytest.mark.pairs("debian-ours")
def test_enrollee(lab, er):
    ap, registrar = er
    sta = lab.start_sta("wlan2", lab.sta_conf(ctrl="sta-wlan2", config_methods="display push_button"), name="enrollee")
    sta.ok("WPS_PBC")
    seen = registrar.wait(f" {STA} M1=", timeout=30)
    registrar.ok("WPS_ER_PBC " + re.search(r"ENROLLEE-ADD (\S+)", seen).group(1))
    sta.mon.sequence("WPS-CRED-RECEIVED", "WPS-SUCCESS ", f"CTRL-EVENT-CONNECTED - Connection to {AP}", timeout=90)
    registrar.wait(f"WPS-REG-SUCCESS {STA} ")
    ap.wait(f"AP-STA-CONNECTED {STA}")
