"""802.1X with EAP-GPSK, the EAP server of Debian's hostapd on the other side: EAP, PMKSA caching, reauthentication."""
import pytest

from lib import net
from lib.ctrl import CtrlError
from lib.lab import psk_network

AP, STA = "02:00:00:00:00:00", "02:00:00:00:01:00"
PASSWORD = "abcdefghijklmnop0123456789abcdef"
EAP = "CTRL-EVENT-EAP-STARTED EAP authentication started"
pytestmark = pytest.mark.pairs("debian-ours", "debian-debian")


def start_ap(lab, name="hostapd", akm="WPA-EAP", **extra):
    users = lab.write("users", f'"user" GPSK "{PASSWORD}"\n')
    return lab.start_ap(lab.ap_conf(wpa_key_mgmt=akm, wpa_passphrase=None, ieee8021x="1", eap_server="1", eap_user_file=users,
                                    **extra), name=name)


def network(akm="WPA-EAP", password=PASSWORD, **extra):
    return psk_network(psk=None, key_mgmt=akm, eap="GPSK", identity='"user"', password=f'"{password}"', **extra)


def start_sta(lab, **extra):
    ns = lab.radio_in_namespace("wlan1", "staB", "10.1.0.2")
    return lab.start_sta("wlan1", lab.sta_conf(network(**extra)), netns=ns), ns


def pmksa(sta):
    rows = sta.request("PMKSA").splitlines()
    assert rows[0] == "Index / AA / PMKID / expiration (in seconds) / opportunistic"
    return [r.split() for r in rows[1:]]


def wait_without(sta, text, forbid):
    try:
        return sta.wait(text, timeout=60, forbid=forbid)
    except CtrlError as e:
        raise AssertionError(e) from None


@pytest.mark.parametrize("akm, word, pmf", [("WPA-EAP", "WPA2/IEEE 802.1X/EAP", "0"), ("WPA-EAP-SHA256", "WPA2-EAP-SHA256", "2")])
def test_connect(lab, akm, word, pmf):
    """EAP, keys, data; then with the cached PMK, without EAP, until the access point has forgotten it."""
    host = lab.wired_host("br-ap", "hostA", "10.1.0.1")
    conf = dict(akm=akm, ieee80211w=pmf, bridge="br-ap")
    ap = start_ap(lab, **conf)
    sta, ns = start_sta(lab, akm=akm, ieee80211w=pmf)
    sta.mon.sequence(f"Associated with {AP}", EAP, "CTRL-EVENT-EAP-PROPOSED-METHOD vendor=0 method=51",
                     "CTRL-EVENT-EAP-METHOD EAP vendor 0 method 51 (GPSK) selected",
                     "CTRL-EVENT-EAP-SUCCESS EAP authentication completed successfully", f"PMKSA-CACHE-ADDED {AP} 0",
                     f"WPA: Key negotiation completed with {AP} [PTK=CCMP GTK=CCMP]", "CTRL-EVENT-CONNECTED", timeout=60)
    ap.wait(f"AP-STA-CONNECTED {STA}")
    status = sta.fields("STATUS")
    want = {"key_mgmt": word, "Supplicant PAE state": "AUTHENTICATED", "suppPortStatus": "Authorized",
            "EAP state": "SUCCESS", "selectedMethod": "51 (EAP-GPSK)"}
    assert {k: status.get(k) for k in want} == want, status
    net.ping(ns, "10.1.0.1")
    ap.ok("REKEY_GTK")
    sta.wait("Group rekeying completed", timeout=60)
    net.ping(host, "10.1.0.2")
    (row,) = pmksa(sta)
    assert row[1] == AP and row[2] in ap.request("PMKSA") and 43000 < int(row[3]) <= 43200 and row[4] == "0"

    sta.ok("DISCONNECT")
    sta.wait("CTRL-EVENT-DISCONNECTED")
    ap.wait(f"AP-STA-DISCONNECTED {STA}")
    sta.ok("RECONNECT")
    wait_without(sta, "CTRL-EVENT-CONNECTED", [EAP])
    ap.wait(f"AP-STA-CONNECTED {STA}")
    assert sta.fields("STATUS")["Supplicant PAE state"] == "AUTHENTICATED"
    assert sta.fields("MIB")["dot11RSNAPMKIDUsed"] == row[2]
    assert [r[2] for r in pmksa(sta)] == [row[2]]
    net.ping(ns, "10.1.0.1")

    # Started again, it does not know the PMKSA: EAP once more.
    ap.daemon.stop()
    sta.wait("CTRL-EVENT-DISCONNECTED", timeout=60)
    ap = start_ap(lab, "again", **conf)
    sta.mon.sequence(EAP, f"PMKSA-CACHE-ADDED {AP} 0", "CTRL-EVENT-CONNECTED", timeout=60)
    ap.wait(f"AP-STA-CONNECTED {STA}")
    (fresh,) = pmksa(sta)
    assert fresh[2] != row[2]
    net.ping(ns, "10.1.0.1")


