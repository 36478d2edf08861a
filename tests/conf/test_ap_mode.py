"""AP mode of wpa_supplicant: a network with mode=2, stations of ours on it, WPS, and back to a station."""
import os
import time

import pytest

from test_wpas_control import WPAS, Ctrl, Daemon, wait_for

PSK = "a long passphrase"
CONF = "ctrl_interface={d}/{name}\nupdate_config=0\nap_isolate=0\ndevice_name=Spot\n"


class Node:
    def __init__(self, d, name):
        conf = d / f"{name}.conf"
        conf.write_text(CONF.format(d=d, name=name))
        self.daemon = Daemon(d, name, [WPAS, "-dd", "-Dsim", f"-i{name}", "-c", conf])
        wait_for("control socket", lambda: (d / name / name).exists())
        self.c, self.m = Ctrl(d / name / name), Ctrl(d / name / name)
        self.m.ok("ATTACH")
        self.addr = self.c.fields("STATUS")["address"]

    def network(self, **keys):
        n = self.c("ADD_NETWORK").strip()
        for k, v in keys.items():
            self.c.ok(f"SET_NETWORK {n} {k} {v}")
        return n

    def stop(self, check=True):
        self.c.close()
        self.m.close()
        self.daemon.stop(check)


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    d = tmp_path_factory.mktemp("apmode")
    (d / "air").mkdir()
    made = [Node(d, "spot"), Node(d, "guest")]
    yield made
    for n in made:
        n.stop()


@pytest.fixture
def pair(nodes):
    for n in nodes:
        n.c.ok("FLUSH")
        n.c.ok("SCAN_INTERVAL 1")
        n.m.drain()
    return nodes


def spot_network(spot, **more):
    return spot.network(ssid='"spot"', mode=2, frequency=2437, **more)


def up(spot, n):
    spot.c.ok(f"SELECT_NETWORK {n}")
    spot.m.event("AP-ENABLED ")
    assert spot.m.event("CTRL-EVENT-CONNECTED")[3:] == \
        f"CTRL-EVENT-CONNECTED - Connection to {spot.addr} completed [id={n} id_str=]"


def join(guest, spot, **keys):
    n = guest.network(ssid='"spot"', scan_freq=2437, **keys)
    guest.c.ok(f"SELECT_NETWORK {n}")
    guest.m.event(f"CTRL-EVENT-CONNECTED - Connection to {spot.addr}")
    spot.m.event(f"AP-STA-CONNECTED {guest.addr}")


def test_wpa2(pair):
    spot, guest = pair
    n = spot_network(spot, psk=f'"{PSK}"', proto="RSN", pairwise="CCMP")
    up(spot, n)
    s = spot.c.fields("STATUS")
    assert (s["wpa_state"], s["mode"], s["ssid"], s["freq"], s["bssid"], s["id"], s["key_mgmt"], s["pairwise_cipher"]) == \
        ("COMPLETED", "AP", "spot", "2437", spot.addr, n, "WPA2-PSK", "CCMP")
    assert "passphrase" not in s
    assert spot.c("LIST_NETWORKS").splitlines()[1] == f"{n}\tspot\tany\t[CURRENT]"
    assert spot.c.fields("STATUS-WPS")["passphrase"] == PSK
    join(guest, spot, psk=f'"{PSK}"')
    assert spot.c("STA-FIRST").startswith(guest.addr + "\nflags=[AUTH][ASSOC][AUTHORIZED]")
    assert spot.c(f"STA {guest.addr}").startswith(guest.addr)
    assert spot.c(f"STA-NEXT {guest.addr}") == ""
    assert spot.c("STA 02:00:00:00:00:99") == "FAIL\n"
    spot.c.ok(f"DEAUTHENTICATE {guest.addr} reason=5")
    guest.m.event(f"CTRL-EVENT-DISCONNECTED bssid={spot.addr} reason=5")
    spot.m.event(f"AP-STA-DISCONNECTED {guest.addr}")
    guest.m.event("CTRL-EVENT-CONNECTED")
    spot.c.ok("DISCONNECT")
    spot.m.event("AP-DISABLED ")
    spot.m.event(f"CTRL-EVENT-DISCONNECTED bssid={spot.addr} reason=3 locally_generated=1")
    guest.m.event(f"CTRL-EVENT-DISCONNECTED bssid={spot.addr} reason=3")
    assert spot.c.fields("STATUS")["wpa_state"] == "DISCONNECTED"
    assert spot.c("STA-FIRST") == "FAIL\n"
    spot.c.ok("RECONNECT")
    spot.m.event("AP-ENABLED ")


