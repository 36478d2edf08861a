"""Commands to hostapd's sockets in random order, as no user would give them: every one is answered, what the answers say is
true, and the daemon ends well.

    RANDOM_SEED=7 RANDOM_SECONDS=120 tests/conf/run tests/conf/test_hostapd_random.py

A failure names its seed and the last commands. Best with a program of an ASan build (HOSTAPD).
"""
import contextlib
import os
import random
import time

from hostapd_rig import Daemon, Station, fields

SECONDS = float(os.environ.get("RANDOM_SECONDS", 4))
NAMES = ("w0", "w1", "w2", "w3")
RADIOS = ("p0", "p1")
KEYS = (
    "ssid net", "ssid other", "ssid ", "wpa 0", "wpa 2", "wpa 3", "wpa 1", "wpa_passphrase 12345678", "wpa_passphrase short",
    "wpa_psk " + 64 * "5", "wpa_psk_file {d}/psks", "wpa_psk_file {d}/none", "wpa_psk_file ", "wpa_key_mgmt WPA-PSK", "wpa_key_mgmt SAE",
    "rsn_pairwise CCMP", "rsn_pairwise TKIP", "wpa_pairwise TKIP CCMP", "ieee80211w 1", "ieee80211w 0", "channel 1", "channel 6",
    "channel 0", "channel 200", "hw_mode g", "hw_mode a", "hw_mode b", "ieee80211n 1", "ieee80211n 0", "ht_capab [HT40+]", "ht_capab ",
    "country_code DE", "beacon_int 100", "beacon_int 5", "dtim_period 2", "max_num_sta 1", "max_num_sta 5", "ignore_broadcast_ssid 1",
    "ignore_broadcast_ssid 0", "basic_rates 10", "basic_rates 20", "supported_rates 10", "supported_rates 10 20 55 110",
    "vendor_elements dd0411223301", "vendor_elements ", "deny_mac_file {d}/macs", "accept_mac_file {d}/macs", "macaddr_acl 0",
    "macaddr_acl 1", "wps_state 0", "wps_state 1", "wps_state 2", "ap_pin 12345670", "ap_pin ", "upnp_iface lo", "upnp_iface none0",
    "upnp_iface ", "multi_ap 0", "multi_ap 1", "multi_ap 2", "multi_ap 3", "wps_independent 1", "wps_independent 0", "start_disabled 0",
    "interface w0", "interface w5", "driver sim", "driver_params offload=appsk", "driver_params offload=appsk+nokeys", "driver_params ",
    "wpa_group_rekey 1", "wpa_group_rekey -1", "wpa_ptk_rekey 1", "wpa_ptk_rekey 0", "key_mgmt_offload 0", "key_mgmt_offload 1",
    "config_id x", "config_id ", "ctrl_interface {ctl}", "bridge ", "tx_queue_data0_cwmin 1023", "wmm_ac_be_cwmin 5", "nonsense 1")
# Not WPS_CONFIG: it reads the file again when the WPS stations of here are gone, up to a second later.
COMMANDS = (
    "ENABLE", "ENABLE", "ENABLE", "ENABLE", "DISABLE", "RELOAD", "RELOAD", "RELOAD_BSS", "RELOAD_CONFIG", "RELOAD_WPA_PSK", "UPDATE_BEACON",
    "STOP_AP", "STATUS", "STATUS-DRIVER", "GET_CONFIG", "MIB", "STA-FIRST", "NEW_STA 02:00:00:00:00:51", "STA 02:00:00:00:00:51",
    "DEAUTHENTICATE ff:ff:ff:ff:ff:ff", "DISASSOCIATE 02:00:00:00:00:51", "DUMP_BEACON", "PMKSA", "PMKSA_FLUSH", "WPS_PBC", "WPS_CANCEL",
    "WPS_PIN any 12345670", "WPS_AP_PIN random", "WPS_AP_PIN disable", "WPS_GET_STATUS",
    "WPS_NFC_TOKEN NDEF", "WPS_NFC_TOKEN enable", "WPS_NFC_CONFIG_TOKEN NDEF", "CHAN_SWITCH 2 2437", "CHAN_SWITCH 0 2412",
    "CHAN_SWITCH 5 2462 ht", "ACCEPT_ACL ADD_MAC 02:00:00:00:00:51", "ACCEPT_ACL CLEAR", "DENY_ACL ADD_MAC 02:00:00:00:00:51",
    "DENY_ACL CLEAR", "REKEY_GTK", "ATTACH", "DETACH", "RELOG", "DRIVER_FLAGS", "TRACK_STA_LIST", "POLL_STA 02:00:00:00:00:51")


# With these a BSS starts, whatever it had.
GOOD = ("driver sim", "driver_params ", "hw_mode g", "channel 1", "ieee80211n 0", "ht_capab ", "basic_rates ", "supported_rates ", "wpa 0",
        "wpa_psk_file ", "upnp_iface ", "multi_ap 0", "wps_state 0", "start_disabled 0", "ssid good")


