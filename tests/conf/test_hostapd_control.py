"""hostapd's control interface, section by section of the interface reference."""
import grp
import os
import re
import signal
import socket
import stat
import struct
import subprocess
import time

import pytest

from hostapd_rig import RATES, WAIT, Client, Daemon, HOSTAPD, Station, fields, mac_bytes

MAC1, MAC2 = "02:00:00:00:00:01", "02:00:00:00:00:02"


@pytest.fixture
def d():
    daemon = Daemon()
    yield daemon.start()
    daemon.stop()


@pytest.fixture
def still():
    """A daemon object that was not started."""
    daemon = Daemon(global_socket=False)
    yield daemon
    daemon.stop()


@pytest.fixture
def ap(d):
    """An open AP that is up."""
    b = d.add()
    assert b("ATTACH") == "OK\n"
    b.ok("ENABLE")
    b.event("AP-ENABLED ")
    return b


def status(b):
    return fields(b("STATUS"))


# --- section 1: command line ---

@pytest.mark.parametrize("args, code, where, text", [
    (["-h"], 1, 2, "usage"),
    (["-v"], 1, 2, "hostapd v"),
    ([], 1, 2, "usage"),
    (["--nothing"], 1, 2, "usage"),
    (["-x"], 1, 2, "usage"),
    (["-t"], 1, 2, "usage"),
    (["-b", "without-colon"], 1, 1, ""),
    (["-g", "noslash"], 255, 1, "noslash"),
    (["-G", "no-such-group", "/dev/null"], 255, 1, "no-such-group"),
    (["-u", "02:00:00:00:00:01"], 0, 1, None),
    (["-u", "x"], 255, 1, ""),
    (["/no/such/file"], 1, 1, "Could not open configuration file '/no/such/file' for reading."),
    (["/no/such/file"], 1, 1, "Failed to set up interface with /no/such/file"),
    (["/no/such/file"], 1, 1, "Failed to initialize interface"),
])
def test_options(still, args, code, where, text):
    result = still.run(*args)
    assert result[0] == code, result
    if text is None:
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n", result[1])
    else:
        assert text in result[where]


def test_uuid_is_stable(still):
    first, second = (still.run("-u", m)[1] for m in (MAC1, MAC2))
    assert first == still.run("-u", MAC1)[1] and first != second


def test_bad_file_names_line_and_count(still):
    f = still.write("bad.conf", still.config(extra="beacon_int=9\nfoo=1\nno equals sign\nmulti_ap=9\n"))
    code, out, _ = still.run(f)
    assert code == 1
    assert re.search(r"Line 7: .*beacon_int", out)
    assert "Line 8: unknown configuration item 'foo'" in out
    assert "Line 9: invalid line 'no equals sign'" in out
    assert re.search(r"Line 10: .*multi_ap", out)
    assert "4 errors found in configuration file '%s'" % f in out
    assert "Failed to set up interface with " + f in out
    assert not os.path.exists(still.ctrl)


@pytest.mark.parametrize("extra, text", [
    ("wpa=2\n", "PSK or passphrase"),
    ("ieee80211d=1\n", "country_code"),
    ("bss=w0\n", "w0"),
    ("tx_queue_data0_cwmin=15\n", "cwmin"),
    ("accept_mac_file=/no/such/list\n", "MAC list file '/no/such/list' not found."),
    ("multi_ap=1\nwps_state=2\n", "multi_ap=1"),
])
def test_file_checks(still, extra, text):
    code, out, _ = still.run(still.write("bad.conf", still.config(extra=extra)))
    assert code == 1 and text in out and "1 errors found" in out


def test_hash_in_column_0_only_and_trailing_text(still):
    still.args = [still.write("a.conf", "# comment\n\n" + still.config(extra="beacon_int=200 # c\n",
                                                                     ssid=" lead #x "))]
    still.start()
    s = status(still.bss("w0"))
    assert s["ssid[0]"] == " lead #x " and s["beacon_int"] == "200"


def test_file_starts_ap_and_term_ends_it(still):
    still.args = [still.write("a.conf", still.config())]
    still.start()
    b = still.bss("w0")
    assert status(b)["state"] == "ENABLED"
    b.ok("ATTACH")
    still.process.send_signal(signal.SIGTERM)
    assert still.process.wait(10) == 0
    events = [e for e in b.drain(0) if "WPS" not in e]
    assert events[-2:] == ["<3>AP-DISABLED ", "<3>CTRL-EVENT-TERMINATING "]
    assert not os.path.exists(still.ctrl)


def test_two_files_and_names(still):
    still.args = ["-i", "x0,x1", still.write("a.conf", still.config("w0")),
                  still.write("b.conf", still.config("w1"))]
    still.start()
    assert status(still.bss("x0"))["bss[0]"] == "x0"
    assert status(still.bss("x1"))["bss[0]"] == "x1"


def test_i_gives_missing_name_and_reload_keeps_it(still):
    f = still.write("a.conf", still.config("w0").replace("interface=w0\n", ""))
    still.args = ["-i", "x0", f]
    still.start()
    b = still.bss("x0")
    still.write("a.conf", still.config("w7", ssid="other"))
    b.ok("RELOAD_CONFIG")
    assert status(b)["ssid[0]"] == "other" and status(b)["bss[0]"] == "x0"


def test_setup_failure_is_status_1(still):
    code, out, _ = still.run(still.write("a.conf", still.config(extra="channel=77\n")))
    assert code == 1 and "channel 77" in out and "Failed to initialize interface" in out


def test_existing_interface_failure_in_second_file_ends_first(still):
    good = still.write("a.conf", still.config("w0"))
    bad = still.write("b.conf", still.config("w0"))
    assert still.run(good, bad)[0] == 1
    assert not os.path.exists(still.ctrl)


def test_background_pid_file_and_reload_from_relative_paths(still):
    still.write("a.conf", still.config())
    pid_file = still.path("pid")
    done = subprocess.run([HOSTAPD, "-B", "-P", "pid", "-f", "bg.log", "-g", "g/sock", "-d", "a.conf"], cwd=still.dir, timeout=20,
                          env=still.environment(), check=False, stdout=subprocess.DEVNULL)
    assert done.returncode == 0
    pid = int(open(pid_file, encoding="ascii").read())
    try:
        b = still.bss("w0")
        assert b("PING") == "PONG\n"
        still.write("a.conf", still.config(ssid="second"))
        os.kill(pid, signal.SIGHUP)
        wait_until(lambda: status(b)["ssid[0]"] == "second")
        os.rename(still.path("bg.log"), still.path("old.log"))
        b.ok("RELOG")
        assert os.path.exists(still.path("bg.log"))
        assert stat.S_IMODE(os.stat(still.path("bg.log")).st_mode) & 0o137 == 0
    finally:
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not os.path.exists(pid_file))
        wait_until(lambda: not os.path.exists(still.path("g")))


def test_pid_file_only_in_background(still):
    still.args = ["-P", still.path("pid"), still.write("a.conf", still.config())]
    still.start()
    still.bss("w0")
    assert not os.path.exists(still.path("pid"))


def test_background_fails_when_pid_file_cannot_be_written(still):
    still.write("a.conf", still.config())
    assert still.run("-B", "-P", "/no/such/dir/pid", still.path("a.conf"))[0] == 1


def test_log_file_that_cannot_be_opened(still):
    code, out, _ = still.run("-f", "/no/such/dir/log", "/no/such/file")
    assert code == 1 and "Could not open configuration file" in out


