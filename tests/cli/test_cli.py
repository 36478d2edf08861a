"""hostapd_cli and wpa_cli as black boxes against a small daemon of our own.

    BUILD=build pytest tests/cli        CLI_DIR=/usr/sbin pytest tests/cli   (Debian's, to compare)

The programs are looked for in $CLI_DIR, else in $BUILD (default: the source tree).
"""
import os
import pty
import select
import signal
import socket
import subprocess
import threading
import time

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def program(folder, name):
    flat = os.environ.get("CLI_DIR")
    if flat:
        return os.path.join(flat, name)
    return os.path.join(ROOT, os.environ.get("BUILD", "."), folder, name)


HOSTAPD_CLI = program("hostapd", "hostapd_cli")
WPA_CLI = program("wpa_supplicant", "wpa_cli")


class Daemon:
    """Answers every command and remembers it."""

    ANSWERS = {
        b"PING": b"PONG\n",
        b"GET version": b"no newline",
        b"EMPTY": b"",
        b"FAILS": b"FAIL\n",
        b"STA-FIRST": b"02:00:00:00:00:01\nflags=a\n",
        b"STA-NEXT 02:00:00:00:00:01": b"02:00:00:00:00:02\nflags=b\n",
        b"STA-NEXT 02:00:00:00:00:02": b"",
        b"STATUS": b"wpa_state=COMPLETED\nid=3\nid_str=home\n",
        b"INTERFACES": b"wlan0\nwlan1\n",
        b"BSS FIRST MASK=0x1887": b"id=3\nbssid=b1\nfreq=2412\nlevel=-40\nflags=[ESS]\nssid=x y\n",
        b"BSS NEXT-3 MASK=0x1887": b"id=7\nbssid=b2\n",
        b"BSS NEXT-7 MASK=0x1887": b"",
    }

    def __init__(self, path):
        self.path, self.commands, self.monitors = str(path), [], []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(0.05)
        self.running = True
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while self.running:
            try:
                cmd, client = self.socket.recvfrom(9000)
            except socket.timeout:
                continue
            self.commands.append(cmd)
            if cmd == b"SILENT":
                continue
            if cmd == b"ATTACH":
                self.monitors.append(client)
            try:
                self.socket.sendto(self.ANSWERS.get(cmd, b"OK\n"), client)
            except OSError:
                pass

    def event(self, text):
        for m in self.monitors:
            try:
                self.socket.sendto(text, m)
            except OSError:
                pass

    def wait_for(self, cmd, seconds=5):
        end = time.time() + seconds
        while cmd not in self.commands:
            assert time.time() < end, f"{cmd} never came: {self.commands}"
            time.sleep(0.02)

    def close(self):
        self.running = False
        self.thread.join()
        self.socket.close()
        os.unlink(self.path)


