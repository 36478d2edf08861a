"""wpa_psk_file and WPS: each enrollee gets a key of its own, on the disk before it is told.

Real processes on a simulated air. HOSTAPD and WPA_SUPPLICANT name the programs.
"""
import os
import re
import signal
import subprocess
import threading
import time

import pytest

from hostapd_rig import HOSTAPD, ROOT, WAIT, Daemon, fields

WPAS = os.environ.get("WPA_SUPPLICANT") or os.path.join(ROOT, "wpa_supplicant", "wpa_supplicant")
LINE = re.compile(r"wps=1 ((?:[0-9a-f]{2}:){5}[0-9a-f]{2}) ([0-9a-f]{64})\n")
CONF = """wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wps_state=2
eap_server=1
config_methods=push_button keypad
wpa_psk_file=%s
"""
PIN = "12345670"
CONNECTED = "CTRL-EVENT-CONNECTED"


class Ap(Daemon):
    """hostapd with a wpa_psk_file; prefix: what runs it."""

    def __init__(self, content="# keys of my devices\n", path=None, prefix=(), more=""):
        super().__init__(global_socket=False)
        self.prefix, self.more = list(prefix), more
        self.file = path or self.path("psk")
        if path is None:
            self.write("psk", content)
            os.chmod(self.file, 0o640)
        self.stations = []

    def start(self):
        self.write("conf", self.config(extra=CONF % self.file + self.more))
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([*self.prefix, HOSTAPD, "-dd", self.path("conf")], stdout=log, stderr=log,
                                            env=self.environment(), stdin=subprocess.DEVNULL)
        self.began = time.monotonic()
        self.c, self.m = self.bss("w0"), self.bss("w0")
        self.m.ok("ATTACH")
        return self

    def content(self):
        with open(self.file, encoding="latin-1") as f:
            return f.read()

    def lines(self):
        """{address: key} of the lines of enrollees."""
        return {m[1]: m[2] for m in LINE.finditer(self.content())}

    def station(self, name, **kw):
        s = Sta(self, name, **kw)
        self.stations.append(s)
        return s

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None
        for c in (self.c, self.m):
            c.close()
            self.clients.remove(c)
        os.unlink(os.path.join(self.ctrl, "w0"))

    def stop(self, status=0):
        for s in self.stations:
            s.stop()
        super().stop(status)


class Sta:
    """wpa_supplicant on the same air."""

    def __init__(self, ap, name, network=""):
        self.ap, self.name = ap, name
        ctrl = ap.path("sta")
        conf = ap.write(name + ".conf", "ctrl_interface=%s\nupdate_config=1\nconfig_methods=push_button display\n%s"
                        % (ctrl, network))
        self.log_path = ap.path(name + ".log")
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([WPAS, "-Dsim", "-i" + name, "-c" + conf, "-dd"], stdout=log, stderr=log,
                                            env=ap.environment(), stdin=subprocess.DEVNULL)
        self.c, self.m = (ap.client(os.path.join(ctrl, name)) for _ in range(2))
        self.m.ok("ATTACH")
        self.mac = fields(self.c("STATUS"))["address"]

    def psk(self):
        """That of its network, as it was saved."""
        keys = re.findall(r"^\tpsk=([0-9a-f]{64})$", self.saved(), re.M)
        assert len(keys) == 1, self.saved()
        return keys[0]

    def saved(self):
        with open(self.ap.path(self.name + ".conf"), encoding="latin-1") as f:
            return f.read()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(WAIT) == 0
        with open(self.log_path, encoding="latin-1") as f:
            log = f.read()
        assert "Sanitizer" not in log and "runtime error" not in log, log[-8000:]


@pytest.fixture
def make():
    made = []

    def factory(**kw):
        ap = Ap(**kw)
        made.append(ap)
        return ap
    yield factory
    for ap in made:
        ap.stop()


def onboard(ap, sta, pbc=False):
    if pbc:
        ap.c.ok("WPS_PBC")
        sta.c.ok("WPS_PBC")
    else:
        ap.c.ok("WPS_PIN any " + PIN)
        assert sta.c("WPS_PIN any " + PIN) == PIN
    sta.m.event(CONNECTED, 30)


def test_own_lines(make):
    """Button and PIN: each device its own line; a device that comes again keeps its key."""
    ap = make().start()
    one, two = ap.station("s1"), ap.station("s2")
    onboard(ap, one, pbc=True)
    ap.m.event("WPS-REG-SUCCESS " + one.mac)
    onboard(ap, two)
    lines = ap.lines()
    assert lines == {one.mac: one.psk(), two.mac: two.psk()} and one.psk() != two.psk()
    assert ap.content().startswith("# keys of my devices\nwps=1 ") and ap.content().count("\n") == 3
    assert os.stat(ap.file).st_mode & 0o7777 == 0o640
    # Known ones come back, also after a restart; nobody gets in with another's key.
    before = ap.content()
    one.c.ok("REMOVE_NETWORK all")
    onboard(ap, one)
    assert ap.content() == before and one.psk() == lines[one.mac]
    ap.c.ok("RELOAD_WPA_PSK")
    two.c.ok("SET_NETWORK 0 psk " + lines[one.mac], "REASSOCIATE")
    ap.m.event("AP-STA-POSSIBLE-PSK-MISMATCH " + two.mac)
    two.c.ok("SET_NETWORK 0 psk " + lines[two.mac], "REASSOCIATE")
    two.m.event(CONNECTED, 60)


