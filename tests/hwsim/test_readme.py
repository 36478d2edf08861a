"""README.md as its reader follows it: the two files, the default paths, the commands word for word."""
import os
import re
import subprocess

import pytest
from lib import net
from lib.daemons import OURS, Process, program

README = open(os.path.join(os.path.dirname(__file__), "../../README.md"), encoding="utf-8").read()
BLOCKS = re.findall(r"^```\n(.*?)^```$", README, re.M | re.S)


def block(first_words):
    found = [b for b in BLOCKS if b.startswith(first_words)]
    assert len(found) == 1, f"README.md has {len(found)} blocks that begin with {first_words!r}"
    return found[0]


def commands(text, host):
    """`router#  …` or `node#  …` lines; the node's radio is wlan1 here."""
    lines = re.findall(rf"^{host}#\s+(.*)$", text, re.M)
    assert lines, f"README.md has no command for the {host}"
    return [line.replace("wlan0", "wlan1") for line in lines] if host == "node" else lines


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def argv(line):
    words = line.split()
    return [program("ours", words[0]), *words[1:]]


@pytest.mark.pairs("ours-ours")
def test_quick_start(lab):
    write("/etc/hostapd/hostapd.conf", block("interface=wlan0\n"))
    write("/etc/wpa_supplicant.conf", block("ctrl_interface=DIR="))
    router, node = commands(block("router#  hostapd"), "router"), commands(block("router#  hostapd"), "node")
    bridge = commands(block("node#    ip link add"), "node")
    netns = lab.radio_in_namespace("wlan1", "node")
    for line in [c for row in bridge[:-1] for c in row.split(" && ")]:
        net.sh(*line.split(), netns=netns)
    net.sh("ip", "addr", "add", "10.7.0.2/24", "dev", "br-lan", netns=netns)

    Process(lab, "hostapd", argv(router[0]))
    Process(lab, "node", argv(bridge[-1]), netns=netns)
    net.wait_until("the router's control socket", lambda: os.path.exists("/var/run/hostapd/wlan0_bh"))
    net.wait_until("the node's control socket", lambda: os.path.exists("/var/run/wpa_supplicant/wlan1"))
    net.wait_until("the AP", lambda: "state=ENABLED" in status("hostapd_cli", "-i", "wlan0"))
    net.sh("ip", "addr", "add", "10.7.0.1/24", "dev", "br-lan")
    pressed = subprocess.run(argv(router[1]),
                             capture_output=True, text=True, timeout=30)
    assert pressed.stdout.endswith("OK\n"), pressed.stdout
    pressed = subprocess.run(argv(node[1]), capture_output=True, text=True, timeout=30)
    assert pressed.stdout.endswith("OK\n"), pressed.stdout

    net.wait_until("the backhaul", lambda: "wpa_state=COMPLETED" in status("wpa_cli") and
                   "ssid=backhaul" in status("wpa_cli"), timeout=60)
    net.ping(netns, "10.7.0.1")
    net.sh("ping", "-c1", "-W10", "10.7.0.2")
    assert "wlan0_bh.sta1" in net.bridge_ports("br-lan")
    assert "multi_ap_backhaul_sta=1" in open("/etc/wpa_supplicant.conf", encoding="utf-8").read()


def status(cli, *args):
    return subprocess.run([program("ours", cli), *args, "status"], capture_output=True, text=True,
                          timeout=30).stdout
