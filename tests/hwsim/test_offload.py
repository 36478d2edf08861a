"""Key management of the driver (doc/offload.md) on puppet radios (tests/kmod): who runs which handshake, what the driver is given and told."""
import os
import random
import re
import signal
import time

import pytest

from lib import net, rsn
from lib.daemons import Hostapd, Interface
from lib.lab import PASSPHRASE, psk_network
from lib.puppet import QuietHostapd, Stage
from lib.rsn import Bss

SSID = "offload"
AP1, AP2, AP3 = "02:a0:00:00:00:01", "02:a0:00:00:00:02", "02:a0:00:00:00:03"
PSK = rsn.psk_of(PASSPHRASE, SSID)
BIT_PSK, BIT_1X, BIT_SAE, BIT_AP_PSK, BIT_OWE = 15, 16, 38, 50, 65
BIT_CONTROL_PORT, BIT_NO_PREAUTH, BIT_TX_STATUS = 26, 42, 48
ours = pytest.mark.pairs("ours-ours")
both = pytest.mark.pairs("ours-ours", "debian-debian")  # the latter tells whether the puppet is right
DONE, LEFT = "CTRL-EVENT-CONNECTED", "CTRL-EVENT-DISCONNECTED"


@pytest.fixture
def stage(lab):
    world = Stage(lab)
    world.secrets.add(PASSPHRASE.encode().hex())
    yield world
    world.close()


def network(**extra):
    return psk_network(SSID, **{"group": None, "pairwise": None, "scan_freq": None, **extra})


def status(sta, **wanted):
    have = sta.fields("STATUS")
    assert {k: have.get(k) for k in wanted} == wanted


def wait_state(sta, state, timeout=20):
    end = time.monotonic() + timeout
    while sta.fields("STATUS").get("wpa_state") != state:
        assert time.monotonic() < end, f"not {state}: {sta.fields('STATUS')}\n{sta.mon.history()}"
        time.sleep(0.05)


def be64(n):
    return n.to_bytes(8, "big")


def connected(sta, bss, **wanted):
    sta.wait(f"{DONE} - Connection to {bss.bssid} completed")
    if sta.daemon.impl == "ours":
        status(sta, wpa_state="COMPLETED", bssid=bss.bssid, **wanted)


