#!/usr/bin/env python3
"""make demo: a Multi-AP backhaul station is onboarded by push button, on simulated air.

Starts the real hostapd (fronthaul and backhaul BSS) and wpa_supplicant with the configuration files of the README,
presses both buttons with the real CLIs, and shows what a monitor on the air sees. Exit status 0: every step was seen.
Needs neither root nor a radio. Leaves the capture, the diagram and the logs in --out."""
import argparse
import heapq
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
import air          # noqa: E402
import hosts        # noqa: E402
import pcapng       # noqa: E402
import sequence     # noqa: E402

HOLD_BACK = 0.06  # seconds: copies come when the fate of a frame is known, so not quite in order
STEPS = [
    ("beacon-fronthaul", "the fronthaul BSS is on the air"),
    ("beacon-backhaul", "the backhaul BSS is on the air"),
    ("button-ap", "button pressed at the access point"),
    ("button-sta", "button pressed at the node"),
    ("probe-req", "probe request with push button"),
    ("probe-resp", "probe response"),
    ("auth-1", "authentication request"),
    ("auth-2", "authentication response"),
    ("assoc-req-backhaul@fronthaul", "association request with the Multi-AP element, to the fronthaul BSS"),
    ("assoc-resp-fronthaul@fronthaul", "association response with the Multi-AP element"),
    ("wsc-start", "WSC_Start"),
] + [("M%d" % n, "M%d" % n) for n in range(1, 9)] + [
    ("WSC_Done", "WSC_Done"),
    ("eap-failure", "EAP-Failure, as WPS ends"),
    ("credential-sent", "the access point handed out the backhaul credential"),
    ("credential", "the node received a credential"),
    ("deauth", "deauthentication"),
    ("assoc-req-backhaul@backhaul", "association request with the Multi-AP element, to the backhaul BSS"),
    ("assoc-resp-backhaul@backhaul", "association response with the backhaul BSS bit"),
] + [("4way-%d" % n, "4-way handshake %d/4" % n) for n in range(1, 5)] + [
    ("connected", "the node is connected"),
    ("4addr-station", "4-address frame from the node"),
    ("wds", "AP_VLAN interface for the node at the access point"),
    ("ping-a", "ping from the host behind the node to the host behind the access point"),
    ("ping-b", "ping from the host behind the access point to the host behind the node"),
    ("data-4addr", "data in 4-address frames"),
    ("saved", "the network block was saved, with multi_ap_backhaul_sta=1"),
]
LANES = [("hosta", "host A", "plugged in behind the node"), ("station", "node0", "the new mesh node"),
         ("fronthaul", "wlan0", "fronthaul BSS \"home\""), ("backhaul", "wlan0_bh", "backhaul BSS \"backhaul\""),
         ("hostb", "host B", "on br-lan of the router")]
SSIDS = {"home": "fronthaul", "backhaul": "backhaul"}
NAMES = {"station": "node0", "fronthaul": "wlan0", "backhaul": "wlan0_bh", "hosta": "host A", "hostb": "host B"}
EVENTS = {
    "ap": [("WPS-PBC-ACTIVE", "button-ap"), ("WPS-CRED-SENT", "credential-sent"), ("WPS-REG-SUCCESS", None),
           ("AP-STA-CONNECTED", None), ("WDS-STA-INTERFACE-ADDED", "wds"), ("AP-STA-DISCONNECTED", None)],
    "sta": [("WPS-PBC-ACTIVE", "button-sta"), ("WPS-CRED-RECEIVED", "credential"), ("WPS-SUCCESS", None),
            ("WPS-FAIL", None), ("CTRL-EVENT-CONNECTED", "connected"), ("CTRL-EVENT-DISCONNECTED", None),
            ("CTRL-EVENT-ASSOC-REJECT", None), ("CTRL-EVENT-SSID-TEMP-DISABLED", None),
            ("WPS-OVERLAP-DETECTED", None), ("WPS-TIMEOUT", None)],
}
SECRET_EVENTS = ("WPS-CRED-RECEIVED",)  # its parameter is the credential


class Failed(Exception):
    pass


