"""WPA, TKIP and mixed networks: both daemons over their control interfaces, on simulated air."""
import pytest

from test_wpas_control import HOSTAPD, PSK, Ctrl, Daemon, Sta, wait_for

BSSES = {  # ssid: lines of the configuration, flags in scan results
    "wpa1": ("wpa=1\nwpa_pairwise=TKIP\n", "[WPA-PSK-TKIP]"),
    "wpa1ccmp": ("wpa=1\nwpa_pairwise=CCMP\nwpa_group_rekey=1\n", "[WPA-PSK-CCMP]"),
    "wpa1both": ("wpa=1\nwpa_pairwise=TKIP CCMP\n", "[WPA-PSK-CCMP+TKIP]"),
    "mixed": ("wpa=3\nwpa_pairwise=TKIP\nrsn_pairwise=CCMP\n", "[WPA-PSK-TKIP][WPA2-PSK-CCMP]"),
    "mixedboth": ("wpa=3\nwpa_pairwise=CCMP TKIP\nwpa_group_rekey=1\n", "[WPA-PSK-CCMP+TKIP][WPA2-PSK-CCMP+TKIP]"),
    "rsntkip": ("wpa=2\nrsn_pairwise=TKIP\n", "[WPA2-PSK-TKIP]"),
    "rsnboth": ("wpa=2\nrsn_pairwise=TKIP CCMP\n", "[WPA2-PSK-CCMP+TKIP]"),
    "default": ("wpa=2\n", "[WPA2-PSK-TKIP]"),
    "group": ("wpa=2\nrsn_pairwise=CCMP\ngroup_cipher=TKIP\n", "[WPA2-PSK-CCMP]"),
}
ROWS = [  # ssid, the network's lines, pairwise, group, key_mgmt
    ("wpa1", {}, "TKIP", "TKIP", "WPA-PSK"),
    ("wpa1ccmp", {}, "CCMP", "CCMP", "WPA-PSK"),
    ("wpa1both", {}, "CCMP", "TKIP", "WPA-PSK"),
    ("wpa1both", {"pairwise": "TKIP"}, "TKIP", "TKIP", "WPA-PSK"),
    ("mixed", {}, "CCMP", "TKIP", "WPA2-PSK"),
    ("mixed", {"proto": "WPA"}, "TKIP", "TKIP", "WPA-PSK"),
    ("mixed", {"pairwise": "TKIP"}, "TKIP", "TKIP", "WPA-PSK"),
    ("mixedboth", {}, "CCMP", "TKIP", "WPA2-PSK"),
    ("mixedboth", {"pairwise": "TKIP"}, "TKIP", "TKIP", "WPA2-PSK"),
    ("mixedboth", {"proto": "WPA", "pairwise": "CCMP"}, "CCMP", "TKIP", "WPA-PSK"),
    ("rsntkip", {}, "TKIP", "TKIP", "WPA2-PSK"),
    ("rsnboth", {}, "CCMP", "TKIP", "WPA2-PSK"),
    ("default", {}, "TKIP", "TKIP", "WPA2-PSK"),
    ("group", {}, "CCMP", "TKIP", "WPA2-PSK"),
]


@pytest.fixture(scope="module")
def aps(tmp_path_factory):
    d = tmp_path_factory.mktemp("w1")
    (d / "air").mkdir()
    text = ""
    for n, (ssid, (lines, _)) in enumerate(BSSES.items()):
        text += "interface=ap0\ndriver=sim\nhw_mode=g\nchannel=6\n" if n == 0 else f"bss=ap{n}\n"
        text += f"ctrl_interface={d}/apctrl\nssid={ssid}\nwpa_passphrase={PSK}\n{lines}"
    conf = d / "ap.conf"
    conf.write_text(text)
    ap = Daemon(d, "hostapd", [HOSTAPD, "-dd", conf])
    wait_for("the access point", lambda: (d / "apctrl/ap0").exists() or ap.proc.poll() is not None)
    ap.bss = {}
    for n, ssid in enumerate(BSSES):
        wait_for(ssid, lambda: (d / f"apctrl/ap{n}").exists())
        ap.bss[ssid] = Ctrl(d / f"apctrl/ap{n}")
    wait_for("AP-ENABLED", lambda: ap.bss["wpa1"].fields("STATUS").get("state") == "ENABLED")
    yield ap
    for c in ap.bss.values():
        c.close()
    ap.stop()


@pytest.fixture(scope="module")
def daemon(aps):
    s = Sta(aps.d)
    yield s
    s.stop()


@pytest.fixture
def sta(daemon):
    daemon.c.ok("FLUSH")
    daemon.c.ok("SCAN_INTERVAL 1")
    daemon.m.drain()
    yield daemon
    daemon.c.ok("FLUSH")