def not_while(seconds, sta, state):
    """The station keeps this state for so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        status(sta, wpa_state=state)
        time.sleep(0.1)


def untouched(radio):
    """Since the mark the daemon sent no EAPOL and left the keys alone."""
    for verb in ("eapol_tx", "add_key", "del_key"):
        assert not radio.requests(verb), radio.requests(verb)


# --- the host ---------------------------------------------------------------------------------
@both
def test_host(stage):
    """No bit: no secret goes to the driver, the handshake is ours."""
    radio = stage.radio()
    bss = Bss(radio, AP1, SSID)
    sta = stage.station(radio, network())
    request = radio.connect(bss)
    assert "psk" not in request and request["want_1x"] == "0" and request["bssid"] == AP1
    bss.four_way(PSK)
    connected(sta, bss, handshake="host", runner="HOST")
    assert radio.wait("add_key", pairwise=1)["key"] == bss.tk.hex()
    bss.group_rekey()
    assert {r["way"] for r in radio.requests("eapol_tx")} == {"socket"}
    if sta.daemon.impl == "ours":
        caps = "psk=no 1x=no sae=no owe=no sync=no roaming=no pmksa=yes external_auth=no"
        assert sta.request("GET_CAPABILITY key_mgmt_offload").strip() == caps


@both
def test_host_control_port(stage):
    """The same with EAPOL by way of nl80211."""
    radio = stage.radio([BIT_CONTROL_PORT, BIT_NO_PREAUTH, BIT_TX_STATUS])
    bss = Bss(radio, AP1, SSID, PSK)
    sta = stage.station(radio, network())
    assert radio.connect(bss)["port_nl80211"] == "1"
    bss.four_way()
    connected(sta, bss, handshake="host")
    assert {r["way"] for r in radio.requests("eapol_tx")} == {"nl80211"}
    bss.group_rekey()


# --- the driver runs the handshake ------------------------------------------------------------
@ours
def test_psk(stage):
    """The driver gets the PMK and runs the handshakes, of its roams, too. What it says and what its station flag says."""
    radio = stage.radio([BIT_PSK], fwroam=1)
    bss, other = Bss(radio, AP1, SSID, PSK), Bss(radio, AP2, SSID, PSK, freq=2437, signal=-6000)
    radio.cmd("sta_flag", authorized=0)
    sta = stage.station(radio, network())
    request = radio.connect(bss)
    assert request["psk"] == PSK.hex() and request["bssid_hint"] == AP1 and "bssid" not in request
    wait_state(sta, "4WAY_HANDSHAKE")
    radio.mark()
    bss.message1()  # the firmware let one through
    not_while(1.2, sta, "4WAY_HANDSHAKE")  # longer than the grace: the flag is clear
    radio.cmd("port_auth")
    connected(sta, bss, handshake="driver", runner="DRV_PSK")

    radio.roamed(other)
    wait_state(sta, "4WAY_HANDSHAKE")
    radio.cmd("port_auth")
    connected(sta, other, handshake="driver", freq="2437")
    radio.cmd("sta_flag", authorized=1)
    radio.roamed(bss)
    sta.wait(f"CTRL-EVENT-HANDSHAKE-FALLBACK bssid={AP1} runner=DRV_PSK reason=no-port-event")
    connected(sta, bss, handshake="driver")
    assert radio.requests("get_station", mac=AP1)
    untouched(radio)
    assert {r["authorized"] for r in radio.requests("change_station") if "authorized" in r} == {"1"}


@ours
def test_psk_never_told(stage):
    """A driver that finished before it reported the association, and tells nothing of its port; then PORT_AUTHORIZED of a foreign BSSID."""
    radio = stage.radio([BIT_PSK])
    bss = Bss(radio, AP1, SSID, PSK)
    sta = stage.station(radio, network())
    radio.connect(bss, psk=PSK)
    sta.wait("reason=no-port-event")
    connected(sta, bss, handshake="driver", runner="DRV_PSK")
    sta.ok("DISCONNECT")
    radio.wait("disconnect")
    sta.wait(LEFT)

    radio.cmd("sta_flag", authorized=0)
    sta.ok("RECONNECT")
    radio.connect(bss, psk=PSK)
    wait_state(sta, "4WAY_HANDSHAKE")
    stage.warned = True  # the kernel does not believe this either
    radio.cmd("port_auth", bssid=AP2)
    not_while(0.5, sta, "4WAY_HANDSHAKE")
    radio.cmd("sta_flag", authorized=1)
    connected(sta, bss)


@ours
def test_psk_failures(stage):
    """Wrong passphrase, status 16, a refused request, offload switched off."""
    radio = stage.radio([BIT_PSK])
    bss = Bss(radio, AP1, SSID, PSK)
    radio.cmd("sta_flag", authorized=0)
    sta = stage.station(radio, network())
    radio.connect(bss, psk=PSK)
    wait_state(sta, "4WAY_HANDSHAKE")
    radio.cmd("disconnected", reason=15)
    sta.mon.sequence(f"{LEFT} bssid={AP1} reason=15", "reason=WRONG_KEY")

    sta.ok("SELECT_NETWORK 0")
    radio.wait("connect")
    radio.cmd("connect_done", status=16)
    seen = [sta.wait("CTRL-EVENT-ASSOC-REJECT", "CTRL-EVENT-HANDSHAKE-FAILED") for _ in range(2)]
    assert any("status_code=16 hint=" in e for e in seen) and any("ASSOC-REJECT" in e for e in seen), seen

    radio.cmd("fail_next", op="connect", errno=22)
    sta.ok("SELECT_NETWORK 0")
    assert radio.wait("connect", result=-22)["psk"] == PSK.hex()
    assert "psk" not in radio.connect(bss)
    sta.wait("CTRL-EVENT-HANDSHAKE-FALLBACK", "reason=connect-refused")
    bss.four_way()
    connected(sta, bss, handshake="host", runner="HOST")

    sta.ok("DISCONNECT")
    sta.ok("SET_NETWORK 0 key_mgmt_offload 0")
    sta.ok("RECONNECT")
    assert "psk" not in radio.connect(bss)
    bss.four_way()
    connected(sta, bss, handshake="host", runner="HOST")


@ours
def test_sae(stage):
    """The driver gets the password. Where it would leave SAE to us that is said, and not tried."""
    radio, plain = stage.radio([BIT_SAE]), stage.radio(sae_ext=1)
    bss = Bss(radio, AP1, SSID, akm=rsn.AKM_SAE, capab=0xC0, extra=rsn.element(244, b"\x20"))  # RSNXE: H2E
    sta = stage.station(radio, network(key_mgmt="SAE", psk=None, sae_password='"a word for SAE"', ieee80211w=2))
    request = radio.connect(bss)
    assert bytes.fromhex(request["sae_password"]) == b"a word for SAE" and request["auth_type"] == "4"
    assert request["akm"] == "000fac08" and "psk" not in request
    assert request["sae_pwe"] == "3"  # hunting and pecking is the default, but the firmware would choose what the AP offers
    wait_state(sta, "4WAY_HANDSHAKE")
    radio.cmd("port_auth")
    connected(sta, bss, handshake="driver", runner="DRV_SAE", key_mgmt="SAE")
    radio.mark()
    sta.ok("REMOVE_NETWORK 0")
    radio.wait("disconnect")
    # PMKSAs of the driver's own making
    net.wait_until("a flush", lambda: radio.requests("flush_pmksa") or radio.requests("del_pmksa", ssid=SSID.encode()))

    # By name, where nothing is known of the access point.
    sta.ok("AP_SCAN 2")
    radio.mark()
    n = int(sta.request("ADD_NETWORK"))
    for value in ('ssid "unseen"', "key_mgmt SAE", 'sae_password "a word for SAE"'):
        sta.ok(f"SET_NETWORK {n} {value}")
    sta.ok(f"SELECT_NETWORK {n}")
    request = radio.wait("connect")
    assert request["akm"] == "000fac08" and bytes.fromhex(request["sae_password"]) == b"a word for SAE"

    Bss(plain, AP2, SSID, akm=rsn.AKM_SAE, capab=0xC0)
    sta = stage.station(plain, network(key_mgmt="SAE", psk=None, sae_password='"a word for SAE"', ieee80211w=2))
    assert "external_auth=unsupported" in sta.request("GET_CAPABILITY key_mgmt_offload")
    sta.wait("CTRL-EVENT-NETWORK-NOT-FOUND")
    assert not plain.requests("connect")


@ours
def test_owe(stage):
    if stage.kernel < (6, 3):
        pytest.skip(f"kernel {stage.kernel} does not know the OWE offload; with HWSIM_VM_KERNEL=linux-image-6.12-amd64 it does")
    radio = stage.radio([BIT_OWE])
    bss = Bss(radio, AP1, SSID, akm=rsn.AKM_OWE, capab=0xC0)
    sta = stage.station(radio, network(key_mgmt="OWE", psk=None, ieee80211w=2))
    request = radio.connect(bss)
    assert request["akm"] == "000fac12" and "psk" not in request and "ff2320" not in request["ies"]  # no DH element
    wait_state(sta, "4WAY_HANDSHAKE")
    radio.cmd("port_auth")
    connected(sta, bss, handshake="driver", runner="DRV_OWE", key_mgmt="OWE")


# --- 802.1X -----------------------------------------------------------------------------------
GPSK = "the shared key of EAP-GPSK test!"


def eap_server(stage, radio, bss):
    """Debian's hostapd on the wire. Its log shows keys: that is what we compare with."""
    net.sh("ip", "link", "set", radio.wire_name, "address", bss.bssid)
    users = stage.lab.write("users", f'"someone" GPSK "{GPSK}"\n')
    conf = stage.lab.write("wired.conf", f"interface={radio.wire_name}\ndriver=wired\nieee8021x=1\neap_server=1\n"
                           f"eap_user_file={users}\neap_reauth_period=0\n")
    stage.secrets.add(GPSK.encode().hex())
    return Hostapd(stage.lab, "debian", [conf], "wired")