class Timeline:
    """Everything seen, in order: on the terminal, in the capture, in the diagram."""

    def __init__(self, out):
        self.start = time.time()
        self.held, self.count = [], 0
        self.seen = set()
        self.roles, self.eap, self.once = {}, air.Eap(), set()
        self.pcap = pcapng.Writer(os.path.join(out, "demo.pcapng"))
        self.diagram = sequence.Diagram("Push-button onboarding of a Multi-AP backhaul station", LANES)
        self.color = sys.stdout.isatty()

    def paint(self, code, text):
        return "\033[%sm%s\033[0m" % (code, text) if self.color else text

    def hold(self, when, item):
        self.count += 1
        heapq.heappush(self.held, (when, self.count, item))

    def flush(self, until):
        while self.held and self.held[0][0] <= until:
            when, _, item = heapq.heappop(self.held)
            item(when)

    def phase(self, text):
        self.hold(time.time(), lambda when: self._phase(text))

    def _phase(self, text):
        print("\n" + self.paint("1", text), flush=True)
        self.diagram.phase(text)

    def command(self, text):
        self.hold(time.time(), lambda when: print("%8.4f  $ %s" % (when - self.start, text), flush=True))

    def event(self, lane, text, key=None):
        self.hold(time.time(), lambda when: self._event(when, lane, text, key))

    def _event(self, when, lane, text, key):
        self.seen.add(key)
        at = when - self.start
        print("%8.4f  %-20s %s" % (at, NAMES[lane], self.paint("33", "* " + text)), flush=True)
        self.diagram.event(at, lane, text)

    def copy(self, data):
        copy = air.Copy(data)
        self.hold(copy.time_us / 1e6, lambda when: self._copy(when, copy))

    def learn_roles(self, copy):
        """Who is who, from beacons and probe requests."""
        kind = copy.frame[0]
        if kind in (0x80, 0x50):
            role = SSIDS.get(air.ssid_of(air.elements(copy.frame[36:])))
            if role:
                self.roles[copy.frame[16:22]] = role
        elif kind == 0x40:
            self.roles.setdefault(copy.frame[10:16], "station")

    def worth_showing(self, m, source):
        """Beacons and probes repeat; one of a kind will do. Idle null frames say nothing."""
        if m.text not in ("Beacon", "Probe request", "Probe response"):
            return m.text != "Null frame"
        sort = (m.text, source, m.note)
        if sort in self.once:
            return False
        self.once.add(sort)
        return True

    def _copy(self, when, copy):
        self.learn_roles(copy)
        m = air.describe(copy, self.eap)
        source, target = (self.roles.get(a) for a in (m.ta, m.ra)) if m else (None, None)
        shown = m and source and self.worth_showing(m, source)
        if m and source and m.key:
            bss = source if source != "station" else target
            where = "@" + str(bss) if m.key.startswith("assoc") else "-" + source if m.key == "beacon" else ""
            self.seen.add(m.key + where)
        self.pcap.add(copy, "%s %s" % (m.text, m.note) if shown else "")
        if not shown:
            return
        at = when - self.start
        who = "%s -> %s" % (NAMES[source], NAMES[target] if target else "all")
        note = self.paint("2", m.note)
        print("%8.4f  %-20s %-26s %s" % (at, who, m.text, note), flush=True)
        self.diagram.arrow(at, source, target, m.text, m.note)

    def host(self, source, target, text):
        self.hold(time.time(), lambda when: self._host(when, source, target, text))

    def _host(self, when, source, target, text):
        at = when - self.start
        who = "%s -> %s" % (NAMES[source], NAMES[target])
        print("%8.4f  %-20s %s" % (at, who, self.paint("36", text)), flush=True)
        self.diagram.arrow(at, source, target, text, "")


class Control:
    """A daemon's control socket, attached for events."""

    def __init__(self, path, own):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(own)
        self.sock.connect(path)
        self.sock.settimeout(2)
        self.sock.send(b"ATTACH")
        if self.sock.recv(100) != b"OK\n":
            raise Failed("%s does not take monitors" % path)
        self.sock.setblocking(False)

    def event(self):
        text = self.sock.recv(8192).decode("utf-8", "replace").strip()
        return text.split(">", 1)[1] if text.startswith("<") else text


