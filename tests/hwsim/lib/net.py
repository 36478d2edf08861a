"""Interfaces, bridges, hosts in network namespaces, packet capture."""
import os
import re
import subprocess
import time


def sh(*argv, check=True, timeout=60, netns=None):
    """Run a command, return its output (stdout and stderr)."""
    if netns:
        argv = ("ip", "netns", "exec", netns, *argv)
    r = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                       timeout=timeout, errors="replace")
    if check and r.returncode:
        raise AssertionError(f"{' '.join(argv)}: status {r.returncode}: {r.stdout}")
    return r.stdout


def radio_phy(ifname):
    return open(f"/sys/class/net/{ifname}/phy80211/name").read().strip()


def mac_of(ifname, netns=None):
    return re.search(r"link/\S+ (\S+)", sh("ip", "link", "show", ifname, netns=netns)).group(1)


def exists(ifname):
    return os.path.exists(f"/sys/class/net/{ifname}")


def commands_to_idle():
    """What makes every radio's interface idle: down, in no bridge, managed, no 4-address mode, no address. Looking at
    all of them takes two programs; emulated as they are here, each counts."""
    radios = re.findall(r"^\tInterface (wlan\d+)\n((?:\t\t.*\n)*)", sh("iw", "dev"), re.M)
    addressed = set(re.findall(r"^\d+: (\S+) ", sh("ip", "-o", "addr", "show"), re.M))
    for name, text in radios:
        with open(f"/sys/class/net/{name}/flags", encoding="ascii") as f:
            up = int(f.read(), 16) & 1
        if up or os.path.exists(f"/sys/class/net/{name}/master"):
            yield "ip", "link", "set", name, "nomaster", "down"
        if "\ttype managed\n" not in text:
            yield "iw", "dev", name, "set", "type", "managed"
        if "4addr: on" in text:
            yield "iw", "dev", name, "set", "4addr", "off"
        if name in addressed:
            yield "ip", "addr", "flush", "dev", name


def bridges():
    return [n for n in os.listdir("/sys/class/net") if os.path.exists(f"/sys/class/net/{n}/bridge")]


def bridge_ports(br):
    out = sh("ip", "-o", "link", "show", "master", br)
    return re.findall(r"^\d+: ([^:@]+)", out, re.M)


def wait_until(what, test, timeout=20):
    """Poll `test` until true; fails naming `what`."""
    end = time.monotonic() + timeout
    while not test():
        if time.monotonic() > end:
            raise AssertionError(f"not in {timeout} s: {what}")
        time.sleep(0.1)


def make_bridge(name):
    sh("ip", "link", "add", name, "type", "bridge", "forward_delay", "0", "stp_state", "0")
    sh("ip", "link", "set", name, "up")


def make_host(name, bridge, addr):
    """A network namespace `name` with address `addr`/24, wired into `bridge` by a veth pair."""
    sh("ip", "netns", "add", name)
    sh("ip", "link", "add", f"v-{name}", "type", "veth", "peer", "name", "eth0", "netns", name)
    sh("ip", "link", "set", f"v-{name}", "master", bridge, "up")
    sh("ip", "link", "set", "lo", "up", netns=name)
    sh("ip", "addr", "add", f"{addr}/24", "dev", "eth0", netns=name)
    sh("ip", "link", "set", "eth0", "up", netns=name)


def ping(netns, addr, count=2, seconds=20):
    """The host in `netns` reaches `addr`."""
    out = sh("ping", "-c", str(count), "-i", "0.2", "-w", str(seconds), addr, netns=netns, check=False)
    assert f"{count} received" in out, f"ping from {netns} to {addr}: {out}"


def no_ping(netns, addr, seconds=2):
    out = sh("ping", "-c", "2", "-i", "0.3", "-w", str(seconds), addr, netns=netns, check=False)
    assert " 0 received" in out, f"ping from {netns} to {addr} unexpectedly works: {out}"
