"""wpa_supplicant as control clients see it: /work/shared/reference/wpa_supplicant-control.md, section by section.

    WPA_SUPPLICANT=... HOSTAPD=... /usr/bin/python3 -m pytest tests/conf/test_wpas_control.py

Real processes on a simulated air (driver=sim), no privileges, no VM. Without the variables the programs of
the source tree are taken.
"""
import contextlib
import itertools
import os
import re
import signal
import socket
import stat
import subprocess
import time

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WPAS = os.environ.get("WPA_SUPPLICANT", os.path.join(ROOT, "wpa_supplicant/wpa_supplicant"))
HOSTAPD = os.environ.get("HOSTAPD", os.path.join(ROOT, "hostapd/hostapd"))
DEBIAN = "/sbin/wpa_supplicant"
WAIT = 20
PSK = "twelve words"
_serial = itertools.count()


def env(d):
    e = dict(os.environ, SIM_AIR_DIR=str(d / "air"))
    e.setdefault("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0")
    e.setdefault("UBSAN_OPTIONS", "halt_on_error=1:print_stacktrace=1")
    return e


def run(d, *args, timeout=WAIT, cwd=None):
    return subprocess.run([WPAS, *map(str, args)], capture_output=True, text=True, errors="replace", timeout=timeout,
                          env=env(d), cwd=cwd, stdin=subprocess.DEVNULL)


class Ctrl:
    def __init__(self, path):
        self.local = f"/tmp/wpa_ctrl_{os.getpid()}-{next(_serial)}"
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.local)  # of a process of before with this id
        self.sock.bind(self.local)
        wait_for(path, lambda: self.sock.connect_ex(str(path)) == 0)  # its daemon may be about to start
        self.sock.settimeout(WAIT)
        self.events = []

    def send(self, cmd):
        self.sock.send(cmd.encode() if isinstance(cmd, str) else cmd)

    def __call__(self, cmd):
        self.send(cmd)
        while True:
            data = self.sock.recv(65536).decode("utf-8", "surrogateescape")
            if not data.startswith(("<", "IFNAME=")):
                return data
            self.events.append(data)

    def ok(self, cmd):
        assert self(cmd) == "OK\n", cmd

    def fails(self, cmd):
        assert self(cmd) == "FAIL\n", cmd

    def fields(self, cmd):
        out = {}
        for line in self(cmd).splitlines():
            assert "=" in line, f"{cmd}: line without =: {line!r}"
            k, v = line.split("=", 1)
            out.setdefault(k, v)
        return out

    def event(self, pattern, timeout=WAIT):
        """Waits for an event; those before it are dropped. Its text."""
        end = time.monotonic() + timeout
        seen = []
        while True:
            while self.events:
                e = self.events.pop(0)
                seen.append(e)
                if re.search(pattern, e):
                    return e
            left = end - time.monotonic()
            assert left > 0, f"no event {pattern!r}; seen: {seen}"
            self.sock.settimeout(left)
            try:
                self.events.append(self.sock.recv(65536).decode("utf-8", "surrogateescape"))
            except socket.timeout:
                pass
            finally:
                self.sock.settimeout(WAIT)

    def drain(self):
        self.sock.settimeout(0.05)
        try:
            while True:
                self.events.append(self.sock.recv(65536).decode("utf-8", "surrogateescape"))
        except socket.timeout:
            pass
        self.sock.settimeout(WAIT)
        out, self.events = self.events, []
        return out

    def close(self):
        self.sock.close()
        os.unlink(self.local)


def wait_for(what, test, timeout=WAIT):
    end = time.monotonic() + timeout
    while not test():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.03)


class Daemon:
    def __init__(self, d, name, argv, cwd=None):
        self.d, self.log = d, d / f"{name}.log"
        self.proc = subprocess.Popen([str(a) for a in argv], stdout=open(self.log, "ab"), stderr=subprocess.STDOUT,
                                     stdin=subprocess.DEVNULL, env=env(d), cwd=cwd)

    def text(self):
        return self.log.read_text(errors="replace")

    def stop(self, check=True):
        if self.proc.poll() is None:
            self.proc.terminate()
            try:
                self.proc.wait(WAIT)
            except subprocess.TimeoutExpired:
                self.proc.kill()
                raise AssertionError("does not end on SIGTERM")
        for word in ("AddressSanitizer", "runtime error:", "LeakSanitizer"):
            assert word not in self.text(), self.text()[-6000:]
        if check:
            assert self.proc.returncode == 0, self.text()[-3000:]


class AccessPoint(Daemon):
    """hostapd with one BSS, whose control sockets are below d/apctrl, beaconing."""

    def __init__(self, d, name, conf):
        path = d / f"{name}.conf"
        path.write_text(conf)
        super().__init__(d, name, [HOSTAPD, "-dd", path])
        sock = d / "apctrl" / name
        wait_for(name, lambda: sock.exists() or self.proc.poll() is not None)
        assert self.proc.poll() is None, self.text()
        self.c, self.m = Ctrl(sock), Ctrl(sock)
        self.m.ok("ATTACH")
        wait_for("ENABLED", lambda: self.c.fields("STATUS").get("state") == "ENABLED")
        self.bssid = self.c.fields("STATUS")["bssid[0]"]

    def stop(self, check=True):
        self.c.close()
        self.m.close()
        super().stop(check)


class Sta(Daemon):
    def __init__(self, d, conf="", ifname="sta0", extra=(), path=None, name="wpas", update=True, prefix=()):
        self.conf = path or d / f"{ifname}.conf"
        self.ifname, self.ctrl_dir = ifname, d / "ctrl"
        if path is None:
            self.conf.write_text(f"ctrl_interface={self.ctrl_dir}\n" + ("update_config=1\n" if update else "") + conf)
        super().__init__(d, name, [*prefix, WPAS, "-Dsim", f"-i{ifname}", f"-c{self.conf}", f"-g{d}/global", "-dd", "-t", *extra])
        self.socks = []
        wait_for("the control socket", lambda: (self.ctrl_dir / ifname).exists() or self.proc.poll() is not None)
        assert self.proc.poll() is None, self.text()
        self.c, self.m = self.client(), self.client()
        self.g = self.client(d / "global")
        self.m.ok("ATTACH")

    def client(self, path=None):
        c = Ctrl(path or self.ctrl_dir / self.ifname)
        self.socks.append(c)
        return c

    def state(self):
        return self.c.fields("STATUS")["wpa_state"]

    def until(self, state, timeout=WAIT):
        wait_for(state, lambda: self.state() == state, timeout)

    def add(self, ssid="home", psk=PSK, **keys):
        n = self.c("ADD_NETWORK").strip()
        assert n.isdigit()
        self.c.ok(f'SET_NETWORK {n} ssid "{ssid}"')
        if psk:
            self.c.ok(f'SET_NETWORK {n} psk "{psk}"')
        else:
            self.c.ok(f"SET_NETWORK {n} key_mgmt NONE")
        for k, v in keys.items():
            self.c.ok(f"SET_NETWORK {n} {k} {v}")
        return n

    def connect(self, **kw):
        n = self.add(**kw)
        self.c.ok(f"SELECT_NETWORK {n}")
        self.m.event("CTRL-EVENT-CONNECTED")
        return n

    def stop(self, check=True):
        for s in self.socks:
            s.close()
        self.socks = []
        super().stop(check)


AP_CONF = """interface=ap
driver=sim
ctrl_interface={d}/apctrl
hw_mode=g
channel=6
ieee80211n=1
ssid=home
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase=twelve words
wps_state=2
eap_server=1
device_name=Router
config_methods=push_button
multi_ap=2
multi_ap_backhaul_ssid="backhaul"
multi_ap_backhaul_wpa_passphrase=backhaul secret
bss=ap_bh
ctrl_interface={d}/apctrl
ssid=backhaul
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase=backhaul secret
multi_ap=1
bss=ap_open
ctrl_interface={d}/apctrl
ssid=open
bss=ap_hidden
ctrl_interface={d}/apctrl
ssid=hidden one
ignore_broadcast_ssid=1
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase=twelve words
"""


@pytest.fixture(scope="module")
def air(tmp_path_factory):
    """An air with an access point: home (fronthaul, WPS), backhaul, open, hidden one."""
    d = tmp_path_factory.mktemp("w")
    (d / "air").mkdir()
    conf = d / "ap.conf"
    conf.write_text(AP_CONF.format(d=d))
    ap = Daemon(d, "hostapd", [HOSTAPD, conf])
    wait_for("the access point", lambda: (d / "apctrl/ap").exists() or ap.proc.poll() is not None)
    assert ap.proc.poll() is None, ap.text()
    ap.c = Ctrl(d / "apctrl/ap")
    wait_for("AP-ENABLED", lambda: ap.c.fields("STATUS").get("state") == "ENABLED")
    ap.bssid = ap.c.fields("STATUS")["bssid[0]"]
    yield ap
    ap.c.close()
    ap.stop()


@pytest.fixture(scope="module")
def shared(air):
    s = Sta(air.d, "country=DE\n")
    yield s
    s.stop()


@pytest.fixture
def sta(shared):
    """One daemon for most tests, reset in between as harnesses do; tests come in any order."""
    shared.c.ok("FLUSH")
    shared.c.ok("SET ap_scan 1")
    shared.c.ok("SET freq_list 0")
    shared.c.ok("SCAN_INTERVAL 1")
    shared.m.drain()
    shared.c.drain()
    yield shared
    assert shared.proc.poll() is None, shared.text()[-5000:]
    shared.c.ok("FLUSH")


@pytest.fixture
def d(air, tmp_path):
    """A directory of its own on the shared air."""
    (tmp_path / "air").symlink_to(air.d / "air")
    return tmp_path


@pytest.fixture
def own(d):
    """Starts station daemons with configurations of their own."""
    made = []

    def start(conf="", **kw):
        kw.setdefault("ifname", f"st{next(_serial)}")
        made.append(Sta(d, conf, **kw))
        return made[-1]
    yield start
    for s in made:
        s.stop()


# --- 1.1 command line ---

