"""The puppet radio (tests/kmod): its module, what it was asked, what it is to say; the wire behind it."""
import collections
import os
import re
import socket
import subprocess
import time

import pytest

from . import net
from .daemons import Daemon, Hostapd, Interface, WpaSupplicant

DEBUGFS = "/sys/kernel/debug"
TOP = f"{DEBUGFS}/puppet"
ETH_P_PAE = 0x888E
Request = collections.namedtuple("Request", "verb fields")


def load():
    """Loads the module, once per VM. Skips the test where there is none."""
    if os.path.isdir(TOP):
        return
    module = os.environ.get("HWSIM_KMOD", "none: HWSIM_KMOD is not set")
    if module.startswith("none"):
        pytest.skip(f"no puppet radio: {module[6:]}")
    if not os.path.ismount(DEBUGFS):
        net.sh("mount", "-t", "debugfs", "debugfs", DEBUGFS)
    net.sh("insmod", module)


def _text(value):
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    return str(int(value)) if isinstance(value, bool) else str(value)


class Radio:
    """One radio, fmN, with the wire fmwN."""

    def __init__(self, number=0, bits=(), **abilities):
        self.name, self.wire_name = f"fm{number}", f"fmw{number}"
        self.addr = f"02:f0:00:00:00:{number:02x}"
        words = [self.name, f"addr={self.addr}", *(f"{k}={_text(v)}" for k, v in abilities.items())]
        if bits:
            words.append("bits=" + ",".join(map(str, bits)))
        with open(f"{TOP}/new", "w", encoding="ascii") as f:
            f.write(" ".join(words))
        self.bsss, self.pos = [], 0
        self._requests, self._read = [], 0
        net.sh("ip", "link", "set", self.wire_name, "up")
        self.wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_PAE))
        self.wire.bind((self.wire_name, ETH_P_PAE))

    def close(self):
        self.wire.close()
        with open(f"{TOP}/del", "w", encoding="ascii") as f:
            f.write(self.name)

    # --- what it says -----------------------------------------------------------------------
    def cmd(self, verb, **args):
        line = " ".join([verb, *(f"{k}={_text(v)}" for k, v in args.items())])
        fd = os.open(f"{TOP}/{self.name}/cmd", os.O_WRONLY)
        try:
            os.write(fd, line.encode())
        except OSError as e:
            raise AssertionError(f"{self.name}: {line[:200]!r}: {e.strerror}") from e
        finally:
            os.close(fd)

    # --- what it was asked --------------------------------------------------------------------
    def all_requests(self):
        with open(f"{TOP}/{self.name}/log", "rb") as f:
            f.seek(self._read)
            new = f.read()
        self._read += len(new)
        for line in new.decode("ascii").splitlines():
            verb, *words = line.split()
            self._requests.append(Request(verb, dict(w.split("=", 1) for w in words)))
        return self._requests

    def mark(self):
        """requests() and wait() look at what comes from now on."""
        self.pos = len(self.all_requests())

    def requests(self, verb, **match):
        """Those since the mark, as dicts."""
        found = self.all_requests()[self.pos:]
        return [r.fields for r in found if r.verb == verb and all(r.fields.get(k) == _text(v) for k, v in match.items())]

    def wait(self, verb, timeout=20, **match):
        """The first such request after the mark; the mark moves behind it."""
        end = time.monotonic() + timeout
        while True:
            for i, r in enumerate(self.all_requests()[self.pos:], self.pos):
                if r.verb == verb and all(r.fields.get(k) == _text(v) for k, v in match.items()):
                    self.pos = i + 1
                    return r.fields
            if time.monotonic() > end:
                raise AssertionError(f"{self.name} was not asked to {verb} {match}; since the mark:\n" +
                                     "\n".join(str(r)[:300] for r in self._requests[self.pos:]))
            time.sleep(0.05)

    def wait_gtk(self, bss):
        key = self.wait("add_key", pairwise=0, index=bss.gtk_index)
        assert bytes.fromhex(key["key"])[:16] == bss.gtk[:16], "another GTK was installed"

    def settle(self, seconds=0.4):
        time.sleep(seconds)

    # --- the wire -----------------------------------------------------------------------------
    def send_eapol(self, src, body):
        head = bytes.fromhex((self.addr + src).replace(":", "")) + ETH_P_PAE.to_bytes(2, "big")
        self.wire.send(head + body)

    def receive_eapol(self, timeout, kind=3):
        """The station's next EAPOL packet of this type; None when none comes."""
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            self.wire.settimeout(left)
            try:
                frame, where = self.wire.recvfrom(4096)
            except socket.timeout:
                return None
            if where[2] != socket.PACKET_OUTGOING and frame[15] == kind:
                return frame[14:]
        return None

    # --- in short ---------------------------------------------------------------------------
    def connect(self, bss, **match):
        """The station asks for this BSS, and gets it. Returns the request."""
        request = self.wait("connect", **match)
        self.cmd("connect_done", bssid=bss.bssid, req_ies=bytes.fromhex(request["ies"]), resp_ies=b"")
        return request

    def roamed(self, bss):
        self.cmd("roamed", bssid=bss.bssid, req_ies=bss.rsne, resp_ies=b"")

    def roam_auth(self, bss, authorized=1, **more):
        self.cmd("roam_auth", bssid=bss.bssid, req_ies=bss.rsne, resp_ies=b"", authorized=authorized, **more)

    def secrets(self):
        names = ("psk", "sae_password", "pmk", "kek", "kck", "key", "erp_rrk")
        found = {r.fields[n] for r in self.all_requests() for n in names if n in r.fields}
        return found | {s.hex() for b in self.bsss for s in b.secrets}


