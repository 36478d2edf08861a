"""Real clients drive our daemon over the system bus, with the files we install: NetworkManager, connman, busctl and scripts."""
import os
import pty
import re
import subprocess
import time

import pytest

from lib import net
from lib.bus import IF, ROOT, W, WPS, Connman, NetworkManager, SystemBus, dbus_wire
from lib.lab import PASSPHRASE, psk_network

pytestmark = pytest.mark.pairs("ours-ours")
AP_HOST, STA_ADDR = "10.2.0.1", "10.2.0.5"
BACK = "02:00:00:00:00:01"


@pytest.fixture
def bus(lab):
    b = SystemBus(lab)
    yield b
    b.stop()


def reach(addr=AP_HOST):
    out = net.sh("ping", "-c", "2", "-i", "0.2", "-w", "20", "-I", "wlan1", addr, check=False)
    assert int(re.search(r"(\d+) received", out).group(1)) >= 2, out  # more come when the answers do in a burst


def start_ap(lab, **extra):
    lab.wired_host("br-ap", "hostA", AP_HOST)
    return lab.start_ap(lab.ap_conf(bridge="br-ap", **lab.WPS_AP, **extra))


def test_network_manager(lab, bus):
    """Activation, scan list, connection, access point restarted, wrong password, push button."""
    ap = start_ap(lab)
    nm = NetworkManager(lab)
    net.wait_until("a managed device", lambda: nm.state() == "disconnected", 60)
    assert "hwsim-psk:WPA2" in nm("-f", "SSID,SECURITY", "dev", "wifi", "list", "--rescan", "yes")

    add = ("con", "add", "type", "wifi", "con-name", "t", "ifname", "wlan1", "ssid", "hwsim-psk", "autoconnect", "no", "ipv6.method", "disabled",
           "ipv4.method", "manual", "ipv4.addresses", f"{STA_ADDR}/24", "wifi-sec.key-mgmt", "wpa-psk", "wifi-sec.wps-method")
    nm(*add, "disabled", "wifi-sec.psk", PASSPHRASE)
    nm("-w", "60", "con", "up", "t")
    assert nm.state() == "connected"
    reach()

    # the access point goes and comes back: our daemon joins again before NetworkManager gives the connection up
    ap.ok("DISABLE")
    ap.wait("AP-DISABLED")
    ap.ok("ENABLE")
    ap.wait("AP-STA-CONNECTED", timeout=60)
    net.wait_until("connected again", lambda: nm.state() == "connected", 60)
    reach()

    # a wrong password: an error, soon
    nm("con", "mod", "t", "wifi-sec.psk", "not the password")
    nm("con", "down", "t")
    status, out = nm.run("-w", "60", "con", "up", "t")
    assert status != 0 and "Secrets were required" in out, out
    assert nm.state() == "disconnected"

    # the push button: nobody types a password
    nm("con", "delete", "t")
    nm(*add, "pbc")
    ap.ok("WPS_PBC")
    nm("dev", "wifi", "list", "--rescan", "yes")
    keyboard, terminal = pty.openpty()
    up = subprocess.Popen(["nmcli", "--ask", "con", "up", "t"], stdin=terminal, stdout=terminal, stderr=terminal)
    try:
        ap.wait("WPS-REG-SUCCESS", timeout=60)
        net.wait_until("connected by WPS", lambda: nm.state() == "connected", 60)
    finally:
        up.kill()
        up.wait()
        os.close(terminal)
        os.close(keyboard)
    reach()
    assert "InvalidArgs" not in nm.proc.output() and "UnknownMethod" not in nm.proc.output()


def test_hotspot(lab, bus):
    """nmcli device wifi hotspot: another station joins it, asks for an address and reaches the host."""
    nm = NetworkManager(lab)
    net.wait_until("a managed device", lambda: nm.state() == "disconnected", 60)
    nm("-w", "60", "dev", "wifi", "hotspot", "ifname", "wlan1", "con-name", "spot", "ssid", "hotspot", "band", "bg", "channel", "1",
       "password", PASSPHRASE)
    host = nm("-g", "IP4.ADDRESS", "dev", "show", "wlan1").strip().split("/")[0]
    assert host.startswith("10.42."), host
    guest = lab.radio_in_namespace("wlan2", "guest", host.rsplit(".", 1)[0] + ".200")
    sta = lab.start_sta("wlan2", lab.sta_conf(psk_network("hotspot"), ctrl="sta-wlan2"), netns=guest)
    sta.wait("CTRL-EVENT-CONNECTED", timeout=60)
    net.ping(guest, host)
    nm("con", "down", "spot")
    sta.wait("CTRL-EVENT-DISCONNECTED")