class TestCommandLine:
    def test_version(self, d):
        r = run(d, "-v")
        assert r.returncode == 0 and r.stdout.startswith("wpa_supplicant v")
        assert "Copyright" in r.stdout.splitlines()[1]

    @pytest.mark.parametrize("args,status", [(["-h"], 0), (["-!"], 0), ([], 255), (["-isim0"], 255),
                                             (["-Dsim", "-C/tmp/x"], 255)])
    def test_usage(self, d, args, status):
        r = run(d, *args)
        assert r.returncode == status
        assert "usage" in r.stdout + r.stderr

    def test_check_mode(self, d):
        f = d / "x.conf"
        f.write_text("ctrl_interface=/tmp/none\nnetwork={\nssid=\"a\"\npsk=\"12345678\"\n}\n")
        r = run(d, "-c", f)
        assert r.returncode == 0
        assert f"Validating parsing of {f}" in r.stdout and "Parsing succeeded" in r.stdout
        f.write_text("update_config=1\nnetwork={\nssid=\"a\"\nbad=1\n}\n")
        r = run(d, "-c", f)
        assert r.returncode == 255
        assert "Parsing failed" in r.stdout and re.search(r"Line 4: .*bad", r.stdout + r.stderr)
        assert run(d, "-c", d / "none").returncode == 255

    def test_bad_config(self, d):
        f = d / "x.conf"
        f.write_text("nonsense=1\n")
        r = run(d, "-Dsim", "-iz0", "-c", f)
        assert r.returncode == 255
        assert f"Failed to read or parse configuration '{f}'." in r.stdout + r.stderr

    def test_bad_driver(self, d):
        f = d / "x.conf"
        f.write_text("")
        r = run(d, "-Dnodrv", "-iz0", "-c", f)
        assert r.returncode == 255 and "z0: Unsupported driver 'nodrv'" in r.stdout + r.stderr

    def test_secret_not_logged(self, d):
        f = d / "x.conf"
        for psk in ('"shrt77x"', "zz" + "a" * 62, '"' + "q7q7" * 20 + '"'):
            f.write_text(f"network={{\nssid=\"a\"\npsk={psk}\n}}\n")
            r = run(d, "-dd", "-c", f)
            assert r.returncode == 255
            assert psk.strip('"') not in r.stdout + r.stderr

    def test_pid_file_and_background(self, d):
        f = d / "rel.conf"
        f.write_text(f"ctrl_interface={d}/ctl\nupdate_config=1\n")
        r = run(d, "-B", "-P", "pid", "-f", "log", "-Dsim", "-irel0", "-c", "rel.conf", "-C", "unused", cwd=d)
        assert r.returncode == 0, r.stdout + r.stderr
        pid = int((d / "pid").read_text())
        try:
            wait_for("socket", lambda: (d / "ctl/rel0").exists())
            c = Ctrl(d / "ctl/rel0")
            c.ok("SET device_name relative")
            c.ok("SAVE_CONFIG")
            assert "device_name=relative" in f.read_text()
            c.ok("RECONFIGURE")
            c.ok("TERMINATE")
            wait_for("end", lambda: not (d / "pid").exists())
            wait_for("socket to go", lambda: not (d / "ctl/rel0").exists())
            c.close()
        except BaseException:
            os.kill(pid, signal.SIGKILL)
            raise

    def test_ctrl_in_use_and_stale(self, own, d):
        s = own()
        r = run(d, "-Dsim", f"-i{s.ifname}", "-c", s.conf)
        assert r.returncode == 255
        path = s.ctrl_dir / s.ifname
        assert s.c("PING") == "PONG\n"
        s.proc.kill()
        s.proc.wait()
        assert path.exists()
        for x in s.socks:
            x.close()
        s.stop = lambda: None
        t = Daemon(d, "again", [WPAS, "-Dsim", f"-i{s.ifname}", "-c", s.conf])

        def answers():
            try:
                c = Ctrl(path)
            except OSError:
                return False
            return c("PING") == "PONG\n"
        wait_for("the stale socket to be taken over", answers)
        t.stop()

    def test_wait_for_monitor(self, own, d):
        f = d / "w.conf"
        f.write_text(f"ctrl_interface={d}/wctl\n")
        p = Daemon(d, "wait", [WPAS, "-W", "-Dsim", "-iwm0", "-c", f])
        wait_for("socket", lambda: (d / "wctl/wm0").exists())
        c = Ctrl(d / "wctl/wm0")
        c.fails("PING")
        c.ok("ATTACH")
        assert c("PING") == "PONG\n"
        c.close()
        p.stop()

    def test_sighup(self, own):
        s = own("device_name=one\n")
        s.conf.write_text(s.conf.read_text().replace("one", "two"))
        s.proc.send_signal(signal.SIGHUP)
        wait_for("reload", lambda: s.c("GET device_name") == "two")
        s.conf.write_text("broken\n")
        s.proc.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert s.c("PING") == "PONG\n"

    def test_modes(self, own, d):
        s = own()
        assert stat.S_IMODE(os.stat(s.ctrl_dir / s.ifname).st_mode) == 0o770
        assert stat.S_IMODE(os.stat(d / "global").st_mode) == 0o700
        assert stat.S_IMODE(os.stat(s.ctrl_dir).st_mode) & 0o007 == 0

    def test_unknown_group(self, d):
        f = d / "g.conf"
        f.write_text(f"ctrl_interface=DIR={d}/gc GROUP=nosuchgroup\n")
        assert run(d, "-Dsim", "-ig0", "-c", f).returncode == 255
        f.write_text(f"ctrl_interface=DIR={d}/gc GROUP={os.getgid()}\n")
        p = Daemon(d, "grp", [WPAS, "-Dsim", "-ig0", "-c", f])
        wait_for("socket", lambda: (d / "gc/g0").exists())
        wait_for("mode", lambda: stat.S_IMODE(os.stat(d / "gc").st_mode) == 0o750)
        p.stop()
        assert not (d / "gc").exists()


# --- 2 transport ---

class TestTransport:
    def test_basics(self, sta):
        c = sta.c
        assert c("PING") == "PONG\n"
        assert c("IFNAME") == sta.ifname
        assert c("ping") == "UNKNOWN COMMAND\n"
        assert c("PINGX") == "UNKNOWN COMMAND\n"
        assert c("") == "UNKNOWN COMMAND\n"
        assert c("NOSUCH x") == "UNKNOWN COMMAND\n"

    @pytest.mark.parametrize("verb", ["STATUSxyz", "DUMPfoo", "INTERFACESx", "SIGNAL_POLL x", "RELOGx",
                                      "LOG_LEVEL", "SIGNAL_MONITOR", "BSSID_IGNORE", "BLACKLIST"])
    def test_prefixes(self, sta, verb):
        assert sta.c(verb) != "UNKNOWN COMMAND\n"

    def test_junk(self, sta):
        for junk in (b"\0", b"\xff" * 100, b"SET_NETWORK", b"SET_NETWORK ", b"SET_NETWORK 0", b"BSS ",
                     b"SET", b"SET ", b"GET", b"GET_NETWORK 0", b"A" * 8192, b"SET x " + b"y" * 8000,
                     b"SCAN freq=", b"SCAN ssid", b"SCAN ssid zz", b"WPS_PIN", b"WPS_PIN ", b"BSSID ", b"ROAM ",
                     b"LEVEL", b"LEVEL x", b"SELECT_NETWORK", b"SELECT_NETWORK -1", b"VENDOR_ELEM_ADD",
                     b"VENDOR_ELEM_ADD 13 dd", b"VENDOR_ELEM_ADD 13 dd05aa", b"RADIO_WORK", b"RADIO_WORK x",
                     b"DUP_NETWORK 0", b"GET_CAPABILITY", b"BSS RANGE=", b"BSS RANGE=x-y", b"BSS ID-", b"BSS NEXT-",
                     b"SET disallow_aps bssid", b"SET bssid_filter zz", b"LOG_LEVEL NOPE", b"IFNAME=x PING"):
            assert sta.c(junk) in ("FAIL\n", "UNKNOWN COMMAND\n", ""), junk
        sta.c.send(b"B" * 8193)
        assert sta.c("PING") == "PONG\n"

    def test_attach(self, sta):
        x = sta.client()
        x.fails("DETACH")
        x.fails("LEVEL 2")
        x.ok("ATTACH")
        x.ok("ATTACH")
        n = sta.c("ADD_NETWORK")
        assert [e for e in x.drain() if "NETWORK-ADDED" in e] == [f"<3>CTRL-EVENT-NETWORK-ADDED {n.strip()}"]
        x.ok("LEVEL 5")
        sta.c("REMOVE_NETWORK all")
        assert x.drain() == []
        x.ok("LEVEL 2")
        sta.c("NOTE hello")
        x.ok("DETACH")
        x.fails("DETACH")

    def test_events_before_reply(self, sta):
        x = sta.client()
        x.ok("ATTACH")
        x.drain()
        n = x("ADD_NETWORK").strip()
        assert x.events == [f"<3>CTRL-EVENT-NETWORK-ADDED {n}"]

    def test_global(self, sta):
        g = sta.g
        assert g("PING") == "PONG\n"
        assert g("SCAN") == "UNKNOWN COMMAND\n"
        assert g("LIST_NETWORKS") == "UNKNOWN COMMAND\n"
        assert g("LEVEL 3") == "UNKNOWN COMMAND\n"
        assert g(f"IFNAME={sta.ifname} PING") == "PONG\n"
        assert g(f"IFNAME={sta.ifname} IFNAME") == sta.ifname
        assert g("IFNAME=nope PING") == "FAIL-NO-IFNAME-MATCH\n"
        assert g(f"IFNAME={sta.ifname}") == "UNKNOWN COMMAND\n"
        assert g("INTERFACES") == f"{sta.ifname}\n"
        assert g("INTERFACES ctrl") == f"{sta.ifname} ctrl_iface={sta.ctrl_dir}\n"
        assert re.fullmatch(rf"ifname={sta.ifname}\naddress=[0-9a-f:]{{17}}\n", g("STATUS"))
        x = sta.client(sta.d / "global")
        x.ok("ATTACH")
        sta.c("ADD_NETWORK")
        x.event(rf"^IFNAME={sta.ifname} <3>CTRL-EVENT-NETWORK-ADDED 0$")
        for cmd in ("REMOVE_NETWORK all", "SET p2p_no_group_iface 1", "P2P_FLUSH"):
            g(cmd)

    def test_interface_add(self, sta, d):
        g = sta.g
        f = d / "b.conf"
        f.write_text(f"ctrl_interface={d}/bctl\n")
        g.ok(f"INTERFACE_ADD two0\t{f}\tsim\t\t\t")
        assert g("INTERFACES") == f"two0\n{sta.ifname}\n"
        assert (d / "bctl/two0").exists()
        g.fails(f"INTERFACE_ADD two0\t{f}\tsim")
        g.ok(f"INTERFACE_ADD three0\t\tsim\t{d}/cctl")
        assert (d / "cctl/three0").exists()
        g.ok("INTERFACE_ADD four0\t\tsim")
        assert "four0 ctrl_iface=N/A\n" in g("INTERFACES ctrl")
        for bad in ("INTERFACE_ADD ", "INTERFACE_ADD five0\t/none\tsim", "INTERFACE_ADD five0\t\tnodrv",
                    "INTERFACE_ADD ../five0\t\tsim", "INTERFACE_ADD " + "x" * 40 + "\t\tsim",
                    "INTERFACE_ADD five0\t\tsim\t\t\t\tcreate\tbogus", "INTERFACE_ADD five0\t\tsim\t\t\t\tcreate\tsta\tzz",
                    "INTERFACE_REMOVE nope"):
            g.fails(bad)
        s = g("STATUS")
        assert "ifname=three0\n" in s and s.count("address=") == 4
        for i in ("two0", "three0", "four0"):
            g.ok(f"INTERFACE_REMOVE {i}")
        assert g("INTERFACES") == f"{sta.ifname}\n"
        assert not (d / "bctl").exists()

    def test_dup_network_global(self, sta):
        a = sta.add()
        b = sta.c("ADD_NETWORK").strip()
        sta.g.ok(f"DUP_NETWORK {sta.ifname} {sta.ifname} {a} {b} ssid")
        assert sta.c(f"GET_NETWORK {b} ssid") == '"home"'
        sta.g.fails(f"DUP_NETWORK {sta.ifname} nope {a} {b} ssid")

    def test_many_and_slow_monitors(self, sta):
        xs = [sta.client() for _ in range(10)]
        for x in xs:
            x.ok("ATTACH")
        for _ in range(300):
            sta.c("ADD_NETWORK")
        assert sta.c("REMOVE_NETWORK all") == "OK\n"
        assert sta.c("PING") == "PONG\n"
        time.sleep(0.3)
        for x in xs[:5]:
            got = x.drain()
            assert len([e for e in got if "NETWORK-ADDED" in e]) == 300
        for x in xs:
            sta.socks.remove(x)
            x.close()
        sta.c("ADD_NETWORK")
        assert sta.c("PING") == "PONG\n"


# --- 3.1 basics, 3.2 status ---