def test_open_then_station(pair):
    """An open network; then the same interface is a station of the other one."""
    spot, guest = pair
    up(spot, spot_network(spot, key_mgmt="NONE"))
    assert spot.c.fields("STATUS")["key_mgmt"] == "NONE"
    join(guest, spot, key_mgmt="NONE")
    guest.c.ok("REMOVE_NETWORK all")
    spot.c.ok("REMOVE_NETWORK all")
    spot.m.event("AP-DISABLED ")
    n = guest.network(ssid='"other"', mode=2, frequency=2412, key_mgmt="NONE")
    up(guest, n)
    m = spot.network(ssid='"other"', key_mgmt="NONE")
    spot.c.ok(f"SELECT_NETWORK {m}")
    spot.m.event(f"CTRL-EVENT-CONNECTED - Connection to {guest.addr}")
    assert spot.c.fields("STATUS")["mode"] == "station"


def test_ap_when_nothing_is_found(pair):
    """A station network that is nowhere, and the access point for that case; ap_scan=2 as network managers do."""
    spot, guest = pair
    spot.network(ssid='"nowhere"', key_mgmt="NONE")
    spot_network(spot, key_mgmt="NONE")
    spot.c.ok("ENABLE_NETWORK all")
    spot.m.event("CTRL-EVENT-NETWORK-NOT-FOUND")
    spot.m.event("AP-ENABLED ")
    spot.c.ok("REMOVE_NETWORK all")
    spot.m.event("AP-DISABLED ")
    spot.c.ok("AP_SCAN 2")
    up(spot, spot_network(spot, key_mgmt="NONE"))
    spot.c.ok("AP_SCAN 1")


def test_refused(pair):
    spot, _ = pair
    n = spot.network(ssid='"spot"', mode=2, frequency=2433, key_mgmt="NONE")
    spot.c.ok(f"SELECT_NETWORK {n}")
    spot.m.event(f"CTRL-EVENT-SSID-TEMP-DISABLED id={n}")
    assert spot.c.fields("STATUS")["wpa_state"] in ("DISCONNECTED", "SCANNING")
    spot.c.ok(f"SET_NETWORK {n} frequency 2437")
    up(spot, n)  # SELECT_NETWORK lifts the disabling


def test_wps(pair):
    spot, guest = pair
    up(spot, spot_network(spot, psk=f'"{PSK}"', proto="RSN", pairwise="CCMP"))
    spot.c.ok("WPS_PBC")
    spot.m.event("WPS-PBC-ACTIVE")
    guest.c.ok("WPS_PBC")
    guest.m.event("WPS-SUCCESS")
    spot.m.event("WPS-REG-SUCCESS " + guest.addr)
    guest.m.event("CTRL-EVENT-CONNECTED")
    assert guest.c("GET_NETWORK 0 ssid") == '"spot"'
    guest.c.ok("REMOVE_NETWORK all")
    pin = guest.c("WPS_PIN any")
    spot.m.drain()
    assert spot.c(f"WPS_PIN any {pin}") == pin
    guest.m.event("WPS-SUCCESS")
    guest.m.event("CTRL-EVENT-CONNECTED")
    pin = spot.c("WPS_AP_PIN random")
    assert len(pin) == 8 and spot.c("WPS_AP_PIN get") == pin
    assert spot.c("WPS_AP_PIN set 12345670") == "12345670"
    spot.c.ok("WPS_AP_PIN disable")
    assert spot.c("WPS_AP_PIN get") == "FAIL\n"
    guest.c.ok("REMOVE_NETWORK all")
    spot.c("WPS_AP_PIN set 12345670")
    guest.c.ok(f"WPS_REG {spot.addr} 12345670")
    guest.m.event("WPS-SUCCESS|CTRL-EVENT-CONNECTED")
    spot.c.ok("WPS_CANCEL")


def flags(guest, spot):
    guest.c.ok("BSS_FLUSH 0")
    guest.c.ok("SCAN TYPE=ONLY freq=2437")
    guest.m.event("CTRL-EVENT-SCAN-RESULTS")
    return guest.c.fields(f"BSS {spot.addr}")["flags"]