def msks(server):
    """All that it derived."""
    found = re.findall(r"EAP-GPSK: MSK - hexdump\(len=64\):((?: [0-9a-f]{2}){64})", server.log_text())
    return [bytes.fromhex(m.replace(" ", "")) for m in found]


def eap_network():
    return network(key_mgmt="WPA-EAP", psk=None, eap="GPSK", identity='"someone"', password=f'"{GPSK}"')


@ours
def test_1x(stage):
    """EAP is ours, the handshakes are the driver's: it gets the MSK's first half."""
    radio = stage.radio([BIT_1X], fwroam=1)
    bss = Bss(radio, AP1, SSID, akm=rsn.AKM_1X)
    radio.cmd("sta_flag", authorized=0)
    server = eap_server(stage, radio, bss)
    sta = stage.station(radio, eap_network())
    request = radio.connect(bss)
    assert request["want_1x"] == "1" and "psk" not in request
    pmk = radio.wait("set_pmk")
    assert pmk["bssid"] == AP1 and [pmk["pmk"]] == [m[:32].hex() for m in msks(server)]
    stage.secrets |= {m.hex() for m in msks(server)}
    wait_state(sta, "4WAY_HANDSHAKE")
    radio.cmd("port_auth")
    connected(sta, bss, handshake="driver", runner="DRV_1X")

    other = Bss(radio, AP2, SSID, akm=rsn.AKM_1X, freq=2437, signal=-6000)
    radio.mark()
    radio.roamed(other)  # with a PMKSA of the firmware
    radio.cmd("port_auth")
    connected(sta, other, handshake="driver")
    untouched(radio)

    sta.ok("DISCONNECT")
    radio.cmd("bss_gone", bssid=AP2)
    radio.wait("disconnect")
    sta.wait(LEFT)
    radio.cmd("fail_next", op="set_pmk", errno=22)
    sta.ok("RECONNECT")
    radio.connect(bss)
    radio.wait("set_pmk", result=-22)
    sta.wait("CTRL-EVENT-HANDSHAKE-FAILED", f"bssid={AP1} runner=DRV_1X")
    radio.wait("disconnect")
    stage.secrets |= {m.hex() for m in msks(server)}


