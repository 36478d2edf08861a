"""hostapd on simulated air, its control sockets, and a station made of frames: tools of test_hostapd_*.py.

HOSTAPD names the program (default: hostapd/hostapd of the source tree).
"""
import os
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HOSTAPD = os.environ.get("HOSTAPD") or os.path.join(ROOT, "hostapd", "hostapd")
PASSPHRASE = "12345678"
WAIT = 10  # seconds, for a machine that has a lot to do


class Client:
    """One control connection: a command, a reply; events are set aside."""

    count = 0

    def __init__(self, path, where):
        Client.count += 1
        self.name = os.path.join(where, "client%d" % Client.count)
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(self.name)
        self.sock.connect(path)
        self.events = []

    def close(self):
        self.sock.close()
        if os.path.exists(self.name):
            os.unlink(self.name)

    def receive(self, timeout):
        if not select.select([self.sock], [], [], timeout)[0]:
            return None
        return self.sock.recv(65536).decode("latin-1")

    def __call__(self, command):
        if isinstance(command, str):
            command = command.encode("latin-1")
        self.sock.send(command)
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            text = self.receive(until - time.monotonic())
            if text is None:
                break
            if text.startswith("<") or text.startswith("IFNAME="):
                self.events.append(text)
                continue
            return text
        raise AssertionError("no reply to %r" % command)

    def ok(self, *commands):
        for c in commands:
            reply = self(c)
            assert reply == "OK\n", (c, reply)
        return self

    def fails(self, *commands):
        for c in commands:
            reply = self(c)
            assert reply == "FAIL\n", (c, reply)
        return self

    def event(self, text, timeout=WAIT):
        """Waits for an event that contains text; returns it. Earlier ones are dropped."""
        until = time.monotonic() + timeout
        while True:
            while self.events:
                event = self.events.pop(0)
                if text in event:
                    return event
            left = until - time.monotonic()
            event = self.receive(max(left, 0))
            if event is None:
                raise AssertionError("no event %r" % text)
            self.events.append(event)

    def drain(self, quiet=0.3):
        """All events so far."""
        while True:
            event = self.receive(quiet)
            if event is None:
                break
            self.events.append(event)
        events, self.events = self.events, []
        return events


def fields(text):
    """Lines `name=value` as a dictionary, in order."""
    out = {}
    for line in text.splitlines():
        assert "=" in line, line
        name, value = line.split("=", 1)
        out[name] = value
    return out