def test_wrong_password(lab):
    """It fails at both ends and holds the network back; the right password works."""
    ap = start_ap(lab)
    sta = lab.start_sta("wlan1", lab.sta_conf(network(password="quite another one of 32 octets..")))
    sta.mon.sequence(EAP, "CTRL-EVENT-EAP-FAILURE EAP authentication failed",
                     'CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid="hwsim-psk" auth_failures=1 duration=10 reason=AUTH_FAILED', timeout=60)
    assert not any("AP-STA-CONNECTED" in e for e in ap.mon.collect())
    assert pmksa(sta) == []
    sta.ok(f'SET_NETWORK 0 password "{PASSWORD}"')
    sta.ok("SELECT_NETWORK 0")
    sta.wait("CTRL-EVENT-CONNECTED", timeout=60)
    ap.wait(f"AP-STA-CONNECTED {STA}")


def test_reauthentication(lab):
    """The access point asks again on the open port; the link goes on with new keys."""
    host = lab.wired_host("br-ap", "hostA", "10.1.0.1")
    ap = start_ap(lab, bridge="br-ap", eap_reauth_period="4")
    sta, ns = start_sta(lab)
    sta.mon.sequence(EAP, "CTRL-EVENT-CONNECTED", timeout=60)
    ap.wait(f"AP-STA-CONNECTED {STA}")
    first = pmksa(sta)
    for _ in range(2):
        sta.mon.sequence(EAP, "CTRL-EVENT-EAP-SUCCESS", timeout=60)
        sta.wait("WPA: Key negotiation completed", timeout=60)
    net.ping(ns, "10.1.0.1")
    net.ping(host, "10.1.0.2")
    events = sta.mon.collect()
    assert not any("CTRL-EVENT-DISCONNECTED" in e for e in events)
    assert sum("CTRL-EVENT-CONNECTED" in e for e in events) == 1
    last = pmksa(sta)
    assert len(last) == 1 and last[0][2] != first[0][2]


def test_by_order(lab):
    """REAUTHENTICATE keeps the link; at LOGOFF the access point ends it, and the cached PMK makes the next one."""
    lab.wired_host("br-ap", "hostA", "10.1.0.1")
    ap = start_ap(lab, bridge="br-ap")
    sta, ns = start_sta(lab)
    sta.mon.sequence(EAP, "CTRL-EVENT-CONNECTED", timeout=60)
    sta.ok("REAUTHENTICATE")
    sta.mon.sequence(EAP, "CTRL-EVENT-EAP-SUCCESS", "WPA: Key negotiation completed", timeout=60)
    net.ping(ns, "10.1.0.1")
    assert not any("CTRL-EVENT-DISCONNECTED" in e for e in sta.mon.collect())
    sta.ok("LOGOFF")
    sta.wait("CTRL-EVENT-DISCONNECTED", timeout=60)
    assert "received EAPOL-Logoff" in ap.daemon.log_text()
    sta.ok("LOGON")
    wait_without(sta, "WPA: Key negotiation completed", [EAP])
    net.ping(ns, "10.1.0.1")


def test_forgotten(lab):
    """A changed network and PMKSA_FLUSH mean EAP; a PMKSA kept elsewhere and put back means none."""
    ap = start_ap(lab)
    sta = lab.start_sta("wlan1", lab.sta_conf(network()))
    sta.mon.sequence(EAP, "CTRL-EVENT-CONNECTED", timeout=60)
    kept = sta.request("PMKSA_GET 0").strip()
    sta.ok("DISCONNECT")
    ap.wait(f"AP-STA-DISCONNECTED {STA}")
    sta.ok('SET_NETWORK 0 priority 3')
    assert len(pmksa(sta)) == 1
    sta.ok('SET_NETWORK 0 phase1 "x"')
    sta.wait(f"PMKSA-CACHE-REMOVED {AP} 0")
    assert pmksa(sta) == []
    sta.ok(f"PMKSA_ADD 0 {kept}")
    sta.ok("RECONNECT")
    wait_without(sta, "CTRL-EVENT-CONNECTED", [EAP])
    sta.ok("DISCONNECT")
    ap.wait(f"AP-STA-DISCONNECTED {STA}")
    sta.ok("PMKSA_FLUSH")
    sta.ok("RECONNECT")
    sta.mon.sequence(EAP, "CTRL-EVENT-CONNECTED", timeout=60)