class TestBasics:
    def test_log_level(self, sta):
        assert sta.c("LOG_LEVEL") == "Current level: MSGDUMP\nTimestamp: 1\n"
        sta.c.ok("LOG_LEVEL INFO 0")
        assert sta.c("LOG_LEVEL") == "Current level: INFO\nTimestamp: 0\n"
        sta.c.fails("LOG_LEVEL BOGUS")
        sta.c.ok("LOG_LEVEL MSGDUMP 1")

    @pytest.mark.parametrize("cmd", ["NOTE x", "RELOG", "SUSPEND", "RESUME", "REAUTHENTICATE", "LOGON", "LOGOFF",
                                     "FLUSH", "DISCONNECT", "RECONNECT", "REASSOCIATE", "PMKSA_FLUSH", "WPS_CANCEL",
                                     "AUTOSCAN ", "AUTOSCAN periodic:10", "SCAN_INTERVAL 5", "AP_SCAN 1"])
    def test_ok(self, sta, cmd):
        sta.c.ok(cmd)
        sta.c.ok("AUTOSCAN ")

    def test_status_idle(self, sta):
        wait_for("idle", lambda: sta.state() == "INACTIVE")
        keys = [line.split("=")[0] for line in sta.c("STATUS").splitlines()]
        assert keys[:3] == ["wpa_state", "address", "uuid"]
        assert sta.c("STATUS-WPS") == sta.c("STATUS") == sta.c("STATUS-NO_EVENTS")
        assert "ifname=" in sta.c("STATUS-DRIVER") or "addr=" in sta.c("STATUS-DRIVER")

    def test_status_connected(self, sta, air):
        n = sta.connect(id_str='"my home"')
        text = sta.c("STATUS")
        keys = [line.split("=")[0] for line in text.splitlines()]
        want = ["bssid", "freq", "ssid", "id", "id_str", "mode", "pairwise_cipher", "group_cipher", "key_mgmt",
                "wpa_state", "address", "uuid"]
        assert [k for k in keys if k in want] == want
        f = sta.c.fields("STATUS")
        assert f["bssid"] == air.bssid and f["freq"] == "2437" and f["ssid"] == "home" and f["id"] == n
        assert f["mode"] == "station" and f["pairwise_cipher"] == "CCMP" and f["group_cipher"] == "CCMP"
        assert f["key_mgmt"] == "WPA2-PSK" and f["wpa_state"] == "COMPLETED" and f["id_str"] == "my home"
        sta.c.fields("STATUS-VERBOSE")

    def test_mib(self, sta):
        want = """dot11RSNAOptionImplemented dot11RSNAPreauthenticationImplemented dot11RSNAEnabled
            dot11RSNAPreauthenticationEnabled dot11RSNAConfigVersion dot11RSNAConfigPairwiseKeysSupported
            dot11RSNAConfigGroupCipherSize dot11RSNAConfigPMKLifetime dot11RSNAConfigPMKReauthThreshold
            dot11RSNAConfigNumberOfPTKSAReplayCounters dot11RSNAConfigSATimeout dot11RSNAAuthenticationSuiteSelected
            dot11RSNAPairwiseCipherSelected dot11RSNAGroupCipherSelected dot11RSNAPMKIDUsed
            dot11RSNAAuthenticationSuiteRequested dot11RSNAPairwiseCipherRequested dot11RSNAGroupCipherRequested
            dot11RSNAConfigNumberOfGTKSAReplayCounters dot11RSNA4WayHandshakeFailures dot1xSuppPaeState
            dot1xSuppHeldPeriod dot1xSuppAuthPeriod dot1xSuppStartPeriod dot1xSuppMaxStart
            dot1xSuppSuppControlledPortStatus dot1xSuppBackendPaeState dot1xSuppEapolFramesRx dot1xSuppEapolFramesTx
            dot1xSuppEapolStartFramesTx dot1xSuppEapolLogoffFramesTx dot1xSuppEapolRespFramesTx
            dot1xSuppEapolReqIdFramesRx dot1xSuppEapolReqFramesRx dot1xSuppInvalidEapolFramesRx
            dot1xSuppEapLengthErrorFramesRx dot1xSuppLastEapolFrameVersion dot1xSuppLastEapolFrameSource""".split()
        sta.connect()
        f = sta.c.fields("MIB")
        assert list(f) == want
        assert f["dot11RSNAAuthenticationSuiteSelected"] == "00-0f-ac-2"
        assert f["dot11RSNAPairwiseCipherSelected"] == f["dot11RSNAGroupCipherSelected"] == "00-0f-ac-4"

    def test_driver_flags(self, sta):
        for cmd in ("DRIVER_FLAGS", "DRIVER_FLAGS2"):
            assert re.match(r"[0-9A-F]{16}:\n", sta.c(cmd))

    def test_flush(self, sta):
        sta.connect()
        sta.m.drain()
        sta.c.ok("FLUSH")
        ev = sta.m.drain()
        assert any(e == "<3>WPS-CANCEL " for e in ev)
        assert any("CTRL-EVENT-DISCONNECTED" in e and "locally_generated=1" in e for e in ev)
        assert any("NETWORK-REMOVED 0" in e for e in ev)
        assert sta.c("LIST_NETWORKS") == "network id / ssid / bssid / flags\n"
        assert sta.c("SCAN_RESULTS") == "bssid / frequency / signal level / flags / ssid\n"
        assert sta.c("BSSID_IGNORE") == ""

    def test_terminate(self, own):
        s = own()
        s.c.ok("TERMINATE")
        s.m.event(r"^<3>CTRL-EVENT-TERMINATING $")
        s.proc.wait(WAIT)
        assert not (s.ctrl_dir / s.ifname).exists() and not (s.d / "global").exists()


# --- SET, GET, DUMP ---

INTS = {"eapol_version": "1", "ap_scan": "1", "fast_reauth": "1", "update_config": "1", "wps_cred_processing": "0",
        "wps_cred_add_sae": "0", "wps_priority": "0", "pmf": "0", "sae_check_mfp": "0", "sae_pwe": "0", "okc": "0",
        "bss_max_count": "1000", "bss_expiration_age": "180", "bss_expiration_scan_count": "2", "filter_ssids": "0",
        "filter_rssi": "0", "scan_cur_freq": "0", "scan_res_valid_for_connect": "5", "passive_scan": "0",
        "disable_scan_offload": "0", "sched_scan_interval": "0", "sched_scan_start_delay": "0",
        "ignore_old_scan_res": "0", "reassoc_same_bss_optim": "0", "mac_addr": "0", "preassoc_mac_addr": "0",
        "rand_addr_lifetime": "60", "cert_in_cb": "1", "key_mgmt_offload": "1", "extended_key_id": "0",
        "auto_uuid": "0", "pbc_in_m1": "0"}
STRINGS = ["device_name", "manufacturer", "model_name", "model_number", "serial_number", "config_methods",
           "driver_param", "bgscan", "autoscan", "ext_password_backend", "openssl_ciphers", "sched_scan_plans"]


class TestSetGet:
    @pytest.mark.parametrize("key", INTS)
    def test_defaults(self, own_default, key):
        assert own_default.c(f"GET {key}") == INTS[key]

    def test_dump(self, own_default):
        f = own_default.c.fields("DUMP")
        for k, v in INTS.items():
            assert f.get(k) == v, k
        for k in ("uuid", "device_type", "os_version", "wps_vendor_ext_m1", "sae_groups", "country"):
            assert k not in f, k
            own_default.c.fails(f"GET {k}")
        assert f["bgscan"] == "null" and f["openssl_ciphers"] == "null"
        assert f["ctrl_interface"] == str(own_default.ctrl_dir)
        own_default.c.fails("GET openssl_ciphers")

    def test_strings(self, sta):
        for k in ("device_name", "manufacturer", "model_name", "model_number", "serial_number"):
            sta.c.ok(f"SET {k} A b\"c #1")
            assert sta.c(f"GET {k}") == 'A b"c #1'
            sta.c.ok(f"SET {k} ")
        sta.c.fails("SET device_name " + "x" * 33)
        sta.c.ok("SET device_name " + "x" * 32)
        sta.c.fails("SET manufacturer " + "x" * 65)
        sta.c.ok("SET device_name ")

    @pytest.mark.parametrize("arg", ["eapol_version 0", "wps_cred_processing 3", "auto_uuid 2",
                                     "filter_rssi 1", "filter_rssi -101", "mac_addr 3", "wps_cred_add_sae 2",
                                     "uuid x", "device_type 1-2", "os_version 12", "country D", "country", "nosuch 1",
                                     "ap_scan x", "ap_scan 1x", "wps_vendor_ext_m1 zz", "wps_vendor_ext_m1 ",
                                     "Device_Name x", "sae_pwe 4", "cert_in_cb 2", "freq_list x", "sae_groups a"])
    def test_bad(self, sta, arg):
        sta.c.fails("SET " + arg)

    @pytest.mark.parametrize("arg,key,value", [
        ("ap_scan 5", "ap_scan", "5"), ("ap_scan 0x1", "ap_scan", "1"), ("okc 010", "okc", "8"), ("okc 0", "okc", "0"),
        ("freq_list 2412 2437", "freq_list", None), ("freq_list 0", None, None), ("uuid 12345678-9abc-def0-1234-56789abcdef0", None, None),
        ("device_type 6-0050F204-1", None, None), ("os_version 01020300", None, None), ("country DE", "country", "DE"),
        ("EAPOL::maxStart 3", None, None), ("eapol::MAXSTART 3", None, None), ("wps_fragment_size 300", None, None),
        ("no_keep_alive 1", None, None), ("bssid_filter ", None, None), ("bssid_filter 02:00:00:00:00:01", None, None),
        ("bssid_filter ", None, None), ("disallow_aps bssid 020000000001", None, None), ("disallow_aps ", None, None),
        ("ap_scan 1", "ap_scan", "1"), ("setband AUTO", None, None), ("dot11RSNAConfigPMKLifetime 100", None, None),
        ("radio_disabled 0", None, None), ("p2p_no_group_iface 1", None, None),
        ("config_methods push_button", "config_methods", "push_button"), ("bss_max_count 1000", "bss_max_count", "1000")])
    def test_good(self, sta, arg, key, value):
        sta.c.ok("SET " + arg)
        if value is not None:
            assert sta.c(f"GET {key}") == value
        if arg.startswith("uuid"):
            assert sta.c.fields("STATUS")["uuid"] == arg.split()[1]
        if arg == "freq_list 2412 2437":
            sta.c.ok("SET freq_list 0")

    def test_get_extras(self, sta):
        assert sta.c("GET max_command_len") == "8192"
        assert sta.c("GET version") and sta.c("GET tls_library")
        sta.c.fails("GET nosuch")


@pytest.fixture(scope="module")
def own_default(air):
    d = air.d / "default"
    d.mkdir()
    (d / "air").symlink_to(air.d / "air")
    s = Sta(d, ifname="dflt0")
    yield s
    s.stop()


# --- 3.3 scan, BSS table ---