def test_two_at_once(make):
    ap = make().start()
    one, two = ap.station("s1"), ap.station("s2")
    for s, pin in ((one, PIN), (two, "24681353")):
        s.c.ok("SET uuid 11111111-2222-3333-4444-0000000000" + s.mac[-2:])
        ap.c.ok("WPS_PIN 11111111-2222-3333-4444-0000000000%s %s" % (s.mac[-2:], pin))
    for s, pin in ((one, PIN), (two, "24681353")):
        assert s.c("WPS_PIN any " + pin) == pin
    for s in (one, two):
        s.m.event(CONNECTED, 60)
    assert ap.lines() == {one.mac: one.psk(), two.mac: two.psk()}
    assert ap.content().count("\n") == 3


def test_registrar(make):
    """A registrar that knows the AP PIN learns a key of its own, too."""
    ap = make(more="ap_pin=12345670\n").start()
    one = ap.station("s1")
    bssid = fields(ap.c("STATUS"))["bssid[0]"]
    one.c.ok("WPS_REG %s %s" % (bssid, PIN))
    one.m.event(CONNECTED, 30)
    assert ap.lines() == {one.mac: one.psk()}


def test_preset(make):
    """An existing wps=1 line is what is handed out; then the file need not be writable."""
    ap = make(content="wps=1 00:00:00:00:00:00 for everybody\n")
    os.chmod(ap.file, 0o400)
    ap.start()
    one = ap.station("s1")
    onboard(ap, one, pbc=True)
    assert ap.content() == "wps=1 00:00:00:00:00:00 for everybody\n"


def refused(ap, *words):
    """Button and PIN are refused; an event says why."""
    before = ap.content()
    for command in ("WPS_PBC", "WPS_PIN any " + PIN):
        ap.c.fails(command)
        event = ap.m.event("WPS refused: ")
        assert ap.file in event and all(w in event for w in words), event
    assert "PBC Status: Disabled" in ap.c("WPS_GET_STATUS")
    assert ap.content() == before


def test_read_only(make):
    ap = make().start()
    os.chmod(ap.file, 0o444)
    refused(ap, "Permission denied")
    os.unlink(ap.file)
    ap.c.fails("WPS_PBC")
    assert "No such file" in ap.m.event("WPS refused: ")


def fails_late(ap, spoil, mend):
    """The button is accepted, then the file cannot be written: no key is given away, nothing is lost."""
    before = ap.content()
    one = ap.station("s1")
    ap.c.ok("WPS_PBC")
    spoil()
    one.c.ok("WPS_PBC")
    assert "msg=11 " in ap.m.event("WPS-FAIL ", 60)
    one.m.event("WPS-FAIL ")
    assert "network={" not in one.saved()
    assert ap.content() == before
    assert "does not take the key of " + one.mac in ap.log() and one.mac not in ap.lines()
    one.c.ok("WPS_CANCEL")
    ap.c.ok("WPS_CANCEL")
    mend()
    onboard(ap, one)
    assert ap.lines() == {one.mac: one.psk()}
    assert ap.content().startswith(before)


def test_read_only_before_m8(make):
    ap = make().start()
    fails_late(ap, lambda: os.chmod(ap.file, 0o444), lambda: os.chmod(ap.file, 0o640))


# What runs hostapd with a file system of its own that has 16 KiB of room.
SMALL = ["unshare", "-Urm", "sh", "-c", 'mount -t tmpfs -o size=16k none "$0" && echo "# full" > "$0/psk" && exec "$@"']


@pytest.fixture
def small(make, tmp_path):
    """An access point whose file lies on a small disk."""
    ap = make(path=str(tmp_path / "psk"), prefix=[*SMALL, str(tmp_path)])
    ap.start()
    inside = "/proc/%d/root" % ap.process.pid
    ap.content = lambda: open(inside + ap.file, encoding="latin-1").read()
    ap.disk = inside + str(tmp_path)
    return ap


def fill(ap):
    with pytest.raises(OSError), open(ap.disk + "/filler", "wb", buffering=0) as f:
        while True:
            f.write(b"x" * 512)


def test_full_disk(small):
    fill(small)
    refused(small, "No space left")
    os.unlink(small.disk + "/filler")
    small.c.ok("WPS_PBC", "WPS_CANCEL")


