"""Fixtures: the pair of implementations, the lab; sharing of the tests between several VMs."""
import os
import re
import subprocess
import sys

import pytest
from _pytest.runner import runtestprotocol

sys.path.insert(0, os.path.dirname(__file__))
from lib.lab import Lab  # noqa: E402

PAIRS = ["ours-ours", "ours-debian", "debian-ours", "debian-debian"]  # AP-station


def pytest_configure(config):
    config.addinivalue_line("markers", "pairs(*names): AP-station pairs this test runs with (default: all)")


def pytest_generate_tests(metafunc):
    if "lab" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("pairs")
        metafunc.parametrize("pair", mark.args if mark else PAIRS)


def pytest_collection_modifyitems(config, items):
    """Debian's daemons alone tell a broken test from a broken daemon; they run when asked for by -k."""
    if "debian-debian" in config.option.keyword:
        return
    reference = [i for i in items if "[debian-debian" in i.name and not i.name.endswith("-ours]")]
    config.hook.pytest_deselected(items=reference)
    items[:] = [i for i in items if i not in reference]


def pytest_runtest_protocol(item, nextitem):
    """With HWSIM_QUEUE=DIR several VMs share the tests: the first to create a test's file runs it."""
    queue = os.environ.get("HWSIM_QUEUE")
    if not queue:
        return None
    try:
        os.close(os.open(f"{queue}/{_file_name(item.name)}", os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return True
    # As pytest does it, but never keeping fixtures for a next test, which may run elsewhere.
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    runtestprotocol(item, nextitem=None)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def _file_name(name):
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    setattr(item, "report_" + call.when, outcome.get_result())


@pytest.fixture(scope="session", autouse=True)
def radios():
    """The tests need mac80211_hwsim radios wlan0..wlanN and root."""
    if os.geteuid() != 0 or not os.path.exists("/sys/class/net/hwsim0"):
        pytest.exit("no mac80211_hwsim radios here: start the tests with tests/hwsim/run", 2)
    subprocess.run(["ip", "link", "set", "hwsim0", "up"], check=True)


@pytest.fixture
def lab(request, pair):
    ap, sta = pair.split("-")
    world = Lab(_file_name(request.node.name), ap, sta)
    yield world
    call = getattr(request.node, "report_call", None)
    trouble = world.close(failed=call is None or call.failed)
    assert not trouble, "\n".join(trouble)