def test_sighup_reads_file_again_and_keeps_old_when_bad(still):
    f = still.write("a.conf", still.config())
    still.args = [f]
    still.start()
    b = still.bss("w0")
    still.write("a.conf", still.config(ssid="second"))
    still.process.send_signal(signal.SIGHUP)
    wait_until(lambda: status(b)["ssid[0]"] == "second")
    still.write("a.conf", still.config(ssid="third", extra="foo=1\n"))
    still.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "errors found" in still.log())
    assert status(b)["ssid[0]"] == "second" and status(b)["state"] == "ENABLED"


def test_usr1_is_ignored(d):
    g = d.glob()
    d.process.send_signal(signal.SIGUSR1)
    assert g("PING") == "PONG\n"


def test_global_socket_failure_is_survived(still):
    blocked = still.write("file", "")
    still.args = ["-g", blocked + "/sock", still.write("a.conf", still.config())]
    still.start()
    assert still.bss("w0")("PING") == "PONG\n"


def wait_until(condition, limit=10):
    until = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


# --- section 3: transport ---

def test_matching(d):
    b = d.add()
    assert b("PING") == "PONG\n"
    for c in ("", "ping", "PING\n", "PING ", "PINGX", "STATUSX", "STATUS x", "NONSENSE", "GET", "SET", "NOTE",
              "DEAUTHENTICATE", "STA", "LEVEL", "ACCEPT_ACL", "WPS_PBC x", "ENABLE ", "SAVE", "SAVE_CONFIG", "ALL_STA",
              "GET_GTK", "\x00", "\xff\xfe", "A" * 4095):
        reply = b(c)
        assert reply == ("UNKNOWN COMMAND\n"), (c, reply)
    for c in ("RELOGx", "WPS_GET_STATUS", "WPS_GET_STATUx"):
        assert b(c) not in ("UNKNOWN COMMAND\n", "FAIL\n"), c


def test_request_of_any_size(d):
    b = d.add()
    for size in (4094, 4095, 4096, 9000, 60000):
        assert b("NOTE " + "x" * (size - 5)) == "OK\n"
        assert b("Q" * size) == "UNKNOWN COMMAND\n"
    assert b("PING") == "PONG\n"


def test_replies_without_newline_and_empty_ones(ap):
    assert not ap("GET version").endswith("\n") and ap("GET version")
    assert not ap("GET tls_library").endswith("\n")
    ap.fails("GET ssid", "GET ")
    assert ap("WPS_CHECK_PIN 12345670") == "12345670"
    assert ap("STA-FIRST") == ""
    assert ap("MIB") == ""  # open BSS
    assert ap("MIB radius_server") == ""
    ap.fails("MIB x")
    assert ap("ACCEPT_ACL SHOW") == "" and ap("DENY_ACL SHOW") == ""
    assert re.fullmatch(r"[0-9a-f]{100,}", ap("DUMP_BEACON"))


def test_global_matching(d):
    g = d.glob()
    assert g("PING") == "PONG\n"
    g.fails("", "ping", "PING ", "STATUS", "NONSENSE", "NOTE x", "LEVEL 1", "CLOSE_LOG")
    assert g("INTERFACES") == "" and g("INTERFACESx") == ""
    g.ok("FLUSH", "RELOG")


def test_attach_detach_level(d):
    b = d.add()
    b.fails("DETACH", "LEVEL 1")
    b.ok("ATTACH", "ATTACH", "LEVEL 2", "ATTACH probe_rx_events=1", "ATTACH probe_rx_events=0")
    b.fails("ATTACH probe_rx_events=2", "ATTACH x", "LEVEL x")
    b.ok("DETACH")
    b.fails("DETACH", "LEVEL 1")
    b.ok("ATTACH x")  # a new monitor's bad wish is ignored
    b.ok("DETACH")


def test_repeated_attach_keeps_level(d):
    b, watcher = d.add(), d.bss("w0")
    watcher.ok("ATTACH", "LEVEL 4", "ATTACH")
    watcher.fails("ATTACH bad")
    b.ok("ENABLE")
    assert watcher.drain() == []
    watcher.ok("LEVEL 3")
    b.ok("DISABLE")
    assert watcher.drain() == ["<3>AP-DISABLED "]


def test_event_texts_on_both_sockets(d):
    b, g = d.add(), d.glob()
    b.ok("ATTACH")
    g.ok("ATTACH", "ATTACH")
    b.ok("ENABLE", "DISABLE")
    assert b.drain() == ["<3>AP-ENABLED ", "<3>AP-DISABLED "]
    assert g.drain() == ["IFNAME=w0 <3>AP-ENABLED ", "IFNAME=w0 <3>AP-DISABLED "]
    g.ok("DETACH")
    g.fails("DETACH")


def test_prefix(d):
    d.add()
    g = d.glob()
    assert g("IFNAME=w0 PING") == "PONG\n"
    assert g("IFNAME=w9 PING") == "FAIL-NO-IFNAME-MATCH\n"
    g.fails("IFNAME=w0", "IFNAME=")
    assert g("IFNAME=w0 nonsense") == "UNKNOWN COMMAND\n"
    assert g("IFNAME=w0 ") == "UNKNOWN COMMAND\n"
    g.ok("IFNAME=w0 ATTACH")
    assert g("IFNAME=w9") == "FAIL\n"


def test_unbound_client_does_no_harm(d):
    b = d.add()
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.connect(os.path.join(d.ctrl, "w0"))
    for c in (b"ATTACH", b"STATUS", b"DETACH", b""):
        s.send(c)
    s.close()
    assert b("PING") == "PONG\n"


def test_monitor_that_vanishes(d):
    b = d.add()
    other = Client(os.path.join(d.ctrl, "w0"), d.dir)
    other.ok("ATTACH")
    other.close()
    b.ok("ENABLE", "DISABLE", "ENABLE")


def test_modes_and_group(still):
    group = grp.getgrgid(os.getgid()).gr_name
    still.args = ["-G", group, "-g", still.global_path]
    still.start()
    g = still.glob()
    g.ok("ADD w0 %s sim" % still.ctrl)
    for path in (still.global_path, os.path.join(still.ctrl, "w0")):
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o770
        assert os.stat(path).st_gid == os.getgid()
    mode = stat.S_IMODE(os.stat(still.ctrl).st_mode)
    assert mode & 0o007 == 0


def test_unknown_group_fails_setup(still):
    code, out, _ = still.run(still.write("a.conf", still.config(extra="ctrl_interface_group=no-such\n")))
    assert code == 1 and "no-such" in out


def test_stale_socket_is_replaced_and_live_one_respected(d):
    os.mkdir(d.ctrl)
    stale = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    stale.bind(os.path.join(d.ctrl, "w0"))
    g = d.glob()
    g.fails("ADD w0 %s sim" % d.ctrl)
    assert g("INTERFACES") == "" and os.path.exists(os.path.join(d.ctrl, "w0"))
    stale.close()
    g.ok("ADD w0 %s sim" % d.ctrl)
    assert d.bss("w0")("PING") == "PONG\n"


def test_directory_goes_when_empty(d):
    g = d.glob()
    g.ok("ADD w0 %s sim" % d.ctrl, "ADD w1 %s sim" % d.ctrl, "REMOVE w0")
    assert os.listdir(d.ctrl) == ["w1"]
    g.ok("REMOVE w1")
    assert not os.path.exists(d.ctrl)


# --- section 4: global commands ---