class TestScan:
    def scan(self, sta, args=""):
        sta.m.drain()
        sta.c.ok("SCAN" + args)
        sta.m.event("CTRL-EVENT-SCAN-RESULTS")

    def test_events(self, sta, air):
        sta.m.drain()
        sta.c.ok("SCAN TYPE=ONLY freq=2437")
        ev = []
        while not ev or "SCAN-RESULTS" not in ev[-1]:
            ev.append(sta.m.event("CTRL-EVENT|WPS"))
        assert ev[0] == "<3>CTRL-EVENT-SCAN-STARTED " and ev[-1] == "<3>CTRL-EVENT-SCAN-RESULTS "
        assert any(re.match(rf"<3>CTRL-EVENT-BSS-ADDED \d+ {air.bssid}$", e) for e in ev[1:-1])
        sta.m.event("^<3>WPS-AP-AVAILABLE $")

    def test_busy_and_id(self, sta):
        sta.m.drain()
        i = sta.c("SCAN TYPE=ONLY use_id=1")
        assert re.fullmatch(r"\d+\n", i)
        assert sta.c("SCAN") == "FAIL-BUSY\n"
        sta.m.event(rf"^<3>CTRL-EVENT-SCAN-STARTED id={i.strip()}$")
        sta.m.event(rf"^<3>CTRL-EVENT-SCAN-RESULTS id={i.strip()}$")
        j = sta.c("SCAN type=only use_id=1 freq=2412")
        assert int(j) == int(i) + 1
        sta.m.event(rf"SCAN-RESULTS id={j.strip()}$")

    @pytest.mark.parametrize("args", ["freq=9999", "freq=", "ssid zz", "ssid 616", "ssid", "ssid " + "61" * 33,
                                      "scan_id=7", "bssid=zz", "freq=2412-", "freq=-"])
    def test_bad(self, sta, args):
        sta.c.fails("SCAN TYPE=ONLY " + args)

    @pytest.mark.parametrize("args", ["freq=2412-2462", "freq=2412,2437", "passive=1 freq=2437", "only_new=1 freq=2437",
                                      "whatever=1 freq=2437", "ssid 686964 ssid 61 freq=2437", "freq=2437 non_coloc_6ghz=1",
                                      "bssid=02:00:00:00:00:09 wildcard_ssid=1 freq=2437"])
    def test_good(self, sta, args):
        self.scan(sta, " TYPE=ONLY " + args)

    def test_abort(self, sta):
        sta.c.fails("ABORT_SCAN")
        sta.m.drain()
        sta.c.ok("SCAN TYPE=ONLY")
        sta.c.ok("ABORT_SCAN")
        sta.m.event("SCAN-RESULTS")

    def test_numbers(self, sta):
        for bad in ("SCAN_INTERVAL -1", "AP_SCAN 3", "AP_SCAN -1", "BSS_EXPIRE_AGE 9", "BSS_EXPIRE_COUNT 0"):
            sta.m.drain()
            sta.c.fails(bad)
            if "AP_SCAN" not in bad:
                want = {"S": "scan interval -1", "A": "bss expiration age 9", "C": "bss expiration count 0"}
                key = "S" if bad[0] == "S" else "A" if "AGE" in bad else "C"
                assert f"<5>Invalid {want[key]}" in sta.m.drain()
        for good in ("SCAN_INTERVAL 0", "AP_SCAN 2", "AP_SCAN 1", "BSS_EXPIRE_AGE 10", "BSS_EXPIRE_COUNT 1",
                     "BSS_EXPIRE_AGE 180", "BSS_EXPIRE_COUNT 2", "BSS_FLUSH", "BSS_FLUSH 0", "BSS_FLUSH 5", "BSS_FLUSH x"):
            sta.c.ok(good)

    def test_results(self, sta, air):
        self.scan(sta, " TYPE=ONLY freq=2437")
        lines = sta.c("SCAN_RESULTS").split("\n")
        assert lines[0] == "bssid / frequency / signal level / flags / ssid" and lines[-1] == ""
        rows = {r.split("\t")[4]: r.split("\t") for r in lines[1:-1]}
        assert all(len(r.split("\t")) == 5 for r in lines[1:-1])
        assert rows["home"][0] == air.bssid and rows["home"][1] == "2437"
        assert rows["home"][3] == "[WPA2-PSK-CCMP][WPS][ESS]"
        assert rows["open"][3] == "[ESS]"
        assert "hidden one" not in rows
        ids = [int(x) for x in re.findall(r"id=(\d+)", sta.c("BSS RANGE=ALL MASK=0x1"))]
        assert ids == sorted(ids) and len(ids) == len(lines) - 2

    def test_hidden(self, sta):
        self.scan(sta, " TYPE=ONLY freq=2437 ssid " + b"hidden one".hex())
        assert "\thidden one\n" in sta.c("SCAN_RESULTS")

    def test_bss(self, sta, air):
        self.scan(sta, " TYPE=ONLY freq=2437")
        f = sta.c.fields(f"BSS {air.bssid}")
        keys = list(f)
        want = ["id", "bssid", "freq", "beacon_int", "capabilities", "qual", "noise", "level", "tsf", "age", "ie",
                "flags", "ssid"]
        assert keys[:len(want)] == want
        assert f["bssid"] == air.bssid and f["ssid"] == "home" and f["beacon_int"] == "100"
        assert re.fullmatch("0x[0-9a-f]{4}", f["capabilities"]) and re.fullmatch(r"\d{16}", f["tsf"])
        assert f["wps_state"] == "configured" and f["wps_device_name"] == "Router" if "wps_device_name" in f else True
        tail = [k for k in keys[len(want):] if not k.startswith("wps_")]
        assert tail == [k for k in ("snr", "est_throughput", "update_idx", "beacon_ie") if k in tail]
        assert {"snr", "est_throughput", "update_idx"} <= set(tail)
        i = int(f["id"])
        assert sta.c(f"BSS ID-{i} MASK=0x2") == f"bssid={air.bssid}\n"
        assert sta.c(f"BSS {air.bssid.upper()} MASK=0x3") == f"id={i}\nbssid={air.bssid}\n"
        assert sta.c("BSS FIRST MASK=1") == sta.c("BSS 0 MASK=0x1")
        first = int(sta.c("BSS FIRST MASK=1").strip().split("=")[1])
        second = int(sta.c("BSS 1 MASK=1").strip().split("=")[1])
        last = int(sta.c("BSS LAST MASK=1").strip().split("=")[1])
        assert sta.c(f"BSS NEXT-{first} MASK=1") == f"id={second}\n"
        for none in (f"ID-{last + 50}", f"NEXT-{last}", "99", "02:ff:ff:ff:ff:ff", "CURRENT", "p2p_dev_addr=02:ff:ff:ff:ff:ff",
                     f"RANGE={last + 1}-"):
            assert sta.c("BSS " + none) == "", none
        r = sta.c("BSS RANGE=ALL MASK=0x20001")
        assert r.count("====\n") == sta.c("SCAN_RESULTS").count("\n") - 2 and r.endswith("####\n")
        assert sta.c(f"BSS RANGE={second}- MASK=1").startswith(f"id={second}\n")
        assert sta.c(f"BSS RANGE=-{first} MASK=1") == f"id={first}\n"
        assert sta.c(f"BSS RANGE={first}-{second} MASK=1") == f"id={first}\nid={second}\n"
        assert "====" not in sta.c("BSS RANGE=ALL MASK=0") and "####" not in sta.c("BSS FIRST")

    def test_flush(self, sta, air):
        sta.connect()
        self.scan(sta, " TYPE=ONLY freq=2437")
        assert sta.c("BSS CURRENT MASK=2") == f"bssid={air.bssid}\n"
        sta.m.drain()
        sta.c.ok("BSS_FLUSH 0")
        assert any("CTRL-EVENT-BSS-REMOVED" in e for e in sta.m.drain())
        assert sta.c("BSS RANGE=ALL MASK=2") == f"bssid={air.bssid}\n"
        sta.c.ok("BSS_FLUSH 100")

    def test_scan_connects(self, sta):
        n = sta.add()
        sta.c.ok(f"ENABLE_NETWORK {n} no-connect")
        time.sleep(0.3)
        assert sta.state() in ("INACTIVE", "DISCONNECTED")
        sta.c.ok("SCAN")
        sta.m.event("CTRL-EVENT-CONNECTED")


# --- 3.4 networks ---

