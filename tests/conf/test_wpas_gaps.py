"""wpa_supplicant's control interface where an audit against the references found it lacking."""
import time

import pytest

from test_wpas_control import AccessPoint, air, d, own, shared, sta, wait_for  # noqa: F401 (fixtures)


def scan(s, args=""):
    s.m.drain()
    s.c.ok("SCAN" + args)
    s.m.event("CTRL-EVENT-SCAN-RESULTS")


def ssids(s):
    return {row.split("\t")[4] for row in s.c("SCAN_RESULTS").splitlines()[1:]}


AP = """interface={name}
driver=sim
ctrl_interface={d}/apctrl
hw_mode=g
channel={channel}
ssid={ssid}
"""


@pytest.fixture
def ap(d):
    made = []

    def start(name, ssid, channel=6, conf=""):
        made.append(AccessPoint(d, name, AP.format(name=name, d=d, ssid=ssid, channel=channel) + conf))
        return made[-1]
    yield start
    for a in made:
        a.stop()


# --- SCAN: what the command leaves open comes from the configuration ---

class TestScanOrder:
    def test_hidden_network(self, sta):
        """A plain SCAN asks for the hidden networks that are configured, as its results may connect."""
        sta.c.ok("DISCONNECT")
        n = sta.add(ssid="hidden one", scan_ssid=1)
        sta.c.ok(f"ENABLE_NETWORK {n}")
        scan(sta, " freq=2437")
        assert "hidden one" in ssids(sta)

    def test_only_does_not_ask(self, own):
        sta = own()
        sta.c.ok("DISCONNECT")
        n = sta.add(ssid="hidden one", scan_ssid=1)
        sta.c.ok(f"ENABLE_NETWORK {n}")
        scan(sta, " TYPE=ONLY freq=2437")
        assert "hidden one" not in ssids(sta) and "home" in ssids(sta)

    def test_freq_list(self, sta):
        sta.c.ok("SET freq_list 2412 2462")
        scan(sta, " TYPE=ONLY")
        assert "home" not in ssids(sta)
        scan(sta, " TYPE=ONLY freq=2437")
        assert "home" in ssids(sta)
        sta.c.ok("SET freq_list 0")
        sta.c.ok("BSS_FLUSH 0")
        scan(sta, " TYPE=ONLY")
        assert "home" in ssids(sta)

    def test_passive_scan(self, own, air):
        """passive_scan=1: no probe requests unless a name is asked for; the answers alone name the device."""
        sta = own("passive_scan=1\n")

        def device_name():
            return sta.c.fields(f"BSS {air.bssid} MASK=0x2000").get("wps_device_name")
        scan(sta, " TYPE=ONLY freq=2437")
        assert "home" in ssids(sta) and device_name() is None
        scan(sta, " TYPE=ONLY freq=2437 ssid " + b"hidden one".hex())
        assert "hidden one" in ssids(sta)
        sta.c.ok("SET passive_scan 0")
        scan(sta, " TYPE=ONLY freq=2437")
        assert device_name() == "Router"

    def test_setband(self, sta):
        sta.c.ok("SET setband 5G")
        try:
            scan(sta, " TYPE=ONLY")
            assert "home" not in ssids(sta)
            scan(sta, " TYPE=ONLY freq=2437")
            assert "home" in ssids(sta)
            sta.c.ok("BSS_FLUSH 0")
            sta.c.ok("SET setband 5G,2G")
            scan(sta, " TYPE=ONLY")
            assert "home" in ssids(sta)
        finally:
            sta.c.ok("SET setband AUTO")
        for bad in ("x", "", "2G,x", "2G 5G"):
            sta.c.fails("SET setband " + bad)

    def test_ignore_old_scan_res(self, sta, ap):
        """A driver keeps what it heard before; with the key set only the scan itself counts."""
        a = ap("apold", "gone soon", 11)
        scan(sta, " TYPE=ONLY freq=2462")
        assert "gone soon" in ssids(sta)
        a.c.ok("DISABLE")
        sta.c.ok("SET ignore_old_scan_res 1")
        for _ in range(2):  # missed twice: dropped, although the driver still tells of it
            scan(sta, " TYPE=ONLY freq=2462")
        assert "gone soon" not in ssids(sta)


# --- flags of a BSS ---