def test_add_forms_and_errors(d):
    g = d.glob()
    g.fails("ADD", "ADD ", "ADD w0", "ADD w0 ", "ADD w0 config=/no/such/file", "ADD bss_config=", "ADD bss_config=:f",
            "ADD bss_config=p:", "ADD bss_config=p", "ADD bss_config=p:/no/such", "ADD w0 /no/such/dir/ctl sim",
            "ADD " + "w" * 16 + " " + d.ctrl, "ADD a/b " + d.ctrl)
    assert g("INTERFACES") == ""
    g.ok("ADD w0 " + d.ctrl, "ADD w1 %s no-such-driver" % d.ctrl)
    g.fails("ADD w0 " + d.ctrl)
    assert g("INTERFACES") == "w0\nw1\n"
    assert g("INTERFACES ctrl") == "".join("%s ctrl_iface=%s\n" % (n, d.ctrl) for n in ("w0", "w1"))
    s = status(d.bss("w0"))
    assert s["state"] == "UNINITIALIZED" and s["bssid[0]"] == "00:00:00:00:00:00"


def test_add_config(d):
    g = d.glob()
    g.ok("ATTACH")
    f = d.write("a.conf", d.config("other"))
    g.ok("ADD w0 config=" + f)
    b = d.bss("w0")
    assert g("INTERFACES") == "w0\n" and status(b)["state"] == "UNINITIALIZED" and g.drain() == []
    b.ok("ENABLE")
    d.write("a.conf", d.config("other", ssid="changed"))
    b.ok("RELOAD_CONFIG")  # the file's name is not remembered
    assert status(b)["ssid[0]"] == "net"


def test_add_config_without_interface_line(d):
    f = d.write("a.conf", d.config().replace("interface=w0\n", ""))
    d.glob().ok("ADD w0 config=" + f)


def test_add_bss_config(d):
    g = d.glob()
    g.ok("ATTACH")
    g.ok("ADD bss_config=sim-phy:" + d.write("a.conf", d.config()))
    b = d.bss("w0")
    assert status(b)["state"] == "ENABLED"
    two = d.write("two.conf", d.config("w1", extra="bss=w2\nctrl_interface=%s\n" % d.ctrl))
    g.fails("ADD bss_config=sim-phy:" + two, "ADD bss_config=sim-phy:" + d.path("a.conf"))
    g.ok("ADD bss_config=sim-phy:" + d.write("b.conf", d.config("w1", ssid="second", extra="channel=11\n")))
    s = status(b)
    assert [s["bss[0]"], s["bss[1]"], s["ssid[1]"], s["channel"]] == ["w0", "w1", "second", "1"]
    assert status(d.bss("w1"))["bss[1]"] == "w1"
    g.drain()
    g.ok("REMOVE w1")
    assert g.drain() == ["IFNAME=w1 <3>AP-DISABLED ", "IFNAME=w1 <3>CTRL-EVENT-TERMINATING "]
    assert "bss[1]" not in status(b) and status(b)["state"] == "ENABLED"
    g.fails("REMOVE w1")


def test_remove_order_of_events(d):
    g = d.glob()
    g.ok("ADD w0 config=" + d.write("a.conf", d.config(extra="bss=w1\nssid=two\nctrl_interface=%s\n" % d.ctrl)))
    b0, b1 = d.bss("w0"), d.bss("w1")
    b0.ok("ENABLE", "ATTACH")
    b1.ok("ATTACH")
    g.ok("ATTACH", "REMOVE w0")
    assert g.drain() == ["IFNAME=w1 <3>AP-DISABLED ", "IFNAME=w1 <3>CTRL-EVENT-TERMINATING ",
                         "IFNAME=w0 <3>AP-DISABLED ", "IFNAME=w0 <3>CTRL-EVENT-TERMINATING "]
    assert b0.drain(0) == b1.drain(0) == ["<3>AP-DISABLED ", "<3>CTRL-EVENT-TERMINATING "]
    assert g("INTERFACES") == ""
    g.fails("REMOVE w0", "REMOVE w1", "REMOVE ", "REMOVE")


def test_remove_and_add_again(d):
    g = d.glob()
    for _ in range(5):
        g.ok("ADD w0 %s sim" % d.ctrl)
        b = d.bss("w0").ok("SET driver sim", "SET hw_mode g", "SET channel 1", "SET ssid net", "SET wps_state 2",
                           "ENABLE", "WPS_PBC")
        assert status(b)["state"] == "ENABLED"
        g.ok("REMOVE w0")


def test_dup_network(d):
    a = d.secure(d.add("w0"))
    b = d.add("w1")
    g = d.glob()
    for key in ("wpa", "wpa_key_mgmt", "rsn_pairwise", "wpa_passphrase"):
        g.ok("DUP_NETWORK w0 w1 " + key)
    g.fails("DUP_NETWORK w0 w1 ssid", "DUP_NETWORK w0 w1 wpa_psk", "DUP_NETWORK w0 w9 wpa", "DUP_NETWORK w0 w1",
            "DUP_NETWORK w9 w1 wpa")
    a.ok("SET wps_state 2")
    b.ok("SET wps_state 2", "ENABLE")
    assert fields(b("GET_CONFIG"))["passphrase"] == "12345678"


@pytest.mark.parametrize("command", ["TERMINATE", "IFNAME=w0 TERMINATE"])
def test_terminate(d, command):
    b = d.add()
    b.ok("ENABLE", "ATTACH")
    assert d.glob()(command) == "OK\n"
    assert d.process.wait(10) == 0
    assert b.drain(0) == ["<3>AP-DISABLED ", "<3>CTRL-EVENT-TERMINATING "]
    assert not os.path.exists(d.global_path) and not os.path.exists(d.ctrl)


# --- sections 5 and 6.6: SET ---

def test_harness_order(d):
    g = d.glob()
    assert g("REMOVE w0") == "FAIL\n"
    g.ok("ADD w0 %s sim" % d.ctrl)
    b, monitor = d.bss("w0"), d.bss("w0")
    assert "PONG" in b("PING")
    monitor.ok("ATTACH")
    for c in ("driver sim", "hw_mode g", "channel 1", "ieee80211n 1", "logger_stdout -1", "logger_stdout_level 0",
              "ssid test-wpa2-psk", "wpa_passphrase qwertyuiop", "nas_identifier ap.example", "wpa_key_mgmt WPA-PSK", "wpa 2",
              "rsn_pairwise CCMP", "auth_server_addr 127.0.0.1", "wpa_ptk_rekey 5", "eap_server 1", "wps_state 2",
              "logger_syslog -1", "logger_syslog_level 2", "wmm_enabled 1", "preamble 1", "ap_max_inactivity 3"):
        assert "OK" in b("SET " + c), c
    assert "OK" in b("ENABLE")
    assert monitor.event("AP-") == "<3>AP-ENABLED "
    s = status(b)
    assert s["state"] == "ENABLED" and s["freq"] == "2412" and s["channel"] == "1" and s["ieee80211n"] == "1"
    assert s["ssid[0]"] == "test-wpa2-psk" and re.fullmatch("([0-9a-f]{2}:){5}[0-9a-f]{2}", s["bssid[0]"])