class Driver:
    def __init__(self, h, seed):
        self.h, self.r, self.done = h, random.Random(seed), []
        self.g = h.glob()
        h.write("psks", "00:00:00:00:00:00 some passphrase\n")
        h.write("macs", "02:00:00:00:00:51\n")
        self.stations = []

    def note(self, what):
        self.done.append(what)
        del self.done[:-40]

    def glob(self, command):
        reply = self.g(command)
        self.note(f"{command} -> {reply[:60]!r}")
        return reply

    def names(self):
        return self.g("INTERFACES").split()

    def bss(self, name, command):
        return self.glob(f"IFNAME={name} {command}")

    def some(self):
        return self.r.choice(self.names() or NAMES)

    # --- what may happen ---

    def add(self):
        name, known = self.r.choice(NAMES), self.names()
        if self.glob(f"ADD {name} {self.h.ctrl} sim") == "OK\n":
            assert self.names() == known + [name]
            for s in ("hw_mode g", "channel 1", "ssid " + name)[:self.r.randrange(4)]:
                self.bss(name, "SET " + s)
        else:
            assert self.names() == known

    def file(self, name):
        extra = self.r.choice(("", "", "wpa=2\nwpa_passphrase=12345678\n", "wpa=2\n", "basic_rates=20\nsupported_rates=10\n",
                               f"bss={self.r.choice(NAMES)}\nssid=more\n", "wps_state=2\n", "config_id=x\n"))
        return self.h.write("conf" + name, self.h.config(name, extra=extra, ssid="f" + name))

    def add_file(self):
        name = self.r.choice(NAMES)
        how = self.r.choice((f"ADD {name} config=", f"ADD bss_config={self.r.choice(RADIOS)}:"))
        known = self.names()
        if self.glob(how + self.file(name)) == "OK\n":
            assert name in self.names()
        else:
            assert self.names() == known

    def change_file(self):
        self.file(self.r.choice(NAMES))

    def remove(self):
        known, name = self.names(), self.some()
        ok = self.glob("REMOVE " + name) == "OK\n"
        assert ok == (name in known)
        left = self.names()
        assert name not in left and set(left) <= set(known)

    def set(self):
        key = self.r.choice(KEYS).format(d=self.h.dir, ctl=self.h.ctrl)
        self.bss(self.some(), "SET " + key)

    def command(self):
        self.bss(self.some(), self.r.choice(COMMANDS))

    def reload(self):
        """What was on the air is so afterwards, whatever the answer."""
        name = self.some()
        beacons = {n for n in self.names() if self.bss(n, "DUMP_BEACON") != "FAIL\n"}
        command = self.r.choice(("RELOAD", "RELOAD_BSS", "RELOAD_CONFIG"))
        ok = self.bss(name, command) == "OK\n"
        if ok and command == "RELOAD_CONFIG":
            return  # may be another list of BSSs
        for n in beacons:
            assert self.bss(n, "DUMP_BEACON") != "FAIL\n", "down after " + command

    def mend(self):
        """There is a way out of every tangle: DISABLE, SET, ENABLE."""
        name = self.some()
        if name not in self.names():
            return
        all_of_it = [v for k, v in fields(self.bss(name, "STATUS")).items() if k.startswith("bss[")]
        self.bss(name, "DISABLE")
        for n in all_of_it:
            for s in GOOD:
                assert self.bss(n, "SET " + s) == "OK\n", s
        assert self.bss(name, "ENABLE") == "OK\n"
        until = time.monotonic() + 10
        while fields(self.bss(name, "STATUS"))["state"] == "COUNTRY_UPDATE" and time.monotonic() < until:
            time.sleep(0.01)
        for n in all_of_it:
            assert self.bss(n, "UPDATE_BEACON") == "OK\n"

    def copy(self):
        key = self.r.choice(("wpa", "wpa_key_mgmt", "wpa_pairwise", "rsn_pairwise", "wpa_passphrase", "wpa_psk", "ssid"))
        self.glob(f"DUP_NETWORK {self.some()} {self.some()} {key}")

    def station(self):
        """One of frames comes, at times in the middle of what others do."""
        name = self.some()
        if not os.path.exists(os.path.join(self.h.air, name)):
            return
        if len(self.stations) > 3:
            self.stations.pop(0).close()
        status = fields(self.bss(name, "STATUS")) if name in self.names() else {}
        if status.get("state") != "ENABLED":
            return
        bssid = fields(self.bss(name, "GET_CONFIG")).get("bssid", "")
        s = Station(self.h, bssid, "02:00:00:00:cc:%02x" % self.r.randrange(256), "py%d" % self.r.randrange(1 << 30),
                    int(status["freq"]))
        s.peer = os.path.join(self.h.air, name)
        self.stations.append(s)
        self.note(f"station at {name}")
        with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):  # what it answers may be gone
            self.knock(s)

    def knock(self, s):
        s.send(11, bytes(2) + b"\1" + bytes(3))
        s.linger(0.02)
        body = b"\x21\x04\x0a\0\0\3net\1\x08\x82\x84\x8b\x96\x24\x30\x48\x6c"
        s.send(0, body + self.r.choice((b"", b"\x30\x14\1\0\0\x0f\xac\4\1\0\0\x0f\xac\4\1\0\0\x0f\xac\2\0\0",
                                        b"\xdd\x09\0\x50\xf2\4\x10\x4a\0\1\x10")))
        s.linger(0.02)

    def step(self):
        step = self.r.choices((self.add, self.add_file, self.change_file, self.remove, self.set, self.command, self.reload, self.copy,
                               self.station, self.mend), (1, 2, 1, 1, 20, 30, 6, 1, 6, 2))[0]
        step()

    def end(self):
        for s in self.stations:
            s.close()
        while self.names():
            self.glob("REMOVE " + self.r.choice(self.names()))
        assert not os.path.exists(self.h.ctrl) or not os.listdir(self.h.ctrl)


def test_random():
    seed = int(os.environ.get("RANDOM_SEED", time.time_ns() % 1000000))
    h = Daemon().start()
    driver = Driver(h, seed)
    until = time.monotonic() + SECONDS
    try:
        while time.monotonic() < until:
            driver.step()
        driver.end()
    except Exception as e:
        raise AssertionError(f"seed {seed}, after {driver.done}\n" + "\n".join(h.log().splitlines()[-30:])) from e
    finally:
        h.stop()
