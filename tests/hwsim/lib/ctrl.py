"""Client of the daemons' control sockets (AF_UNIX datagrams)."""
import os
import re
import socket
import time
import itertools

WAIT = 40  # seconds; the VM is emulated, a busy machine makes it slow
_serial = itertools.count()


class CtrlError(AssertionError):
    pass


class Ctrl:
    """One request socket, connected to the daemon's socket at `path`."""

    def __init__(self, path, where="/tmp"):
        self.path = path
        self.local = f"{where}/wpa_ctrl_{os.getpid()}-{next(_serial)}"
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(self.local)
        try:
            self.sock.connect(path)
        except OSError as e:
            self.close()
            raise CtrlError(f"cannot connect to {path}: {e.strerror}") from e

    def close(self):
        self.sock.close()
        if os.path.exists(self.local):
            os.unlink(self.local)

    def request(self, cmd, timeout=WAIT):
        """Send `cmd`, return the reply. A reply may be empty; no reply is an error."""
        self.sock.settimeout(timeout)
        try:
            self.sock.send(cmd.encode() if isinstance(cmd, str) else cmd)
            while True:
                data = self.sock.recv(65536)
                if not data.startswith((b"<", b"IFNAME=")):
                    return data.decode("utf-8", "surrogateescape")
        except socket.timeout:
            raise CtrlError(f"{self.path}: no reply to {cmd!r} in {timeout} s") from None
        except OSError as e:
            raise CtrlError(f"{self.path}: {cmd!r}: {e.strerror}") from e

    def ok(self, cmd):
        """Request that must be answered with OK."""
        reply = self.request(cmd)
        if reply != "OK\n":
            raise CtrlError(f"{self.path}: {cmd!r} answered {reply!r}, expected OK")

    def fails(self, cmd, reply="FAIL\n"):
        got = self.request(cmd)
        if got != reply:
            raise CtrlError(f"{self.path}: {cmd!r} answered {got!r}, expected {reply!r}")

    def fields(self, cmd):
        """Reply made of name=value lines, as a dict; every line must have its '='."""
        reply = self.request(cmd)
        out = {}
        for line in reply.splitlines():
            if "=" not in line:
                raise CtrlError(f"{self.path}: {cmd}: line without '=': {line!r}")
            k, v = line.split("=", 1)
            out[k] = v
        return out


class Monitor(Ctrl):
    """An attached socket: receives events, keeps all of them with their time."""

    def __init__(self, path, where="/tmp", attach="ATTACH"):
        super().__init__(path, where)
        self.events = []  # (monotonic time, level, text)
        self.pos = 0      # events before this one were consumed by wait()
        if self.request(attach) != "OK\n":
            raise CtrlError(f"{path}: ATTACH refused")

    def _pump(self, timeout):
        self.sock.settimeout(max(timeout, 0.001))
        try:
            data = self.sock.recv(65536)
        except (socket.timeout, ConnectionError):
            return False
        text = data.decode("utf-8", "surrogateescape")
        m = re.match(r"(?:IFNAME=\S+ )?<(\d)>", text)
        if not m:
            raise CtrlError(f"{self.path}: event without level: {text!r}")
        self.events.append((time.monotonic(), int(m.group(1)), text.replace(f"<{m.group(1)}>", "", 1)))
        return True

    def wait(self, *wanted, timeout=WAIT, forbid=()):
        """Next event containing one of `wanted`; earlier ones count as consumed.
        An event containing one of `forbid` ends the wait as a failure at once."""
        end = time.monotonic() + timeout
        while True:
            while self.pos < len(self.events):
                text = self.events[self.pos][2]
                self.pos += 1
                if any(w in text for w in wanted):
                    return text
                for bad in forbid:
                    if bad in text:
                        raise CtrlError(f"{self.path}: {text!r} while waiting for {wanted}\n{self.history()}")
            left = end - time.monotonic()
            if left <= 0 or not (self._pump(left) or os.path.exists(self.path)):
                raise CtrlError(f"{self.path}: none of {wanted} in {timeout} s; events:\n{self.history()}")

    def sequence(self, *steps, timeout=WAIT):
        """All `steps` in this order (others may lie between); returns the events."""
        return [self.wait(s, timeout=timeout) for s in steps]

    def collect(self, seconds=0.2):
        """Read what arrives within `seconds`, consume everything, return all texts so far."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not self._pump(left) and not os.path.exists(self.path):
                break
        self.pos = len(self.events)
        return [e[2] for e in self.events]

    def absent(self, text, seconds):
        """`text` must not come within `seconds`."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._pump(left)
        found = [e[2] for e in self.events[self.pos:] if text in e[2]]
        self.pos = len(self.events)
        if found:
            raise CtrlError(f"{self.path}: unexpected {found[0]!r}\n{self.history()}")

    def mark(self):
        """Forget what came so far: the next wait() looks at new events only."""
        while self._pump(0.001):
            pass
        self.pos = len(self.events)

    def history(self, last=40):
        t0 = self.events[0][0] if self.events else 0
        return "\n".join(f"  {t - t0:8.3f} <{lv}> {x}" for t, lv, x in self.events[-last:])