BAD_VALUES = [
    "", " ", "foo", "foo bar", "ssid ", "ssid " + "x" * 33, "bssid 123", "hw_mode z", "channel x", "channel 256", "beacon_int 0",
    "beacon_int 9", "beacon_int 65536", "dtim_period 0", "dtim_period 256", "rts_threshold -2", "rts_threshold 65536",
    "fragm_threshold 2347", "wpa_passphrase 1234567", "wpa_passphrase " + "0" * 64, "wpa_psk 12", "wpa_psk " + "q" * 64,
    "wpa_key_mgmt", "wpa_key_mgmt ", "wpa_key_mgmt FOO", "wpa_key_mgmt WPA-PSK FOO", "wpa_pairwise FOO", "rsn_pairwise FOO",
    "rsn_pairwise ", "group_cipher FOO", "driver foo", "country_code x", "country_code us", "macaddr_acl 3",
    "accept_mac_file /no/such", "deny_mac_file /no/such", "max_num_sta 2008", "max_num_sta -1", "max_listen_interval 65536",
    "send_probe_response 2", "wps_state 3", "uuid 1", "device_type 1-2", "os_version 1", "multi_ap 4", "multi_ap -1",
    "multi_ap_profile 0", "multi_ap_profile 7", "multi_ap_client_disallow 4", "multi_ap_vlanid 4095",
    "multi_ap_backhaul_ssid \"\"", "multi_ap_backhaul_wpa_passphrase 1234567", "multi_ap_backhaul_wpa_psk 00",
    "ssid2 \"abc", "ssid2 abc", "ssid2 \"" + "x" * 33 + "\"", "vendor_elements 0", "vendor_elements xx",
    "wmm_ac_be_cwmin 16", "wmm_ac_be_aifs 0", "wmm_ac_be_foo 1", "wmm_ac_xx_cwmin 1", "wmm_ac_vo_txop_limit 65536",
    "wmm_ac_vo_acm 2", "tx_queue_data0_cwmin 4", "tx_queue_data0_aifs 256", "tx_queue_data9_cwmin 1",
    "tx_queue_data0_burst x", "wpa_group_update_count 0", "wpa_pairwise_update_count 0", "wpa_deny_ptk0_rekey 3",
    "ignore_broadcast_ssid 3", "auth_algs 0", "interface ", "interface a b", "interface " + "x" * 20, "interface a/b",
]


@pytest.mark.parametrize("pair", BAD_VALUES)
def test_bad_values_change_nothing(d, pair):
    b = d.secure(d.add()).ok("SET wps_state 2", "SET multi_ap 2", "SET multi_ap_backhaul_ssid \"bh\"")
    before = b("STATUS"), b("GET_CONFIG"), d.glob()("INTERFACES")
    b.fails("SET " + pair)
    assert (b("STATUS"), b("GET_CONFIG"), d.glob()("INTERFACES")) == before
    b.ok("SET beacon_int 100", "ENABLE")
    config = fields(b("GET_CONFIG"))
    assert config["passphrase"] == "12345678" and config["key_mgmt"] == "WPA-PSK"


def test_inconsistent_queue_is_refused_and_forgotten(d):
    b = d.add()
    b.fails("SET tx_queue_data0_cwmin 1023", "SET wmm_ac_vo_cwmin 9")
    b.ok("SET ssid fine", "SET tx_queue_data0_cwmax 1023", "SET tx_queue_data0_cwmin 1023", "SET wmm_ac_vo_cwmax 9",
         "SET wmm_ac_vo_cwmin 9", "SET tx_queue_data3_burst 1.5", "ENABLE")


def test_values_are_verbatim(d):
    b = d.add()
    for ssid in (" a  b ", "\"quoted\"", "x=y", "tab\there", "caf\xe9", "#x"):
        b.ok("SET ssid " + ssid)
        shown = status(b)["ssid[0]"]
        assert shown == ssid.replace("\"", "\\\"").replace("\t", "\\t").replace("\xe9", "\\xe9"), ssid
    b.ok("SET ssid2 P\"a\\nb\\x01\"")
    assert status(b)["ssid[0]"] == "a\\nb\\x01"
    b.ok("SET ssid2 \"q\"", "SET vendor_elements dd0411223301", "SET vendor_elements ")
    b.ok("SET wpa_passphrase  with blanks ", "SET wpa 2", "SET wps_state 2", "SET rsn_pairwise CCMP")
    assert fields(b("GET_CONFIG"))["passphrase"] == " with blanks "
    b.fails("SET SSID x")  # case counts


def test_psk_and_passphrase_replace_each_other(d):
    b = d.secure(d.add()).ok("SET wps_state 2", "SET wpa_psk " + "AB" * 32)
    config = fields(b("GET_CONFIG"))
    assert config["psk"] == "ab" * 32 and "passphrase" not in config
    b.ok("SET wpa_passphrase 87654321")
    assert "psk" not in fields(b("GET_CONFIG"))


def test_interface_is_renamed_in_the_books(d):
    b = d.add()
    b.ok("SET interface other")
    g = d.glob()
    assert g("INTERFACES") == "other\n" and g("IFNAME=other PING") == "PONG\n"
    assert g("IFNAME=w0 PING") == "FAIL-NO-IFNAME-MATCH\n"
    d.glob().ok("ADD w9 %s sim" % d.ctrl)
    b.fails("SET interface w9")
    assert g("INTERFACES") == "other\nw9\n"


def test_texts_of_a_running_bss_can_change(d):
    b = d.add().ok("SET wps_state 2", "SET device_name first device name", "SET manufacturer somebody",
                   "SET eap_message hello", "ENABLE", "ATTACH")
    for key in ("device_name", "manufacturer", "model_name", "model_number", "serial_number", "eap_message", "config_id",
                "config_methods", "bridge", "wds_bridge", "ctrl_interface", "wpa_psk_file", "driver_params"):
        b.ok("SET %s other" % key, "SET %s another" % key)
    b.ok("WPS_PBC", "UPDATE_BEACON", "SET bridge ", "SET wpa_psk_file ", "SET wds_bridge ", "RELOAD", "WPS_PBC")
    s = Station(d, status(b)["bssid[0]"])
    s.authenticate()
    wps = bytes.fromhex("dd0e0050f204104a000110103a000101")
    assert s.associate(extra=wps) == 0
    b.ok("SET eap_message changed once more", "SET device_name z")
    s.linger(0.5)
    s.close()
    b.ok("WPS_CANCEL", "DISABLE")


# --- 6.1 ---

def test_log_level(d):
    b = d.add()
    assert b("LOG_LEVEL") == "Current level: DEBUG\nTimestamp: 0\n" or "Current level: " in b("LOG_LEVEL")
    b.ok("LOG_LEVEL warning 1")
    assert b("LOG_LEVEL") == "Current level: WARNING\nTimestamp: 1\n"
    b.ok("LOG_LEVEL  Excessive")
    assert d.glob()("LOG_LEVEL") == "Current level: EXCESSIVE\nTimestamp: 1\n"
    b.fails("LOG_LEVEL foo")
    b.ok("LOG_LEVEL DEBUG 0", "NOTE some text")
    assert "some text" in d.log()


def test_secrets_are_not_logged(d):
    b = d.secure(d.add()).ok("LOG_LEVEL EXCESSIVE", "SET wps_state 2", "SET wpa_passphrase TopSecretWord",
                             "SET multi_ap_backhaul_wpa_passphrase TopSecretWord", "ENABLE")
    b.fails("SET wpa_passphrase TopSecretWord" + "x" * 60, "SET wpa_psk TopSecretWord")
    d.glob().ok("IFNAME=w0 SET wpa_passphrase TopSecretWord")
    b.ok("WPS_PIN any 31415926")
    assert "TopSecretWord" in b("GET_CONFIG")
    assert "TopSecretWord" not in d.log() and "31415926" not in d.log()


def test_driver_commands(d):
    b = d.add()
    b.fails("STATUS-DRIVER", "DUMP_BEACON", "UPDATE_BEACON", "STOP_AP", "DRIVER_FLAGS", "DRIVER_FLAGS2")
    b.ok("ENABLE")
    fields(b("STATUS-DRIVER"))
    assert b("DRIVER_FLAGS2") == "0000000000000000:\n"
    b.fails("GET_CAPABILITY dpp")
    lines = b("DRIVER_FLAGS").splitlines()
    assert re.fullmatch("[0-9A-F]{16}:", lines[0]) and len(lines) == 1 + bin(int(lines[0][:-1], 16)).count("1")