def elem(eid, body):
    return bytes([eid, len(body) // 2]).hex() + body


@pytest.mark.parametrize("elements,flags", [
    (elem(244, "20"), "[SAE-H2E][ESS]"),
    (elem(244, "40"), "[SAE-PK][ESS]"),
    (elem(244, "00"), "[ESS]"),
    (elem(221, "506f9a1c" + "020000000001" + "0161"), "[OWE-TRANS-OPEN][ESS]"),
    (elem(114, "6d"), "[MESH][ESS]"),
    (elem(221, "506f9a09" + "0000"), "[ESS][P2P]"),
    (elem(221, "506f9a10" + "00") + elem(240, "0000"), "[ESS][HS20][FILS]"),
    (elem(158, "00" * 22), "[ESS][FST]"),
])
def test_flags(sta, ap, elements, flags):
    a = ap("apfl", "flagged", conf=f"vendor_elements={elements}\n")
    scan(sta, " TYPE=ONLY freq=2437")
    row = sta.c(f"SCAN_RESULTS")
    assert f"\t{flags}\tflagged\n" in row, row
    assert sta.c.fields(f"BSS {a.bssid} MASK=0x800")["flags"] == flags


def test_flag_owe_transition(sta, ap):
    ap("apfl", "flagged", conf="wpa=2\nwpa_passphrase=12345678\nrsn_pairwise=CCMP\nvendor_elements="
       + elem(221, "506f9a1c" + "020000000001" + "0161") + "\n")
    scan(sta, " TYPE=ONLY freq=2437")
    assert "\t[WPA2-PSK-CCMP][OWE-TRANS][ESS]\tflagged\n" in sta.c("SCAN_RESULTS")


# --- settings ---

def test_flush_resets(sta):
    """okc and ignore_old_scan_res are the two keys FLUSH sets back."""
    for key, after in (("okc", "0"), ("ignore_old_scan_res", "0"), ("passive_scan", "1")):
        sta.c.ok(f"SET {key} 1")
    sta.c.ok("FLUSH")
    assert sta.c("GET okc") == sta.c("GET ignore_old_scan_res") == "0" and sta.c("GET passive_scan") == "1"
    sta.c.ok("SET passive_scan 0")


def test_scan_interval_outlives_ap_mode(own):
    """The netdev goes down and up around AP mode; what SCAN_INTERVAL set stays."""
    s = own()
    s.c.ok("SCAN_INTERVAL 1")
    n = s.add(ssid="mine", psk=None, mode=2, frequency=2412)
    s.c.ok(f"SELECT_NETWORK {n}")
    s.m.event("CTRL-EVENT-CONNECTED|AP-ENABLED")
    s.c.ok("REMOVE_NETWORK all")
    n = s.add(ssid="nowhere at all", psk=None, scan_freq=2412)
    s.c.ok(f"SELECT_NETWORK {n}")
    s.m.event("NETWORK-NOT-FOUND")
    began = time.monotonic()
    s.m.event("NETWORK-NOT-FOUND")
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("name", ["relative_rssi 10", "relative_band_adjust 2G:5", "ric_ies 00", "coloc_intf_elems 00",
                                  "disable_fils 1", "lci "])
def test_set_names(sta, name):
    sta.c.ok("SET " + name)


def test_reassoc_same_bss(sta):
    """reassoc_same_bss_optim=1: REASSOCIATE to where we are, without a scan, however old the results."""
    sta.c.ok("SET reassoc_same_bss_optim 1")
    sta.c.ok("SET scan_res_valid_for_connect 0")
    try:
        sta.connect()
        sta.m.drain()
        sta.c.ok("REASSOCIATE")
        seen = []
        wait_for("the new link", lambda: seen.extend(sta.m.drain()) or any("CTRL-EVENT-CONNECTED" in e for e in seen))
        assert not any("SCAN-STARTED" in e for e in seen)
    finally:
        sta.c.ok("SET reassoc_same_bss_optim 0")
        sta.c.ok("SET scan_res_valid_for_connect 5")


# --- keys of networks that were accepted but not kept ---

@pytest.mark.parametrize("key,default,value", [
    ("vht_capa", "0", "12"), ("vht_capa_mask", "0", "0xff"), ("vht_rx_mcs_nss_1", "-1", "2"), ("vht_tx_mcs_nss_8", "-1", "3"),
    ("machine_engine", "0", "1"), ("machine_ocsp", "0", "2"), ("ocsp2", "0", "1"), ("machine_phase2", None, '"auth=PAP"'),
    ("machine_ca_path", None, '"/x"'), ("machine_domain_match", None, '"x.example"'), ("machine_pin", None, '"1234"'),
    ("check_cert_subject2", None, '"CN=x"'), ("imsi_privacy_cert", None, '"/y"')])
def test_network_keys(own_file, key, default, value):
    s = own_file
    n = s.add()
    if default is None:
        s.c.fails(f"GET_NETWORK {n} {key}")
    else:
        assert s.c(f"GET_NETWORK {n} {key}") == default
    s.c.ok(f"SET_NETWORK {n} {key} {value}")
    shown = "*" if key == "machine_pin" else str(int(value, 0)) if default else value
    assert s.c(f"GET_NETWORK {n} {key}") == shown
    s.c.ok("SAVE_CONFIG")
    saved = str(int(value, 0)) if default else value
    assert f"\t{key}={saved}\n" in s.conf.read_text()
    s.c.ok("REMOVE_NETWORK all")


@pytest.fixture(scope="module")
def own_file(air, tmp_path_factory):
    from test_wpas_control import Sta
    d = tmp_path_factory.mktemp("f")
    (d / "air").symlink_to(air.d / "air")
    s = Sta(d, ifname="gapf0")
    yield s
    s.stop()


# --- a better access point while connected ---

ROAM = "CTRL-EVENT-%s-ROAM cur_bssid=%s cur_freq=%d cur_level=%d cur_est=\\d+ sel_bssid=%s sel_freq=%d sel_level=%d sel_est=\\d+$"


class TestRoam:
    @pytest.fixture
    def pair(self, own, ap):
        """A station linked to a weak access point; the second one of its network comes up."""
        def start(first=-80, second=-50, conf=""):
            s = own(conf)
            a = ap("apone", "roamers", 1, f"driver_params=signal={first}\n")
            n = s.connect(ssid="roamers", psk=None)
            b = ap("aptwo", "roamers", 11, f"driver_params=signal={second}\n")
            s.m.drain()
            return s, a, b, n
        return start

    def test_do(self, pair):
        s, a, b, _ = pair()
        s.c.ok("SCAN")
        s.m.event("^<3>" + ROAM % ("DO", a.bssid, 2412, -80, b.bssid, 2462, -50))
        s.m.event(f"CTRL-EVENT-CONNECTED - Connection to {b.bssid} ")
        assert s.c.fields("STATUS")["bssid"] == b.bssid

    @pytest.mark.parametrize("first,second", [(-80, -79), (-50, -40), (-50, -80), (-66, -62)])
    def test_skip(self, pair, first, second):
        s, a, b, _ = pair(first, second)
        s.c.ok("SCAN")
        s.m.event("^<3>" + ROAM % ("SKIP", a.bssid, 2412, first, b.bssid, 2462, second))
        assert s.c.fields("STATUS")["bssid"] == a.bssid

    def test_only_reports(self, pair):
        s, a, b, _ = pair()
        s.c.ok("SCAN TYPE=ONLY")
        s.m.event("SCAN-RESULTS")
        time.sleep(0.2)
        assert not any("ROAM" in e for e in s.m.drain()) and s.c.fields("STATUS")["bssid"] == a.bssid

    def test_bound_to_bssid(self, pair):
        s, a, b, n = pair()
        s.c.ok(f"SET_NETWORK {n} bssid {a.bssid}")
        s.c.ok("SCAN")
        s.m.event("SCAN-RESULTS")
        time.sleep(0.2)
        assert s.c.fields("STATUS")["bssid"] == a.bssid

    @pytest.mark.parametrize("priority,moves", [(5, True), (0, False)])
    def test_priority(self, sta, air, priority, moves):
        sta.connect(ssid="open", psk=None)
        n = sta.add(priority=priority)
        sta.c.ok(f"ENABLE_NETWORK {n} no-connect")
        sta.m.drain()
        sta.c.ok("SCAN freq=2437")
        if moves:
            sta.m.event(f"CTRL-EVENT-CONNECTED .*id={n} ")
        else:
            sta.m.event("SCAN-RESULTS")
            time.sleep(0.2)
            assert sta.c.fields("STATUS")["ssid"] == "open"


class TestBgscan:
    pair = TestRoam.pair

    def test_weak(self, pair):
        """Below the threshold every second: the second access point is found and taken without an order."""
        s, a, b, _ = pair(conf='bgscan="simple:1:-60:300"\n')
        s.c.fails("SIGNAL_MONITOR THRESHOLD=-60 HYSTERESIS=4")
        s.m.event("DO-ROAM")
        s.m.event(f"CTRL-EVENT-CONNECTED - Connection to {b.bssid} ")
        s.m.drain()
        time.sleep(2)  # the signal is good now
        assert not any("SCAN-STARTED" in e for e in s.m.drain())
        s.c.ok("DISCONNECT")
        s.c.ok("SIGNAL_MONITOR THRESHOLD=-60 HYSTERESIS=4")

    def test_long(self, own, air):
        s = own('bgscan="simple:300:-60:1"\n')
        s.connect()
        for _ in range(2):
            s.m.event("SCAN-STARTED")
            s.m.event("SCAN-RESULTS")

    def test_network_says_none(self, own, air):
        """bgscan="" of the network against the global one, and both changed while connected."""
        s = own('bgscan="simple:1:-60:1"\n')
        n = s.connect(bgscan='""')
        assert s.c(f"GET_NETWORK {n} bgscan") == '""'
        s.m.drain()
        time.sleep(1.5)
        assert not any("SCAN-STARTED" in e for e in s.m.drain())
        s.c.ok(f"SET_NETWORK {n} bgscan NULL")
        s.m.event("SCAN-STARTED")
        s.c.ok("SET bgscan ")
        s.m.event("SCAN-RESULTS")
        s.c.ok("SIGNAL_MONITOR")
        time.sleep(1.5)
        assert not any("SCAN-STARTED" in e for e in s.m.drain())
        s.c.ok('SET bgscan "learn:1:-60:1:/var/lib/x"')
        s.m.event("SCAN-STARTED")
        s.c.ok("SAVE_CONFIG")
        assert '\nbgscan="learn:1:-60:1:/var/lib/x"\n' in s.conf.read_text()

    @pytest.mark.parametrize("plan", ["nosuch:1:-60:1", "simple:x", "simple:1:-60:1:0:5", "simple:0"])
    def test_bad_plan(self, own, air, plan):
        s = own(f'bgscan="{plan}"\n')
        s.connect()
        assert "bgscan: expected simple:S:R:L" in s.text()
        s.c.ok("SIGNAL_MONITOR")


def test_mac_addr_warns(own, air):
    """Who asks for a random address is told that there is none."""
    s = own("preassoc_mac_addr=1\n")
    assert "mac_addr and preassoc_mac_addr are not in this version" in s.text()
    n = s.add(mac_addr=1)
    s.c.ok(f"SELECT_NETWORK {n}")
    assert f"network {n}: mac_addr=1 is not in this version" in s.text()


# --- SET of what is no key of the configuration ---

@pytest.mark.parametrize("name, default, good, bad", [
    ("EAPOL::heldPeriod", "60", "0", "65536"), ("EAPOL::authPeriod", "30", "5", "-1"),
    ("eapol::startperiod", "30", "1", "x"), ("EAPOL::maxStart", "3", "10", "")])
def test_set_eapol(sta, name, default, good, bad):
    """Times of the supplicant port, which MIB shows."""
    shown = {"heldperiod": "HeldPeriod", "authperiod": "AuthPeriod", "startperiod": "StartPeriod", "maxstart": "MaxStart"}[name[7:].lower()]
    sta.c.ok(f"SET {name} {good}")
    sta.c.fails(f"SET {name} {bad}")
    assert sta.c.fields("MIB")["dot1xSupp" + shown] == good
    sta.c.ok(f"SET {name} {default}")


def test_key_mgmt_offload(sta):
    """A switch, for all networks and for one; what is refused changes nothing."""
    sta.c.ok("SET key_mgmt_offload 0")
    for bad in ("7", "-1", "x", ""):
        sta.c.fails(f"SET key_mgmt_offload {bad}")
    assert sta.c("GET key_mgmt_offload") == "0"
    sta.c.ok("SET key_mgmt_offload 1")


@pytest.mark.parametrize("name, good", [("dot11RSNAConfigPMKLifetime", "10"), ("dot11rsnaconfigPMKReauthThreshold", "100"),
                                        ("dot11RSNAConfigSATimeout", "60")])
def test_set_dot11(sta, name, good):
    """The ranges of the MIB, which have no 0."""
    for bad in ("0", "-1", "x", "") + (("101",) if "Threshold" in name else ()):
        sta.c.fails(f"SET {name} {bad}")
    sta.c.ok(f"SET {name} {good}")
    assert f"{name.lower()}={good}\n" in sta.c("DUMP").lower()
    assert f"{name.lower()}={good}\n" in sta.c("MIB").lower()


def test_bssid_filter(sta, air):
    """It hides the others: what is known of them goes as of BSSs that are gone."""
    scan(sta, " freq=2437")
    assert ssids(sta) > {"home", "open"}
    sta.c.ok(f"SET bssid_filter 02:00:00:00:00:01 {air.bssid}")
    for _ in range(2):
        scan(sta, " freq=2437")
    assert ssids(sta) == {"home"}
    sta.c.ok("SET bssid_filter ")
    scan(sta, " freq=2437")
    assert ssids(sta) > {"home", "open"}
