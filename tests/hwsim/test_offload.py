"""Key management of the driver (doc/offload.md) on puppet radios (tests/kmod): who runs which handshake, what the driver is given and told."""
import signal
import time

import pytest

from lib import rsn
from lib.lab import PASSPHRASE, psk_network
from lib.puppet import Stage
from lib.rsn import Bss

SSID = "offload"
AP1, AP2, AP3 = "02:a0:00:00:00:01", "02:a0:00:00:00:02", "02:a0:00:00:00:03"
PSK = rsn.psk_of(PASSPHRASE, SSID)
BIT_PSK, BIT_1X, BIT_SAE, BIT_AP_PSK, BIT_OWE = 15, 16, 38, 50, 65
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


def ours_says(sta, **wanted):
    if sta.daemon.impl == "ours":
        status(sta, **wanted)


def sync_station(stage, **extra):
    """Connected under HOST_SYNC; the handshake was the host's."""
    radio = stage.radio(qca=1, fwroam=1, **extra)
    first = Bss(radio, AP1, SSID, PSK)
    sta = stage.station(radio, network())
    radio.connect(first)
    first.four_way()
    sta.wait(DONE)
    return radio, first, sta


# --- the host ---------------------------------------------------------------------------------
@both
def test_host(stage):
    """No bit: no secret goes to the driver, the handshake is ours."""
    radio = stage.radio()
    bss = Bss(radio, AP1, SSID)
    sta = stage.station(radio, network())
    request = radio.connect(bss)
    assert "psk" not in request and request["want_1x"] == "0"
    bss.four_way(PSK)
    sta.wait(DONE)
    ours_says(sta, handshake="host", runner="HOST")
    key = radio.wait("add_key", pairwise=1)
    assert key["key"] == bss.tk.hex()
    bss.group_rekey()


# --- the vendor's interface -------------------------------------------------------------------
@both
def test_sync(stage):
    radio, first, sta = sync_station(stage)
    verbs = [r.verb for r in radio.all_requests()]
    assert verbs.index("qca_set_key") < verbs.index("connect")
    first.group_rekey()
    second = Bss(radio, AP2, SSID, PSK, freq=2437, signal=-6000).random_keys()
    second.counter = 4
    radio.mark()
    radio.roamed(second)
    radio.roam_auth(second, kck=second.kck, kek=second.kek, ctr=(5).to_bytes(8, "big"))
    sta.wait(DONE)
    second.group_refused(5)
    second.group_rekey(6)