@pytest.fixture
def daemon(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    d = Daemon(run / "wlan0")
    yield d
    if d.running:
        d.close()


def call(exe, daemon, *args):
    daemon.commands.clear()
    r = subprocess.run([exe, "-p", os.path.dirname(daemon.path), "-i", "wlan0", *args],
                       capture_output=True, timeout=20, stdin=subprocess.DEVNULL)
    return daemon.commands[:], r.stdout.decode(), r.returncode


HOSTAPD_WIRE = [
    (["ping"], "PING"),
    (["ping", "x"], "PING"),
    (["PING"], "PING"),
    (["status"], "STATUS"),
    (["status", "driver"], "STATUS-DRIVER"),
    (["status", "other"], "STATUS"),
    (["mib", "dot11"], "MIB dot11"),
    (["sta", "a", "b", "c"], "STA a b"),
    (["dea", "a", "reason=2", "x"], "DEAUTHENTICATE a reason=2"),
    (["wps_pin", "any", "12345670", "60"], "WPS_PIN any 12345670 60"),
    (["wps_pbc"], "WPS_PBC"),
    (["wps_config", "caf\xe9", "WPA2PSK", "CCMP", "p\xe4ss"],
     "WPS_CONFIG 636166c3a9 WPA2PSK CCMP 70c3a47373"),
    (["wps_config", "open", "OPEN", "NONE"], "WPS_CONFIG 6f70656e OPEN NONE"),
    (["set", "ssid", "two words"], "SET ssid two words"),
    (["raw", "ANY", "THING"], "ANY THING"),
    (["chan_switch", "5", "2437", "ht"], "CHAN_SWITCH 5 2437 ht"),
    (["accept_acl", "ADD_MAC", "m"], "ACCEPT_ACL ADD_MAC m"),
]

WPA_WIRE = [
    (["status"], "STATUS"),
    (["status", "verbose"], "STATUS-VERBOSE"),
    (["set", "country"], "SET country "),
    (["set", "country", "DE"], "SET country DE"),
    (["bss_flush"], "BSS_FLUSH 0"),
    (["bss_flush", "5"], "BSS_FLUSH 5"),
    (["autoscan"], "AUTOSCAN "),
    (["autoscan", "periodic:5"], "AUTOSCAN periodic:5"),
    (["level", "2"], "LEVEL 2"),
    (["preauth", "m"], "PREAUTH m"),
    (["identity", "0", "me", "too"], "CTRL-RSP-IDENTITY-0:me too"),
    (["psk_passphrase", "1", "x"], "CTRL-RSP-PSK_PASSPHRASE-1:x"),
    (["set_network", "0", "ssid", '"a b"'], 'SET_NETWORK 0 ssid "a b"'),
    (["wps_pbc", "multi_ap=1"], "WPS_PBC multi_ap=1"),
    (["wps_reg", "any", "12345670"], "WPS_REG any 12345670"),
    (["wps_reg", "any", "1", "n\xe9", "WPA2PSK", "CCMP", "key"],
     "WPS_REG any 1 6ec3a9 WPA2PSK CCMP 6b6579"),
    (["interface_add", "wlan1", "/a.conf"], "INTERFACE_ADD wlan1\t/a.conf\t\t\t\t\t\t"),
    (["blacklist", "clear"], "BSSID_IGNORE clear"),
]


@pytest.mark.parametrize("args,wire", HOSTAPD_WIRE)
def test_hostapd_cli_wire(daemon, args, wire):
    assert call(HOSTAPD_CLI, daemon, *args)[0] == [wire.encode()]


@pytest.mark.parametrize("args,wire", WPA_WIRE)
def test_wpa_cli_wire(daemon, args, wire):
    assert call(WPA_CLI, daemon, *args)[0] == [wire.encode()]


@pytest.mark.parametrize("exe,unknown,missing", [(HOSTAPD_CLI, 0, 0), (WPA_CLI, 1, 255)])
def test_exit_status(daemon, exe, unknown, missing):
    assert call(exe, daemon, "ping") == ([b"PING"], "PONG\n", 0)
    assert call(exe, daemon, "raw", "FAILS") == ([b"FAILS"], "FAIL\n", 0)
    assert call(exe, daemon, "raw", "EMPTY") == ([b"EMPTY"], "", 0)
    assert call(exe, daemon, "get", "version") == ([b"GET version"], "no newline", 0)
    assert call(exe, daemon, "nonsense") == ([], "Unknown command 'nonsense'\n", unknown)
    cmds, out, status = call(exe, daemon, "wps_ap_pin")
    assert cmds == [] and "at least" in out and status == missing
    cmds, out, status = call(exe, daemon, "s")
    assert cmds == [] and status == unknown
    assert out.startswith("Ambiguous command 's'; possible commands: status ")
    assert call(exe, daemon, "no_such_command", "x")[0] == []


@pytest.mark.parametrize("exe,status", [(HOSTAPD_CLI, 0), (WPA_CLI, 254)])
def test_timeout(daemon, exe, status):
    assert call(exe, daemon, "raw", "SILENT") == ([b"SILENT"], "'SILENT' command timed out.\n", status)


@pytest.mark.parametrize("exe", [HOSTAPD_CLI, WPA_CLI])
def test_station_lists(daemon, exe):
    assert call(exe, daemon, "list_sta")[1] == "02:00:00:00:00:01\n02:00:00:00:00:02\n"
    assert call(exe, daemon, "all_sta")[1] == (
        "02:00:00:00:00:01\nflags=a\n02:00:00:00:00:02\nflags=b\n")


def test_all_bss(daemon):
    assert call(WPA_CLI, daemon, "all_bss")[1].splitlines() == [
        "bssid / frequency / signal level / flags / ssid",
        "b1\t2412\t-40\t[ESS]\tx y", "b2\tN/A\tN/A\tN/A\tN/A"]


def test_default_interface_is_a_socket(daemon):
    folder = os.path.dirname(daemon.path)
    for n in range(5):
        open(os.path.join(folder, f"junk{n}"), "w").close()
    for exe in (HOSTAPD_CLI, WPA_CLI):
        r = subprocess.run([exe, "-p", folder, "ping"], capture_output=True, timeout=20)
        assert r.stdout == b"Selected interface 'wlan0'\nPONG\n"


def test_connect_failures(tmp_path):
    def err(*args):
        r = subprocess.run(args, capture_output=True, timeout=20)
        assert r.returncode == 255
        return r.stderr.decode()
    none = str(tmp_path / "none")
    assert err(HOSTAPD_CLI, "-p", none, "ping") == (
        "Failed to connect to hostapd - wpa_ctrl_open: No such file or directory\n")
    assert err(WPA_CLI, "-p", none, "ping") == (
        "Failed to connect to non-global ctrl_ifname: (nil)  error: No such file or directory\n")
    assert err(WPA_CLI, "-p", none, "-i", "w", "ping") == (
        "Failed to connect to non-global ctrl_ifname: w  error: No such file or directory\n")
    assert err(WPA_CLI, "-g", none, "ping") == (
        f"Failed to connect to wpa_supplicant global interface: {none}  "
        "error: No such file or directory\n")


def test_global_socket_routes(daemon):
    def run(*args):
        daemon.commands.clear()
        subprocess.run([WPA_CLI, "-g", daemon.path, *args], capture_output=True, timeout=20)
        return daemon.commands
    assert run("IFNAME=wlan1", "status") == [b"IFNAME=wlan1 STATUS"]
    assert run("ifname=wlan1", "raw", "X", "Y") == [b"IFNAME=wlan1 X Y"]
    assert run("interface") == [b"INTERFACES"]


# --- interactive mode, on a terminal of our own ---

class Terminal:
    def __init__(self, home, *argv):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(HOME=str(home), TERM="vt100")
            os.execv(argv[0], argv)
        self.text = ""

    def expect(self, text, seconds=8):
        end = time.time() + seconds
        while text not in self.text:
            assert time.time() < end, f"{text!r} never came: {self.text!r}"
            if select.select([self.fd], [], [], 0.1)[0]:
                try:
                    self.text += os.read(self.fd, 4096).decode(errors="replace")
                except OSError:
                    pass
        before, self.text = self.text.split(text, 1)
        return before

    def type(self, text):
        os.write(self.fd, text.encode())

    def end(self):
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


@pytest.mark.parametrize("exe,name", [(HOSTAPD_CLI, "hostapd"), (WPA_CLI, "wpa_supplicant")])
def test_interactive(daemon, tmp_path, exe, name):
    folder = os.path.dirname(daemon.path)
    t = Terminal(tmp_path, exe, "-p", folder, "-G", "1")
    t.expect("Selected interface 'wlan0'")
    t.expect("Interactive mode")
    t.expect("> ")
    t.type("get version\n")
    t.expect("no newline\r\n")
    t.type("set_net\b\b\b\b\b\b\b")
    t.type('set psk "secret"\n')
    t.expect("OK")
    t.type("licen\t\n")
    t.expect("Redistribution")
    daemon.event(b"<3>CTRL-EVENT-BSS-ADDED 0 x")
    daemon.event(b"<3>WPS-SUCCESS ")
    seen = t.expect("<3>WPS-SUCCESS ")
    assert ("BSS-ADDED" in seen) == (name == "hostapd")
    daemon.close()
    t.expect(f"Connection to {name} lost - trying to reconnect")
    again = Daemon(daemon.path)
    try:
        t.expect(f"Connection to {name} re-established")
        t.type("quit\n")
        assert t.end() == 0
    finally:
        again.close()
    history = [f for f in os.listdir(tmp_path) if f.endswith("_history")]
    text = open(tmp_path / history[0]).read()
    assert "get" in text and "secret" not in text


def test_waits_for_the_daemon(tmp_path):
    (tmp_path / "run").mkdir()
    t = Terminal(tmp_path, HOSTAPD_CLI, "-p", str(tmp_path / "run"))
    t.expect("re-trying")
    d = Daemon(tmp_path / "run" / "wlan0")
    try:
        t.expect("Connection established.")
        t.type("\x04")
        assert t.end() == 0
    finally:
        d.close()


# --- action mode ---

@pytest.fixture
def script(tmp_path):
    path, log = tmp_path / "action.sh", tmp_path / "log"
    path.write_text(f'#!/bin/sh\necho "$@|$WPA_ID|$WPA_ID_STR" >> {log}\n')
    path.chmod(0o755)
    log.write_text("")
    return path, log


def act(exe, daemon, script, events, *options):
    p = subprocess.Popen([exe, "-p", os.path.dirname(daemon.path), "-i", "wlan0", "-a",
                          str(script[0]), *options], stdout=subprocess.PIPE)
    daemon.wait_for(b"ATTACH")
    time.sleep(0.3)
    for e in events:
        daemon.event(e)
        time.sleep(0.1)
    return p


def lines(script):
    return script[1].read_text().splitlines()


def test_hostapd_action(daemon, script):
    p = act(HOSTAPD_CLI, daemon, script, [b"<3>AP-STA-CONNECTED 02:00:00:00:00:01 a=1"])
    assert lines(script) == ["wlan0 AP-STA-CONNECTED 02:00:00:00:00:01 a=1||"]
    p.send_signal(signal.SIGTERM)
    p.wait()


def test_wpa_action(daemon, script):
    p = act(WPA_CLI, daemon, script, [
        b"<3>CTRL-EVENT-SCAN-RESULTS ",
        b"<3>CTRL-EVENT-CONNECTED - Connection to m completed [id=3 id_str=home]",
        b"<3>CTRL-EVENT-DISCONNECTED bssid=m reason=3",
        b"<3>CTRL-EVENT-DISCONNECTED bssid=m reason=3",
        b"<3>CTRL-EVENT-CONNECTED - Connection to m completed [id=4 id_str=]",
        b"<3>WPS-FAIL msg=8 config_error=18",
        b"<3>CTRL-EVENT-TERMINATING "])
    assert p.wait(timeout=5) == 0
    assert b"terminating" in p.stdout.read()
    assert lines(script) == ["wlan0 CONNECTED|3|home", "wlan0 DISCONNECTED|3|home",
                             "wlan0 CONNECTED|4|", "wlan0 WPS-FAIL msg=8 config_error=18|4|"]


def test_wpa_action_wps(daemon, script):
    """Programs hear of WPS runs, in the words of the events; what carries keys is for control clients."""
    told = ["WPS-PBC-ACTIVE", "WPS-PIN-ACTIVE", "WPS-OVERLAP-DETECTED PBC session overlap", "WPS-CANCEL",
            "WPS-TIMEOUT Requested operation timed out", "WPS-SUCCESS", "WPS-FAIL",
            "WPS-FAIL msg=12 config_error=0 reason=2 (WEP Prohibited)"]
    kept = ["WPS-CRED-RECEIVED 100e0000", "WPS-M2D dev_password_id=0 config_error=0", "WPS-AP-AVAILABLE-PBC"]
    p = act(WPA_CLI, daemon, script, [f"<3>{e} ".encode() for e in told + kept] + [b"<3>WPS-SUCCESS ", b"<3>CTRL-EVENT-TERMINATING "])
    assert p.wait(timeout=5) == 0
    assert lines(script) == [f"wlan0 {e}|3|home" for e in ["CONNECTED", *told, "WPS-SUCCESS"]]


def test_action_ends_when_the_daemon_is_gone(daemon, script):
    p = act(WPA_CLI, daemon, script, [], "-G", "1")
    daemon.close()
    assert p.wait(timeout=15) == 0
    assert b"did not reply to PING command - exiting" in p.stdout.read()


def test_action_background_and_pid_file(daemon, script, tmp_path):
    pid_file = tmp_path / "pid"
    subprocess.run([WPA_CLI, "-p", os.path.dirname(daemon.path), "-i", "wlan0", "-B", "-a",
                    str(script[0]), "-P", str(pid_file)], timeout=10, check=True)
    daemon.wait_for(b"STATUS")
    pid = int(pid_file.read_text())
    os.kill(pid, signal.SIGTERM)
    for _ in range(50):
        if not pid_file.exists():
            break
        time.sleep(0.1)
    assert not pid_file.exists()