@ours
def test_pmksa(stage):
    """802.1X in the host: the PMKSA goes to the driver with its lifetime, and goes away with ours; so do the keys for the driver's rekeying."""
    radio = stage.radio()
    bss = Bss(radio, AP1, SSID, akm=rsn.AKM_1X)
    server = eap_server(stage, radio, bss)
    sta = stage.station(radio, eap_network(), dot11RSNAConfigPMKLifetime=3600)
    assert radio.connect(bss)["want_1x"] == "0"
    net.wait_until("EAP", lambda: "CTRL-EVENT-EAP-SUCCESS" in "".join(sta.mon.collect(0.1)))
    (msk,) = msks(server)
    stage.secrets.add(msk.hex())
    bss.four_way(msk[:32])
    wait_state(sta, "COMPLETED")
    entry = radio.wait("set_pmksa")
    pmkid = rsn.pmkid(msk[:32], AP1, radio.addr)
    assert entry["bssid"] == AP1 and entry["pmkid"] == pmkid.hex() and entry["pmk"] == msk[:32].hex()
    assert 3500 < int(entry["lifetime"]) <= 3600 and 1 <= int(entry["threshold"]) <= 100
    keys = radio.wait("set_rekey_data", akm="000fac01")
    assert (keys["kek"], keys["kck"]) == (bss.kek.hex(), bss.kck.hex())
    radio.cmd("pmksa_cand", bssid=AP3, index=1, preauth=1)
    assert AP1 in sta.request("PMKSA")

    sta.ok("DISCONNECT")
    radio.wait("disconnect")
    sta.ok("RECONNECT")
    assert pmkid.hex() in radio.connect(bss)["ies"]
    bss.four_way()  # without EAP
    wait_state(sta, "COMPLETED")
    assert len(msks(server)) == 1
    radio.mark()
    sta.ok("PMKSA_FLUSH")
    net.wait_until("the driver's PMKSA is gone",
                   lambda: radio.requests("flush_pmksa") or radio.requests("del_pmksa", pmkid=pmkid))
    assert AP1 not in sta.request("PMKSA")
    assert stage.shown(server.log_text()), "who does not find the MSK there finds nothing in our logs"


# --- the vendor's interface: the host keeps in step --------------------------------------------
def sync_station(stage, **more):
    """Connected under HOST_SYNC; the handshake was the host's."""
    radio = stage.radio(qca=1, fwroam=1)
    first = Bss(radio, AP1, SSID, PSK)
    sta = stage.station(radio, network(**more))
    radio.connect(first)
    first.four_way()
    connected(sta, first, handshake="host", runner="HOST_SYNC")
    return radio, first, sta


