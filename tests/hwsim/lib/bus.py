"""The VM's system bus, our daemon on it by activation, and the clients that drive it: NetworkManager, connman."""
import os
import re
import signal
import subprocess
import sys

from . import net
from .daemons import Process, program

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
sys.path.append(f"{TOP}/tests/conf")
import dbus_wire  # noqa: E402

SOCKET = "/run/dbus/system_bus_socket"
W = "fi.w1.wpa_supplicant1"
ROOT = "/fi/w1/wpa_supplicant1"
IF, WPS = W + ".Interface", W + ".Interface.WPS"


def unpack_clients():
    """NetworkManager and connman into this VM's view of the file system (tests/hwsim/clients)."""
    if os.path.exists("/usr/sbin/connmand"):
        return
    net.sh("bash", "-c", "tar -C $HWSIM_CLIENTS -cf - . | tar -C / -xf - --keep-directory-symlink")
    net.sh("bash", "-c", "rm -f /etc/NetworkManager/conf.d/* /usr/lib/NetworkManager/conf.d/*")


class SystemBus:
    """dbus-daemon with the policy and the activation file that `make install` gives; stop() also ends our daemon."""

    def __init__(self, lab):
        self.lab, self.pid_file, self.log = lab, f"{lab.dir}/wpa_supplicant.pid", f"{lab.dir}/wpa_supplicant.log"
        self.install()
        os.makedirs("/run/dbus", exist_ok=True)
        if os.path.exists(SOCKET):
            os.unlink(SOCKET)
        self.proc = Process(lab, "dbus", ["dbus-daemon", "--system", "--nofork", "--nopidfile"])
        net.wait_until("D-Bus", lambda: os.path.exists(SOCKET))

    def install(self):
        """Ours instead of Debian's."""
        for path in ("/etc/dbus-1/system.d/wpa_supplicant.conf", "/usr/share/dbus-1/system.d/wpa_supplicant.conf"):
            if os.path.exists(path):
                os.unlink(path)
        net.sh("install", "-m", "644", f"{TOP}/wpa_supplicant/dbus/dbus-wpa_supplicant.conf", "/usr/share/dbus-1/system.d/")
        with open(f"{TOP}/wpa_supplicant/dbus/fi.w1.wpa_supplicant1.service.in") as f:
            text = f.read().replace("@SBINDIR@/wpa_supplicant", program("ours", "wpa_supplicant"))
        text = re.sub(" -s ", f" -ddKt -f {self.log} -P {self.pid_file} ", text)
        with open("/usr/share/dbus-1/system-services/fi.w1.wpa_supplicant1.service", "w") as f:
            f.write(text)

    def client(self):
        c = dbus_wire.Client("unix:path=" + SOCKET)
        self.lab.sockets.append(c)
        return c

    def daemon_log(self):
        return open(self.log, errors="replace").read() if os.path.exists(self.log) else ""

    def stop(self):
        """Our daemon ends when told to."""
        if os.path.exists(self.pid_file):
            pid = int(open(self.pid_file).read())
            os.kill(pid, signal.SIGTERM)
            net.wait_until("end of wpa_supplicant", lambda: not os.path.exists(f"/proc/{pid}/exe"))
        self.proc.stop()
        os.unlink(SOCKET)


NM_CONF = """[main]
plugins=keyfile
auth-polkit=false
no-auto-default=*
dns=none
rc-manager=unmanaged
[keyfile]
unmanaged-devices=*,except:interface-name:wlan1
[device]
wifi.scan-rand-mac-address=no
[logging]
level=INFO
"""


class NetworkManager:
    """NetworkManager for wlan1 alone; the object is nmcli: nm("dev") gives its output, nm.run() status and output."""

    def __init__(self, lab):
        unpack_clients()
        conf = lab.write("nm.conf", NM_CONF)
        os.makedirs(f"{lab.dir}/nm.d", exist_ok=True)
        # There is no udev in the VM; NetworkManager does without where /sys is read-only.
        start = f"mount --make-rprivate / && mount -o remount,ro,bind /sys && exec NetworkManager --debug --config={conf} --config-dir={lab.dir}/nm.d"
        self.proc = Process(lab, "NetworkManager", ["unshare", "-m", "sh", "-c", start])
        lab.scanned.add("wlan1")
        net.wait_until("NetworkManager", lambda: self.run("general")[0] == 0, 60)

    @staticmethod
    def run(*args):
        r = subprocess.run(["nmcli", "-t", *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
                           stdin=subprocess.DEVNULL, env={**os.environ, "PAGER": "cat"})
        return r.returncode, r.stdout

    def __call__(self, *args):
        status, out = self.run(*args)
        assert status == 0, (args, out)
        return out

    def state(self):
        return dict(line.split(":")[0::2][:2] for line in self("dev").splitlines())["wlan1"]


class Connman:
    """connman for wlan1 alone; the object is connmanctl."""

    def __init__(self, lab):
        unpack_clients()
        os.makedirs("/var/lib/connman", exist_ok=True)
        conf = lab.write("connman.conf", "[General]\nAllowHostnameUpdates=false\nPreferredTechnologies=wifi\n")
        self.proc = Process(lab, "connmand", ["connmand", "-n", "-d", f"--config={conf}", "--device=wlan1", "--nodnsproxy"])
        lab.scanned.add("wlan1")
        net.wait_until("connman", lambda: "wifi" in self("technologies"), 60)

    def __call__(self, *args):
        return net.sh("connmanctl", *args, check=False)


__all__ = ["IF", "ROOT", "W", "WPS", "Connman", "NetworkManager", "SystemBus", "dbus_wire"]