def test_wps_pin_for_some_time(pair):
    """A number behind the PIN: the seconds it can be used."""
    spot, guest = pair
    up(spot, spot_network(spot, psk=f'"{PSK}"', proto="RSN", pairwise="CCMP"))
    assert spot.c("WPS_PIN any 12345670 100") == "12345670"
    assert "[WPS-AUTH]" in flags(guest, spot)
    spot.c.ok("WPS_CANCEL")
    assert spot.c("WPS_PIN any 12345670 1") == "12345670"
    time.sleep(1.2)
    assert "[WPS]" in flags(guest, spot)
    spot.c.fails("WPS_PIN any 12345670 soon")


def test_scan_under_way(pair):
    """A scan that is on when the access point goes does not stand in the way of the next."""
    spot, _ = pair
    up(spot, spot_network(spot, key_mgmt="NONE"))
    spot.c.ok("SCAN TYPE=ONLY")
    spot.m.event("CTRL-EVENT-SCAN-STARTED")
    spot.c.ok("DISCONNECT")
    spot.m.event("AP-DISABLED ")
    spot.c.ok("SCAN TYPE=ONLY freq=2437")
    spot.m.event("CTRL-EVENT-SCAN-RESULTS")


def test_renewed(pair):
    """REASSOCIATE with ap_scan=2 ends the access point before it begins anew."""
    spot, _ = pair
    spot.c.ok("AP_SCAN 2")
    n = spot_network(spot, key_mgmt="NONE")
    up(spot, n)
    spot.c.ok("REASSOCIATE")
    spot.m.event("AP-DISABLED ")
    spot.m.event("AP-ENABLED ")
    spot.m.event(f"CTRL-EVENT-CONNECTED - Connection to {spot.addr}")
    spot.c.ok("AP_SCAN 1")


def test_scan_ends_ap(pair):
    """The access point gives way to the network that its scan finds."""
    spot, guest = pair
    spot.network(ssid='"later"', key_mgmt="NONE", scan_freq=2412)
    spot_network(spot, key_mgmt="NONE")
    spot.c.ok("ENABLE_NETWORK all")
    spot.m.event("AP-ENABLED ")
    up(guest, guest.network(ssid='"later"', mode=2, frequency=2412, key_mgmt="NONE"))
    spot.c.ok("REASSOCIATE")
    spot.m.event("AP-DISABLED ")
    spot.m.event(f"CTRL-EVENT-CONNECTED - Connection to {guest.addr}")


def test_current_network_becomes_ap(pair):
    spot, guest = pair
    up(spot, spot_network(spot, key_mgmt="NONE"))
    join(guest, spot, key_mgmt="NONE")
    guest.c.ok("SET_NETWORK 0 frequency 2412")
    guest.c.ok("SET_NETWORK 0 mode 2")
    guest.c.ok("REASSOCIATE")
    guest.m.event(f"CTRL-EVENT-DISCONNECTED bssid={spot.addr} reason=3 locally_generated=1")
    guest.m.event("AP-ENABLED ")
    spot.m.event(f"AP-STA-DISCONNECTED {guest.addr}")
    assert guest.c.fields("STATUS")["mode"] == "AP"


@pytest.mark.parametrize("cmd", ["RECONFIGURE", "DISCONNECT", "SELECT_NETWORK 1", "REASSOCIATE"])
def test_netdev_gone(tmp_path, cmd):
    """The station finds no netdev to go back to: the interface is given up, the daemon stays."""
    (tmp_path / "air").mkdir()
    spot = Node(tmp_path, "spot")
    up(spot, spot_network(spot, key_mgmt="NONE"))
    spot.network(ssid='"other"', key_mgmt="NONE")
    if cmd == "REASSOCIATE":  # leads back to the netdev only where the access point begins anew
        spot.c.ok("AP_SCAN 2")
    os.rename(tmp_path / "air", tmp_path / "elsewhere")
    spot.c.ok(cmd)
    wait_for("the end of the interface", lambda: not (tmp_path / "spot" / "spot").exists())
    spot.stop()


@pytest.mark.parametrize("cmd", ["STA-FIRST", "STA 02:00:00:00:00:01", "WPS_AP_PIN get", "DEAUTHENTICATE 02:00:00:00:00:01"])
def test_not_an_ap(pair, cmd):
    assert pair[1].c(cmd) == "FAIL\n"
