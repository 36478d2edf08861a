"""What a running access point does with settings it cannot use: messages, and what stays in effect."""
import re

import pytest

from hostapd_rig import Daemon, fields

NO_KEYS = "offload=appsk+nokeys"


@pytest.fixture
def h():
    daemon = Daemon().start()
    yield daemon
    daemon.stop()


@pytest.fixture
def firmware(h):
    """An access point whose radio runs the handshakes and takes no keys of ours."""
    b = h.add()
    b.ok("ATTACH", "SET driver_params " + NO_KEYS)
    h.secure(b).ok("ENABLE")
    b.event("AP-ENABLED")
    assert fields(b("STATUS"))["handshake"] == "driver"
    return b


def failures(h):
    """Lines of the log about what was refused."""
    return [line for line in h.log().splitlines() if "takes no keys of ours" in line]


# --- one name in a message ---


def one_name(line, name):
    assert re.findall(r"\b\w+(?=: )", line.split("the driver runs")[0])[0] == name, line
    assert line.count(name + ":") == 1, line


def test_refused_start_names_the_bss_once(h):
    b = h.add()
    b.ok("SET driver_params " + NO_KEYS)
    h.secure(b).ok("SET wpa_group_rekey 600").fails("ENABLE")
    line, = failures(h)
    one_name(line, "w0")


def test_refused_start_names_the_second_bss(h):
    extra = f"driver_params={NO_KEYS}\nbss=w0_1\nssid=two\nwpa=2\nwpa_passphrase=12345678\nrsn_pairwise=CCMP\n" \
            f"wpa_group_rekey=600\nctrl_interface={h.ctrl}\n"
    h.glob().ok("ADD w0 config=" + h.write("conf", h.config(extra=extra)))
    h.bss("w0").fails("ENABLE")
    line, = failures(h)
    one_name(line, "w0_1")


def test_refused_bss_of_a_running_radio_is_named_once(h, firmware):
    text = h.config(name="w0_1", extra="wpa=2\nwpa_passphrase=12345678\nrsn_pairwise=CCMP\nwpa_group_rekey=600\n")
    phy = fields(firmware("STATUS"))["phy"]
    h.glob().fails(f"ADD bss_config={phy}:" + h.write("conf", text))
    line, = failures(h)
    one_name(line, "w0_1")