@pytest.mark.parametrize("ssid,keys,pairwise,group,key_mgmt", ROWS)
def test_connect(aps, sta, ssid, keys, pairwise, group, key_mgmt):
    sta.connect(ssid=ssid, **keys)
    f = sta.c.fields("STATUS")
    assert (f["wpa_state"], f["pairwise_cipher"], f["group_cipher"], f["key_mgmt"]) == \
        ("COMPLETED", pairwise, group, key_mgmt)
    # The station is done when it has sent message 4, the access point when it has read it.
    wait_for("the AP", lambda: "[AUTHORIZED]" in aps.bss[ssid]("STA " + f["address"]))
    text = aps.bss[ssid]("STA " + f["address"])
    oui = "00-50-f2" if key_mgmt == "WPA-PSK" else "00-0f-ac"
    suite = {"TKIP": 2, "CCMP": 4}[pairwise]
    assert f"dot11RSNAStatsSelectedPairwiseCipher={oui}-{suite}\n" in text
    assert f"AKMSuiteSelector={oui}-2\n" in text
    assert f"\nwpa={1 if key_mgmt == 'WPA-PSK' else 2}\n" in text
    assert "hostapdWPAPTKState=11\n" in text


def test_events(sta):
    sta.connect(ssid="mixed", proto="WPA")
    sta.c.ok("DISCONNECT")
    sta.m.drain()
    sta.c.ok("RECONNECT")
    e = sta.m.event("Key negotiation completed")
    assert e.startswith("<3>WPA: Key negotiation completed with ") and e.endswith(" [PTK=TKIP GTK=TKIP]")
    sta.m.event("CTRL-EVENT-CONNECTED")


@pytest.mark.parametrize("ssid,keys,text", [
    ("wpa1ccmp", {}, "WPA: Group rekeying completed with {} [GTK=CCMP]"),
    ("mixedboth", {}, "RSN: Group rekeying completed with {} [GTK=TKIP]"),
    ("mixedboth", {"pairwise": "TKIP"}, "RSN: Group rekeying completed with {} [GTK=TKIP]"),
    ("mixedboth", {"proto": "WPA"}, "WPA: Group rekeying completed with {} [GTK=TKIP]"),
])
def test_group_rekeying(sta, ssid, keys, text):
    sta.connect(ssid=ssid, **keys)
    bssid = sta.c.fields("STATUS")["bssid"]
    for _ in range(2):
        assert sta.m.event("Group rekeying").endswith(text.format(bssid))
    assert sta.state() == "COMPLETED"


def test_scan_flags(sta):
    sta.m.drain()
    sta.c.ok("SCAN")
    sta.m.event("CTRL-EVENT-SCAN-RESULTS")
    found = {}
    for line in sta.c("SCAN_RESULTS").splitlines()[1:]:
        _, _, _, flags, ssid = line.split("\t")
        found[ssid] = flags
    for ssid, (_, flags) in BSSES.items():
        assert found[ssid] == flags + "[ESS]", ssid


@pytest.mark.parametrize("ssid,keys", [("wpa1", {"proto": "RSN"}), ("rsntkip", {"proto": "WPA"}),
                                       ("wpa1", {"pairwise": "CCMP"}), ("mixed", {"group": "CCMP"}),
                                       ("rsntkip", {"pairwise": "CCMP"})])
def test_not_selected(sta, ssid, keys):
    n = sta.add(ssid=ssid, **keys)
    sta.c.ok(f"SELECT_NETWORK {n}")
    sta.m.event("CTRL-EVENT-NETWORK-NOT-FOUND")
    assert sta.state() in ("SCANNING", "DISCONNECTED")


def test_wrong_key(aps, sta):
    aps.bss["wpa1"].ok("ATTACH")
    n = sta.add(ssid="wpa1", psk="another key")
    sta.c.ok(f"SELECT_NETWORK {n}")
    aps.bss["wpa1"].event("AP-STA-POSSIBLE-PSK-MISMATCH")
    sta.m.event("WPA: 4-Way Handshake failed - pre-shared key may be incorrect")
    aps.bss["wpa1"].ok("DETACH")


@pytest.mark.parametrize("ssid,lines", [
    ("wpa1", "wpa=1 key_mgmt=WPA-PSK group_cipher=TKIP wpa_pairwise_cipher=TKIP"),
    ("wpa1ccmp", "wpa=1 key_mgmt=WPA-PSK group_cipher=CCMP wpa_pairwise_cipher=CCMP"),
    ("mixed", "wpa=3 key_mgmt=WPA-PSK group_cipher=TKIP rsn_pairwise_cipher=CCMP wpa_pairwise_cipher=TKIP"),
    ("mixedboth", "wpa=3 key_mgmt=WPA-PSK group_cipher=TKIP rsn_pairwise_cipher=CCMP+TKIP wpa_pairwise_cipher=CCMP+TKIP"),
    ("default", "wpa=2 key_mgmt=WPA-PSK group_cipher=TKIP rsn_pairwise_cipher=TKIP"),
])
def test_get_config(aps, ssid, lines):
    want = [w.replace("+", " ") for w in lines.split()]
    assert aps.bss[ssid]("GET_CONFIG").splitlines()[-len(want):] == want


def test_capability(sta):
    assert "TKIP" in sta.c("GET_CAPABILITY pairwise").split()
    assert "TKIP" in sta.c("GET_CAPABILITY group").split()
    assert sta.c("GET_CAPABILITY proto") == "RSN WPA"