def told(bss, ctr=None):
    """Keys of a firmware's handshake, as the vendor event has them."""
    bss.random_keys()
    return {"kck": bss.kck, "kek": bss.kek, **({} if ctr is None else {"ctr": be64(ctr)})}


def rekey_data(radio, bss):
    """What the driver was given is what the AP has."""
    have = radio.wait("set_rekey_data")
    assert have == {"kek": bss.kek.hex(), "kck": bss.kck.hex(), "ctr": be64(bss.counter).hex(),
                    "akm": f"000fac{bss.akm:02x}"}


@ours
def test_sync_roams(stage):
    """Both orders of ROAM and vendor event, with and without counter; not authorized; the vendor event missing."""
    radio, first, sta = sync_station(stage)
    verbs = [r.verb for r in radio.all_requests()]
    assert verbs.index("qca_set_key") < verbs.index("connect")
    assert {r.fields["pmk"] for r in radio.all_requests() if r.verb == "qca_set_key"} == {PSK.hex()}
    assert "psk" not in next(r.fields for r in radio.all_requests() if r.verb == "connect")
    rekey_data(radio, first)
    first.group_rekey()
    rekey_data(radio, first)
    second = Bss(radio, AP2, SSID, PSK, freq=2437, signal=-6000)

    radio.mark()
    radio.roamed(second)
    radio.roam_auth(second, **told(second, 5))
    connected(sta, second, handshake="driver", runner="HOST_SYNC", freq="2437")
    radio.settle()
    untouched(radio)
    second.group_refused(5)
    second.group_rekey(6)
    rekey_data(radio, second)

    radio.mark()
    radio.roam_auth(first, **told(first))  # the vendor event first, and no counter in it
    radio.roamed(first)
    connected(sta, first, handshake="driver", freq="2412")
    radio.settle()
    untouched(radio)
    first.group_rekey(100)
    first.group_refused(100)

    radio.roamed(second)
    radio.roam_auth(second, authorized=0)
    sta.wait(f"CTRL-EVENT-HANDSHAKE-FALLBACK bssid={AP2} runner=HOST_SYNC reason=not-authorized")
    second.four_way()
    connected(sta, second, handshake="host")

    radio.roamed(first)
    sta.wait(f"CTRL-EVENT-HANDSHAKE-FALLBACK bssid={AP1} runner=HOST_SYNC reason=no-roam-auth")
    first.four_way()
    connected(sta, first, handshake="host")
    first.group_rekey()

    radio.cmd("roam_auth", bssid=AP2, req_ies=second.rsne, resp_ies=b"")  # without what it must have
    radio.roamed(second)
    sta.wait(f"CTRL-EVENT-HANDSHAKE-FALLBACK bssid={AP2} runner=HOST_SYNC reason=no-roam-auth")
    second.four_way()
    connected(sta, second, handshake="host")


@ours
def test_sync_limits(stage):
    """A network tied to one BSSID may not be left by the driver; with key_mgmt_offload=0 it gets no PMK, and its roams are followed at once."""
    radio, first, sta = sync_station(stage)
    assert {r.fields["policy"] for r in radio.all_requests() if r.verb == "qca_roaming"} == {"1"}
    second = Bss(radio, AP2, SSID, PSK, signal=-6000)
    sta.ok(f"SET_NETWORK 0 bssid {AP2}")
    radio.mark()
    sta.ok("REASSOCIATE")
    radio.wait("qca_roaming", policy=0)
    request = radio.connect(second)
    assert request["bssid"] == AP2 and "bssid_hint" not in request
    second.four_way()
    connected(sta, second, handshake="host", runner="HOST_SYNC")

    sta.ok("DISCONNECT")
    radio.wait("disconnect")
    sta.wait(LEFT)
    sta.ok("SET_NETWORK 0 key_mgmt_offload 0")
    sta.ok("SET_NETWORK 0 bssid any")
    radio.mark()
    sta.ok("RECONNECT")
    radio.connect(first)
    first.four_way()
    connected(sta, first, handshake="host", runner="HOST")
    radio.roamed(second)
    sta.wait(f"Associated with {AP2}")
    second.four_way()
    connected(sta, second, handshake="host", runner="HOST")
    assert not any(r.verb == "qca_set_key" for r in radio.all_requests()[-20:])


