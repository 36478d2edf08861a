"""A bus of one's own, the daemons on it and on simulated air: tools of test_dbus_*.py.

    def test_it(world):                       # fixture `world`, or the module's `shared` ones of your own: see World
        world.ap()
        sta = world.sta()                     # wpa_supplicant -u; sta.c, sta.m: control sockets
        c = world.client()                    # a D-Bus client (dbus_wire.Client)
        path = c.call(ROOT, W, "GetInterface", "s", "sta0")
        c.fails("InterfaceUnknown", None, ROOT, W, "GetInterface", "s", "none")
        c.signals.changed(IF, lambda v: v.get("State") == "completed", path)
"""
import os
import subprocess

import pytest

from dbus_wire import BUS, PROPERTIES, Client, DBusError, Path, Variant  # noqa: F401 (for those who import us)
from test_wpas_control import HOSTAPD, PSK, WPAS, AccessPoint, Ctrl, Daemon, Sta, wait_for  # noqa: F401

W = "fi.w1.wpa_supplicant1"
IF, WPS, NET, BSS, STATION = W + ".Interface", W + ".Interface.WPS", W + ".Network", W + ".BSS", W + ".Station"
ROOT = "/fi/w1/wpa_supplicant1"

# The system bus as distributions have it, and what our installed policy adds, for the user who runs the test.
BUS_CONF = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
  </policy>
  {more}
</busconfig>
"""
POLICY = """<policy user="{uid}">
    <allow own="{name}"/>
    <allow send_destination="{name}"/>
    <allow send_interface="{name}"/>
    <allow receive_sender="{name}" receive_type="signal"/>
  </policy>"""


class Bus:
    """A dbus-daemon. stop() and start() again keep its address."""

    def __init__(self, d, name="bus", more=None):
        self.path, self.proc = f"{d}/{name}", None
        self.address = "unix:path=" + self.path
        self.conf, self.log = f"{d}/{name}.conf", f"{d}/{name}.log"
        with open(self.conf, "w") as f:
            f.write(BUS_CONF.format(path=self.path, more=POLICY.format(uid=os.getuid(), name=W) if more is None else more))
        self.start()

    def start(self):
        if os.path.exists(self.path):
            os.unlink(self.path)  # of one that was killed
        with open(self.log, "ab") as log:
            self.proc = subprocess.Popen(["dbus-daemon", "--config-file=" + self.conf, "--nofork", "--nopidfile", "--nosyslog"],
                                         stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_for("the bus", lambda: os.path.exists(self.path) or self.proc.poll() is not None)
        assert self.proc.poll() is None, open(self.log).read()

    def stop(self, kill=False):
        (self.proc.kill if kill else self.proc.terminate)()
        self.proc.wait(20)


class BusSta(Sta):
    """wpa_supplicant -u with one interface (ifname), in the file and on the bus."""

    def __init__(self, d, bus, conf="", extra=(), **kw):
        super().__init__(d, conf, extra=("-u", *extra), prefix=("env", "DBUS_SYSTEM_BUS_ADDRESS=" + bus.address), **kw)


class BareSta(Daemon):
    """wpa_supplicant -u without interfaces; `g` is its global control socket."""

    def __init__(self, d, bus, name="bare", extra=()):
        super().__init__(d, name, ["env", "DBUS_SYSTEM_BUS_ADDRESS=" + bus.address, WPAS, "-u", "-dd", "-t", f"-g{d}/{name}.global",
                                   *extra])
        wait_for("the global socket", lambda: (d / f"{name}.global").exists() or self.proc.poll() is not None)
        assert self.proc.poll() is None, self.text()
        self.g = Ctrl(d / f"{name}.global")
        assert self.g("PING") == "PONG\n"  # its loop runs, so it is on the bus

    def stop(self, check=True):
        self.g.close()
        super().stop(check)


AP_CONF = """interface={name}
driver=sim
ctrl_interface={d}/apctrl
hw_mode=g
channel={channel}
ssid={ssid}
"""
PSK_CONF = f"wpa=2\nwpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\nwpa_passphrase={PSK}\n"
WPS_CONF = PSK_CONF + "wps_state=2\neap_server=1\nconfig_methods=label display push_button keypad\n"


class Ap(AccessPoint):
    def __init__(self, d, name="ap", conf=WPS_CONF, channel=6, ssid="home"):
        super().__init__(d, name, AP_CONF.format(name=name, d=d, channel=channel, ssid=ssid) + conf)


class World:
    """A directory, an air and a bus. For cases that share daemons make one in a fixture of your module:

        @pytest.fixture(scope="module")
        def lab(tmp_path_factory):
            with World(tmp_path_factory.mktemp("d")) as w:
                w.ap()
                w.sta0 = w.sta()
                yield w
    """

    def __init__(self, d, **bus):
        self.d, self.made, self.clients = d, [], []
        (d / "air").mkdir(exist_ok=True)
        self.bus = Bus(d, **bus)

    def __enter__(self):
        return self

    def __exit__(self, kind, *rest):
        self.close(check=kind is None)

    def keep(self, daemon):
        self.made.append(daemon)
        return daemon

    def ap(self, name="ap", **kw):
        return self.keep(Ap(self.d, name, **kw))

    def sta(self, conf="country=DE\n", **kw):
        return self.keep(BusSta(self.d, self.bus, conf, **kw))

    def bare(self, **kw):
        return self.keep(BareSta(self.d, self.bus, **kw))

    def client(self, **kw):
        self.clients.append(Client(self.bus.address, **kw))
        return self.clients[-1]

    def stop(self, daemon):
        self.made.remove(daemon)
        daemon.stop()

    def close(self, check=True):
        for c in self.clients:
            c.close()
        try:
            for m in reversed(self.made):
                m.stop(check)
        finally:
            self.bus.stop()


@pytest.fixture
def world(tmp_path):
    with World(tmp_path) as w:
        yield w