# --- 6.2, 6.3, 6.4 ---

STATUS_ORDER = """state phy freq num_sta_non_erp num_sta_no_short_slot_time num_sta_no_short_preamble olbc
num_sta_ht_no_gf num_sta_no_ht num_sta_ht_20_mhz num_sta_ht40_intolerant olbc_ht ht_op_mode hw_mode country_code country3
cac_time_seconds cac_time_left_seconds channel edmg_enable edmg_channel secondary_channel ieee80211n ieee80211ac
ieee80211ax ieee80211be ieee80211bn beacon_int dtim_period ht_caps_info ht_mcs_bitmask supported_rates max_txpower bss[0]
bssid[0] ssid[0] num_sta[0]""".split()


def test_status_order(d):
    b = d.add().ok("SET ieee80211n 1", "SET country_code FI", "SET ieee80211d 1", "ATTACH", "ENABLE")
    b.event("AP-ENABLED")
    s = status(b)
    assert list(s)[:len(STATUS_ORDER)] == STATUS_ORDER
    assert s["country_code"] == "FI" and s["country3"] == "0x20" and s["hw_mode"] == "g"
    assert re.fullmatch("[0-9a-f]{4}", s["ht_caps_info"]) and re.fullmatch("[0-9a-f]{20}", s["ht_mcs_bitmask"])
    assert s["supported_rates"].startswith("02 04 0b 16")


def test_states(d):
    b = d.add()
    assert status(b)["state"] == "UNINITIALIZED"
    b.ok("ENABLE")
    assert status(b)["state"] == "ENABLED"
    b.ok("DISABLE")
    assert status(b)["state"] == "DISABLED"
    b.ok("SET channel 200")
    b.ok("ATTACH").fails("ENABLE")
    assert b.event("AP-") == "<3>AP-DISABLED " and status(b)["state"] == "DISABLED"
    b.ok("SET channel 6", "ENABLE")
    assert status(b)["freq"] == "2437"


def test_get_config(d):
    b = d.add()
    config = fields(b("GET_CONFIG"))
    assert list(config.items()) == [("bssid", "00:00:00:00:00:00"), ("ssid", "net"), ("wps_state", "disabled")]
    d.secure(b).ok("SET rsn_pairwise GCMP CCMP", "SET wpa_key_mgmt WPA-PSK-SHA256 WPA-PSK", "SET config_id id7")
    config = fields(b("GET_CONFIG"))
    assert list(config) == ["bssid", "ssid", "config_id", "wps_state", "wpa", "key_mgmt", "group_cipher",
                            "rsn_pairwise_cipher"]
    assert config["key_mgmt"] == "WPA-PSK WPA-PSK-SHA256" and config["rsn_pairwise_cipher"] == "CCMP GCMP"
    b.ok("SET wps_state 1")
    assert fields(b("GET_CONFIG"))["wps_state"] == "not configured"
    b.ok("SET wps_state 2", "SET multi_ap 3", "SET multi_ap_backhaul_ssid \"bh x\"",
         "SET multi_ap_backhaul_wpa_passphrase backhaul1")
    config = fields(b("GET_CONFIG"))
    assert list(config) == ["bssid", "ssid", "config_id", "wps_state", "passphrase", "multi_ap", "multi_ap_backhaul_ssid",
                            "multi_ap_backhaul_wpa_passphrase", "wpa", "key_mgmt", "group_cipher", "rsn_pairwise_cipher"]
    assert config["multi_ap_backhaul_ssid"] == "bh x" and config["wps_state"] == "configured"


def test_group_cipher_before_enable(d):
    b = d.secure(d.add()).ok("SET rsn_pairwise GCMP")
    assert fields(b("GET_CONFIG"))["group_cipher"] == "GCMP"


def test_mib(d):
    b = d.secure(d.add()).ok("ENABLE")
    mib = fields(b("MIB"))
    assert list(mib)[0] == "dot11RSNAOptionImplemented" and list(mib)[-1] == "hostapdWPAGroupState"
    assert mib["dot11RSNAConfigVersion"] == "1" and mib["dot11RSNAConfigGroupCipherSize"] == "128"
    assert mib["dot11RSNAAuthenticationSuiteSelected"].startswith("00-") and mib["hostapdWPAGroupState"] == "2"


# --- 6.5 stations ---

def test_station_commands(ap):
    ap.fails("STA " + MAC1, "STA xx", "STA-NEXT " + MAC1, "STA-NEXT xx", "NEW_STA xx", "POLL_STA " + MAC1, "POLL_STA x",
             "DEAUTHENTICATE xx", "DISASSOCIATE xx", "NEW_STA ff:ff:ff:ff:ff:ff")
    ap.ok("DEAUTHENTICATE " + MAC1, "NEW_STA " + MAC1, "NEW_STA " + MAC1, "NEW_STA " + MAC2)
    ap.event("AP-STA-CONNECTED " + MAC1)
    record = ap("STA-FIRST").splitlines()
    assert record[0] == MAC1
    names = list(fields("\n".join(record[1:])))
    assert names[:7] == ["flags", "aid", "capability", "listen_interval", "supported_rates", "timeout_next", "auth_alg"]
    sta = fields("\n".join(record[1:]))
    assert sta["flags"].startswith("[AUTH][ASSOC][AUTHORIZED]") and sta["aid"] == "1"
    assert ap("STA-NEXT " + MAC1).splitlines()[0] == MAC2 and ap("STA-NEXT " + MAC2) == ""
    assert ap("STA " + MAC1).splitlines()[0] == MAC1
    ap.fails("STA %s eapol" % MAC1, "STA %s foo" % MAC1)
    assert status(ap)["num_sta[0]"] == "2"
    ap.ok("DISASSOCIATE %s reason=5" % MAC1)
    ap.event("AP-STA-DISCONNECTED " + MAC1)
    ap.ok("DEAUTHENTICATE %s tx=0" % MAC2)
    ap.event("AP-STA-DISCONNECTED " + MAC2)
    assert status(ap)["num_sta[0]"] == "0"


def test_deauthenticate_all_and_test_frames(ap):
    ap.ok("NEW_STA " + MAC1, "NEW_STA " + MAC2, "DEAUTHENTICATE %s test=0" % MAC1, "DISASSOCIATE %s test=1" % MAC1)
    assert status(ap)["num_sta[0]"] == "2"
    ap.ok("DEAUTHENTICATE ff:ff:ff:ff:ff:ff")
    assert status(ap)["num_sta[0]"] == "0" and ap("STA-FIRST") == ""


def test_records_stay_whole_when_there_are_many(ap):
    for n in range(60):
        ap.ok("NEW_STA 02:00:00:00:01:%02x" % n)
    seen, reply = 0, ap("STA-FIRST")
    while reply:
        seen += 1
        fields("\n".join(reply.splitlines()[1:]))
        reply = ap("STA-NEXT " + reply.splitlines()[0])
    assert seen == 60
    ap.ok("DISABLE")
    assert len([e for e in ap.drain() if "AP-STA-DISCONNECTED" in e]) == 60


