"""A long wpa_psk_file of passphrases, one per device: start, memory, and the device whose line is the last."""
import statistics
import time

from lib import net
from lib.ctrl import Ctrl, Monitor
from lib.daemons import program
from lib.lab import psk_network

START, RSS = "long PSK file: AP start [ms]", "long PSK file: AP resident [KiB]"
START_ONE, RSS_ONE = "PSK file of one line: AP start [ms]", "PSK file of one line: AP resident [KiB]"
FIRST, LAST = "PSK file of one line: association [ms]", "long PSK file: association, last line [ms]"
ROWS = [START_ONE, START, RSS_ONE, RSS, FIRST, LAST]
TARGETS = {START: 0.05, FIRST: None, LAST: None, START_ONE: None, RSS_ONE: None}
SECRET = "the passphrase of the last one"


def content(lines, mac):
    """`lines` lines, the last for the station."""
    return "".join(f"02:99:00:00:{n >> 8:02x}:{n & 255:02x} passphrase of {n}\n" for n in range(lines - 1)) + \
        f"{mac} {SECRET}\n"


class PskFile:
    """One implementation's AP with such files on wlan0; the station is always Debian's, on wlan1."""

    def __init__(self, pair, station, running):
        self.pair, self.lab, self.station, self.running = pair, pair.lab, station, running

    def start(self, lines):
        mac = net.sh("cat", "/sys/class/net/wlan1/address").strip()
        path = self.lab.write(f"{self.pair.impl}.psk", content(lines, mac))
        conf = self.lab.ap_conf(ssid="long", passphrase=None, wpa_psk_file=path)
        conf = self.lab.write(f"{self.pair.impl}-psk.conf", conf)
        ap = self.running([program(self.pair.impl, "hostapd"), conf], f"{self.pair.out}/{self.pair.impl}-psk.log")
        return ap, ap.wait_line("AP-ENABLED", 1200)

    def association(self, row):
        """The first time the AP sees the device; from the station's decision to the end of the handshake."""
        ctrl, mon = self.station
        ctrl.ok("BSS_FLUSH 0")
        mon.mark()
        first = len(mon.events)
        ctrl.ok("ENABLE_NETWORK 0")
        mon.wait("CTRL-EVENT-CONNECTED", timeout=60)
        events = mon.events[first:]
        began = next(t for t, _, text in events if "Trying to" in text)
        self.pair.add(row, (next(t for t, _, text in events if "CTRL-EVENT-CONNECTED" in text) - began) * 1e3)
        ctrl.ok("DISABLE_NETWORK 0")
        time.sleep(0.3)

    def measure(self, lines, runs):
        """`runs` starts with one line and with `lines` of them in turn."""
        for _ in range(runs):
            ap, took = self.start(1)
            self.pair.add(START_ONE, took)
            self.pair.add(RSS_ONE, ap.resident())
            self.association(FIRST)
            ap.stop()
            ap, took = self.start(lines)
            self.pair.add(START, took)
            self.pair.add(RSS, ap.resident())
            self.association(LAST)
            ap.stop()


def measure(pairs, lab, args, connect, running):
    """Our AP with args.psk_lines lines, Debian's with args.debian_lines: it derives every key before it starts, which
    takes ten minutes for 10,000 lines in the VM (--debian-lines 10000 does it). Its start and its memory are scaled up,
    every line costs the same; its association time is that with the shorter file, which favours it."""
    conf = lab.write("psk-sta.conf", lab.sta_conf(psk_network("long", SECRET, disabled="1"), ctrl="psk-sta"))
    sta = running([program("debian", "wpa_supplicant"), "-Dnl80211", "-iwlan1", "-c", conf], f"{args.out}/psk-sta.log")
    station = [connect(f"{lab.dir}/psk-sta/wlan1", k) for k in (Ctrl, Monitor)]
    for pair in pairs:
        lines = args.psk_lines if pair.impl == "ours" else min(args.debian_lines, args.psk_lines)
        print(f"PSK file of {lines} lines, {pair.impl}", flush=True)
        PskFile(pair, station, running).measure(lines, args.psk_runs if pair.impl == "ours" else 1)
        if lines != args.psk_lines:
            samples = pair.samples[pair.impl]
            for row, with_one in ((START, START_ONE), (RSS, RSS_ONE)):
                one = statistics.median(samples[with_one])
                samples[row] = [one + (s - one) * args.psk_lines / lines for s in samples[row]]
    for s in station:
        s.close()
    sta.stop()