class TestNetworks:
    def test_add_list_remove(self, sta):
        assert sta.c("ADD_NETWORK") == "0\n"
        assert sta.c("ADD_NETWORK") == "1\n"
        sta.c.ok('SET_NETWORK 1 ssid P"a\\tb"')
        sta.c.ok("SET_NETWORK 1 bssid 02:AA:00:00:00:01")
        assert sta.c("LIST_NETWORKS") == ("network id / ssid / bssid / flags\n0\t\tany\t[DISABLED]\n"
                                          "1\ta\\tb\t02:aa:00:00:00:01\t[DISABLED]\n")
        assert sta.c("LIST_NETWORKS LAST_ID=0").count("\n") == 2
        sta.m.drain()
        sta.c.ok("REMOVE_NETWORK 0")
        assert "<3>CTRL-EVENT-NETWORK-REMOVED 0" in sta.m.drain()
        assert sta.c("ADD_NETWORK") == "2\n"
        for bad in ("REMOVE_NETWORK 0", "REMOVE_NETWORK x", "REMOVE_NETWORK -1", "SELECT_NETWORK 9", "ENABLE_NETWORK 9",
                    "DISABLE_NETWORK 9", "SET_NETWORK 9 ssid \"a\"", "GET_NETWORK 9 ssid", "BSSID 9 02:00:00:00:00:01"):
            sta.c.fails(bad)
        sta.c.ok("REMOVE_NETWORK all")
        assert sta.c("LIST_NETWORKS").count("\n") == 1

    def test_list_pages(self, sta):
        for _ in range(400):
            sta.c("ADD_NETWORK")
        seen, last = [], None
        for _ in range(100):
            rows = sta.c("LIST_NETWORKS" + (f" LAST_ID={last}" if last is not None else "")).split("\n")
            assert rows[-1] == ""
            ids = [int(r.split("\t")[0]) for r in rows[1:-1]]
            if not ids:
                break
            seen += ids
            last = ids[-1]
        assert seen == list(range(400))

    @pytest.mark.parametrize("key,value,out", [
        ("ssid", '"abc"', '"abc"'), ("ssid", "616263", '"abc"'), ("ssid", 'P"a\\x00b"', "610062"),
        ("ssid", '"a"b"', '"a"b"'), ("psk", '"12345678"', "*"), ("psk", "00" * 32, "*"), ("psk", '"' + "x" * 63 + '"', "*"),
        ("psk", "ext:name", None), ("scan_ssid", "1", "1"), ("bssid", "02:00:00:00:00:01", "02:00:00:00:00:01"),
        ("bssid", "any", None), ("key_mgmt", "WPA-PSK", "WPA-PSK"), ("key_mgmt", "NONE", "NONE"),
        ("proto", "RSN", "RSN"), ("proto", "WPA2", "RSN"), ("proto", "WPA RSN", None), ("pairwise", "CCMP TKIP", "CCMP TKIP"),
        ("group", "CCMP", "CCMP"), ("auth_alg", "OPEN", "OPEN"), ("priority", "-5", "-5"), ("priority", "0x10", "16"),
        ("disabled", "0", "0"), ("id_str", '"x y"', '"x y"'), ("freq_list", "2412 2437", "2412 2437"),
        ("scan_freq", "2412", "2412"), ("multi_ap_backhaul_sta", "1", "1"), ("multi_ap_profile", "2", "2"),
        ("ieee80211w", "2", "2"), ("eap", "WSC", "WSC"), ("phase1", '"pbc=1"', '"pbc=1"'), ("identity", '"me"', '"me"'),
        ("password", '"secret"', "*"), ("wpa_ptk_rekey", "600", "600"), ("bssid_ignore", "02:00:00:00:00:01", None),
        ("bssid_blacklist", "02:00:00:00:00:01", None), ("bssid_accept", "02:00:00:00:00:00/ff:ff:ff:00:00:00", None),
        ("peerkey", "1", None), ("enable_4addr_mode", "1", "1"), ("bgscan", '"simple:30:-45:300"', '"simple:30:-45:300"'),
        ("mode", "0", "0"), ("sae_password", '"x"', "*"), ("id_str", "NULL", None), ("mem_only_psk", "0", "0")])
    def test_set(self, sta, key, value, out):
        sta.c("ADD_NETWORK")
        sta.c.ok(f"SET_NETWORK 0 {key} {value}")
        if out is not None:
            assert sta.c(f"GET_NETWORK 0 {key}") == out
        sta.c.ok(f"SET_NETWORK 0 {key} {value}")

    @pytest.mark.parametrize("arg", ["ssid abc", "ssid", 'ssid "' + "x" * 33 + '"', "ssid 61626", 'psk "short"',
                                     'psk "' + "x" * 64 + '"', "psk zz", "psk " + "0" * 62, "psk ", "nosuch 1", "scan_ssid 2",
                                     "scan_ssid x", "bssid zz", "key_mgmt ", "key_mgmt FOO", "proto FOO", "pairwise FOO",
                                     "multi_ap_profile 0", "multi_ap_profile 7", "multi_ap_backhaul_sta 2", "ieee80211w 4",
                                     "disabled 3", "freq_list x", "eap FOO", "priority 1x", "mode 9", 'psk "abc\x01defgh"',
                                     "bssid_ignore zz", "auth_alg FOO"])
    def test_bad(self, sta, arg):
        sta.c("ADD_NETWORK")
        sta.c.fails("SET_NETWORK 0 " + arg)
        assert sta.c("PING") == "PONG\n"

    @pytest.mark.parametrize("key,out", [("key_mgmt", "WPA-PSK WPA-EAP"), ("proto", "WPA RSN"), ("pairwise", "CCMP TKIP"),
                                         ("group", "CCMP TKIP"), ("disabled", "1"), ("priority", "0"), ("ieee80211w", "3"),
                                         ("proactive_key_caching", "-1"), ("sae_pwe", "4"), ("scan_ssid", "0"),
                                         ("multi_ap_profile", "0"), ("bg_scan_period", "-1"), ("mac_addr", "-1"),
                                         ("eapol_flags", "3"), ("fragment_size", "1398")])
    def test_defaults(self, sta, key, out):
        sta.c("ADD_NETWORK")
        assert sta.c(f"GET_NETWORK 0 {key}") == out

    @pytest.mark.parametrize("key", ["ssid", "bssid", "psk", "id_str", "identity", "phase1", "nosuch", "password"])
    def test_unset(self, sta, key):
        sta.c("ADD_NETWORK")
        sta.c.fails(f"GET_NETWORK 0 {key}")

    def test_dup(self, sta):
        a = sta.add()
        b = sta.c("ADD_NETWORK").strip()
        sta.c.ok(f"DUP_NETWORK {a} {b} ssid")
        sta.c.ok(f"DUP_NETWORK {a} {b} psk")
        assert sta.c(f"GET_NETWORK {b} ssid") == '"home"' and sta.c(f"GET_NETWORK {b} psk") == "*"
        sta.c.fails(f"DUP_NETWORK {a} 77 ssid")
        sta.c.fails(f"DUP_NETWORK {a} {b} nosuch")
        sta.c.ok(f"SELECT_NETWORK {b}")
        sta.m.event("CTRL-EVENT-CONNECTED")

    def test_connect_events(self, sta, air):
        n = sta.connect()
        sta.c.ok("DISCONNECT")
        sta.m.drain()
        sta.c.ok("RECONNECT")
        want = [rf"^<3>SME: Trying to authenticate with {air.bssid} \(SSID='home' freq=2437 MHz\)$",
                rf"^<3>Trying to associate with {air.bssid} \(SSID='home' freq=2437 MHz\)$",
                rf"^<3>Associated with {air.bssid}$",
                rf"^<3>WPA: Key negotiation completed with {air.bssid} \[PTK=CCMP GTK=CCMP\]$",
                rf"^<3>CTRL-EVENT-CONNECTED - Connection to {air.bssid} completed \[id={n} id_str=\]$"]
        for w in want:
            sta.m.event(w)
        assert f"{n}\thome\tany\t[CURRENT]\n" in sta.c("LIST_NETWORKS")

    def test_disconnect(self, sta, air):
        sta.connect()
        sta.m.drain()
        sta.c.ok("DISCONNECT")
        assert f"<3>CTRL-EVENT-DISCONNECTED bssid={air.bssid} reason=3 locally_generated=1" in sta.m.drain()
        assert sta.state() == "DISCONNECTED"
        sta.c.ok("DISCONNECT")
        sta.c.ok("SCAN freq=2437")
        sta.m.event("SCAN-RESULTS")
        time.sleep(0.4)
        assert sta.state() == "DISCONNECTED"
        sta.c.ok("ENABLE_NETWORK 0")
        time.sleep(0.3)
        assert sta.state() == "DISCONNECTED"
        for how in ("REASSOCIATE", "SELECT_NETWORK 0", "RECONNECT"):
            sta.c.ok(how)
            sta.m.event("CTRL-EVENT-CONNECTED")
            sta.c.ok("DISCONNECT")
        sta.c.fails("REATTACH")

    def test_reassociate(self, sta):
        sta.connect()
        for cmd in ("REASSOCIATE", "REATTACH"):
            sta.m.drain()
            sta.c.ok(cmd)
            sta.m.event("CTRL-EVENT-CONNECTED")
        assert sta.state() == "COMPLETED"
        sta.c.ok("RECONNECT")
        time.sleep(0.2)
        assert sta.state() == "COMPLETED"

    def test_roam(self, sta, air):
        sta.c.fails(f"ROAM {air.bssid}")
        sta.connect()
        sta.c.fails("ROAM zz")
        sta.c.fails("ROAM 02:ff:ff:ff:ff:ff")
        sta.m.drain()
        sta.c.ok(f"ROAM {air.bssid}")
        sta.m.event("CTRL-EVENT-CONNECTED")

    def test_select_enable_disable(self, sta):
        a, b = sta.add(), sta.add(ssid="open", psk=None)
        sta.c.ok(f"SELECT_NETWORK {a}")
        sta.m.event("CTRL-EVENT-CONNECTED .*id=0 ")
        sta.c.ok(f"SELECT_NETWORK {a}")
        sta.c.ok(f"SELECT_NETWORK {b}")
        sta.m.event("CTRL-EVENT-DISCONNECTED")
        sta.m.event("CTRL-EVENT-CONNECTED .*id=1 ")
        f = sta.c.fields("STATUS")
        assert f["key_mgmt"] == "NONE" and f["pairwise_cipher"] == "NONE" and f["ssid"] == "open"
        assert f"{a}\thome\tany\t[DISABLED]\n{b}\topen\tany\t[CURRENT]\n" in sta.c("LIST_NETWORKS")
        sta.c.ok(f"DISABLE_NETWORK {b}")
        sta.m.event("CTRL-EVENT-DISCONNECTED")
        sta.until("INACTIVE")
        sta.c.ok("ENABLE_NETWORK all")
        sta.m.event("CTRL-EVENT-CONNECTED")
        sta.c.ok("DISABLE_NETWORK all")
        sta.until("INACTIVE")
        sta.c.ok("SELECT_NETWORK any")
        sta.m.event("CTRL-EVENT-CONNECTED")
        sta.c.ok("SET_NETWORK 0 disabled 2")
        sta.c.fails("SELECT_NETWORK 0")
        assert "[P2P-PERSISTENT]" in sta.c("LIST_NETWORKS")

    def test_select_freq(self, sta):
        """The first scan looks where the command says, the next ones everywhere."""
        n = sta.add()
        sta.c.ok(f"SELECT_NETWORK {n} freq=2412")
        assert "NOT-FOUND" in sta.m.event("NETWORK-NOT-FOUND|CTRL-EVENT-CONNECTED")
        sta.m.event("CTRL-EVENT-CONNECTED")
        for freq in ("2437", "2412,2437", "2432-2462", "9999", "x", ""):
            sta.c.ok("DISCONNECT")
            sta.m.event("CTRL-EVENT-DISCONNECTED")
            sta.c.ok("BSS_FLUSH 0")
            sta.c.ok(f"SELECT_NETWORK {n} freq={freq}")
            assert "CONNECTED" in sta.m.event("NETWORK-NOT-FOUND|CTRL-EVENT-CONNECTED")

    def test_remove_at_any_time(self, sta):
        for delay in (0, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.45):
            n = sta.add()
            sta.c.ok(f"SELECT_NETWORK {n}")
            time.sleep(delay)
            sta.c.ok(f"REMOVE_NETWORK {n}")
            assert sta.c("LIST_NETWORKS").count("\n") == 1
        sta.until("INACTIVE", 5)

    @pytest.mark.parametrize("cmd", ["FLUSH", "BSS_FLUSH 0", "DISCONNECT", "REASSOCIATE", "RECONFIGURE", "ABORT_SCAN",
                                     "BSSID_IGNORE clear", "DISABLE_NETWORK all", "WPS_CANCEL", "SUSPEND"])
    def test_command_at_any_time(self, sta, cmd):
        for delay in (0, 0.01, 0.03, 0.06, 0.1, 0.2, 0.4):
            n = sta.add()
            sta.c.ok(f"SELECT_NETWORK {n}")
            time.sleep(delay)
            sta.c(cmd)
            sta.c("STATUS-VERBOSE")
            sta.c("SIGNAL_POLL")
            sta.c("BSS CURRENT")
            sta.c("RESUME")
            sta.c("REMOVE_NETWORK all")

    def test_wrong_key(self, sta, air):
        n = sta.add(psk="not the right one")
        sta.c.ok(f"SELECT_NETWORK {n}")
        sta.m.event("CTRL-EVENT-DISCONNECTED .*reason=15")
        sta.m.event("^<3>WPA: 4-Way Handshake failed - pre-shared key may be incorrect$")
        sta.m.event(rf"^<3>Added BSSID {air.bssid} into ignore list, ignoring for 10 seconds$")
        sta.m.event(rf'^<3>CTRL-EVENT-SSID-TEMP-DISABLED id={n} ssid="home" auth_failures=1 duration=10 reason=WRONG_KEY$')
        assert "[TEMP-DISABLED]" in sta.c("LIST_NETWORKS")
        assert sta.c("BSSID_IGNORE") == f"{air.bssid}\n"
        sta.c.ok(f'SET_NETWORK {n} psk "{PSK}"')
        sta.c.ok(f"ENABLE_NETWORK {n}")
        assert "[TEMP-DISABLED]" in sta.c("LIST_NETWORKS")
        sta.c.ok(f"SELECT_NETWORK {n}")
        sta.m.event(rf'^<3>CTRL-EVENT-SSID-REENABLED id={n} ssid="home"$')
        sta.m.event("CTRL-EVENT-CONNECTED")

    def test_not_found(self, sta):
        n = sta.add(ssid="nowhere")
        sta.c.ok(f"SELECT_NETWORK {n}")
        sta.m.event("^<3>CTRL-EVENT-NETWORK-NOT-FOUND $")
        sta.m.event("^<3>CTRL-EVENT-NETWORK-NOT-FOUND $")
        assert sta.state() in ("SCANNING", "DISCONNECTED")

    def test_hidden(self, sta):
        sta.connect(ssid="hidden one", scan_ssid=1, scan_freq=2437)

    def test_bssid_ignore(self, sta):
        for verb in ("BSSID_IGNORE", "BLACKLIST"):
            assert sta.c(verb) == ""
            sta.m.drain()
            sta.c.ok(f"{verb} 02:00:00:00:00:77")
            assert any("Added BSSID 02:00:00:00:00:77 into ignore list, ignoring for 10 seconds" in e for e in sta.m.drain())
            assert sta.c(verb) == "02:00:00:00:00:77\n"
            sta.c.ok(f"{verb} clear")
            assert any("Removed BSSID 02:00:00:00:00:77 from ignore list (clear)" in e for e in sta.m.drain())
        sta.c.fails("BSSID_IGNORE zz")

    def test_bssid(self, sta, air):
        n = sta.add()
        sta.c.ok(f"BSSID {n} 02:00:00:00:00:99")
        sta.c.ok(f"SELECT_NETWORK {n}")
        sta.m.event("NETWORK-NOT-FOUND")
        sta.c.fails(f"BSSID {n} zz")
        sta.c.ok(f"BSSID {n} 00:00:00:00:00:00")
        sta.c.fails(f"GET_NETWORK {n} bssid")
        sta.m.event("CTRL-EVENT-CONNECTED")

    def test_autoconnect(self, sta, air):
        sta.c.ok("STA_AUTOCONNECT 0")
        sta.connect()
        sta.m.drain()
        air.c.ok("DEAUTHENTICATE " + sta.c.fields("STATUS")["address"])
        sta.m.event("CTRL-EVENT-DISCONNECTED bssid=.* reason=")
        time.sleep(0.6)
        assert sta.state() == "DISCONNECTED"
        sta.c.ok("STA_AUTOCONNECT 1")
        sta.c.ok("REASSOCIATE")
        sta.m.event("CTRL-EVENT-CONNECTED")
        air.c.ok("DEAUTHENTICATE " + sta.c.fields("STATUS")["address"])
        e = sta.m.event("CTRL-EVENT-DISCONNECTED")
        assert "locally_generated" not in e
        sta.m.event("CTRL-EVENT-CONNECTED")

    def test_disallow(self, sta, air):
        sta.connect()
        sta.m.drain()
        sta.c.ok(f"SET disallow_aps bssid {air.bssid}")
        sta.m.event("CTRL-EVENT-DISCONNECTED")
        sta.m.event("NETWORK-NOT-FOUND")
        sta.c.ok("SET disallow_aps ")
        sta.m.event("CTRL-EVENT-CONNECTED")

    def test_pmksa(self, sta):
        assert sta.c("PMKSA").startswith("Index / AA / PMKID / expiration (in seconds) / opportunistic")


