"""Control commands and D-Bus calls in random order, as no user would give them: the daemon answers every one, and ends well.

    RANDOM_SEED=7 RANDOM_SECONDS=120 tests/conf/run tests/conf/test_random.py

A failure names its seed and the last calls. Best with the programs of an ASan build (HOSTAPD, WPA_SUPPLICANT).
"""
import os
import random
import shutil
import signal
import time

from dbus_rig import BSS, IF, NET, PROPERTIES, PSK, ROOT, WPS, WPS_CONF, DBusError, Path, Variant, W, World

SECONDS = float(os.environ.get("RANDOM_SECONDS", 4))
NAMES = ("home", "open", "spot", "nowhere")
VALUES = (("key_mgmt", "NONE"), ("key_mgmt", "WPA-PSK"), ("psk", f'"{PSK}"'), ("psk", '"another secret"'), ("mode", 2), ("mode", 0),
          ("frequency", 2437), ("frequency", 2433), ("disabled", 0), ("disabled", 1), ("scan_ssid", 1), ("scan_freq", "2437 2462"),
          ("ieee80211w", 2), ("ieee80211w", 0), ("priority", 3), ("mem_only_psk", 1), ("bssid", "02:00:00:00:00:99"))
COMMANDS = (
    "STATUS", "STATUS-WPS", "STATUS-DRIVER", "SIGNAL_POLL", "PKTCNT_POLL", "SIGNAL_MONITOR THRESHOLD=-50", "DRIVER_FLAGS", "MIB",
    "LIST_NETWORKS", "SCAN_RESULTS", "BSS FIRST", "BSS_FLUSH 0", "GET_CAPABILITY channels", "GET_CAPABILITY freq", "STA-FIRST",
    "SCAN", "SCAN", "SCAN TYPE=ONLY", "SCAN freq=2437 use_id=1", "ABORT_SCAN", "SCAN_INTERVAL 1", "AP_SCAN 0", "AP_SCAN 1",
    "AP_SCAN 1", "AP_SCAN 2", "AUTOSCAN periodic:1", "AUTOSCAN ",
    "REASSOCIATE", "REASSOCIATE", "REATTACH", "RECONNECT", "DISCONNECT", "REAUTHENTICATE", "SUSPEND", "RESUME", "RECONFIGURE",
    "SAVE_CONFIG", "FLUSH", "STA_AUTOCONNECT 0", "STA_AUTOCONNECT 1", "SELECT_NETWORK any", "ENABLE_NETWORK all",
    "DISABLE_NETWORK all", "REMOVE_NETWORK all", "BSSID_IGNORE clear", "MAC_RAND_SCAN scan enable=1", "VENDOR_ELEM_ADD 14 dd0411223301",
    "WPS_PBC", "WPS_PBC", "WPS_PBC multi_ap=1", "WPS_PIN any", "WPS_PIN any 12345670", "WPS_REG {bssid} 12345670", "WPS_CANCEL",
    "WPS_AP_PIN random", "WPS_AP_PIN set 12345670 5", "WPS_NFC", "WPS_NFC_TOKEN NDEF", "WPS_NFC_CONFIG_TOKEN NDEF 0",
    "NFC_GET_HANDOVER_REQ NDEF WPS-CR", "NFC_GET_HANDOVER_SEL NDEF WPS-CR", "WPS_ER_START", "WPS_ER_STOP", "WPS_ER_PIN any 12345670",
    "WPS_ER_PBC {bssid}", "WPS_ER_LEARN {bssid} 12345670", "DEAUTHENTICATE {bssid}", "ROAM {bssid}", "SET pmf 1", "SET pmf 0",
    "SET device_name Random", "SET config_methods push_button", "SET country DE", "SET bridge br0", "SET wps_cred_processing 2",
    "NOTE random", "RELOG", "PMKSA_FLUSH", "LOGOFF", "LOGON")
METHODS = (("Scan", "a{sv}", {"Type": Variant("s", "active")}), ("Scan", "a{sv}", {"Type": Variant("s", "passive")}),
           ("AbortScan",), ("SignalPoll",), ("Disconnect",), ("Reassociate",), ("Reattach",), ("Reconnect",), ("RemoveAllNetworks",),
           ("FlushBSS", "u", 0), ("AutoScan", "s", "periodic:2"), ("SaveConfig",), ("SubscribeProbeReq",), ("UnsubscribeProbeReq",),
           ("Roam", "s", "02:00:00:00:00:99"))


