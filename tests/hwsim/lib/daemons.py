"""The programs under test and their Debian counterparts."""
import os
import signal
import subprocess
import time

from .ctrl import Ctrl, CtrlError, Monitor, WAIT

OURS = os.environ.get("HWSIM_OURS", os.path.abspath(os.path.join(os.path.dirname(__file__), "../../..")))
PROGRAMS = {
    "ours": {"hostapd": f"{OURS}/hostapd/hostapd", "hostapd_cli": f"{OURS}/hostapd/hostapd_cli",
             "wpa_supplicant": f"{OURS}/wpa_supplicant/wpa_supplicant",
             "wpa_cli": f"{OURS}/wpa_supplicant/wpa_cli"},
    "debian": {"hostapd": "/usr/sbin/hostapd", "hostapd_cli": "/usr/sbin/hostapd_cli",
               "wpa_supplicant": "/sbin/wpa_supplicant", "wpa_cli": "/sbin/wpa_cli"},
}
GROUP = "adm"  # group of the control sockets; exists on every Debian


def program(impl, name):
    path = PROGRAMS[impl][name]
    if not os.access(path, os.X_OK):
        raise AssertionError(f"{path} is missing: " +
                             ("build it first (make)" if impl == "ours" else f"apt-get install {name}"))
    return path


def cli(impl, name, *args, timeout=WAIT):
    """Run a CLI once: (exit status, stdout, stderr)."""
    r = subprocess.run([program(impl, name), *args], capture_output=True, text=True, timeout=timeout,
                       stdin=subprocess.DEVNULL)
    return r.returncode, r.stdout, r.stderr


class Process:
    """A child whose output goes to a file."""

    def __init__(self, lab, name, argv, netns=None, env=None):
        self.name = name
        self.out = f"{lab.dir}/{name}.out"
        if netns:
            argv = ["ip", "netns", "exec", netns, *argv]
        with open(self.out, "ab") as f:
            f.write(f"$ {' '.join(argv)}\n".encode())
            f.flush()
            self.proc = subprocess.Popen(argv, stdout=f, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                         env={**os.environ, **(env or {})}, cwd=lab.dir)
        lab.processes.append(self)

    @property
    def pid(self):
        return self.proc.pid

    def running(self):
        return self.proc.poll() is None

    def output(self):
        return open(self.out, errors="replace").read()

    def kill9(self):
        self.proc.kill()
        self.proc.wait()

    def wait_exit(self, timeout=WAIT):
        try:
            return self.proc.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} did not end in {timeout} s") from None

    def stop(self):
        """SIGTERM; the exit must be clean: no crash, no hang."""
        if not self.running():
            return self.proc.returncode
        self.proc.send_signal(signal.SIGTERM)
        return self.wait_exit()


class Daemon(Process):
    kind = ""

    def __init__(self, lab, impl, name, args, netns=None):
        self.impl, self.lab = impl, lab
        self.log = f"{lab.dir}/{name}.log"
        super().__init__(lab, name, [program(impl, self.kind), *args, "-f", self.log], netns)

    def connect(self, path, monitor=False):
        """Control socket at `path`, waiting until the daemon has made it."""
        end = time.monotonic() + WAIT
        while True:
            try:
                c = Monitor(path) if monitor else Ctrl(path)
                self.lab.sockets.append(c)
                return c
            except CtrlError as e:
                if not self.running():
                    raise AssertionError(f"{self.name} ended with status {self.proc.returncode}:\n"
                                         f"{self.output()}\n{self.log_tail()}") from e
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def log_text(self):
        return open(self.log, errors="replace").read() if os.path.exists(self.log) else ""

    def log_tail(self, n=30):
        return "\n".join((self.log_text()).splitlines()[-n:])


class Interface:
    """Control of one interface (BSS or station): request and monitor socket."""

    def __init__(self, daemon, ctrl_dir, ifname):
        self.daemon, self.ctrl_dir, self.ifname = daemon, ctrl_dir, ifname
        path = f"{ctrl_dir}/{ifname}"
        self.mon = daemon.connect(path, monitor=True)
        self.ctrl = daemon.connect(path)
        self.request, self.ok, self.fails = self.ctrl.request, self.ctrl.ok, self.ctrl.fails
        self.fields, self.wait = self.ctrl.fields, self.mon.wait

    def cli(self, impl, *args):
        """One command through a CLI; its stdout. The exit status must be 0."""
        name = "hostapd_cli" if isinstance(self.daemon, Hostapd) else "wpa_cli"
        rc, out, err = cli(impl, name, "-p", self.ctrl_dir, "-i", self.ifname, *args)
        assert rc == 0, f"{impl} {name} {args}: status {rc}, {out!r} {err!r}"
        return out


class Hostapd(Daemon):
    kind = "hostapd"

    def __init__(self, lab, impl, confs=(), name="hostapd", extra=()):
        super().__init__(lab, impl, name, ["-ddKt", *extra, *confs])


class WpaSupplicant(Daemon):
    kind = "wpa_supplicant"

    def __init__(self, lab, impl, ifname=None, conf=None, bridge=None, name="wpa_supplicant", netns=None,
                 extra=()):
        args = ["-ddKt", *extra]
        if ifname:
            args += ["-Dnl80211", f"-i{ifname}", *([f"-b{bridge}"] if bridge else []), "-c", conf]
        super().__init__(lab, impl, name, args, netns)