@ours
def test_sync_other_suites(stage):
    """To other ciphers, to another AKM; a link that ends between and after the two events."""
    radio, first, sta = sync_station(stage, key_mgmt="WPA-PSK WPA-PSK-SHA256", pairwise="CCMP TKIP",
                                     group="CCMP TKIP")
    tkip = Bss(radio, AP2, SSID, PSK, pairwise=rsn.TKIP, group=rsn.TKIP, signal=-6000)
    sha256 = Bss(radio, AP3, SSID, PSK, akm=rsn.AKM_PSK_SHA256, signal=-7000)
    for bss, shown in ((tkip, {"pairwise_cipher": "TKIP", "group_cipher": "TKIP", "key_mgmt": "WPA2-PSK"}),
                       (sha256, {"pairwise_cipher": "CCMP", "group_cipher": "CCMP", "key_mgmt": "WPA2-PSK-SHA256"})):
        radio.mark()
        radio.roamed(bss)
        radio.roam_auth(bss, **told(bss, 1))
        connected(sta, bss, handshake="driver", **shown)
        untouched(radio)
        bss.group_rekey(2)
        rekey_data(radio, bss)

    radio.mark()
    radio.roamed(first)
    radio.roam_auth(first, **told(first, 1))
    radio.cmd("disconnected", reason=3)
    sta.wait(f"{LEFT} bssid={AP1} reason=3")
    radio.connect(first)
    first.four_way()
    connected(sta, first, handshake="host")
    radio.roam_auth(tkip, **told(tkip, 1))
    radio.cmd("disconnected", reason=4)
    sta.wait(f"{LEFT} bssid={AP1} reason=4")
    radio.connect(first)
    first.four_way()
    connected(sta, first, handshake="host")


@ours
def test_sync_1x(stage):
    """802.1X under HOST_SYNC: the driver gets the PMK of EAP; roams with and without a handshake of the driver need no EAP where there is a PMKSA."""
    radio = stage.radio(qca=1, fwroam=1)
    bss = Bss(radio, AP1, SSID, akm=rsn.AKM_1X)
    server = eap_server(stage, radio, bss)
    sta = stage.station(radio, eap_network())
    radio.connect(bss)
    net.wait_until("EAP", lambda: "CTRL-EVENT-EAP-SUCCESS" in "".join(sta.mon.collect(0.1)))
    (msk,) = msks(server)
    stage.secrets.add(msk.hex())
    bss.four_way(msk[:32])
    wait_state(sta, "COMPLETED")
    status(sta, runner="HOST_SYNC", handshake="host", key_mgmt="WPA2/IEEE 802.1X/EAP")

    other = Bss(radio, AP2, SSID, akm=rsn.AKM_1X, signal=-6000)
    radio.mark()
    radio.roamed(other)
    radio.roam_auth(other, **told(other, 1))
    connected(sta, other, handshake="driver")
    radio.settle()
    untouched(radio)
    other.group_refused(1)
    other.group_rekey(2)

    ies = rsn.rsne(rsn.AKM_1X, pmkid=rsn.pmkid(msk[:32], AP1, radio.addr))
    radio.cmd("roamed", bssid=AP1, req_ies=ies)
    radio.cmd("roam_auth", bssid=AP1, req_ies=ies, resp_ies=b"", authorized=0)
    sta.wait("reason=not-authorized")
    bss.four_way()
    connected(sta, bss, handshake="host")
    assert len(msks(server)) == 1


@ours
def test_rekeyed_by_driver(stage):
    """The driver's group handshakes move our counter on, never back. A driver that takes no keys for them is not asked again."""
    radio, first, sta = sync_station(stage)
    radio.cmd("rekey", ctr=be64(10))
    first.group_refused(10)
    first.group_rekey(11)
    radio.cmd("rekey", bssid=AP2, ctr=be64(100))
    radio.cmd("rekey", ctr=be64(3))
    first.group_refused(11)
    first.group_rekey(12)
    rekey_data(radio, first)

    radio.cmd("fail_next", op="set_rekey_data", errno=34)  # ERANGE
    first.group_rekey()
    radio.wait("set_rekey_data", result=-34)
    radio.cmd("fail_next", op="set_rekey_data", errno=95)  # EOPNOTSUPP
    first.group_rekey()
    radio.wait("set_rekey_data", result=-95)
    first.group_rekey()
    radio.settle()
    assert not radio.requests("set_rekey_data")
    status(sta, wpa_state="COMPLETED")


