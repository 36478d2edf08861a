"""What was on the air: capture on hwsim0 and decoding by tshark, an independent dissector."""
import json
import os
import subprocess
import time

from .net import sh


class Capture:
    def __init__(self, lab, name="air"):
        self.path = f"{lab.dir}/{name}.pcap"
        sh("ip", "link", "set", "hwsim0", "up")
        self.proc = subprocess.Popen(["tcpdump", "-U", "-q", "--immediate-mode", "-i", "hwsim0", "-s", "0", "-w", self.path],
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

    def fields(self, display_filter, *names):
        """Rows of the named tshark fields for the frames that match; each value is a list."""
        argv = ["tshark", "-n", "-r", self.stop(), "-Y", display_filter, "-T", "fields", "-E", "separator=\t",
                "-E", "occurrence=a", "-E", "aggregator=|"]
        for n in names:
            argv += ["-e", n]
        r = subprocess.run(argv, capture_output=True, text=True, timeout=180)
        assert r.returncode == 0, f"tshark: {r.stderr}"
        return [dict(zip(names, [v.split("|") if v else [] for v in line.split("\t")]))
                for line in r.stdout.splitlines()]

    def trees(self, display_filter):
        """Full dissection of the matching frames, as tshark's JSON layers."""
        r = subprocess.run(["tshark", "-n", "-r", self.stop(), "-Y", display_filter, "-T", "json", "-x"],
                           capture_output=True, text=True, timeout=180)
        assert r.returncode == 0, f"tshark: {r.stderr}"
        return [p["_source"]["layers"] for p in json.loads(r.stdout or "[]")]

    def text(self, display_filter):
        r = subprocess.run(["tshark", "-n", "-r", self.stop(), "-Y", display_filter, "-V"],
                           capture_output=True, text=True, timeout=180)
        assert r.returncode == 0, f"tshark: {r.stderr}"
        return r.stdout