class Daemon:
    """hostapd with a directory of its own; stop() checks that it ended well and clean."""

    def __init__(self, args=(), global_socket=True):
        self.dir = tempfile.mkdtemp(prefix="hc", dir="/tmp")
        self.air = os.path.join(self.dir, "air")
        os.mkdir(self.air)
        self.ctrl = os.path.join(self.dir, "ctl")
        self.global_path = os.path.join(self.dir, "run", "global")
        self.log_path = os.path.join(self.dir, "log")
        self.args, self.global_socket = list(args), global_socket
        self.clients, self.process = [], None

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="latin-1") as f:
            f.write(text)
        return self.path(name)

    def environment(self):
        return dict(os.environ, SIM_AIR_DIR=self.air, ASAN_OPTIONS="detect_leaks=1")

    def start(self):
        args = [HOSTAPD, "-dd"] + (["-g", self.global_path] if self.global_socket else []) + self.args
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(args, stdout=log, stderr=log, env=self.environment(),
                                            stdin=subprocess.DEVNULL)
        return self

    def run(self, *args):
        """A run that ends by itself: (status, stdout, stderr)."""
        done = subprocess.run([HOSTAPD, *args], env=self.environment(), timeout=30, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout.decode("latin-1"), done.stderr.decode("latin-1")

    def log(self):
        with open(self.log_path, encoding="latin-1") as f:
            return f.read()

    def wait_for(self, path):
        until = time.monotonic() + WAIT
        while not os.path.exists(path):
            assert self.process is None or self.process.poll() is None, self.log()
            assert time.monotonic() < until, "no %s\n%s" % (path, self.log())
            time.sleep(0.02)
        return path

    def client(self, path):
        self.wait_for(path)
        c = Client(path, self.dir)
        self.clients.append(c)
        return c

    def glob(self):
        return self.client(self.global_path)

    def bss(self, name):
        return self.client(os.path.join(self.ctrl, name))

    def add(self, name="w0"):
        """ADD and the settings of an open AP."""
        g = self.glob()
        g.ok("ADD %s %s sim" % (name, self.ctrl))
        return self.bss(name).ok("SET driver sim", "SET hw_mode g", "SET channel 1", "SET ssid net")

    def secure(self, b):
        return b.ok("SET wpa_passphrase " + PASSPHRASE, "SET wpa_key_mgmt WPA-PSK", "SET wpa 2",
                    "SET rsn_pairwise CCMP")

    def config(self, name="w0", extra="", ssid="net"):
        return ("interface=%s\ndriver=sim\nctrl_interface=%s\nssid=%s\nhw_mode=g\nchannel=1\n%s"
                % (name, self.ctrl, ssid, extra))

    def stop(self, status=0):
        for c in self.clients:
            c.close()
        try:
            if self.process:
                if self.process.poll() is None:
                    self.process.send_signal(signal.SIGTERM)
                code = self.process.wait(WAIT)
                log = self.log()
                assert "Sanitizer" not in log and "runtime error" not in log, log[-8000:]
                twice = re.search(r"^.*\b(\w+): \1: .*$", log, re.M)
                assert not twice, "a name twice: " + twice.group()
                assert code == status, (code, log[-4000:])
        finally:
            if self.process and self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            shutil.rmtree(self.dir, ignore_errors=True)


HEADER = struct.Struct("<4sBBBBHbBIQ")
FRAME, ACK, WANT_ACK = 1, 2, 1
RATES = bytes([1, 8, 2, 4, 11, 22, 12, 24, 48, 72])


def mac_bytes(text):
    return bytes.fromhex(text.replace(":", ""))


class Station:
    """A socket on the air that acknowledges what is sent to it and can send any management frame."""

    def __init__(self, daemon, bssid, mac="02:00:00:00:aa:01", name="pysta", freq=2412):
        self.mac, self.bssid, self.freq = mac_bytes(mac), mac_bytes(bssid), freq
        self.text = mac
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(os.path.join(daemon.air, name))
        self.peer = os.path.join(daemon.air, "w0")
        self.id = self.seq = 0
        self.heard = []

    def close(self):
        self.sock.close()

    def send(self, subtype, body, sa=None):
        self.id += 1
        self.seq = (self.seq + 1) & 0xfff
        frame = struct.pack("<HH6s6s6sH", subtype << 4, 0, self.bssid, sa or self.mac, self.bssid,
                            self.seq << 4) + body
        self.sock.sendto(HEADER.pack(b"SIMA", 1, FRAME, WANT_ACK, 1, self.freq, -40, 0, self.id,
                                     int(time.time() * 1e6)) + frame, self.peer)

    def pump(self, timeout):
        """Takes one datagram, acknowledges it; returns the frame if it was for us."""
        if not select.select([self.sock], [], [], timeout)[0]:
            return None
        data, sender = self.sock.recvfrom(9000)
        head = HEADER.unpack_from(data)
        frame = data[HEADER.size:]
        if head[2] != FRAME or frame[4:10] != self.mac:
            return b""
        self.sock.sendto(HEADER.pack(b"SIMA", 1, ACK, 0, 0, head[5], -40, 0, head[8], head[9]), sender)
        return frame

    def wait(self, subtype, timeout=WAIT):
        """Body of the next management frame of this kind."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            frame = self.pump(until - time.monotonic())
            if frame and frame[0] == subtype << 4:
                return frame[24:]
        raise AssertionError("no frame of subtype %d" % subtype)

    def authenticate(self):
        self.send(11, struct.pack("<HHH", 0, 1, 0))
        return struct.unpack("<HHH", self.wait(11)[:6])[2]

    def associate(self, ssid=b"net", extra=b"", listen=10):
        body = struct.pack("<HH", 0x0421, listen) + bytes([0, len(ssid)]) + ssid + RATES + extra
        self.send(0, body)
        return struct.unpack("<HHH", self.wait(1)[:6])[1]

    def linger(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.pump(until - time.monotonic())
