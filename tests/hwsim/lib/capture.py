"""What was on the air: capture on hwsim0 and decoding by tshark, an independent dissector."""
import os
import subprocess
import time

from .net import sh


class Capture:
    def __init__(self, lab, name="air"):
        self.path = f"{lab.dir}/{name}.pcap"
        sh("ip", "link", "set", "hwsim0", "up")
        self.proc = subprocess.Popen(["tcpdump", "-U", "-q", "-B", "8192", "--immediate-mode", "-i", "hwsim0", "-s", "0", "-w", self.path],
                                     stdout=subprocess.DEVNULL, stderr=open(f"{lab.dir}/{name}.tcpdump", "w"))
        lab.captures.append(self)
        for _ in range(200):
            if os.path.exists(self.path) and os.path.getsize(self.path) >= 24:
                return
            time.sleep(0.05)
        raise AssertionError("tcpdump did not start on hwsim0")

    def stop(self):
        if self.proc.poll() is None:
            time.sleep(1)  # tcpdump lags behind on a busy machine
            self.proc.terminate()
            self.proc.wait(20)
        return self.path

    def frames(self, *names):
        """Every frame that is no retransmission, as a dict of these fields of tshark; each value is a list, empty when
        the frame has no such field. "malformed" is among them. One run of tshark, for it takes seconds to start here."""
        names = ("_ws.malformed", "wlan.fc.retry", *names)
        argv = ["tshark", "-n", "-r", self.stop(), "-T", "fields", "-E", "separator=\t", "-E", "occurrence=a",
                "-E", "aggregator=|"]
        for n in names:
            argv += ["-e", n]
        r = subprocess.run(argv, capture_output=True, text=True, timeout=180)
        assert r.returncode == 0, f"tshark: {r.stderr}"
        rows = [dict(zip(names, [v.split("|") if v else [] for v in line.split("\t")])) for line in r.stdout.removesuffix("\n").split("\n")]
        return [f for f in rows if f["wlan.fc.retry"] not in (["1"], ["True"])]