def test_full_disk_before_m8(small):
    fails_late(small, lambda: fill(small), lambda: os.unlink(small.disk + "/filler"))
    assert os.listdir(small.disk) == ["psk"]


def test_mounted_file(make, tmp_path):
    """A file that is mounted for itself, as containers have it, cannot be replaced: it is written in place."""
    script = 'echo "# mounted" > "$0/real" && touch "$0/psk" && mount --bind "$0/real" "$0/psk" && exec "$@"'
    ap = make(path=str(tmp_path / "psk"), prefix=["unshare", "-Urm", "sh", "-c", script, str(tmp_path)])
    ap.start()
    one = ap.station("s1")
    onboard(ap, one, pbc=True)
    with open(tmp_path / "real", encoding="latin-1") as f:
        assert f.read() == "# mounted\nwps=1 %s %s\n" % (one.mac, one.psk())
    assert sorted(os.listdir(tmp_path)) == ["psk", "real"]


def test_read_only_mount(make, tmp_path):
    script = ('echo "# mounted" > "$0/psk" && mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"')
    ap = make(path=str(tmp_path / "psk"), prefix=["unshare", "-Urm", "sh", "-c", script, str(tmp_path)])
    ap.start()
    refused(ap, "Read-only file system")


def test_killed(make):
    """Whenever a station has its key, the key survives the access point."""
    ap = make().start()
    one = ap.station("s1")
    ap.c.ok("WPS_PBC")
    one.c.ok("WPS_PBC")
    one.m.event("WPS-CRED-RECEIVED", 60)
    ap.kill()
    lines = ap.lines()
    assert list(lines) == [one.mac]
    ap.start()
    one.c.ok("WPS_CANCEL")
    one.c("REMOVE_NETWORK all")
    onboard(ap, one)
    assert lines == ap.lines() == {one.mac: one.psk()}


def test_edited_while_running(make):
    ap = make().start()
    one, two = ap.station("s1"), ap.station("s2")
    onboard(ap, one, pbc=True)
    # Another device is put in by hand and RELOAD_WPA_PSK makes it known; nobody is sent away.
    with open(ap.file, "a", encoding="latin-1") as f:
        f.write("keyid=printer %s by hand 123\n" % two.mac)
    ap.c.ok("RELOAD_WPA_PSK")
    two.c("ADD_NETWORK")
    two.c.ok('SET_NETWORK 0 ssid "net"', 'SET_NETWORK 0 psk "by hand 123"', "SELECT_NETWORK 0")
    assert "keyid=printer" in ap.m.event("AP-STA-CONNECTED " + two.mac, 60)
    assert "AP-STA-DISCONNECTED" not in "".join(ap.m.drain())
    # The first one's line is taken out: it has to go, and gets a new key when it asks for one.
    old = ap.lines()[one.mac]
    with open(ap.file, "w", encoding="latin-1") as f:
        f.write("keyid=printer %s by hand 123" % two.mac)
    ap.c.ok("RELOAD_WPA_PSK")
    ap.m.event("AP-STA-DISCONNECTED " + one.mac)
    one.c.ok("REMOVE_NETWORK all")
    onboard(ap, one)
    assert ap.content() == "keyid=printer %s by hand 123\nwps=1 %s %s\n" % (two.mac, one.mac, one.psk())
    assert one.psk() != old
    # A bad line: refused by name, what was there goes on.
    with open(ap.file, "a", encoding="latin-1") as f:
        f.write("color=red %s by hand 123\n" % two.mac)
    ap.c.fails("RELOAD_WPA_PSK")
    assert "Unrecognized 'color=red' on line 3 in '%s'" % ap.file in ap.log()
    assert two.mac in ap.c("STA-FIRST") + ap.c("STA " + two.mac)
    refused(ap, "bad line")


def test_ten_thousand(make):
    """A long file delays neither the start nor a station, whose line is the last; nor does reading it again."""
    ap = make(content="".join("keyid=k%d 02:11:22:00:%02x:%02x passphrase of %d\n" % (n, n >> 8, n & 255, n)
                              for n in range(10000)))
    mac = make().start().station("s1").mac  # made of its name
    with open(ap.file, "a", encoding="latin-1") as f:
        f.write("keyid=last %s the very last\n" % mac)
    ap.start()
    ap.wait_for(ap.path("ctl/w0"))
    assert fields(ap.c("STATUS"))["state"] == "ENABLED"
    assert time.monotonic() - ap.began < 5  # deriving them all takes ten and more
    last = ap.station("s1", network='network={\nssid="net"\npsk="the very last"\n}\n')
    assert last.mac == mac
    assert "keyid=last" in ap.m.event("AP-STA-CONNECTED " + mac, 60)
    began = time.monotonic()
    ap.c.ok("RELOAD_WPA_PSK")
    assert time.monotonic() - began < 2
    assert "AP-STA-DISCONNECTED" not in "".join(ap.m.drain())