class Quiet(WpaSupplicant):
    """As -dd shows it, but no keys."""

    def __init__(self, lab, impl, ifname, conf, name):
        Daemon.__init__(self, lab, impl, name, ["-ddt", "-Dnl80211", f"-i{ifname}", "-c", conf])


class QuietHostapd(Hostapd):
    def __init__(self, lab, impl, conf, name="hostapd"):
        Daemon.__init__(self, lab, impl, name, ["-ddt", conf])


class Stage:
    """The puppet radios of one test, and its stations."""

    def __init__(self, lab):
        load()
        self.lab, self.radios, self.secrets = lab, [], set()
        self.kernel = tuple(map(int, os.uname().release.split(".")[:2]))
        self.warned = False  # the kernel may warn
        self.kmsg = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.kmsg, 0, os.SEEK_END)

    def radio(self, bits=(), **abilities):
        r = Radio(len(self.radios), bits, **abilities)
        self.radios.append(r)
        return r

    def station(self, radio, network, **extra):
        """wpa_supplicant -dd without -K; the network is enabled when we listen."""
        name = f"sta-{radio.name}"
        conf = self.lab.write(f"{name}.conf", self.lab.sta_conf(
            network.replace("network={\n", "network={\n\tdisabled=1\n"), ctrl=name, **{"freq_list": None, **extra}))
        daemon = Quiet(self.lab, self.lab.sta_impl, radio.name, conf, name)
        sta = Interface(daemon, f"{self.lab.dir}/{name}", radio.name)
        sta.ok("ENABLE_NETWORK all")
        return sta

    def logs(self):
        """Name and text of all that our daemons wrote or told."""
        for p in self.lab.processes:
            if getattr(p, "impl", "ours") == "debian":
                continue
            yield p.name, p.output()
            if isinstance(p, Daemon):
                yield p.name, p.log_text()
        for s in self.lab.sockets:
            yield s.path, "\n".join(e[2] for e in getattr(s, "events", ()))

    def shown(self, text):
        """The secrets in a text, as hex digits however grouped, or as they are."""
        packed, raw = re.sub(r"[\s:]", "", text).lower(), text.encode("utf-8", "surrogateescape")
        return [s for s in self.secrets if len(s) >= 16 and (s in packed or bytes.fromhex(s) in raw)]

    def kernel_warnings(self):
        text = ""
        while True:
            try:
                text += os.read(self.kmsg, 8192).decode(errors="replace")
            except BlockingIOError:
                return re.findall(r"(?:WARNING|BUG|Oops)[^\n]*", text)

    def close(self):
        for p in reversed(self.lab.processes):
            try:
                p.stop()
            except AssertionError:
                p.kill9()
        for r in self.radios:
            self.secrets |= r.secrets()
            with open(f"{self.lab.dir}/{r.name}.requests", "w", encoding="ascii") as f:
                f.writelines(f"{q.verb} {' '.join(f'{k}={v}' for k, v in q.fields.items())}\n" for q in r.all_requests())
            r.close()
        warnings = self.kernel_warnings()
        os.close(self.kmsg)
        trouble = [f"{name} shows the secret {s}" for name, text in self.logs() for s in self.shown(text)]
        if warnings and not self.warned:
            trouble.append(f"the kernel warned: {warnings}")
        assert not trouble, "\n".join(trouble)
