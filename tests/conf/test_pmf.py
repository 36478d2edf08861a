"""Protected management frames (ieee80211w, pmf) on simulated air: what is negotiated, and an access point that was started anew."""
import signal
import time

import pytest

from test_wpas_control import HOSTAPD, PSK, Ctrl, Daemon, Sta, wait_for

AP_CONF = """interface=ap
driver=sim
ctrl_interface={d}/apctrl
hw_mode=g
channel=6
ssid=home
wpa=2
wpa_key_mgmt=WPA-PSK WPA-PSK-SHA256
rsn_pairwise=CCMP
wpa_passphrase={psk}
ieee80211w={pmf}
assoc_sa_query_max_timeout=300
assoc_sa_query_retry_timeout=100
"""


class Ap(Daemon):
    def __init__(self, d, pmf, name="hostapd"):
        conf = d / "ap.conf"
        conf.write_text(AP_CONF.format(d=d, psk=PSK, pmf=pmf))
        super().__init__(d, name, [HOSTAPD, "-dd", conf])
        wait_for("the access point", lambda: (d / "apctrl/ap").exists() or self.proc.poll() is not None)
        wait_for("AP-ENABLED", self.enabled)
        self.c = Ctrl(d / "apctrl/ap")
        self.bssid = self.c.fields("STATUS")["bssid[0]"]

    def enabled(self):
        c = Ctrl(self.d / "apctrl/ap")
        try:
            return c.fields("STATUS").get("state") == "ENABLED"
        finally:
            c.close()

    def kill(self):
        self.proc.send_signal(signal.SIGKILL)
        self.proc.wait()
        self.c.close()


@pytest.fixture
def start(tmp_path):
    (tmp_path / "air").mkdir()
    running = []

    def begin(cls, *args, **kw):
        running.append(cls(tmp_path, *args, **kw))
        return running[-1]
    yield begin
    for r in reversed(running):
        if r.proc.poll() is None:
            r.stop()


def authorized(ap, addr):
    """Its flags, once the last message of the handshake is in."""
    def flags():
        return ap.c(f"STA {addr}").splitlines()[1]
    wait_for("[AUTHORIZED]", lambda: "[AUTHORIZED]" in flags())
    return flags()


@pytest.mark.parametrize("ap_pmf, keys, pmf, akm", [
    (0, {"ieee80211w": "1"}, None, "WPA2-PSK"),
    (1, {"ieee80211w": "0"}, None, "WPA2-PSK"),
    (1, {"ieee80211w": "1"}, "1", "WPA2-PSK"),
    (1, {"ieee80211w": "2", "key_mgmt": "WPA-PSK-SHA256"}, "2", "WPA2-PSK-SHA256"),
    (2, {"ieee80211w": "1", "key_mgmt": "WPA-PSK WPA-PSK-SHA256"}, "1", "WPA2-PSK-SHA256"),
])
def test_negotiated(start, ap_pmf, keys, pmf, akm):
    ap, sta = start(Ap, ap_pmf), start(Sta)
    sta.connect(**keys)
    s = sta.c.fields("STATUS")
    assert (s.get("pmf"), s.get("mgmt_group_cipher"), s["key_mgmt"]) == (pmf, pmf and "BIP", akm)
    flags = authorized(ap, s["address"])
    assert ("[MFP]" in flags) == (pmf is not None)
    assert (ap.c(f"SA_QUERY {s['address']}") == "OK\n") == (pmf is not None)
    if pmf:  # the group key changes with that of management frames; the station stays
        sta.m.drain()
        ap.c.ok("REKEY_GTK")
        sta.m.event("RSN: Group rekeying completed")


@pytest.mark.parametrize("ap_pmf, sta_pmf", [(2, "0"), (0, "2")])
def test_one_side_insists(start, ap_pmf, sta_pmf):
    start(Ap, ap_pmf)
    sta = start(Sta)
    sta.c.ok("SCAN_INTERVAL 1")
    n = sta.add(ieee80211w=sta_pmf, scan_freq="2437")
    sta.m.drain()
    sta.c.ok(f"SELECT_NETWORK {n}")
    sta.m.event("CTRL-EVENT-NETWORK-NOT-FOUND")
    assert sta.state() in ("SCANNING", "DISCONNECTED")


def test_global_default(start):
    start(Ap, 1)
    sta = start(Sta, conf="pmf=1\n")
    sta.connect()
    assert sta.c.fields("STATUS")["pmf"] == "1"
    assert sta.c("GET_NETWORK 0 ieee80211w") == "3"
    assert sta.c("GET_CAPABILITY group_mgmt") == "AES-128-CMAC"


@pytest.mark.parametrize("again", [1, 0])
def test_ap_started_anew(start, again):
    """It has forgotten us and says so without protection: we ask, hear nothing and connect again, if we may."""
    ap, sta = start(Ap, 1), start(Sta)
    sta.connect(ieee80211w="2")
    sta.c.ok(f"STA_AUTOCONNECT {again}")
    ap.kill()
    sta.m.drain()
    start(Ap, 1, name="again")
    sta.m.event("CTRL-EVENT-DISCONNECTED", timeout=20)
    if again:
        sta.m.event("CTRL-EVENT-CONNECTED", timeout=20)
    else:
        time.sleep(0.5)
        assert not [e for e in sta.m.drain() if "Trying to" in e]


@pytest.mark.parametrize("pmf", ["0", "2"])
def test_reassociation(start, pmf):
    """With the access point we have: the driver leaves it first, which is no failure."""
    ap, sta = start(Ap, 1), start(Sta)
    sta.connect(ieee80211w=pmf)
    authorized(ap, sta.c.fields("STATUS")["address"])
    sta.m.drain()
    sta.c.ok("REASSOCIATE")
    sta.m.event("SME: Trying to authenticate")
    assert "CONNECTED - " in sta.m.event("CTRL-EVENT-(DIS|)CONNECTED|ignore list")