@ours
def test_stopped(stage):
    """Stopped while the second event of a roam comes, then while the firmware roams twice and renews a group key: in step, and able to
    renew the next one. What came meanwhile is heard before timers run out."""
    radio, first, sta = sync_station(stage)
    second, third = (Bss(radio, b, SSID, PSK, freq=f, signal=-6000) for b, f in ((AP2, 2437), (AP3, 2462)))

    def stop(seconds, *steps):
        sta.daemon.proc.send_signal(signal.SIGSTOP)
        for step in steps:
            step()
            radio.settle(0.2)
        time.sleep(seconds)
        sta.daemon.proc.send_signal(signal.SIGCONT)

    radio.mark()
    radio.roamed(third)
    radio.settle(0.2)
    stop(1.3, lambda: radio.roam_auth(third, **told(third, 3)))  # longer than this event is waited for
    connected(sta, third, handshake="driver", freq="2462")

    stop(1.3, lambda: radio.roamed(second), lambda: radio.roam_auth(second, **told(second, 7)),
         lambda: radio.roam_auth(third, **told(third, 20)),
         lambda: radio.roamed(third) or radio.cmd("rekey", ctr=be64(23)))  # which may overtake the roam
    third.counter = 23
    connected(sta, third, handshake="driver", freq="2462")
    radio.settle()
    untouched(radio)
    assert not radio.requests("disconnect")
    third.group_refused(23)
    third.group_rekey(24)
    rekey_data(radio, third)


@ours
def test_silence(stage):
    """Ten seconds with: a roam whose keys were not told; a firmware that keeps EAPOL; a driver whose port stays shut."""
    keyless, _, sync = sync_station(stage)
    second = Bss(keyless, AP2, SSID, PSK, signal=-6000).random_keys()
    keyless.roamed(second)
    keyless.roam_auth(second)
    connected(sync, second, handshake="driver")
    second.group_refused(1)

    withheld, shut = stage.radio(), stage.radio([BIT_PSK])
    shut.cmd("sta_flag", authorized=0)
    withheld.cmd("withhold")
    waiting = []
    for radio in (withheld, shut):
        bss = Bss(radio, AP1, SSID, PSK)
        waiting.append((radio, stage.station(radio, network())))
        radio.connect(bss)
        bss.message1()
    assert withheld.wait("eapol_withheld")
    for radio, sta in waiting:
        sta.wait(f"Authentication with {AP1} timed out.")
        sta.wait(f"{LEFT} bssid={AP1} reason=3 locally_generated=1")
        radio.wait("disconnect")
        assert not radio.requests("eapol_tx")
    status(sync, wpa_state="COMPLETED", bssid=AP2)
    assert not keyless.requests("disconnect")


class Storm:
    """A firmware that says anything at any time."""

    def __init__(self, radio, seed):
        self.radio, self.random = radio, random.Random(seed)
        self.bsss = [Bss(radio, b, SSID, PSK, akm=a, signal=-5000 - 100 * i)
                     for i, (b, a) in enumerate(((AP1, 2), (AP2, 2), (AP3, 6)))]

    def some(self, **choices):
        return {k: v() for k, v in choices.items() if self.random.random() < 0.8}

    def step(self):
        r, bss = self.random, self.random.choice(self.bsss)
        octets = lambda *sizes: r.randbytes(r.choice(sizes))
        where = self.some(req_ies=lambda: r.choice([bss.rsne, octets(0, 1, 2, 30)]), resp_ies=lambda: octets(0, 3, 20))
        verb = r.choice(("connect_done", "roamed", "roam_auth", "roam_auth", "rekey", "port_auth", "disconnected", "eapol", "eapol",
                         "handshake", "pmksa_cand", "sta_flag"))
        if verb == "eapol":
            self.radio.send_eapol(bss.bssid, b"\2\3" + octets(0, 2, 95, 121, 300))
        elif verb == "handshake":
            bss.message1()
        elif verb == "roam_auth":
            more = self.some(bssid=lambda: bss.bssid, authorized=lambda: r.randrange(3), kck=lambda: octets(0, 16, 16, 24, 100),
                             kek=lambda: octets(0, 16, 16, 32), ctr=lambda: octets(8, 8, 7), reason=lambda: 1)
            self.say(verb, **where, **more)
        elif verb == "port_auth":
            self.say(verb)  # of another BSSID the kernel does not let it through
        elif verb == "rekey":
            self.say(verb, bssid=bss.bssid, ctr=octets(8))
        else:
            self.say(verb, bssid=bss.bssid, status=r.choice((0, 0, 0, 1, 16)), reason=r.randrange(70),
                     authorized=r.randrange(-1, 2), **where)

    def say(self, verb, **args):
        try:
            self.radio.cmd(verb, **args)
        except AssertionError as e:
            if "not connected" not in str(e):
                raise

    def link(self, sta, by_driver):
        """A link as it should be, for the events that need one."""
        self.say("disconnected")
        sta.ok("DISCONNECT")
        wait_state(sta, "DISCONNECTED")
        self.radio.mark()
        sta.ok("SELECT_NETWORK 0")
        request = self.radio.wait("connect")
        bss = next(b for b in self.bsss if b.bssid == request["bssid_hint"])
        self.say("connect_done", bssid=bss.bssid, req_ies=bytes.fromhex(request["ies"]), resp_ies=b"")
        sta.wait(f"Associated with {bss.bssid}")
        while self.radio.receive_eapol(0.05):
            pass
        if by_driver:
            self.say("port_auth")
        else:
            bss.counter = 0
            bss.four_way()
        wait_state(sta, "COMPLETED")