@pytest.mark.pairs("debian-ours")  # Debian's asks for the identity only
def test_asked_for(lab):
    """Identity and password come from a client when they are needed; the access point proposes MD5 first."""
    users = lab.write("users", f'"user" MD5,GPSK "{PASSWORD}"\n')
    lab.start_ap(lab.ap_conf(wpa_key_mgmt="WPA-EAP", wpa_passphrase=None, ieee8021x="1", eap_server="1", eap_user_file=users))
    sta = lab.start_sta("wlan1", lab.sta_conf(psk_network(psk=None, key_mgmt="WPA-EAP", eap="GPSK")))
    sta.wait("CTRL-REQ-IDENTITY-0:Identity needed for SSID hwsim-psk", timeout=60)
    sta.ok("CTRL-RSP-IDENTITY-0:user")
    sta.wait("CTRL-REQ-PASSWORD-0:Password needed for SSID hwsim-psk", timeout=60)
    sta.ok(f"CTRL-RSP-PASSWORD-0:{PASSWORD}")
    sta.mon.sequence("CTRL-EVENT-EAP-PROPOSED-METHOD vendor=0 method=4 -> NAK",
                     "CTRL-EVENT-EAP-PROPOSED-METHOD vendor=0 method=51", "CTRL-EVENT-CONNECTED", timeout=60)


@pytest.mark.pairs("debian-ours")
@pytest.mark.parametrize("way", ["connect", "by-name", "wpa1"])
def test_other_ways(lab, way):
    """The driver associates: from the scan or by the network's name. WPA, which has no PMKIDs."""
    wpa1 = dict(wpa="1", wpa_pairwise="TKIP", rsn_pairwise=None) if way == "wpa1" else {}
    ap = start_ap(lab, **wpa1)
    keys = dict(proto="WPA", pairwise="TKIP", group="TKIP") if wpa1 else {}
    extra = {"connect": {"driver_param": "force_connect_cmd=1"}, "by-name": {"ap_scan": "2"}}.get(way, {})
    sta = lab.start_sta("wlan1", lab.sta_conf(network(**keys), **extra))
    sta.mon.sequence(EAP, "CTRL-EVENT-EAP-SUCCESS", "CTRL-EVENT-CONNECTED", timeout=60)
    ap.wait(f"AP-STA-CONNECTED {STA}")
    assert sta.fields("STATUS")["key_mgmt"] == ("WPA/IEEE 802.1X/EAP" if wpa1 else "WPA2/IEEE 802.1X/EAP")
    sta.ok("DISCONNECT")
    ap.wait(f"AP-STA-DISCONNECTED {STA}")
    sta.ok("RECONNECT")
    if way == "connect":  # whom it meets by name is not known before
        wait_without(sta, "CTRL-EVENT-CONNECTED", [EAP])
    else:
        sta.mon.sequence(EAP, "CTRL-EVENT-CONNECTED", timeout=60)
    assert len(pmksa(sta)) == (0 if wpa1 else 1)


def two_aps(lab, okc):
    """Two of one process, and a station at the first, which knows the other one."""
    second = "02:00:00:00:00:01"
    users = lab.write("users", f'"user" GPSK "{PASSWORD}"\n')
    conf = lab.ap_conf(wpa_key_mgmt="WPA-EAP", wpa_passphrase=None, ieee8021x="1", eap_server="1", eap_user_file=users, okc=okc)
    ap = lab.start_ap(conf + f"bss=wlan0-2\nbssid={second}\nctrl_interface={lab.dir}/ap\nssid=hwsim-psk\nwpa=2\nwpa_key_mgmt=WPA-EAP\n"
                      f"rsn_pairwise=CCMP\nieee8021x=1\neap_server=1\neap_user_file={users}\nokc={okc}\n")
    sta = lab.start_sta("wlan1", lab.sta_conf(network(proactive_key_caching=okc)))
    at = sta.mon.sequence(EAP, "CTRL-EVENT-CONNECTED", timeout=60)[1].split("Connection to ")[1][:17]
    other = {AP: second, second: AP}[at]
    net.wait_until("the other one", lambda: f"bssid={other}" in sta.request(f"BSS {other}"))
    return ap, sta, at, other


def test_roam(lab):
    """Each access point of the network has a PMKSA of its own; back at one that is known there is no EAP."""
    ap, sta, at, other = two_aps(lab, okc=0)
    sta.ok(f"ROAM {other}")
    sta.mon.sequence(EAP, f"Connection to {other} completed", timeout=60)
    assert {r[1] for r in pmksa(sta)} == {at, other}
    for bssid in (at, other):
        sta.ok(f"ROAM {bssid}")
        wait_without(sta, f"Connection to {bssid} completed", [EAP])
    assert ap.daemon.running()


def test_okc(lab):
    """Access points that share their PMKs: no EAP with the second one; the PMKSA has its PMKID."""
    _, sta, at, other = two_aps(lab, okc=1)
    sta.ok(f"ROAM {other}")
    wait_without(sta, f"Connection to {other} completed", [EAP])
    rows = {r[1]: r for r in pmksa(sta)}
    assert set(rows) == {at, other} and rows[at][2] != rows[other][2]
    assert rows[other][4] == "0"  # opportunistic no more, the handshake proved it