def test_real_station_joins_and_leaves(d, ap):
    s = Station(d, status(ap)["bssid[0]"])
    assert s.authenticate() == 0
    assert s.associate() == 0
    assert ap.event("AP-STA-CONNECTED") == "<3>AP-STA-CONNECTED " + s.text
    ap.ok("POLL_STA " + s.text)
    s.linger(0.3)
    ap.event("AP-STA-POLL-OK " + s.text)
    assert s.associate() == 0  # again
    ap.event("AP-STA-DISCONNECTED " + s.text)
    ap.event("AP-STA-CONNECTED " + s.text)
    s.send(10, b"\x03\x00")
    ap.event("AP-STA-DISCONNECTED " + s.text)
    s.close()


def test_association_checks(d, ap):
    s = Station(d, status(ap)["bssid[0]"])
    s.send(0, b"\x21\x04\x0a\x00\x00\x03net")
    assert s.wait(12)  # class 2 frame: deauthentication
    assert s.authenticate() == 0
    assert s.associate(b"nix") == 1
    ap.ok("SET max_listen_interval 5")
    assert s.associate() == 51
    ap.ok("SET max_listen_interval 20", "SET max_num_sta 0")
    assert s.associate() == 17
    ap.ok("SET max_num_sta 1")
    assert s.associate() == 0
    s.close()


def test_inactivity_zero_means_no_limit(d):
    b = d.add().ok("SET ap_max_inactivity 0", "ENABLE", "ATTACH")
    s = Station(d, status(b)["bssid[0]"])
    s.authenticate()
    assert s.associate() == 0
    b.event("AP-STA-CONNECTED")
    s.linger(11)
    assert status(b)["num_sta[0]"] == "1"
    s.close()


def test_inactivity_ends_in_disconnection(d):
    b = d.add().ok("SET ap_max_inactivity 1", "SET skip_inactivity_poll 1", "ENABLE", "ATTACH")
    s = Station(d, status(b)["bssid[0]"])
    s.authenticate()
    assert s.associate() == 0
    b.event("AP-STA-CONNECTED")
    s.linger(3.5)
    b.event("AP-STA-DISCONNECTED " + s.text)
    assert b("STA-FIRST") == ""
    s.close()


@pytest.mark.parametrize("command", ["RELOAD", "DISABLE", "DEAUTHENTICATE ff:ff:ff:ff:ff:ff", "SET deny_mac_file %s/deny",
                                     "REMOVE"])
def test_flood_of_authentications(d, ap, command):
    """More half-open stations than are kept, behind one that is associated."""
    d.write("deny", "02:00:00:00:aa:01\n")
    s = Station(d, status(ap)["bssid[0]"])
    s.authenticate()
    assert s.associate() == 0
    for n in range(300):
        s.send(11, b"\x00\x00\x01\x00\x00\x00", sa=bytes([2, 0, 0, 1, n >> 8, n & 255]))
    s.linger(1)
    assert status(ap)["num_sta[0]"] == "1"
    if command == "REMOVE":
        d.glob().ok("REMOVE w0")
    else:
        ap.ok(command % d.dir if "%" in command else command)
        ap.event("AP-STA-DISCONNECTED " + s.text)
        assert ap("PING") == "PONG\n"
    s.close()


def test_malformed_frames(d, ap):
    s = Station(d, status(ap)["bssid[0]"])
    s.authenticate()
    body = b"\x21\x04\x0a\x00\x00\x03net" + bytes([1, 4, 2, 4, 11, 22])
    for cut in range(len(body)):
        s.send(0, body[:cut])
    for subtype in range(16):
        for length in (0, 1, 2, 5, 7, 300):
            s.send(subtype, b"\xdd" * length)
        s.linger(0.01)
    for multi_ap in ("dd", "ddff", "dd04506f9a1b", "dd05506f9a1b06", "dd07506f9a1b0601", "dd0b0050f204104a00ff10"):
        s.send(0, body + bytes.fromhex(multi_ap))
    s.linger(0.5)
    assert ap("PING") == "PONG\n" and status(ap)["state"] == "ENABLED"
    s.close()


def test_long_elements(d):
    b = d.add().ok("SET vendor_elements " + "dd20" + "00" * 32, "SET assocresp_elements " + ("ddff" + "11" * 255) * 4,
                   "SET notify_mgmt_frames 1", "ENABLE", "ATTACH")
    s = Station(d, status(b)["bssid[0]"])
    s.authenticate()
    assert s.associate(extra=(b"\xdd\xff" + b"\x22" * 255) * 8) == 0
    assert "AP-MGMT-FRAME-RECEIVED buf=b0" in b.event("AP-MGMT-FRAME-RECEIVED")
    event = b.event("AP-MGMT-FRAME-RECEIVED")
    assert event.endswith("22" * 255) and len(event) > 4100
    s.close()


# --- 6.6 life cycle ---

def test_enable_disable_twice(d):
    b = d.add().ok("ENABLE")
    b.fails("ENABLE")
    b.ok("DISABLE")
    b.fails("DISABLE")
    b.ok("ENABLE")


def test_disable_keeps_socket_and_tells_first(d, ap):
    ap.ok("NEW_STA " + MAC1)
    ap.drain()
    ap.ok("DISABLE")
    assert ap.drain() == ["<3>AP-DISABLED ", "<3>AP-STA-DISCONNECTED " + MAC1]
    assert ap("PING") == "PONG\n"
    ap.ok("ENABLE")
    assert ap.drain() == ["<3>AP-ENABLED "]


@pytest.mark.parametrize("command", ["RELOAD", "RELOAD_BSS", "RELOAD_CONFIG"])
def test_reload(d, ap, command):
    ap.ok("NEW_STA " + MAC1, "SET ssid fresh")
    ap.drain()
    ap.ok(command)
    assert ap.drain() == ["<3>AP-STA-DISCONNECTED " + MAC1]
    assert status(ap)["ssid[0]"] == "fresh"
    assert bytes.fromhex("0005") + b"fresh" in bytes.fromhex(ap("DUMP_BEACON"))


def test_reload_refuses_bad_configuration(d, ap):
    ap.ok("NEW_STA " + MAC1, "SET wpa 2")
    ap.drain()
    ap.fails("RELOAD", "RELOAD_BSS")
    assert ap.drain() == [] and status(ap)["num_sta[0]"] == "1"
    ap.ok("DISABLE").fails("ENABLE")
    assert status(ap)["state"] == "DISABLED"


def test_reload_during_country_update(d):
    b = d.add().ok("SET country_code DE", "ATTACH", "SET wps_state 2")
    secure = d.secure(b)
    secure.ok("ENABLE")
    b("RELOAD")
    b("RELOAD_BSS")
    b("RELOAD_CONFIG")
    b.event("AP-ENABLED")
    b.ok("RELOAD", "WPS_PBC", "DISABLE", "ENABLE", "DISABLE")


def test_late_failure_of_the_country(d):
    b = d.add().ok("SET country_code US", "SET channel 13", "ATTACH", "ENABLE")
    assert b.event("AP-") == "<3>AP-DISABLED " and status(b)["state"] == "DISABLED"
    assert "channel 13 is not allowed" in d.log()
    b.ok("SET channel 11", "ENABLE")
    assert b.event("AP-") == "<3>AP-ENABLED "


def test_late_failure_ends_a_process_started_for_it(still):
    still.args = [still.write("a.conf", still.config(extra="country_code=US\nchannel=13\n"))]
    still.start()
    assert still.process.wait(10) == 0
    assert not os.path.exists(still.ctrl)


def test_reload_without_key_file_keeps_bss(d, ap):
    ap.ok("NEW_STA " + MAC1, "SET wpa 2", "SET rsn_pairwise CCMP", "SET wpa_psk_file /no/such/file")
    ap.drain()
    ap.fails("RELOAD", "RELOAD_BSS")
    assert ap.drain() == [] and status(ap)["num_sta[0]"] == "1"
    ap.ok("UPDATE_BEACON")