@ours
@pytest.mark.parametrize("bits", ([], [BIT_PSK], [BIT_1X]))
def test_any_order(stage, bits):
    """Events in random order and with random content: nothing crashes, and a link can be had again at any time."""
    radio = stage.radio(bits, qca=1, fwroam=1)
    seed = int(os.environ.get("RANDOM_SEED") or time.time_ns() % 100000)
    print("RANDOM_SEED =", seed)
    storm = Storm(radio, seed)
    sta = stage.station(radio, network(key_mgmt="WPA-PSK WPA-PSK-SHA256"))
    radio.wait("connect")
    for n in range(int(os.environ.get("RANDOM_STEPS") or 150)):
        if n % 15 == 10:
            storm.link(sta, bits == [BIT_PSK])
        storm.step()
        time.sleep(storm.random.choice((0, 0, 0.01, 0.05)))
    storm.link(sta, bits == [BIT_PSK])


# --- access points ----------------------------------------------------------------------------
def ap_daemon(stage, radio, **keys):
    conf = stage.lab.write(f"{radio.name}.conf", stage.lab.ap_conf(radio.name, SSID, **{"ieee80211n": None, **keys}))
    return QuietHostapd(stage.lab, stage.lab.ap_impl, conf, f"hostapd-{radio.name}")


@ours
def test_ap(stage):
    """The firmware is the authenticator: it has the PMK, we send no EAPOL. What one PMK cannot express is refused, or done by us."""
    radio, strict, able = (stage.radio([BIT_AP_PSK], apsme=1, nokeys=n) for n in (True, True, False))
    radio.cmd("sta_flag", authorized=0)
    ap = Interface(ap_daemon(stage, radio), f"{stage.lab.dir}/ap", radio.name)
    assert radio.wait("start_ap")["psk"] == PSK.hex()
    peer = "02:b0:00:00:00:01"
    ies = rsn.element(0, SSID.encode()) + rsn.element(1, b"\x82\x84\x8b\x96") + rsn.rsne()
    radio.cmd("new_sta", mac=peer, req_ies=ies)
    ap.mon.absent("AP-STA-CONNECTED", 1.3)
    if stage.kernel >= (6, 2):
        radio.cmd("port_auth", mac=peer)
    else:
        radio.cmd("sta_flag", authorized=1)
    ap.wait(f"AP-STA-CONNECTED {peer}")
    assert not radio.requests("eapol_tx") and not radio.requests("add_key")
    radio.cmd("del_sta", mac=peer)
    ap.wait(f"AP-STA-DISCONNECTED {peer}")

    psks = stage.lab.write("psks", f"00:00:00:00:00:00 another {PASSPHRASE}\n")
    refused = ap_daemon(stage, strict, wpa_psk_file=psks)
    assert refused.wait_exit() == 1
    assert "wpa_psk_file" in refused.output() + refused.log_text()
    ap_daemon(stage, able, wpa_psk_file=psks)
    assert "psk" not in able.wait("start_ap")