def test_connman(lab, bus):
    """connman finds the network and connects; it uses the deprecated signals."""
    os.makedirs("/var/lib/connman", exist_ok=True)
    with open("/var/lib/connman/test.config", "w") as f:
        f.write(f"[service_home]\nType=wifi\nName=hwsim-psk\nPassphrase={PASSPHRASE}\nIPv4={STA_ADDR}/255.255.255.0/{AP_HOST}\nIPv6=off\n")
    c = Connman(lab)
    c("enable", "wifi")
    start_ap(lab)  # not before: connman began with a blocked radio
    service = ""

    def found():
        nonlocal service
        c("scan", "wifi")
        m = re.search(r"wifi_\S+_psk", c("services"))
        service = m and m.group(0)
        return service
    net.wait_until("the service", found, 60)
    c("connect", service)
    net.wait_until("connected", lambda: re.search("State = (ready|online)", c("services", service)), 60)
    reach()
    c("disconnect", service)
    net.wait_until("disconnected", lambda: "State = idle" in c("services", service), 30)
    c.proc.stop()


def test_script(lab, bus):
    """busctl and a script: introspection, an interface made, scanned and connected; strangers get nothing."""
    start_ap(lab)
    c = bus.client()
    lab.scanned.add("wlan1")
    path = c.call(ROOT, W, "CreateInterface", "a{sv}", {"Ifname": "wlan1", "Driver": "nl80211"})
    c.call(path, IF, "Scan", "a{sv}", {"Type": "active", "Channels": dbus_wire.Variant("a(uu)", [(2412, 20)])})
    c.signals.wait("ScanDone", path)
    network = c.call(path, IF, "AddNetwork", "a{sv}", {"ssid": b"hwsim-psk", "key_mgmt": "WPA-PSK", "psk": PASSPHRASE, "scan_freq": 2412})
    c.call(path, IF, "SelectNetwork", "o", network)
    c.signals.changed(IF, lambda v: v.get("State") == "completed", path)
    bss = c.get(path, IF, "CurrentBSS")
    for p in (ROOT, path, network, bss):
        r = subprocess.run(["busctl", "introspect", W, p], capture_output=True, text=True, timeout=30)
        assert r.returncode == 0 and not r.stderr and "org.freedesktop.DBus.Properties" in r.stdout, r.stderr
    poll = c.call(path, IF, "SignalPoll")
    assert poll["frequency"] == 2412 and poll["linkspeed"] > 0 and -100 < poll["rssi"] < 0, poll
    stranger = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "busctl", "call", W, ROOT]
    for args in ((W, "GetInterface", "s", "wlan1"), (W, "ExpectDisconnect"), ("org.freedesktop.DBus.Introspectable", "Introspect")):
        r = subprocess.run([*stranger, *args], capture_output=True, text=True, timeout=30)
        assert r.returncode != 0 and "denied" in r.stderr, (args, r.stdout, r.stderr)
    c.call(ROOT, W, "RemoveInterface", "o", path)


def test_onboarding(lab, bus):
    """Multi-AP onboarding started over D-Bus ends with 4-address data flowing."""
    ap, back = lab.start_multi_ap()
    lab.wired_host("br-sta", "hostB", "10.2.0.2")
    lab.backhaul_radio("wlan1", "br-sta")
    lab.scanned.add("wlan1")
    conf = lab.write("sta.conf", "update_config=1\nwps_cred_processing=2\n")
    c = bus.client()
    path = c.call(ROOT, W, "CreateInterface", "a{sv}", {"Ifname": "wlan1", "Driver": "nl80211", "ConfigFile": conf, "BridgeIfname": "br-sta"})
    assert c.get(path, IF, "BridgeIfname") == "br-sta"
    ap.ok("WPS_PBC")
    assert c.call(path, WPS, "Start", "a{sv}", {"Role": "enrollee", "Type": "pbc", "MultiAp": True}) == {}
    got = c.signals.wait("Credentials", path, timeout=90).args[0]
    assert got["MultiAp"] is True and got["SSID"] == b"backhaul", got
    c.signals.wait("Event", path, match=lambda name, args: name == "success", timeout=60)
    c.signals.changed(IF, lambda v: v.get("State") == "completed", path, timeout=90)
    assert c.get(c.get(path, IF, "CurrentBSS"), W + ".BSS", "BSSID") == bytes.fromhex(BACK.replace(":", ""))
    back.wait("WDS-STA-INTERFACE-ADDED")
    assert "4addr: on" in net.sh("iw", "dev", "wlan1", "info")
    lab.check_backhaul_data()
    c.call(path, IF, "Disconnect")
    end = time.monotonic() + 20
    while c.get(path, IF, "State") == "completed":
        assert time.monotonic() < end