def test_reload_makes_open_bss_secure(d, ap):
    d.secure(ap).ok("RELOAD")
    config = fields(ap("GET_CONFIG"))
    assert config["key_mgmt"] == "WPA-PSK" and config["rsn_pairwise_cipher"] == "CCMP"
    assert bytes.fromhex("30140100000fac04") in bytes.fromhex(ap("DUMP_BEACON"))
    ap.ok("SET wpa 0", "RELOAD")
    assert ap("MIB") == ""


def test_reload_config_with_file(still):
    still.args = [still.write("a.conf", still.config(extra="channel=6\nconfig_id=one\nwps_state=2\ndevice_name=box\n"))]
    still.start()
    b = still.bss("w0").ok("ATTACH", "SET ssid volatile", "NEW_STA " + MAC1)
    b.drain()
    still.write("a.conf", still.config(ssid="n2", extra="channel=11\nconfig_id=one\nwps_state=2\ndevice_name=xob\n"))
    b.ok("RELOAD_CONFIG")
    assert b.drain() == [] and status(b)["num_sta[0]"] == "1"  # equal config_id
    s = status(b)
    assert s["ssid[0]"] == "n2" and s["channel"] == "6"
    b.ok("WPS_PBC", "UPDATE_BEACON", "WPS_CANCEL")
    still.write("a.conf", still.config(ssid="n3", extra="config_id=two\n"))
    b.ok("RELOAD_CONFIG")
    b.event("AP-STA-DISCONNECTED " + MAC1)
    os.unlink(still.path("a.conf"))
    b.fails("RELOAD_CONFIG")
    assert status(b)["ssid[0]"] == "n3" and status(b)["state"] == "ENABLED"


def test_reload_config_with_other_bss_list(still):
    still.args = [still.write("a.conf", still.config())]
    still.start()
    b = still.bss("w0").ok("ATTACH")
    still.write("a.conf", still.config(extra="bss=w1\nssid=two\nctrl_interface=%s\n" % still.ctrl))
    b.ok("RELOAD_CONFIG")
    b.event("AP-DISABLED")
    b.event("CTRL-EVENT-TERMINATING")
    second = still.bss("w1")
    wait_until(lambda: status(second)["state"] == "ENABLED")
    assert status(second)["ssid[1]"] == "two"
    path = os.path.join(still.ctrl, "w0")
    old = os.stat(path).st_ctime_ns
    still.write("a.conf", still.config())
    second.ok("RELOAD_CONFIG")
    wait_until(lambda: os.path.exists(path) and os.stat(path).st_ctime_ns != old)
    assert status(still.bss("w0"))["state"] == "ENABLED" and not os.path.exists(os.path.join(still.ctrl, "w1"))


def test_update_beacon_and_stop(d, ap):
    ap.ok("SET vendor_elements dd0411223344", "UPDATE_BEACON")
    assert ap("DUMP_BEACON").endswith("dd0411223344")
    ap.ok("SET vendor_elements ", "UPDATE_BEACON")
    assert "11223344" not in ap("DUMP_BEACON")
    ap.ok("STOP_AP")
    assert status(ap)["state"] == "ENABLED" and ap.drain() == []
    ap.fails("UPDATE_BEACON")
    ap.ok("DISABLE", "ENABLE", "UPDATE_BEACON")


def test_psk_file(d):
    f = d.write("psk", "00:00:00:00:00:00 secret passphrase\nkeyid=joe %s %s\n" % (MAC1, "ab" * 32))
    b = d.add().ok("SET wpa 2", "SET rsn_pairwise CCMP", "SET wpa_psk_file " + f, "ENABLE")
    b.ok("RELOAD_WPA_PSK")
    for bad in ("xx 12345678\n", MAC1 + "\n", MAC1 + " short\n", "foo=1 %s 12345678\n" % MAC1,
                "keyid=%s %s 12345678\n" % ("k" * 32, MAC1), "vlanid=5000 %s 12345678\n" % MAC1, "x" * 300 + "\n"):
        d.write("psk", "# comment\n" + bad)
        b.fails("RELOAD_WPA_PSK")
    assert "on line 2 in '%s'" % f in d.log() and "short" not in d.log()
    os.unlink(f)
    b.fails("RELOAD_WPA_PSK")
    assert "WPA PSK file '%s' not found." % f in d.log()
    assert status(b)["state"] == "ENABLED"
    b.ok("ATTACH", "DISABLE").fails("ENABLE")
    b.event("AP-DISABLED")
    d.write("psk", MAC1 + " 12345678\n")
    b.ok("ENABLE", "RELOAD_WPA_PSK")


# --- 6.7 WPS ---

def test_check_pin(d):
    b = d.add()
    for text, reply in (("12345670", "12345670"), ("1234-5670", "1234-5670".replace("-", "")), ("12345678", "FAIL-CHECKSUM\n"),
                        ("1234", "1234"), ("0000", "0000"), ("00000000", "00000000"), ("123", "FAIL\n"),
                        ("123456789", "FAIL\n"), ("abc", "FAIL\n"), ("", "FAIL\n")):
        assert b("WPS_CHECK_PIN " + text) == reply, text


WPS_IDLE = "PBC Status: Disabled\nLast WPS result: None\n"


def test_push_button(d):
    b = d.add()
    b.ok("ATTACH")
    assert b("WPS_GET_STATUS") == WPS_IDLE
    b.fails("WPS_PBC", "WPS_CANCEL", "WPS_PIN any 12345670")
    b.ok("SET wps_state 2", "ENABLE")
    b.drain()
    b.ok("WPS_PBC")
    assert b.drain() == ["<3>WPS-PBC-ACTIVE "]
    assert b("WPS_GET_STATUS") == WPS_IDLE.replace("Disabled", "Active")
    b.ok("WPS_CANCEL")
    assert b.drain() == ["<3>WPS-TIMEOUT ", "<3>WPS-CANCEL "]
    assert b("WPS_GET_STATUS") == WPS_IDLE.replace("Disabled", "Timed-out")
    b.ok("WPS_CANCEL")
    assert b.drain() == ["<3>WPS-CANCEL "]
    b.ok("WPS_PIN any 12345670", "WPS_PIN any abc 1", "WPS_PIN 87654321-9abc-def0-1234-56789abc0010 12345670 100 " + MAC1,
         "WPS_PIN any 12345670 0 junk")
    b.fails("WPS_PIN any", "WPS_PIN ", "WPS_PIN 1234 12345670")


@pytest.mark.parametrize("setting, word", [("ignore_broadcast_ssid 1", "ignore_broadcast_ssid"), ("wps_state 0", "wps_state")])
def test_push_button_refusal_names_the_reason(d, setting, word):
    b = d.add().ok("SET wps_state 2", "SET " + setting, "ENABLE", "ATTACH")
    b.fails("WPS_PBC")
    assert word in b.event("WPS refused")


def test_push_button_reaches_all_but_independent(d):
    a, b, c = d.add("w0"), d.add("w1"), d.add("w2")
    c.ok("SET wps_independent 1")
    for x in (a, b, c):
        x.ok("SET wps_state 2", "ENABLE", "ATTACH")
    a.ok("WPS_PBC")
    a.event("WPS-PBC-ACTIVE")
    b.event("WPS-PBC-ACTIVE")
    assert c("WPS_GET_STATUS") == WPS_IDLE and c.drain() == []
    b.ok("WPS_CANCEL")
    a.event("WPS-CANCEL")
    c.ok("WPS_PBC")
    c.event("WPS-PBC-ACTIVE")
    assert a("WPS_GET_STATUS") == WPS_IDLE.replace("Disabled", "Timed-out")
    d.glob().ok("REMOVE w0")
    b.ok("WPS_PBC")