# --- 3.5 link data ---

class TestLink:
    def test_signal_poll(self, sta):
        sta.c.fails("SIGNAL_POLL")
        sta.c.fails("PKTCNT_POLL")
        sta.connect()
        f = sta.c.fields("SIGNAL_POLL anything")
        assert list(f)[:4] == ["RSSI", "LINKSPEED", "NOISE", "FREQUENCY"] and f["FREQUENCY"] == "2437"
        assert list(sta.c.fields("PKTCNT_POLL")) == ["TXGOOD", "TXBAD", "RXGOOD"]

    def test_capability(self, sta):
        c = sta.c
        assert "WSC" in c("GET_CAPABILITY eap").split()
        assert "CCMP" in c("GET_CAPABILITY pairwise").split()
        assert "CCMP" in c("GET_CAPABILITY group").split()
        assert "WPA-PSK" in c("GET_CAPABILITY key_mgmt").split()
        assert "WPA-PSK" in c("GET_CAPABILITY key_mgmt iftype=STATION").split()
        assert "RSN" in c("GET_CAPABILITY proto").split()
        assert "OPEN" in c("GET_CAPABILITY auth_alg strict").split()
        assert re.match(r"Mode\[G\] Channels: 1 2 3", c("GET_CAPABILITY channels"))
        assert " 6 = 2437 MHz\n" in c("GET_CAPABILITY freq")
        for w in ("eap", "pairwise", "group", "key_mgmt", "proto", "auth_alg", "modes"):
            assert not c(f"GET_CAPABILITY {w}").endswith("\n")
        assert c("GET_CAPABILITY tdls").endswith("\n")
        c.fails("GET_CAPABILITY nosuch")

    def test_vendor_elem(self, sta):
        c = sta.c
        assert c("VENDOR_ELEM_GET 13") == ""
        c.ok("VENDOR_ELEM_ADD 13 dd0400112233")
        c.ok("VENDOR_ELEM_ADD 13 dd03aabbcc")
        assert c("VENDOR_ELEM_GET 13") == "dd0400112233dd03aabbcc"
        c.ok("VENDOR_ELEM_REMOVE 13 dd03aabbcc")
        c.fails("VENDOR_ELEM_REMOVE 13 dd03aabbcc")
        c.ok("VENDOR_ELEM_REMOVE 13 *")
        for bad in ("ADD 15 dd00", "ADD -1 dd00", "ADD 13 zz", "GET 15", "REMOVE 15 *"):
            c.fails("VENDOR_ELEM_" + bad)

    def test_radio_work(self, sta):
        i = sta.c("RADIO_WORK add test freq=2412 timeout=5")
        assert i.isdigit()
        sta.m.event(f"EXT-RADIO-WORK-START {i}$")
        assert re.fullmatch(rf"ext:test@{sta.ifname}:2412:1:\d+\.\d+\n", sta.c("RADIO_WORK show"))
        sta.c.ok(f"RADIO_WORK done {i}")
        assert sta.c("RADIO_WORK show") == ""
        sta.c.fails("RADIO_WORK done 99")


# --- 3.6 WPS, 3.7 Multi-AP ---

class TestWps:
    def test_idle_cancel(self, sta):
        sta.m.drain()
        sta.c.ok("WPS_CANCEL")
        assert sta.m.drain() == ["<3>WPS-CANCEL "]

    @pytest.mark.parametrize("arg", ["", " any", " multi_ap=1", " any multi_ap=1", " 02:00:00:00:00:33", " multi_ap=0",
                                     " multi_ap=x", " 02:00:00:00:00:33 multi_ap=1", " p2p_dev_addr=02:00:00:00:00:44"])
    def test_pbc(self, sta, arg):
        sta.m.drain()
        sta.c.ok("WPS_PBC" + arg)
        ev = sta.m.drain()
        assert ev.index("<3>CTRL-EVENT-NETWORK-ADDED 0") < ev.index("<3>WPS-PBC-ACTIVE ")
        multi = "multi_ap=1" in arg
        assert sta.c("GET_NETWORK 0 phase1") == ('"pbc=1 multi_ap=1"' if multi else '"pbc=1"')
        assert sta.c("GET_NETWORK 0 key_mgmt") == "WPS" and sta.c("GET_NETWORK 0 eap") == "WSC"
        assert sta.c("GET_NETWORK 0 identity") == '"WFA-SimpleConfig-Enrollee-1-0"'
        assert sta.c("GET_NETWORK 0 pbss") == "2"
        assert sta.c("GET_NETWORK 0 multi_ap_backhaul_sta") == ("1" if multi else "0")
        assert sta.c("GET_NETWORK 0 multi_ap_profile") == ("1" if multi else "0")
        sta.c.ok("WPS_CANCEL")
        ev = sta.m.drain()
        assert "<3>CTRL-EVENT-NETWORK-REMOVED 0" in ev and "<3>WPS-CANCEL " in ev
        assert sta.c("LIST_NETWORKS").count("\n") == 1

    @pytest.mark.parametrize("arg", [" zz", " 02:00:00:00:00", " 02:00:00:00:00:33junk", " p2p_dev_addr=zz"])
    def test_pbc_bad(self, sta, arg):
        sta.c.fails("WPS_PBC" + arg)
        assert sta.c("LIST_NETWORKS").count("\n") == 1

    def test_pin(self, sta):
        p = sta.c("WPS_PIN get")
        assert re.fullmatch(r"\d{8}", p) and sta.c(f"WPS_CHECK_PIN {p}") == p
        assert sta.c("LIST_NETWORKS").count("\n") == 1
        sta.m.drain()
        assert sta.c("WPS_PIN any 12345670") == "12345670"
        assert "<3>WPS-PIN-ACTIVE " in sta.m.drain()
        assert sta.c("GET_NETWORK 0 phase1") == '"pin=12345670 dev_pw_id=0"'
        assert sta.c("WPS_PIN any foo") == "foo"
        assert re.fullmatch(r"\d{8}", sta.c("WPS_PIN any"))
        assert re.fullmatch(r"\d{8}", sta.c("WPS_PIN 02:00:00:00:00:44"))
        sta.c.fails("WPS_PIN x")
        sta.c.fails("WPS_PIN x 12345670")
        assert sta.c("LIST_NETWORKS").count("\n") == 2
        assert sta.c("WPS_CHECK_PIN 1234-5670") == "12345670"
        assert sta.c("WPS_CHECK_PIN 1234") == "1234"
        assert sta.c("WPS_CHECK_PIN 12345671") == "FAIL-CHECKSUM\n"
        sta.c.fails("WPS_CHECK_PIN 123")
        sta.c.fails("WPS_CHECK_PIN 123456789")

    def test_hold(self, sta):
        n = sta.add(ssid="open", psk=None)
        sta.c.ok(f"ENABLE_NETWORK {n}")
        sta.m.event("CTRL-EVENT-CONNECTED")
        sta.c.ok("WPS_PBC")
        assert f"{n}\topen\tany\t[DISABLED]\n" in sta.c("LIST_NETWORKS")
        sta.c.ok("WPS_CANCEL")
        assert "[DISABLED]" not in sta.c("LIST_NETWORKS")
        sta.m.event("CTRL-EVENT-CONNECTED")

    def test_select_during_run(self, sta):
        n = sta.add(ssid="open", psk=None)
        sta.c.ok("WPS_PBC")
        sta.c.ok(f"SELECT_NETWORK {n}")
        sta.m.event(f"CTRL-EVENT-CONNECTED .*id={n} ")

    def test_run(self, sta, air):
        sta.c.ok("WPS_PBC multi_ap=1")
        sta.m.event("SCAN-STARTED")
        air.c.ok("WPS_PBC")
        f, b = air.bssid, r"[0-9a-f:]{17}"
        for w in (r"^<3>WPS-AP-AVAILABLE-PBC $", rf"^<3>SME: Trying to authenticate with {f} \(SSID='home' freq=2437 MHz\)",
                  rf"^<3>Trying to associate with {f} ", rf"^<3>Associated with {f}$",
                  r"^<3>CTRL-EVENT-EAP-STARTED EAP authentication started$",
                  r"^<3>CTRL-EVENT-EAP-STATUS status='started' parameter=''$",
                  r"^<3>CTRL-EVENT-EAP-PROPOSED-METHOD vendor=14122 method=1$",
                  r"^<3>CTRL-EVENT-EAP-STATUS status='accept proposed method' parameter='WSC'$",
                  r"^<3>CTRL-EVENT-EAP-METHOD EAP vendor 14122 method 1 \(WSC\) selected$",
                  r"^<3>WPS-CRED-RECEIVED $", r"^<3>WPS-SUCCESS $",
                  r"^<3>CTRL-EVENT-EAP-STATUS status='completion' parameter='failure'$",
                  r"^<3>CTRL-EVENT-EAP-FAILURE EAP authentication failed$",
                  rf"^<3>CTRL-EVENT-DISCONNECTED bssid={f} reason=3 locally_generated=1$",
                  rf"^<3>SME: Trying to authenticate with {b} \(SSID='backhaul'", rf"^<3>Associated with {b}$",
                  rf"^<3>WPA: Key negotiation completed with {b} \[PTK=CCMP GTK=CCMP\]$",
                  rf"^<3>CTRL-EVENT-CONNECTED - Connection to {b} completed \[id=0 id_str=\]$"):
            sta.m.event(w)
        assert sta.c("GET_NETWORK 0 ssid") == '"backhaul"' and sta.c("GET_NETWORK 0 psk") == "*"
        assert sta.c("GET_NETWORK 0 multi_ap_backhaul_sta") == "1"
        assert sta.c("GET_NETWORK 0 multi_ap_profile") == "1"
        assert sta.c("GET_NETWORK 0 key_mgmt") == "WPA-PSK" and sta.c("GET_NETWORK 0 proto") == "RSN"
        for k in ("phase1", "identity"):
            sta.c.fails(f"GET_NETWORK 0 {k}")
        sta.c.fails("GET_NETWORK 0 bssid")
        text = sta.conf.read_text()
        assert 'ssid="backhaul"' in text and "multi_ap_backhaul_sta=1" in text and "disabled=1" not in text
        assert "WPS" not in text
        assert "backhaul secret" not in sta.text()

    def test_remove_after_success(self, sta, air):
        n = sta.add(ssid="open", psk=None)
        sta.c.ok(f"ENABLE_NETWORK {n} no-connect")
        sta.c.ok("WPS_PBC multi_ap=1")
        air.c.ok("WPS_PBC")
        sta.m.event("WPS-SUCCESS")
        sta.m.event("CTRL-EVENT-CONNECTED .*id=1 ")
        sta.c.ok("REMOVE_NETWORK 1")
        sta.m.event(f"CTRL-EVENT-CONNECTED .*id={n} ", 15)

    def test_external_credential(self, sta, air):
        sta.c.ok("SET wps_cred_processing 1")
        try:
            sta.c.ok("WPS_PBC")
            air.c.ok("WPS_PBC")
            assert re.match("^<3>WPS-CRED-RECEIVED 100e[0-9a-f]+$", sta.m.event("WPS-CRED-RECEIVED"))
            sta.m.event("WPS-SUCCESS")
            sta.m.event("NETWORK-REMOVED 0")
            sta.until("INACTIVE")
            assert sta.c("LIST_NETWORKS").count("\n") == 1
        finally:
            sta.c.ok("SET wps_cred_processing 0")

    @pytest.mark.parametrize("cmd", ["WPS_CANCEL", "FLUSH", "REMOVE_NETWORK all", "DISCONNECT", "WPS_PBC", "RECONFIGURE",
                                     "BSS_FLUSH 0", "REAUTHENTICATE", "SELECT_NETWORK any", "SET device_name x",
                                     "DISABLE_NETWORK all", "SAVE_CONFIG", "WPS_PIN any"])
    def test_interrupted(self, sta, air, cmd):
        air.c.ok("WPS_PBC")
        for delay in (0.02, 0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.35):
            sta.c.ok("WPS_PBC multi_ap=1")
            time.sleep(delay)
            sta.c(cmd)
            sta.c("STATUS-VERBOSE")
            sta.c("LIST_NETWORKS")
            sta.c("FLUSH")
        air.c("WPS_CANCEL")
        assert sta.c("PING") == "PONG\n"

    def test_interface_removed(self, own, air, d):
        s = own()
        f = d / "r.conf"
        f.write_text(f"ctrl_interface={d}/rctl\nnetwork={{\nssid=\"home\"\npsk=\"{PSK}\"\n}}\n")
        air.c.ok("WPS_PBC")
        for i, delay in enumerate((0, 0.02, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4)):
            s.g.ok(f"INTERFACE_ADD gone{i}\t{f}\tsim")
            if i % 2:
                assert s.g(f"IFNAME=gone{i} WPS_PBC multi_ap=1") == "OK\n"
            time.sleep(delay)
            s.g.ok(f"INTERFACE_REMOVE gone{i}")
        air.c("WPS_CANCEL")
        assert s.g("INTERFACES") == f"{s.ifname}\n"

    def test_hostile_credentials(self, own, air, d):
        """Two equal credentials, whose key is one that a file reader would cut."""
        key = b'ab"cd#ef12'

        def attr(i, v):
            return i.to_bytes(2, "big") + len(v).to_bytes(2, "big") + v
        cred = attr(0x100e, attr(0x1026, b"\1") + attr(0x1045, b'new"#net') + attr(0x1003, b"\0\x20") +
                    attr(0x100f, b"\0\x08") + attr(0x1027, key) + attr(0x1020, bytes(6)))
        (d / "cred").write_bytes(cred + cred)
        (d / "ap2.conf").write_text(AP_CONF.split("bss=ap_bh")[0].format(d=d).replace("interface=ap", "interface=evil")
                                    .replace("ssid=home", "ssid=evil", 1) + f"skip_cred_build=1\nextra_cred={d}/cred\n")
        ap = Daemon(d, "evil", [HOSTAPD, d / "ap2.conf"])
        try:
            wait_for("the second AP", lambda: (d / "apctrl/evil").exists() or ap.proc.poll() is not None)
            assert ap.proc.poll() is None, ap.text()
            s, c = own(), Ctrl(d / "apctrl/evil")
            wait_for("ENABLED", lambda: c.fields("STATUS").get("state") == "ENABLED")
            c.ok("WPS_PBC")
            c.close()
            s.c.ok("WPS_PBC")
            s.m.event("WPS-CRED-RECEIVED")
            s.m.event("WPS-CRED-RECEIVED")
            s.m.event("WPS-SUCCESS")
            s.m.event("NETWORK-NOT-FOUND")
            assert s.c("PING") == "PONG\n"
            assert run(d, "-c", s.conf).returncode == 0
            s.c.ok("RECONFIGURE")
            assert '\tnew\\"#net\tany\t' in s.c("LIST_NETWORKS")
            for text in (s.text(), s.m.drain()):
                assert key.decode() not in str(text)
        finally:
            ap.stop()

    def test_fronthaul_refuses_plain_backhaul(self, sta, air):
        n = sta.add(multi_ap_backhaul_sta=1)
        sta.c.ok(f"SELECT_NETWORK {n}")
        sta.m.event("CTRL-EVENT-DISCONNECTED bssid=.* reason=3 locally_generated=1|CTRL-EVENT-ASSOC-REJECT")

    def test_backhaul(self, sta):
        n = sta.add(ssid="backhaul", psk="backhaul secret", multi_ap_backhaul_sta=1)
        sta.c.ok(f"SELECT_NETWORK {n}")
        sta.m.event("CTRL-EVENT-CONNECTED")
        sta.c.ok("DISCONNECT")
        sta.c.ok(f"SET_NETWORK {n} multi_ap_backhaul_sta 0")
        sta.c.ok("RECONNECT")
        e = sta.m.event("CTRL-EVENT-ASSOC-REJECT")
        assert re.search("status_code=12", e)