class Demo:
    def __init__(self, programs, out):
        self.programs, self.out = programs, out
        os.makedirs(out, exist_ok=True)
        self.dir = tempfile.mkdtemp(prefix="demo-")
        self.air = os.path.join(self.dir, "air")
        os.mkdir(self.air)
        self.timeline = Timeline(out)
        self.daemons, self.readers = [], {}
        self.monitor = self.bind("mon-demo")
        # the kernel keeps few datagrams of a socket; the driver waits for us with the rest
        self.readers[self.monitor] = lambda: self.timeline.copy(self.monitor.recv(8192))

    def bind(self, name):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sock.bind(os.path.join(self.air, name))
        return sock

    # --- loop ---

    def step(self, seconds):
        ready, _, _ = select.select(list(self.readers), [], [], seconds)
        for sock in ready:
            self.readers[sock]()
        self.timeline.flush(time.time() - HOLD_BACK)
        for name, process in self.daemons:
            if process.poll() is not None:
                raise Failed("%s ended with status %d, see %s/%s.log" % (name, process.returncode, self.out, name))

    def wait(self, what, condition, timeout):
        end = time.time() + timeout
        while not condition():
            if time.time() > end:
                raise Failed("no %s within %d s" % (what, timeout))
            self.step(0.02)

    # --- daemons ---

    def program(self, name):
        path = os.path.join(self.programs, name)
        if not os.access(path, os.X_OK):
            raise Failed("%s is missing: run make first" % path)
        return path

    def config(self, name, changes):
        """The README's file, with what is different here."""
        with open(os.path.join(HERE, name), encoding="utf-8") as f:
            text = f.read()
        with open(os.path.join(HERE, "../../README.md"), encoding="utf-8") as f:
            if "```\n%s```" % text not in f.read():
                raise Failed("tests/demo/%s is not what README.md shows any more" % name)
        for old, new in changes:
            if old not in text:
                raise Failed("%s has no '%s'" % (name, old))
            text = text.replace(old, new)
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def start(self, name, args):
        log = open(os.path.join(self.out, name + ".log"), "wb")
        env = dict(os.environ, SIM_AIR_DIR=self.air)
        command = [self.program(os.path.join(name, name))] + args
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=env)
        self.daemons.append((name, process))

    def attach(self, daemon, lane, directory, ifname):
        path = os.path.join(directory, ifname)
        self.wait("control socket %s" % path, lambda: os.path.exists(path), 3)
        control = Control(path, os.path.join(self.dir, "own-" + ifname))
        self.readers[control.sock] = lambda: self.on_event(daemon, lane, control.event())

    def on_event(self, daemon, lane, text):
        for name, key in EVENTS[daemon]:
            if text.startswith(name):
                self.timeline.event(lane, name if name in SECRET_EVENTS else text, key)

    def start_daemons(self):
        ap, sta = os.path.join(self.dir, "hostapd"), os.path.join(self.dir, "wpa_supplicant")
        conf = self.config("hostapd.conf", [("driver=nl80211", "driver=sim"), ("/var/run/hostapd", ap)])
        self.station_conf = self.config("wpa_supplicant.conf", [("/var/run/wpa_supplicant", sta)])
        self.ap_dir, self.sta_dir = ap, sta
        self.start("hostapd", ["-ddt", conf])
        self.attach("ap", "fronthaul", ap, "wlan0")
        self.attach("ap", "backhaul", ap, "wlan0_bh")
        self.wait("beacon of both BSSs", lambda: {"beacon-fronthaul", "beacon-backhaul"} <= self.timeline.seen, 5)
        self.start("wpa_supplicant", ["-ddt", "-Dsim", "-inode0", "-c" + self.station_conf])
        self.attach("sta", "station", sta, "node0")

    def cli(self, folder, program, directory, ifname, words):
        args = [self.program(os.path.join(folder, program)), "-p", directory, "-i", ifname] + words
        self.timeline.command("%s %s" % (program, " ".join(words)))
        process = subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self.wait("end of %s" % program, lambda: process.poll() is not None, 5)
        answer = process.stdout.read().decode().strip()
        if process.returncode or not answer.endswith("OK"):
            raise Failed("%s %s answered: %s" % (program, " ".join(words), answer or "nothing"))

    # --- the run ---

    def ping(self, source, target, key):
        """An ARP and a ping, as they come out on the other side and back."""
        names = (source.lane, target.lane)
        source.on_reply = lambda: (self.timeline.host(names[1], names[0], "echo reply"), self.timeline.seen.add(key))
        target.on_request = lambda: self.timeline.host(names[0], names[1], "echo request arrived")
        source.ask(target)
        self.wait("answer to the ping of %s" % NAMES[source.lane], lambda: key in self.timeline.seen, 3)

    def check_saved(self):
        def saved():
            with open(self.station_conf, encoding="utf-8") as f:
                return "multi_ap_backhaul_sta=1" in f.read()
        self.wait("network block with multi_ap_backhaul_sta=1 in %s" % self.station_conf, saved, 2)
        self.timeline.event("station", "SAVED network block, multi_ap_backhaul_sta=1", "saved")

    def run(self):
        t = self.timeline
        t.phase("Access point with a fronthaul and a backhaul BSS; a node that knows nothing")
        self.start_daemons()
        t.phase("Both buttons are pressed: push button on the fronthaul BSS")
        self.cli("hostapd", "hostapd_cli", self.ap_dir, "wlan0", ["wps_pbc"])
        self.cli("wpa_supplicant", "wpa_cli", self.sta_dir, "node0", ["wps_pbc", "multi_ap=1"])
        self.wait("credential", lambda: "credential" in t.seen, 10)
        self.wait("connection to the backhaul BSS", lambda: "connected" in t.seen, 10)
        self.wait("AP_VLAN interface", lambda: "wds" in t.seen, 3)
        self.check_saved()
        t.phase("Data both ways through 4-address frames, between hosts behind each side")
        a = hosts.Host(self.bind("host-a.eth"), os.path.join(self.air, "node0.eth"), 1, "hosta")
        b = hosts.Host(self.bind("host-b.eth"), os.path.join(self.air, "br-lan.eth"), 2, "hostb")
        for host in (a, b):
            self.readers[host.sock] = host.receive
            host.plug_in()
        self.ping(a, b, "ping-a")
        self.ping(b, a, "ping-b")
        end = time.time() + 2 * HOLD_BACK
        self.wait("quiet", lambda: time.time() > end, 2)

    def stop(self):
        for _, process in reversed(self.daemons):
            process.send_signal(signal.SIGTERM)
        for _, process in self.daemons:
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.timeline.flush(time.time() + 1)
        self.timeline.pcap.close()
        self.timeline.diagram.write(os.path.join(self.out, "demo.svg"))
        shutil.rmtree(self.dir, ignore_errors=True)


def report(demo, failure):
    seen = demo.timeline.seen
    missing = [text for key, text in STEPS if key not in seen]
    print()
    if failure:
        print("FAILED: %s" % failure)
    for text in missing:
        print("not seen: %s" % text)
    print("%d of %d steps seen in %.1f s" % (len(STEPS) - len(missing), len(STEPS), time.time() - demo.timeline.start))
    print("capture   %s/demo.pcapng (Wireshark)\ndiagram   %s/demo.svg" % (demo.out, demo.out))
    print("logs      %s/hostapd.log %s/wpa_supplicant.log" % (demo.out, demo.out))
    return 1 if failure or missing else 0


def main():
    parser = argparse.ArgumentParser(description="Push-button onboarding on simulated air.")
    parser.add_argument("--programs", default=".", help="folder that holds hostapd/ and wpa_supplicant/")
    parser.add_argument("--out", default="demo-out")
    options = parser.parse_args()
    demo, failure = Demo(options.programs, options.out), None
    try:
        demo.run()
    except (Failed, OSError) as e:
        failure = e
    finally:
        demo.stop()
    return report(demo, failure)


if __name__ == "__main__":
    sys.exit(main())