class Driver:
    def __init__(self, world, seed):
        self.w, self.r, self.done = world, random.Random(seed), []
        self.d = world.d
        (self.d / "spare.conf").write_text(f"ctrl_interface={self.d}/ctrl\nupdate_config=1\ncountry=DE\n"
                                           'network={\nssid="spot"\nmode=2\nfrequency=2437\nkey_mgmt=NONE\n}\n')
        (self.d / "guest.conf").write_text(f"ctrl_interface={self.d}/ctrl\n" 'network={\nssid="spot"\nkey_mgmt=NONE\n}\n')
        self.ap = world.ap(conf=WPS_CONF + "multi_ap=3\n")
        world.ap("ap3", conf="", channel=11, ssid="open")
        self.daemon = world.bare()
        self.g = self.daemon.g
        self.g.ok(f"INTERFACE_ADD guest0\t{self.d}/guest.conf\tsim")
        self.c = world.client()

    def note(self, what):
        self.done.append(what)
        del self.done[:-40]

    def control(self, cmd):
        """To the interface, through the global socket: it may not be there."""
        self.note(cmd)
        return self.g("IFNAME=sta0 " + cmd)

    def method(self, path, interface, name, signature="", *args):
        self.note(f"{path} {name} {args}")
        try:
            return self.c.call(path, interface, name, signature, *args)
        except DBusError:
            return None

    def prop(self, path, interface, name, value):
        return self.method(path, PROPERTIES, "Set", "ssv", interface, name, value)

    def get(self, path, name):
        return self.method(path, PROPERTIES, "Get", "ss", IF, name) or []

    def iface(self):
        return self.method(ROOT, W, "GetInterface", "s", "sta0")

    # --- what may happen ---

    def command(self):
        self.control(self.r.choice(COMMANDS).format(bssid=self.ap.bssid))

    def network_id(self):
        lines = self.control("LIST_NETWORKS").splitlines()[1:]
        return self.r.choice(lines).split("\t")[0] if lines and lines[0][:1].isdigit() else "0"

    def add_network(self):
        n = self.control("ADD_NETWORK").strip()
        if not n.isdigit():
            return
        self.control(f'SET_NETWORK {n} ssid "{self.r.choice(NAMES)}"')
        for key, value in self.r.choice(([("key_mgmt", "NONE")], [("psk", f'"{PSK}"')], [("psk", f'"{PSK}"'), ("scan_freq", 2437)],
                                         [("mode", 2), ("frequency", 2437), ("key_mgmt", "NONE")],
                                         [("mode", 2), ("psk", f'"{PSK}"'), ("proto", "RSN"), ("pairwise", "CCMP")])):
            self.control(f"SET_NETWORK {n} {key} {value}")
        self.control(self.r.choice(("SELECT_NETWORK", "ENABLE_NETWORK")) + " " + n)

    def change_network(self):
        key, value = self.r.choice(VALUES)
        self.control(f"SET_NETWORK {self.network_id()} {key} {value}")

    def use_network(self):
        verb = self.r.choice(("SELECT_NETWORK", "SELECT_NETWORK", "ENABLE_NETWORK", "DISABLE_NETWORK", "REMOVE_NETWORK"))
        self.control(f"{verb} {self.network_id()}")

    def call(self):
        path = self.iface()
        if path:
            self.method(path, IF, *self.r.choice(METHODS))

    def bus_network(self):
        path = self.iface()
        nets = self.get(path, "Networks") if path else []
        if not path or not nets or self.r.random() < 0.3:
            if path:
                self.method(path, IF, "AddNetwork", "a{sv}", {"ssid": Variant("s", self.r.choice(NAMES)),
                                                              "psk": Variant("s", PSK)})
            return
        n = Path(self.r.choice(nets))
        what = self.r.randrange(5)
        if what == 0:
            self.method(path, IF, "RemoveNetwork", "o", n)
        elif what == 1:
            self.method(path, IF, "SelectNetwork", "o", n)
        elif what == 2:
            self.prop(n, NET, "Enabled", self.r.random() < 0.5)
        elif what == 3:
            self.method(path, IF, "NetworkReply", "oss", n, "PSK_PASSPHRASE", PSK)
        else:
            self.prop(n, NET, "Properties", Variant("a{sv}", {"mode": Variant("i", self.r.choice((0, 2)))}))

    def onboard(self):
        """Both buttons, and time for some of the messages."""
        self.ap.c("ENABLE")
        self.ap.c("WPS_PBC")
        self.control(self.r.choice(("WPS_PBC", "WPS_PBC multi_ap=1", "WPS_PBC " + self.ap.bssid)))
        time.sleep(self.r.random() * 2)

    def connect(self):
        self.ap.c("ENABLE")
        self.control("REMOVE_NETWORK all")
        n = self.control("ADD_NETWORK").strip()
        if n.isdigit():
            for key in ('ssid "home"', f'psk "{PSK}"', "scan_freq 2437"):
                self.control(f"SET_NETWORK {n} {key}")
            self.control("SELECT_NETWORK " + n)
            time.sleep(self.r.random())

    def guest(self):
        self.g("IFNAME=guest0 " + self.r.choice(("REASSOCIATE", "SCAN_INTERVAL 1", "WPS_PBC", "WPS_CANCEL", "RECONFIGURE")))

    def bus_wps(self):
        path = self.iface()
        if not path:
            return
        if self.r.random() < 0.3:
            self.method(path, WPS, "Cancel")
            return
        args = {"Role": Variant("s", self.r.choice(("enrollee", "registrar"))), "Type": Variant("s", self.r.choice(("pbc", "pin")))}
        self.method(path, WPS, "Start", "a{sv}", args)

    def read_all(self):
        path = self.iface()
        if not path:
            return
        for interface in (IF, WPS):
            self.method(path, PROPERTIES, "GetAll", "s", interface)
        for p in self.get(path, "BSSs")[:3]:
            self.method(p, PROPERTIES, "GetAll", "s", BSS)

    def interface(self):
        if self.r.random() < 0.5:
            self.note("INTERFACE_REMOVE")
            path = self.iface() if self.r.random() < 0.5 else None
            if path:
                self.method(ROOT, W, "RemoveInterface", "o", Path(path))
            else:
                self.g("INTERFACE_REMOVE sta0")
        self.add_interface()

    def add_interface(self):
        self.note("INTERFACE_ADD")
        self.g(f"INTERFACE_ADD sta0\t{self.d}/spare.conf\tsim")

    def access_point(self):
        self.note("access point")
        self.ap.c(self.r.choice(("DISABLE", "ENABLE", "ENABLE", "WPS_PBC", "WPS_CANCEL", "WPS_AP_PIN set 12345670")))

    def reload(self):
        self.note("SIGHUP")
        self.daemon.proc.send_signal(signal.SIGHUP)

    def netdev_gone(self):
        """Whatever opens its netdev meanwhile, does not find it."""
        self.note("netdev gone")
        os.rename(self.d / "air", self.d / "elsewhere")
        self.control(self.r.choice(("DISCONNECT", "REMOVE_NETWORK all", "RECONFIGURE", "FLUSH", "REASSOCIATE")))
        self.command()
        shutil.rmtree(self.d / "air", ignore_errors=True)
        os.rename(self.d / "elsewhere", self.d / "air")
        self.add_interface()

    def wait(self):
        time.sleep(self.r.choice((0, 0.01, 0.05, 0.2, 0.4)))

    def run(self, seconds):
        steps = [self.command] * 8 + [self.add_network] * 4 + [self.change_network] * 3 + [self.use_network] * 3 + [self.call] * 3 + \
            [self.bus_network] * 4 + [self.bus_wps, self.read_all, self.interface, self.access_point, self.guest, self.onboard] * 2 + \
            [self.connect] * 3 + [self.netdev_gone, self.reload] + [self.wait] * 6
        end = time.monotonic() + seconds
        self.add_interface()
        count = 0
        while time.monotonic() < end:
            self.r.choice(steps)()
            self.c.pump(0)
            self.c.signals.clear()
            count += 1
        return count


def test_random(tmp_path):
    seed = int(os.environ.get("RANDOM_SEED", time.time_ns() % 1000000))
    driver = None
    try:
        with World(tmp_path) as world:
            driver = Driver(world, seed)
            assert driver.run(SECONDS) > SECONDS
            assert driver.g("PING") == "PONG\n"
    except BaseException:
        print(f"RANDOM_SEED={seed}; the last calls:", *(driver.done if driver else ()), sep="\n  ")
        raise