# --- SAVE_CONFIG, RECONFIGURE, configuration language ---

FILE = """# head comment
ctrl_interface={ctrl}
update_config=1
device_name=Old   # name
# about networks

network={{
	# first
	ssid="one"    # its name
	psk="password1"
	priority=5
}}
# between
network={{
        ssid="two"
	key_mgmt=NONE
}}

# tail
"""


class TestSave:
    def test_comments_kept(self, own, d):
        f = d / "c.conf"
        f.write_text(FILE.format(ctrl=d / "ctrl"))
        os.chmod(f, 0o640)
        s = own(path=f)
        before = f.read_text()
        s.c.ok("SAVE_CONFIG")
        assert f.read_text() == before
        s.c.ok("SET device_name New")
        s.c.ok("SET_NETWORK 0 priority 7")
        n = s.add(ssid="three")
        s.c.ok(f"ENABLE_NETWORK {n} no-connect")
        s.c.ok("REMOVE_NETWORK 1")
        s.c.ok("SAVE_CONFIG")
        t = f.read_text()
        assert stat.S_IMODE(f.stat().st_mode) == 0o640
        for keep in ("# head comment\n", "# about networks\n", "\t# first\n", '\tssid="one"    # its name\n', "# tail\n",
                     "device_name=New", "priority=7", 'ssid="three"', f'psk="{PSK}"'):
            assert keep in t, (keep, t)
        assert '"two"' not in t and "Old" not in t and "disabled" not in t
        for _ in range(3):  # blocks that come and go leave nothing behind
            before = f.read_text()
            m = s.add(ssid="four")
            s.c.ok("SAVE_CONFIG")
            s.c.ok(f"REMOVE_NETWORK {m}")
            s.c.ok("SAVE_CONFIG")
            assert f.read_text() == before
        assert sorted(os.listdir(d)) == sorted(set(os.listdir(d)) - {x for x in os.listdir(d) if x.startswith("c.conf.")})
        s.c.ok("SAVE_CONFIG")
        assert f.read_text() == t
        s.c.ok("RECONFIGURE")
        assert s.c("GET device_name") == "New"
        s.c.ok("SAVE_CONFIG")
        assert f.read_text() == t

    def test_refused(self, own):
        s = own(update=False)
        s.c.fails("SAVE_CONFIG")
        s.g.fails("SAVE_CONFIG")
        s.c.ok("SET update_config 1")
        s.c.ok("SAVE_CONFIG")
        s.g.ok("SAVE_CONFIG")

    def test_symlink(self, own, d):
        (d / "real").mkdir()
        (d / "real/x.conf").write_text(FILE.format(ctrl=d / "ctrl"))
        (d / "x.conf").symlink_to("real/x.conf")
        s = own(path=d / "x.conf")
        s.c.ok("SET device_name linked")
        s.c.ok("SAVE_CONFIG")
        assert (d / "x.conf").is_symlink() and "device_name=linked" in (d / "real/x.conf").read_text()

    def test_read_only_dir(self, own, d):
        # root may write anywhere by one capability
        plain = ["setpriv", "--bounding-set=-dac_override"] if os.getuid() == 0 else []
        (d / "ro").mkdir()
        f = d / "ro/x.conf"
        f.write_text(FILE.format(ctrl=d / "ctrl"))
        os.chmod(d / "ro", 0o555)
        s = own(path=f, prefix=plain)
        s.c.ok("SET device_name inplace")
        s.c.ok("SAVE_CONFIG")
        assert "device_name=inplace" in f.read_text()
        os.chmod(f, 0o444)
        s.c.ok("SET device_name never")
        s.m.drain()
        s.c.fails("SAVE_CONFIG")
        assert any("CONFIG-SAVE-FAILED" in e for e in s.m.drain())
        assert "device_name=inplace" in f.read_text()
        os.chmod(d / "ro", 0o755)

    def test_round_trip_and_debian(self, own, d):
        s = own()
        for k, v in (("device_name", 'My "Dev"'), ("device_type", "6-0050F204-1"), ("os_version", "01020300"),
                     ("uuid", "12345678-9abc-def0-1234-56789abcdef0"), ("config_methods", "push_button display"),
                     ("country", "DE"), ("freq_list", "2412 2437 2462"), ("wps_vendor_ext_m1", "000137100100020001"),
                     ("bss_expiration_age", "200"), ("pmf", "1"), ("sae_groups", "19 20"), ("okc", "1"),
                     ("bgscan", '"simple:30:-45:300"'), ("filter_rssi", "-80"), ("wps_priority", "3"), ("autoscan", "periodic:30")):
            s.c.ok(f"SET {k} {v}")
        nets = [
            {"ssid": '"plain"', "psk": '"pass phrase #1"', "priority": "3", "id_str": '"id x"'},
            {"ssid": "00ff22", "psk": "ab" * 32, "proto": "RSN", "pairwise": "CCMP", "group": "CCMP TKIP", "scan_ssid": "1",
             "key_mgmt": "WPA-PSK"},
            {"ssid": '"open # hash"', "key_mgmt": "NONE", "bssid": "02:00:00:00:00:05", "scan_freq": "2412 2437",
             "bssid_ignore": "02:00:00:00:00:06 02:11:00:00:00:00/ff:ff:00:00:00:00"},
            {"ssid": 'P"q\\"uo\\\\te\\n"', "psk": '"a"b"c"d\\e"', "multi_ap_backhaul_sta": "1", "auth_alg": "OPEN",
             "ieee80211w": "1", "freq_list": "2437"},
        ]
        for n in nets:
            i = s.c("ADD_NETWORK").strip()
            for k, v in n.items():
                s.c.ok(f"SET_NETWORK {i} {k} {v}")
        read = [{k: s.c(f"GET_NETWORK {i} {k}") for k in n} for i, n in enumerate(nets)]
        dump = s.c("DUMP")
        s.c.ok("SAVE_CONFIG")
        text = s.conf.read_text()
        s.c.ok("RECONFIGURE")
        assert s.c("DUMP") == dump
        ids = [r.split("\t")[0] for r in s.c("LIST_NETWORKS").splitlines()[1:]]
        assert len(ids) == 4
        assert [{k: s.c(f"GET_NETWORK {i} {k}") for k in n} for i, n in zip(ids, nets)] == read
        s.c.ok("SAVE_CONFIG")
        assert s.conf.read_text() == text
        assert run(d, "-c", s.conf).returncode == 0
        if os.access(DEBIAN, os.X_OK):  # 2.10 knows no `-c` alone: parse errors come before the missing interface
            r = debian(s.conf, d)
            assert "Failed to read or parse" not in r and "Line " not in r, r
            assert r.count("ssid - hexdump") >= 4 and "PSK (from passphrase)" in r

    def test_cut_strings(self, own, d):
        """Readers only count quotes: a string with `"` before `#` must be saved in another form."""
        s = own()
        n = s.c("ADD_NETWORK").strip()
        for k, v in (("ssid", 'P"x\\"#y"'), ("psk", '"ab"cd#ef12"'), ("id_str", '"i"#d"'), ("password", '"p"#w"')):
            s.c.ok(f"SET_NETWORK {n} {k} {v}")
        s.c.ok("SAVE_CONFIG")
        text = s.conf.read_text()
        assert re.search(r"\tpsk=[0-9a-f]{64}\n", text) and "ssid=78222379\n" in text
        s.c.ok("RECONFIGURE")
        n = s.c("LIST_NETWORKS").splitlines()[1].split("\t")[0]
        assert s.c(f"GET_NETWORK {n} id_str") == '"i"#d"' and s.c(f"GET_NETWORK {n} ssid") == '"x"#y"'
        s.c.ok("SAVE_CONFIG")
        assert s.conf.read_text() == text
        assert "Line " not in debian(s.conf, d)

    @pytest.mark.parametrize("cmd", ["SET device_name a\nb=1", "SET manufacturer a\rb", "SET_NETWORK 0 psk ext:a\nb",
                                     "SET_NETWORK 0 eap WSC\nx", "SET nosuch\nx 1", "SET autoscan a\nb", "SET driver_param a\nb",
                                     'SET_NETWORK 0 mac_value a\nb', 'SET_NETWORK 0 alt_sae_password_ids 61\nb'])
    def test_no_new_lines(self, sta, cmd):
        sta.c("ADD_NETWORK")
        sta.c.fails(cmd)

    def test_select_saved(self, own):
        s = own()
        a, b = s.add(), s.add(ssid="other")
        s.c.ok(f"SELECT_NETWORK {a}")
        s.c.ok("SAVE_CONFIG")
        assert s.conf.read_text().count("disabled=1") == 1

    def test_no_psk_not_saved(self, own):
        s = own()
        s.add(ssid="nopsk", psk=None, key_mgmt="WPA-PSK")
        s.add(ssid="good")
        s.c.ok("WPS_PBC")
        s.c.ok("SAVE_CONFIG")
        t = s.conf.read_text()
        assert "nopsk" not in t and 'ssid="good"' in t and t.count("network={") == 1

    def test_second_file(self, own, d):
        g = d / "second.conf"
        g.write_text("network={\nssid=\"ro\"\npsk=\"password2\"\n}\n")
        s = own("network={\nssid=\"rw\"\npsk=\"password1\"\n}\n", extra=["-I", str(g)])
        assert "\trw\t" in s.c("LIST_NETWORKS") and "\tro\t" in s.c("LIST_NETWORKS")
        s.c.fails("SET_NETWORK 1 priority 3")
        s.c.ok("SAVE_CONFIG")
        assert "ro" not in re.findall('ssid="(.*)"', s.conf.read_text())
        s.c.ok("RECONFIGURE")
        assert s.c("LIST_NETWORKS").count("\n") == 3