def probe_request(uuid, ssid=b""):
    attrs = (bytes.fromhex("104a000110" "103a000100" "10080002 4388".replace(" ", "")) + bytes.fromhex("10470010") + uuid +
             bytes.fromhex("1054000800010050f2040001" "103c000101" "100200020000" "100900020000" "1012000200 04".replace(" ", "")))
    wps = bytes.fromhex("0050f204") + attrs
    return bytes([0, len(ssid)]) + ssid + bytes([1, 4, 2, 4, 11, 22]) + bytes([221, len(wps)]) + wps


def test_overlap_of_two_enrollees(d):
    b = d.add().ok("SET wps_state 2", "ENABLE", "ATTACH")
    s = Station(d, status(b)["bssid[0]"])
    s.send(4, probe_request(b"\x01" * 16))
    b.event("WPS-ENROLLEE-SEEN " + s.text + " " + "01010101-0101-0101-0101-010101010101")
    s.send(4, probe_request(b"\x02" * 16), sa=bytes.fromhex("020000000b0b"))
    b.event("WPS-ENROLLEE-SEEN")
    b.fails("WPS_PBC")
    b.event("WPS-OVERLAP-DETECTED ")
    assert b("WPS_GET_STATUS") == WPS_IDLE.replace("Disabled", "Overlap")
    s.close()


def test_probe_events_are_opt_in(d, ap):
    other = d.bss("w0").ok("ATTACH probe_rx_events=1")
    s = Station(d, status(ap)["bssid[0]"])
    s.send(4, b"\x00\x00" + bytes([1, 4, 2, 4, 11, 22]))
    assert re.fullmatch(r"<3>RX-PROBE-REQUEST sa=%s signal=-?\d+" % s.text, other.event("RX-PROBE-REQUEST"))
    assert ap.drain() == []
    s.close()


# --- 6.8 access lists ---

def test_access_lists(d, ap):
    for acl in ("ACCEPT_ACL", "DENY_ACL"):
        ap.ok("%s DEL_MAC junk" % acl)  # empty list: not even looked at
        ap.ok("%s ADD_MAC %s VLAN_ID=5" % (acl, MAC2), "%s ADD_MAC %s" % (acl, MAC1), "%s ADD_MAC %s VLAN_ID=7" % (acl, MAC2))
        assert ap(acl + " SHOW") == "%s VLAN_ID=0\n%s VLAN_ID=5\n" % (MAC1, MAC2)
        ap.fails(acl + " ADD_MAC junk", acl + " DEL_MAC junk", acl + " NONSENSE", acl + " ", acl + " ADD_MAC")
        ap.ok("%s DEL_MAC 02:00:00:00:00:99" % acl, "%s DEL_MAC %s" % (acl, MAC1))
        assert ap(acl + " SHOW") == "%s VLAN_ID=5\n" % MAC2
        ap.ok(acl + " CLEAR")
        assert ap(acl + " SHOW") == ""


def test_access_lists_disconnect(d, ap):
    ap.ok("NEW_STA " + MAC1, "NEW_STA " + MAC2, "DENY_ACL ADD_MAC " + MAC1)
    ap.event("AP-STA-DISCONNECTED " + MAC1)
    ap.ok("DENY_ACL CLEAR", "ACCEPT_ACL ADD_MAC " + MAC2, "SET macaddr_acl 1")
    assert status(ap)["num_sta[0]"] == "1"
    ap.ok("ACCEPT_ACL DEL_MAC " + MAC2)
    ap.event("AP-STA-DISCONNECTED " + MAC2)


def test_access_list_files(d, ap):
    ap.ok("NEW_STA " + MAC1, "SET deny_mac_file " + d.write("deny", "# c\n%s\n%s 12\n-%s\n" % (MAC1, MAC2, MAC2)))
    ap.event("AP-STA-DISCONNECTED " + MAC1)
    assert ap("DENY_ACL SHOW") == MAC1 + " VLAN_ID=0\n"
    ap.fails("SET deny_mac_file " + d.write("bad", MAC2 + "\nnot a mac\n"))
    assert "line 2 in" in d.log()
    assert ap("DENY_ACL SHOW") == MAC1 + " VLAN_ID=0\n"
    s = Station(d, status(ap)["bssid[0]"], mac=MAC1)
    assert s.authenticate() == 1
    s.close()


# --- Multi-AP, roles of the BSS ---

ELEMENT = {"backhaul": "dd0a506f9a1b060180070102", "other": "dd0a506f9a1b060100070102", None: ""}


@pytest.mark.parametrize("multi_ap, element, code", [
    (0, None, 0), (0, "backhaul", 0), (1, None, 12), (1, "other", 12), (1, "backhaul", 0), (2, None, 0), (2, "other", 0),
    (2, "backhaul", 12), (3, None, 0), (3, "backhaul", 0)])
def test_multi_ap_matrix(d, multi_ap, element, code):
    b = d.add().ok("SET multi_ap %d" % multi_ap, "ENABLE", "ATTACH")
    s = Station(d, status(b)["bssid[0]"])
    s.authenticate()
    assert s.associate(extra=bytes.fromhex(ELEMENT[element])) == code
    if code == 0 and element == "backhaul" and multi_ap & 1:
        b.event("WDS-STA-INTERFACE-ADDED ifname=w0.sta1 sta_addr=" + s.text)
        record = fields(b("STA " + s.text).split("\n", 1)[1])
        assert "[WDS]" in record["flags"] and record["wds_sta_ifname"] == "w0.sta1"
        b.ok("DEAUTHENTICATE " + s.text)
        b.event("WDS-STA-INTERFACE-REMOVED ifname=w0.sta1 sta_addr=" + s.text)
    s.close()


def test_heard_stations(d):
    """track_sta_*: the list, its limits, and a BSS that leaves what another radio hears to that one."""
    a, b = d.add("w0"), d.add("w1")
    a.ok("SET track_sta_max_num 2", "ENABLE")
    b.ok("SET no_auth_if_seen_on w0", "SET no_probe_resp_if_seen_on w0", "SET channel 6", "ENABLE")
    assert a("TRACK_STA_LIST") == b("TRACK_STA_LIST") == ""
    first, second = status(a)["bssid[0]"], status(b)["bssid[0]"]
    macs = ["02:00:00:00:bb:0%d" % n for n in range(3)]
    for n, mac in enumerate(macs):
        s = Station(d, first, mac, "heard%d" % n)
        assert s.authenticate() == 0
        s.close()
    assert a("TRACK_STA_LIST") == "%s 0 -40\n%s 0 -40\n" % (macs[2], macs[1])
    for mac, answer in ((macs[2], 82), (macs[0], 0)):
        s = Station(d, second, mac, "left%d" % answer, freq=2437)
        s.peer = os.path.join(d.air, "w1")
        s.send(4, b"\0\0" + RATES)
        s.send(11, struct.pack("<HHH", 0, 1, 0))
        got = b""
        while got[:1] != b"\xb0":
            got = s.pump(WAIT)
            assert got is not None and (answer == 0 or got[:1] != b"\x50")
        assert struct.unpack("<H", got[28:30])[0] == answer
        # Neighbor Report: where to go
        assert got[30:] == (b"\x34\x0d" + mac_bytes(first) + bytes([0, 0, 0, 0, 81, 1, 0]) if answer else b"")
        s.close()
    a.ok("SET track_sta_max_age 0")
    time.sleep(0.02)
    assert a("TRACK_STA_LIST") == ""
