"""One test's world: radios, bridges, hosts, daemons; takes everything down again."""
import os
import shutil

from . import net
from .capture import Capture
from .daemons import Hostapd, Interface, Process, WpaSupplicant

PASSPHRASE = "correct horse battery"
BACKHAUL_PASSPHRASE = "backhaul secret phrase"


class Lab:
    def __init__(self, name, ap_impl, sta_impl):
        self.name, self.ap_impl, self.sta_impl = name, ap_impl, sta_impl
        self.dir = f"/run/lab/{name}"
        shutil.rmtree(self.dir, ignore_errors=True)
        os.makedirs(self.dir)
        self.processes, self.sockets, self.captures = [], [], []
        self.hosts, self.moved = [], []
        self.scanned = set()  # stations' interfaces

    # --- files and networks -------------------------------------------------------------
    def write(self, name, text):
        path = f"{self.dir}/{name}"
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def bridge(self, name):
        net.make_bridge(name)
        return name

    def wired_host(self, bridge, name, addr):
        """A bridge with one host behind it."""
        self.bridge(bridge)
        return self.host(name, bridge, addr)

    def host(self, name, bridge, addr):
        net.make_host(name, bridge, addr)
        self.hosts.append(name)
        return name

    def radio_in_namespace(self, ifname, netns, addr=None):
        """Move the radio of `ifname` into a new network namespace: a station apart from the AP's host."""
        net.sh("ip", "netns", "add", netns)
        self.hosts.append(netns)
        phy = net.radio_phy(ifname)
        self.moved.append((netns, phy))
        net.sh("iw", "phy", phy, "set", "netns", "name", netns)
        net.sh("ip", "link", "set", "lo", "up", netns=netns)
        if addr:
            net.sh("ip", "addr", "add", f"{addr}/24", "dev", ifname, netns=netns)
        return netns

    def capture(self):
        return Capture(self)

    # --- access points ------------------------------------------------------------------
    def ap_conf(self, ifname="wlan0", ssid="hwsim-psk", passphrase=PASSPHRASE, name=None, **extra):
        """Text of a WPA2-PSK access point's configuration file; `extra` keys replace or add lines."""
        keys = {"interface": ifname, "driver": "nl80211", "ctrl_interface": f"{self.dir}/ap",
                "ssid": ssid, "hw_mode": "g", "channel": "1", "ieee80211n": "1", "wpa": "2",
                "wpa_key_mgmt": "WPA-PSK", "rsn_pairwise": "CCMP", "wpa_passphrase": passphrase, **extra}
        return "".join(f"{k}={v}\n" for k, v in keys.items() if v is not None)

    def multi_ap_conf(self, ifname="wlan0", backhaul_if="wlan0-bh", bridge="br-ap", **extra):
        """Fronthaul (WPS) and backhaul BSS on one radio."""
        return self.ap_conf(
            ifname, "fronthaul", bridge=bridge, eap_server="1", wps_state="2", multi_ap="2",
            config_methods="virtual_push_button physical_push_button", device_name="AP", manufacturer="hwsim",
            model_name="AP", model_number="1", serial_number="1", device_type="6-0050F204-1",
            multi_ap_backhaul_ssid='"backhaul"', multi_ap_backhaul_wpa_passphrase=BACKHAUL_PASSPHRASE,
            **extra) + f"""bss={backhaul_if}
bssid=02:00:00:00:00:01
ctrl_interface={self.dir}/ap
bridge={bridge}
ssid=backhaul
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase={BACKHAUL_PASSPHRASE}
multi_ap=1
wds_sta=1
"""

    WPS_AP = dict(eap_server="1", wps_state="2", config_methods="virtual_push_button physical_push_button",
                  device_name="AP", manufacturer="hwsim", model_name="AP", model_number="1", serial_number="1",
                  device_type="6-0050F204-1")

    def start_ap(self, *confs, impl=None, name="hostapd", extra=()):
        """Start the AP daemon with the given configuration texts, wait for AP-ENABLED on each radio.
        Returns the Interface of each file's first BSS (one: not a list)."""
        impl = impl or self.ap_impl
        files = [self.write(f"{name}{i}.conf", c) for i, c in enumerate(confs)]
        d = Hostapd(self, impl, files, name, extra)
        aps = []
        for c in confs:
            keys = dict(line.split("=", 1) for line in reversed(c.splitlines()) if "=" in line)
            ap = Interface(d, keys["ctrl_interface"], keys["interface"])
            net.wait_until(f"{ap.ifname} state=ENABLED", lambda: ap.fields("STATUS").get("state") == "ENABLED", 60)
            aps.append(ap)
        return aps[0] if len(aps) == 1 else aps

    def bss(self, ap, ifname):
        return Interface(ap.daemon, ap.ctrl_dir, ifname)

    # --- stations -----------------------------------------------------------------------
    def sta_conf(self, networks="", ctrl="sta-wlan1", **extra):
        """Text of a station's configuration file. One channel only, to be quick: freq_list=None for all."""
        keys = {"ctrl_interface": f"{self.dir}/{ctrl}", "update_config": "1", "device_name": "STA",
                "manufacturer": "hwsim", "model_name": "STA", "model_number": "1", "serial_number": "1",
                "device_type": "6-0050F204-1", "config_methods": "virtual_push_button", "freq_list": "2412", **extra}
        return "".join(f"{k}={v}\n" for k, v in keys.items() if v is not None) + networks

    def start_multi_ap(self, **extra):
        """Fronthaul and backhaul BSS in br-ap with hostA behind; returns both Interfaces."""
        self.wired_host("br-ap", "hostA", "10.2.0.1")
        ap = self.start_ap(self.multi_ap_conf(**extra))
        return ap, self.bss(ap, "wlan0-bh")

    def start_backhaul_sta(self, conf=None, ifname="wlan1"):
        """Station in br-sta with hostB behind, 4-address mode on."""
        self.wired_host("br-sta", "hostB", "10.2.0.2")
        self.backhaul_radio(ifname, "br-sta")
        return self.start_sta(ifname, conf, bridge="br-sta")

    def check_backhaul_data(self):
        """The hosts behind AP and station reach each other, both ways."""
        net.ping("hostB", "10.2.0.1")
        net.ping("hostA", "10.2.0.2")

    def start_sta(self, ifname="wlan1", conf=None, impl=None, bridge=None, netns=None, name=None):
        self.scanned.add(ifname)
        impl, name = impl or self.sta_impl, name or f"sta-{ifname}"
        text = conf if conf is not None else self.sta_conf(ctrl=name)
        # networks start disabled, to be enabled once our monitor is attached: no event is missed
        path = self.write(f"{name}.conf", text.replace("network={\n", "network={\n\tdisabled=1\n"))
        d = WpaSupplicant(self, impl, ifname, path, bridge, name, netns)
        d.conf_path = path
        ctrl_dir = next(line.split("=", 1)[1] for line in text.splitlines() if line.startswith("ctrl_interface="))
        sta = Interface(d, ctrl_dir, ifname)
        if "network={" in text:
            sta.ok("ENABLE_NETWORK all")
        return sta

    def backhaul_radio(self, ifname="wlan1", bridge="br-sta"):
        """What README-MULTI-AP asks of the user: 4-address mode on, interface in the bridge."""
        net.sh("ip", "link", "set", ifname, "down")
        net.sh("iw", "dev", ifname, "set", "4addr", "on")
        net.sh("ip", "link", "set", ifname, "master", bridge)
        net.sh("ip", "link", "set", ifname, "up")

    def start_iwd(self, netns, ssid, passphrase=PASSPHRASE):
        """iwd with its own D-Bus and state directory, knowing one network."""
        state = f"{self.dir}/iwd-state"
        self.scanned.add("wlan1")
        os.makedirs(state, mode=0o700)
        with open(f"{state}/{ssid}.psk", "w") as f:
            f.write(f"[Security]\nPassphrase={passphrase}\n[Settings]\nAutoConnect=true\n")
        with open(f"{state}/main.conf", "w") as f:
            f.write("[General]\nUseDefaultInterface=true\n[DriverQuirks]\nDefaultInterface=*\n")
        os.makedirs("/run/dbus", exist_ok=True)
        if not os.path.exists("/run/dbus/system_bus_socket"):
            Process(self, "dbus", ["dbus-daemon", "--system", "--nofork", "--nopidfile"])
            net.wait_until("D-Bus", lambda: os.path.exists("/run/dbus/system_bus_socket"))
        return Process(self, "iwd", ["/usr/libexec/iwd", "-d"], netns,
                       {"STATE_DIRECTORY": state, "CONFIGURATION_DIRECTORY": state})

    # --- end ----------------------------------------------------------------------------
    def close(self, failed):
        """Stop everything. Returns the list of daemons that crashed or did not stop."""
        trouble = []
        for s in self.sockets:
            s.close()
        for p in reversed(self.processes):
            if p.running():
                try:
                    rc = p.stop()
                except AssertionError as e:
                    trouble.append(str(e))
                    p.kill9()
                    continue
            else:
                rc = p.proc.returncode
            if rc < 0 and rc not in (-9, -15):
                trouble.append(f"{p.name} died of signal {-rc}: {p.output()[-2000:]}")
            if "runtime error:" in p.output() or "ERROR: AddressSanitizer" in p.output():
                trouble.append(f"{p.name}: sanitizer report in {p.out}")
        for c in self.captures:
            c.stop()
        self._restore_radios()
        if (failed or trouble or os.environ.get("HWSIM_KEEP")) and os.path.isdir("/out"):
            dest = f"/out/{self.name}"
            shutil.rmtree(dest, ignore_errors=True)
            shutil.copytree(self.dir, dest, ignore=lambda d, names: [
                n for n in names if not os.path.isfile(os.path.join(d, n)) and not os.path.isdir(os.path.join(d, n))])
            with open(f"{dest}/dmesg", "w") as f:
                f.write(net.sh("dmesg", check=False))
        return trouble

    def _restore_radios(self):
        """Every radio phyN back in the first namespace with one idle interface wlanN."""
        for netns, phy in self.moved:
            net.sh("iw", "phy", phy, "set", "netns", "1", netns=netns, check=False)
        for h in self.hosts:
            net.sh("ip", "netns", "del", h, check=False)
        net.wait_until("radios back in the first namespace",
                       lambda: all(os.path.exists(f"/sys/class/ieee80211/{phy}") for _, phy in self.moved))
        for phy in os.listdir("/sys/class/ieee80211"):
            own = f"wlan{phy[3:]}"
            names = os.listdir(f"/sys/class/ieee80211/{phy}/device/net")
            for n in names:
                if n != own and net.exists(n):
                    net.sh("iw", "dev", n, "del", check=False)
            if own not in names:
                net.sh("iw", "phy", phy, "interface", "add", own, "type", "managed")
        for own in self.scanned:
            # the kernel remembers scan results for 30 s: the next test must not see this one's APs
            net.sh("sh", "-c", f"ip link set {own} up; iw dev {own} scan freq 2412 flush", check=False)
        for command in net.commands_to_idle():
            net.sh(*command, check=False)
        for b in net.bridges():  # those that a failed test or a daemon made, too
            net.sh("ip", "link", "del", b, check=False)


def psk_network(ssid="hwsim-psk", passphrase=PASSPHRASE, **extra):
    keys = {"ssid": f'"{ssid}"', "psk": f'"{passphrase}"', "key_mgmt": "WPA-PSK", "proto": "RSN",
            "pairwise": "CCMP", "group": "CCMP", "scan_freq": "2412", **extra}
    return "network={\n" + "".join(f"\t{k}={v}\n" for k, v in keys.items() if v is not None) + "}\n"