def debian(conf, d):
    p = subprocess.Popen([DEBIAN, "-Dnone", "-inope0", "-c", str(conf), "-dd", "-K"], stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True)
    try:
        out, _ = p.communicate(timeout=2)
    except subprocess.TimeoutExpired:
        p.terminate()
        out, _ = p.communicate()
    return out


class TestReconfigure:
    def test_ids_count_on(self, own):
        s = own("network={\nssid=\"a\"\nkey_mgmt=NONE\n}\nnetwork={\nssid=\"b\"\nkey_mgmt=NONE\n}\n")
        ids = lambda: [r.split("\t")[0] for r in s.c("LIST_NETWORKS").splitlines()[1:]]
        assert ids() == ["0", "1"]
        s.m.drain()
        s.c.ok("RECONFIGURE")
        assert ids() == ["2", "3"]
        assert not [e for e in s.m.drain() if "NETWORK-ADDED" in e or "NETWORK-REMOVED" in e]

    def test_error_keeps_old(self, own):
        s = own("device_name=keep\nnetwork={\nssid=\"home\"\npsk=\"twelve words\"\n}\n")
        s.m.event("CTRL-EVENT-CONNECTED")
        good = s.conf.read_text()
        s.conf.write_text("oops\n")
        s.c.fails("RECONFIGURE")
        assert s.c("GET device_name") == "keep" and s.state() == "COMPLETED"
        os.unlink(s.conf)
        s.c.fails("RECONFIGURE")
        s.conf.write_text(good)
        s.m.drain()
        s.c.ok("RECONFIGURE")
        s.m.event("CTRL-EVENT-DISCONNECTED")
        s.m.event("CTRL-EVENT-CONNECTED")

    def test_new_socket(self, own, d):
        s = own()
        s.conf.write_text(s.conf.read_text().replace(str(d / "ctrl"), str(d / "ctrl2")))
        s.c.ok("RECONFIGURE")
        c = Ctrl(d / "ctrl2" / s.ifname)
        assert c("PING") == "PONG\n"
        c.close()
        assert not (d / "ctrl" / s.ifname).exists()


class TestLanguage:
    def load(self, d, text):
        f = d / "l.conf"
        f.write_bytes(text if isinstance(text, bytes) else text.encode())
        return run(d, "-c", f)

    @pytest.mark.parametrize("text", [
        "", "\r\n\r\n# c\r\n", "  \tupdate_config=1 \t\r\n", "device_name=Dev #1\n", "network={\n}\n",
        "tx_queue_data2_burst=2.0\nwmm_ac_vi_cwmin=3\n", "p2p_go_intent=7\nhs20=1\n", "network={\r\n\tssid=\"a\"\r\n}\r\n",
        "cred={\nrealm=\"x\"\n}\n", "blob-base64-x={\nAAAA\n}\n", "network={\npeerkey=1\ndh_file=\"x\"\n}\n",
        "network={\nssid=\"a#b\"\npsk=\"aa#bb#cc#dd\" # comment\n}\n", "ap_scan=0x1\n", "country=DE\n",
        "update_config=1", "freq_list=0\n", "sec_device_type=1-0050F204-1\nsec_device_type=2-0050F204-1\n"])
    def test_good(self, d, text):
        r = self.load(d, text)
        assert r.returncode == 0, r.stdout + r.stderr

    @pytest.mark.parametrize("text,line", [
        ("x\n", 1), ("\nfoo=1\n", 2), ("update_config = 1\n", 1), ("network={\nssid=\"a\"\n", None), ("network = {\n}\n", 1),
        ("network={ \nssid=abc\n}\n", 2), ("network={\nssid=\"a\"\npsk=\"short\"\n}\n", 3), ("}\n", 1), ("network={\nfoo\n}\n", 2),
        ("ap_scan=1 2\n", 1), ("eapol_version=9\n", 1), ("uuid=1\n", 1), ("network={\npsk=\"12345678\"\npsk=" + "00" * 32 + "\n}\n", None),
        ("network={\nmulti_ap_profile=7\n}\n", 2), ("device_name=" + "x" * 33 + "\n", 1), ("country=D\n", 1),
        ("network={\nnetwork={\n}\n}\n", 2), ("wps_vendor_ext_m1=\n", 1), (b"update_config=1\0x\n", 1), (b"\xff\xfe\n", 1)])
    def test_bad(self, d, text, line):
        r = self.load(d, text)
        assert r.returncode == 255, r.stdout
        if line:
            assert f"Line {line}: " in r.stdout + r.stderr

    def test_values(self, own):
        s = own('device_name=Dev #1\nmodel_name="quoted"\nnetwork={\nssid=616263\nkey_mgmt=NONE\ndisabled=1\n}\n'
                'network={\nssid="a"b"\nkey_mgmt=NONE\npriority=010\npriority=0x11\ndisabled=1\n}\n')
        assert s.c("GET device_name") == "Dev"
        assert s.c("GET model_name") == '"quoted"'
        assert s.c("GET_NETWORK 0 ssid") == '"abc"'
        assert s.c("GET_NETWORK 1 priority") == "17"


def test_interface_down(own, d):
    """Robustness: random commands against one daemon; it must answer PING after each."""
    import random
    s = own()
    rnd = random.Random(7)
    verbs = ["SCAN", "SCAN TYPE=ONLY freq=2437", "ADD_NETWORK", 'SET_NETWORK {n} ssid "home"', 'SET_NETWORK {n} psk "twelve words"',
             "SELECT_NETWORK {n}", "ENABLE_NETWORK {n}", "DISABLE_NETWORK {n}", "REMOVE_NETWORK {n}", "DISCONNECT", "RECONNECT",
             "REASSOCIATE", "REATTACH", "WPS_PBC", "WPS_PBC multi_ap=1", "WPS_PIN any", "WPS_CANCEL", "BSS_FLUSH 0", "FLUSH",
             "RECONFIGURE", "SAVE_CONFIG", "ABORT_SCAN", "SUSPEND", "RESUME", "STATUS-VERBOSE", "SIGNAL_POLL", "BSS RANGE=ALL",
             "BSS CURRENT", "MIB", "LIST_NETWORKS", "REMOVE_NETWORK all", "SET_NETWORK {n} bssid 02:00:00:00:00:01",
             "SET_NETWORK {n} bssid any", "BSSID_IGNORE clear", "SET disallow_aps ", "SET_NETWORK {n} key_mgmt NONE", "SELECT_NETWORK any",
             "ENABLE_NETWORK all", "SET wps_cred_processing 1", "SET device_name z", "SET_NETWORK {n} multi_ap_backhaul_sta 1"]
    for _ in range(1500):
        cmd = rnd.choice(verbs).format(n=rnd.randrange(4))
        s.c(cmd)
        if rnd.random() < 0.2:
            time.sleep(rnd.random() * 0.03)
    assert s.c("PING") == "PONG\n"


class TestNoRadio:
    """-Dnone: an interface without a radio, for external registrars."""

    def test_commands(self, own, d):
        conf = d / "none.conf"
        conf.write_text(f"ctrl_interface={d}/none\n")
        s = Daemon(d, "none", [WPAS, "-dd", "-Dnone", "-ilo", "-c", conf])
        try:
            wait_for("the socket", lambda: (d / "none/lo").exists())
            c = Ctrl(d / "none/lo")
            assert c.fields("STATUS")["wpa_state"] == "INACTIVE"
            c.ok("SCAN")  # and an event says that it failed
            c.fails("SIGNAL_POLL")
            assert c("GET_CAPABILITY modes") == ""
            for mode in "02":
                n = c("ADD_NETWORK").strip()
                c.ok(f'SET_NETWORK {n} ssid "x"')
                c.ok(f"SET_NETWORK {n} key_mgmt NONE")
                c.ok(f"SET_NETWORK {n} mode {mode}")
                c.ok(f"SELECT_NETWORK {n}")
            assert c.fields("STATUS")["wpa_state"] in ("DISCONNECTED", "SCANNING", "INACTIVE")
            c.ok("WPS_PBC")
            c.ok("WPS_CANCEL")
            c.close()
        finally:
            s.stop()

    def test_no_such_interface(self, d):
        conf = d / "none.conf"
        conf.write_text("")
        out = run(d, WPAS, "-Dnone", "-inosuch0", "-c", conf)
        assert out.returncode == 255 and "there is no interface nosuch0" in out.stdout + out.stderr
