"""External registrar of wpa_supplicant (WPS_ER_*) over UPnP on the loopback interface: against an access point
made of Python that answers right and wrong, and against hostapd on a simulated air.

    WPA_SUPPLICANT=... HOSTAPD=... /usr/bin/python3 -m pytest tests/conf/test_er.py
"""
import base64
import http.client
import http.server
import os
import re
import socket
import struct
import threading
import time
import uuid as uuids
from urllib.parse import urlparse

import pytest

from test_wpas_control import HOSTAPD, Ctrl, Daemon, Sta, wait_for

GROUP = ("239.255.255.250", 1900)
DEVICE = "urn:schemas-wifialliance-org:device:WFADevice:1"
SERVICE = "urn:schemas-wifialliance-org:service:WFAWLANConfig:1"
SID = "uuid:7eb3342a-8a5f-47fe-a585-0785bfec6d8a"
PIN = "12345670"


def attr(number, data):
    return struct.pack(">HH", number, len(data)) + data


def m1(uuid, mac, state=2, name=b"Wireless AP", pw_id=0, methods=0x0004):
    return (attr(0x104A, b"\x10") + attr(0x1022, b"\x04") + attr(0x1047, uuids.UUID(uuid).bytes) +
            attr(0x1020, bytes.fromhex(mac.replace(":", ""))) + attr(0x101A, bytes(16)) + attr(0x1032, b"\1" * 192) +
            attr(0x1004, b"\0\x23") + attr(0x1010, b"\0\x0d") + attr(0x100D, b"\1") +
            attr(0x1008, struct.pack(">H", methods)) + attr(0x1044, bytes([state])) + attr(0x1021, b"Company") +
            attr(0x1023, b"WAP") + attr(0x1024, b"123") + attr(0x1042, b"12345") +
            attr(0x1054, bytes.fromhex("00060050f2040001")) + attr(0x1011, name) + attr(0x103C, b"\1") +
            attr(0x1002, b"\0\0") + attr(0x1012, struct.pack(">H", pw_id)) + attr(0x1009, b"\0\0") +
            attr(0x102D, b"\x80\0\0\0"))


def probe(uuid, pw_id=0):
    return (attr(0x104A, b"\x10") + attr(0x103A, b"\1") + attr(0x1008, b"\x01\x80") +
            attr(0x1047, uuids.UUID(uuid).bytes) + attr(0x1054, bytes.fromhex("00010050f2040001")) +
            attr(0x103C, b"\1") + attr(0x1002, b"\0\0") + attr(0x1009, b"\0\0") +
            attr(0x1012, struct.pack(">H", pw_id)) + attr(0x1021, b"Maker") + attr(0x1023, b"Model") +
            attr(0x1024, b"12") + attr(0x1042, b"34") + attr(0x1011, b"Phone"))


class FakeAp:
    """HTTP side of an access point. `answer(method, path, headers, body)` of a test may override the right ones: it
    returns raw bytes, or None."""

    def __init__(self, answer=None):
        self.uuid = str(uuids.uuid4())
        self.mac = "02:11:22:33:44:55"
        self.override = answer
        self.seen = []  # (method, path, headers, body)
        self.event_url = None
        ap = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                ap.handle(self, body)

            do_GET = do_POST = do_SUBSCRIBE = do_UNSUBSCRIBE = serve

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.location = f"http://127.0.0.1:{self.port}/foo.xml"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def handle(self, request, body):
        self.seen.append((request.command, request.path, dict(request.headers), body))
        request.close_connection = True
        if request.command == "SUBSCRIBE" and "CALLBACK" in request.headers:
            self.event_url = request.headers["CALLBACK"].strip("<>")
        raw = self.override(self, request.command, request.path, body) if self.override else None
        request.wfile.write(raw if raw is not None else self.right(request.command, request.path, body))

    @staticmethod
    def ok(body="", *headers):
        lines = ["HTTP/1.1 200 OK", 'Content-Type: text/xml; charset="utf-8"', "Connection: close",
                 f"Content-Length: {len(body.encode())}", *headers]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    def description(self, udn=None, control="<controlURL>wps_control</controlURL>",
                    event="<eventSubURL>wps_event</eventSubURL>"):
        return f"""<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major><minor>0</minor></specVersion><device>
<deviceType>{DEVICE}</deviceType><friendlyName>AP - &lt;&gt;&amp;'&quot;</friendlyName>
<manufacturer>Company</manufacturer><modelName>WAP</modelName><modelNumber>123</modelNumber>
<serialNumber>12345</serialNumber><UDN>{udn or "uuid:" + self.uuid}</UDN><serviceList><service>
<serviceType>{SERVICE}</serviceType><serviceId>urn:wifialliance-org:serviceId:WFAWLANConfig1</serviceId>
<SCPDURL>wps_scpd.xml</SCPDURL>{control}{event}</service></serviceList></device></root>"""

    def soap(self, action, arg="", data=b""):
        text = f"<{arg}>{base64.encodebytes(data).decode()}</{arg}>" if arg else ""
        return self.ok(f"""<?xml version="1.0"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>
<u:{action}Response xmlns:u="{SERVICE}">{text}</u:{action}Response></s:Body></s:Envelope>""")

    def right(self, method, path, body):
        if (method, path) == ("GET", "/foo.xml"):
            return self.ok(self.description())
        if path == "/wps_event":
            return self.ok("", "SID: " + SID, "Timeout: Second-1801")
        if b"GetDeviceInfo" in body:
            return self.soap("GetDeviceInfo", "NewDeviceInfo", m1(self.uuid, self.mac))
        if b"SetSelectedRegistrar" in body:
            return self.soap("SetSelectedRegistrar")
        return b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    def requests(self, method):
        return [r for r in self.seen if r[0] == method]

    def advertise(self, max_age=100, usn=True):
        lines = ["NOTIFY * HTTP/1.1", "HOST: 239.255.255.250:1900", f"NT: {DEVICE}", "NTS: ssdp:alive",
                 f"location:{self.location}", f"cache-control:max-age={max_age}"]
        if usn:
            lines.append(f"USN: uuid:{self.uuid}::{DEVICE}")
        multicast("\r\n".join(lines) + "\r\n\r\n")

    def byebye(self):
        multicast(f"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: {DEVICE}\r\nNTS: ssdp:byebye\r\n"
                  f"USN: uuid:{self.uuid}::{DEVICE}\r\n\r\n")

    def notify(self, value, method="NOTIFY", path=None, raw=None):
        """A WLANEvent; returns the HTTP status."""
        url = urlparse(self.event_url)
        body = raw or f"""<?xml version="1.0" encoding="utf-8"?>
<e:propertyset xmlns:e="urn:schemas-upnp-org:event-1-0"><e:property><STAStatus>1</STAStatus></e:property>
<e:property><APStatus>1</APStatus></e:property><e:property><WLANEvent>{base64.encodebytes(value).decode()}
</WLANEvent></e:property></e:propertyset>"""
        c = http.client.HTTPConnection(url.netloc, timeout=10)
        c.request(method, path or url.path, body, {
            "Content-type": 'text/xml; charset="utf-8"', "HOST": url.netloc, "NT": "upnp:event",
            "NTS": "upnp:propchange", "SID": "uuid:" + self.uuid, "SEQ": "0", "Content-Length": str(len(body))})
        status = c.getresponse().status
        c.close()
        return status


def multicast(text):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
    s.bind(("127.0.0.1", 0))
    s.sendto(text.encode(), GROUP)
    s.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    d = tmp_path_factory.mktemp("er")
    (d / "air").mkdir()
    s = Sta(d, "config_methods=keypad virtual_push_button\n")
    yield s
    s.stop()


@pytest.fixture
def sta(shared):
    shared.c.ok("FLUSH")
    shared.m.drain()
    return shared


@pytest.fixture
def fake():
    aps = []

    def make(answer=None):
        aps.append(FakeAp(answer))
        return aps[-1]

    yield make
    for ap in aps:
        ap.close()


def start(sta, ap, max_age=100, usn=True):
    sta.c.ok("WPS_ER_START ifname=lo")
    ap.advertise(max_age, usn)


# --- commands ---


def test_not_started(sta):
    sta.c.ok("WPS_ER_STOP")
    sta.c.ok("WPS_ER_STOP")
    u = str(uuids.uuid4())
    for cmd in (f"WPS_ER_PIN any {PIN}", f"WPS_ER_PBC {u}", f"WPS_ER_LEARN {u} {PIN}", f"WPS_ER_SET_CONFIG {u} 0",
                f"WPS_ER_CONFIG {u} {PIN} 61 OPEN NONE", f"WPS_ER_NFC_CONFIG_TOKEN NDEF {u}"):
        sta.c.fails(cmd)


def test_start_arguments(sta):
    for bad in ("ifname=lo foo", "ifname=nope", "ifname=", "foo", "1.2.3", "ifname=" + "x" * 40):
        sta.c.fails("WPS_ER_START " + bad)
    sta.c.ok("WPS_ER_START ifname=lo 1.2.3.4")
    sta.c.ok("WPS_ER_START")
    sta.c.ok("WPS_ER_STOP")
    sta.c.fails("WPS_ER_START")  # sta0 of the simulated air has no address


def test_unknown_targets(sta, fake):
    ap = fake()
    start(sta, ap)
    sta.m.event("WPS-ER-AP-ADD " + ap.uuid)
    u = str(uuids.uuid4())
    assert sta.c(f"WPS_ER_PBC {u}") == "FAIL-UNKNOWN-UUID\n"
    assert sta.c("WPS_ER_PBC 02:00:00:00:00:77") == "FAIL-UNKNOWN-UUID\n"
    assert sta.c(f"WPS_ER_PBC {ap.uuid}") == "FAIL-NO-AP-SETTINGS\n"
    sta.c.fails("WPS_ER_PBC foo")
    for cmd in (f"WPS_ER_PIN foo {PIN}", f"WPS_ER_PIN 02:00:00:00:00:77 {PIN}", "WPS_ER_PIN any", "WPS_ER_PIN any 1 foo",
                f"WPS_ER_LEARN {u} {PIN}", f"WPS_ER_LEARN {ap.uuid}", f"WPS_ER_LEARN foo {PIN}",
                f"WPS_ER_SET_CONFIG {u} 0", f"WPS_ER_SET_CONFIG {ap.uuid} 99", f"WPS_ER_SET_CONFIG {ap.uuid} x",
                f"WPS_ER_CONFIG {u} {PIN} 61 OPEN NONE", f"WPS_ER_CONFIG {ap.uuid} {PIN} 6 OPEN NONE",
                f"WPS_ER_CONFIG {ap.uuid} {PIN} 61 WEP NONE", f"WPS_ER_CONFIG {ap.uuid} {PIN} 61 OPEN FOO",
                f"WPS_ER_CONFIG {ap.uuid} {PIN} 61 WPA2PSK CCMP 3", f"WPS_ER_NFC_CONFIG_TOKEN FOO {ap.uuid}",
                "WPS_ER_NFC_CONFIG_TOKEN NDEF", f"WPS_ER_NFC_CONFIG_TOKEN NDEF {ap.uuid}"):
        sta.c.fails(cmd)
    n = sta.c("ADD_NETWORK").strip()
    sta.c.fails(f"WPS_ER_SET_CONFIG {ap.uuid} {n}")  # no SSID yet
    sta.c.ok(f'SET_NETWORK {n} ssid "home"')
    sta.c.ok(f'SET_NETWORK {n} psk "twelve words"')
    sta.c.ok(f"WPS_ER_SET_CONFIG {ap.uuid} {n}")
    sta.c.ok(f"WPS_ER_SET_CONFIG {ap.mac} {n}")
    token = sta.c(f"WPS_ER_NFC_CONFIG_TOKEN WPS {ap.uuid}")
    assert re.fullmatch("100E[0-9A-F]+\n", token)
    assert b"twelve words".hex().upper() in token
    assert re.fullmatch("D2[0-9A-F]+\n", sta.c(f"WPS_ER_NFC_CONFIG_TOKEN NDEF {ap.mac}"))


# --- discovery ---


def test_search(sta):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(GROUP)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP[0]) + socket.inet_aton("127.0.0.1"))
    s.settimeout(10)
    sta.c.ok("WPS_ER_START ifname=lo")
    text = ""
    while not text.startswith("M-SEARCH * HTTP/1.1\r\n"):
        data, who = s.recvfrom(2000)
        text = data.decode()
    lines = text.split("\r\n")
    assert "HOST: 239.255.255.250:1900" in lines and 'MAN: "ssdp:discover"' in lines and "ST: " + DEVICE in lines
    assert lines[-2:] == ["", ""]
    for junk in (b"", b"FOO", b"HTTP/1.1 200 OK\r\nFOO\r\n\r\n", b"HTTP/1.1 200 OK\r\nNTS:ssdp:byebye\r\n\r\n",
                 b"HTTP/1.1 200 OK\r\ncache-control:   foo=1\r\n\r\n", b"HTTP/1.1 200 OK\r\nusn:\r\n\r\n",
                 b"HTTP/1.1 200 OK\r\nST: " + DEVICE.encode() + b"\r\nlocation:foo\r\ncache-control:max-age=9\r\n\r\n"):
        s.sendto(junk, who)
    s.close()
    assert sta.c("PING") == "PONG\n"


def test_answer_to_search(sta, fake):
    """As small access points answer: to the searching socket, without USN."""
    ap = fake()
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(GROUP)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP[0]) + socket.inet_aton("127.0.0.1"))
    s.settimeout(10)
    sta.c.ok("WPS_ER_START ifname=lo")
    data = b""
    while not data.startswith(b"M-SEARCH"):
        data, who = s.recvfrom(2000)
    s.sendto((f"HTTP/1.1 200 OK\r\nST: {DEVICE}\r\nlocation:{ap.location}\r\ncache-control:max-age=1\r\n\r\n").encode(), who)
    s.close()
    sta.m.event("WPS-ER-AP-ADD " + ap.uuid)
    sta.m.event("WPS-ER-AP-REMOVE " + ap.uuid, 5)


def test_access_point(sta, fake):
    ap = fake()
    start(sta, ap)
    line = (f"WPS-ER-AP-ADD {ap.uuid} {ap.mac} pri_dev_type=6-0050F204-1 wps_state=2 "
            "|AP - &lt;&gt;&amp;&apos;&quot;|Company||WAP|||")
    assert sta.m.event("WPS-ER-AP-ADD " + ap.uuid) == "<3>" + line
    assert [r[:2] for r in ap.seen] == [("GET", "/foo.xml"), ("SUBSCRIBE", "/wps_event"), ("POST", "/wps_control")]
    sub = ap.seen[1][2]
    assert re.fullmatch(r"<http://127\.0\.0\.1:\d+/event/\d+/\d+>", sub["CALLBACK"])
    assert sub["NT"] == "upnp:event" and sub["TIMEOUT"] == "Second-1800"
    assert ap.seen[2][2]["SOAPACTION"] == f'"{SERVICE}#GetDeviceInfo"'
    ap.advertise()  # nothing new
    sta.c.ok("WPS_ER_START")
    assert sta.m.event("WPS-ER-AP-ADD " + ap.uuid) == "<3>" + line
    sta.c.ok("WPS_ER_STOP")
    sta.m.event("WPS-ER-AP-REMOVE " + ap.uuid + "$")
    wait_for("UNSUBSCRIBE", lambda: ap.requests("UNSUBSCRIBE"))
    assert ap.requests("UNSUBSCRIBE")[0][2]["SID"] == SID
    assert len(ap.seen) == 4


def test_byebye(sta, fake):
    ap = fake()
    start(sta, ap)
    sta.m.event("WPS-ER-AP-ADD " + ap.uuid)
    ap.byebye()
    sta.m.event("WPS-ER-AP-REMOVE " + ap.uuid)
    ap.advertise()
    sta.m.event("WPS-ER-AP-ADD " + ap.uuid)


def test_flush_stops(sta, fake):
    ap = fake()
    start(sta, ap)
    sta.m.event("WPS-ER-AP-ADD " + ap.uuid)
    sta.c.ok("FLUSH")
    sta.m.event("WPS-ER-AP-REMOVE " + ap.uuid)
    sta.c.fails(f"WPS_ER_PIN any {PIN}")
    wait_for("UNSUBSCRIBE", lambda: ap.requests("UNSUBSCRIBE"))


def test_address_filter(sta, fake):
    ap = fake()
    sta.c.ok("WPS_ER_START ifname=lo 127.0.0.9")
    ap.advertise()
    time.sleep(0.3)
    assert not ap.seen


# --- enrollees ---


def test_enrollees(sta, fake):
    ap = fake()
    e, mac = str(uuids.uuid4()), "02:00:00:00:00:31"
    start(sta, ap)
    sta.m.event("WPS-ER-AP-ADD " + ap.uuid)
    assert ap.notify(b"\x01" + mac.encode() + probe(e)) == 200
    assert sta.m.event("WPS-ER-ENROLLEE-ADD") == (
        f"<3>WPS-ER-ENROLLEE-ADD {e} {mac} M1=0 config_methods=0x180 dev_passwd_id=0 pri_dev_type=1-0050F204-1 "
        "|Phone|Maker|Model|12|34|")
    assert ap.notify(b"\x02" + mac.encode() + m1(e, mac, name=b"Enrollee", methods=0x108)) == 200
    line = (f"<3>WPS-ER-ENROLLEE-ADD {e} {mac} M1=1 config_methods=0x108 dev_passwd_id=0 pri_dev_type=6-0050F204-1 "
            "|Enrollee|Company|WAP|123|12345|")
    assert sta.m.event("WPS-ER-ENROLLEE-ADD") == line
    assert ap.notify(b"\x01" + mac.encode() + probe(e)) == 200  # not news
    sta.c.ok("WPS_ER_START")
    assert sta.m.event("WPS-ER-ENROLLEE-ADD") == line
    assert sta.c("WPS_ER_PBC " + mac) == "FAIL-NO-AP-SETTINGS\n"
    assert sta.c("WPS_ER_PBC " + e) == "FAIL-NO-AP-SETTINGS\n"
    sta.c.ok("WPS_ER_STOP")
    sta.m.event(f"WPS-ER-ENROLLEE-REMOVE {e} {mac}$")


def test_enrollee_flood(sta, fake):
    ap = fake()
    start(sta, ap)
    sta.m.event("WPS-ER-AP-ADD " + ap.uuid)
    for i in range(40):
        assert ap.notify(b"\x01" + b"02:00:00:00:01:%02x" % i + probe(str(uuids.uuid4()))) == 200
    events = sta.m.drain()
    assert sum("ENROLLEE-ADD" in e for e in events) == 40
    removed = [e.split()[-1] for e in events if "ENROLLEE-REMOVE" in e]
    assert removed == ["02:00:00:00:01:%02x" % i for i in range(8)]


def test_hostile_events(sta, fake):
    ap = fake()
    start(sta, ap)
    sta.m.event("WPS-ER-AP-ADD " + ap.uuid)
    path = urlparse(ap.event_url).path
    mac = b"02:00:00:00:00:00"
    for value in (b"", b"\0", b"\x00qwertyuiopasdfghjklzxcvbnm", b"\xff" + mac, b"\1" + mac, b"\1" + mac + b"\xff",
                  b"\2" + mac, b"\2" + mac + b"\xff", b"\2" + mac + b"\x10\x22\0\1\5", b"\2" + mac + b"\x10\x22\0\1\x0d",
                  b"\2" + mac + b"\x10\x22\0\1\x0e", b"\2" + mac + b"\x10\x22\0\1\4", b"\1" + mac + b"\x10\x47\0\3abc"):
        assert ap.notify(value) == 200
    for raw in ("", "<", "<e:propertyset/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a>" * 100, "\0" * 50):
        assert ap.notify(b"", raw=raw or " ") == 200
    good = b"\1" + mac + probe(str(uuids.uuid4()))
    assert ap.notify(good, path=path + "123") == 404
    assert ap.notify(good, path="/event/" + path.split("/")[2]) == 404
    assert ap.notify(good, path="/event/123456789/123") == 404
    assert ap.notify(good, path="/foobar/1/2") == 404
    assert ap.notify(good, method="FOOBAR") == 501
    assert not [e for e in sta.m.drain() if "ENROLLEE" in e]
    assert ap.notify(good) == 200
    sta.m.event("WPS-ER-ENROLLEE-ADD")


# --- access points that answer wrong ---

RAW = {
    "nothing": b"",
    "not-http": b"FOO\r\n\r\n",
    "no-status": b"HTTP/1.1 FOO\r\n\r\n",
    "404": b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    "500": b"HTTP/1.1 500 Internal\r\nContent-Length: 0\r\n\r\n",
    "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\nConnection: close\r\n\r\n<root>",
    "too-long": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"<root>" + b" " * 200000,
    "many-headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 4000 + b"\r\n",
    "elsewhere": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    "no-xml": FakeAp.ok("foo"),
    "empty-root": FakeAp.ok("<root></root>"),
    "deep": FakeAp.ok("<a>" * 500),
    "entities": FakeAp.ok('<!DOCTYPE r [<!ENTITY a "b">]><root>&a;</root>'),
}


@pytest.mark.parametrize("raw,step", [
    (r, s) for r in RAW for s in ("GET", "SUBSCRIBE", "POST")
    if s != "SUBSCRIBE" or r not in ("no-xml", "empty-root", "deep", "entities")])  # whose answer has no body to look at
def test_bad_answers(sta, fake, step, raw):
    ap = fake(lambda ap, method, path, body: RAW[raw] if method == step else None)
    start(sta, ap, max_age=1)
    wait_for(step, lambda: ap.requests(step))
    # It is never announced, and forgotten in its time.
    assert not [e for e in sta.m.drain() if "WPS-ER-AP-ADD " + ap.uuid in e]
    sta.m.events.clear()
    sta.c.ok("WPS_ER_STOP")
    assert ap.requests("GET")[0][1] == "/foo.xml"


@pytest.mark.parametrize("body,subscribes", [
    ("<root><device></device></root>", False),
    (dict(event=""), False),
    (dict(event="<eventSubURL>http://example.com/wps_event</eventSubURL>"), False),
    (dict(event="<eventSubURL>http://10.1.2.3/wps_event</eventSubURL>"), False),
    (dict(control=""), True),
    (dict(control="<controlURL>http://example.com/wps_control</controlURL>"), True),
    (dict(udn="uuid:"), True),
])
def test_descriptions(sta, fake, body, subscribes):
    ap = fake(lambda ap, method, path, _: None if method != "GET" else
              ap.ok(body if isinstance(body, str) else ap.description(**body)))
    start(sta, ap, max_age=1)
    sta.m.event("WPS-ER-AP-REMOVE " + ap.uuid, 5)
    assert bool(ap.event_url) == subscribes
    if subscribes:
        wait_for("UNSUBSCRIBE", lambda: ap.requests("UNSUBSCRIBE"))


@pytest.mark.parametrize("sid", [None, "FOO"])
def test_bad_sid(sta, fake, sid):
    """Its events come all the same, only there is nothing to end."""
    ap = fake(lambda ap, method, path, _: ap.ok("", *(["SID: " + sid] if sid else [])) if method == "SUBSCRIBE" else None)
    start(sta, ap)
    sta.m.event("WPS-ER-AP-ADD " + ap.uuid, 5)
    assert ap.notify(b"\x01" + b"02:00:00:00:00:31" + probe(str(uuids.uuid4()))) == 200
    sta.m.event("WPS-ER-ENROLLEE-ADD")
    sta.c.ok("WPS_ER_STOP")
    sta.m.event("WPS-ER-AP-REMOVE " + ap.uuid)
    assert not ap.requests("UNSUBSCRIBE")


@pytest.mark.parametrize("info", [b"", b"FOO", b"\x10\x22\0\1\5", attr(0x1022, b"\4") + attr(0x1047, bytes(16))])
def test_bad_device_info(sta, fake, info):
    ap = fake(lambda ap, method, path, _: ap.soap("GetDeviceInfo", "NewDeviceInfo", info) if method == "POST" else None)
    start(sta, ap, max_age=1)
    e = sta.m.event("WPS-ER-AP-(REMOVE|ADD) " + ap.uuid, 5)
    assert "REMOVE" in e and ap.requests("POST")


@pytest.mark.parametrize("command", ["WPS_ER_LEARN {u} {pin}", "WPS_ER_CONFIG {u} {pin} 61 WPA2PSK CCMP 3132333435363738"])
def test_run_that_fails(sta, fake, command):
    """The access point never answers M2."""
    go_on = threading.Event()

    def slow(ap, method, path, body):
        if b"PutMessage" in body:
            go_on.wait(9)

    ap = fake(slow)
    start(sta, ap)
    sta.m.event("WPS-ER-AP-ADD " + ap.uuid)
    sta.c.ok(command.format(u=ap.uuid, pin=PIN))
    sta.c.fails(command.format(u=ap.uuid, pin=PIN))  # one at a time
    go_on.set()
    sta.m.event("WPS-FAIL msg=")
    assert any(b"PutMessage" in r[3] for r in ap.seen)
    sta.c.ok(command.format(u=ap.mac, pin=PIN))
    ap.byebye()
    sta.m.event("WPS-FAIL msg=")


# --- hostapd ---

AP_CONF = """interface=ap
driver=sim
ctrl_interface={d}/apctrl
hw_mode=g
channel=6
ssid={ssid}
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase=twelve words
wps_state=2
eap_server=1
device_name=Wireless AP
friendly_name=WPS AP - <>&'" - TEST
manufacturer=Company
model_name=WAP
model_number=123
serial_number=12345
device_type=6-0050F204-1
config_methods=label push_button
ap_pin={pin}
uuid={uuid}
upnp_iface=lo
"""


class Net:
    """hostapd with UPnP on lo, one registrar and enrollees, all on one air."""

    def __init__(self, d):
        (d / "air").mkdir()
        self.d, self.uuid, self.ssid, self.stas = d, str(uuids.uuid4()), "er-test", []
        (d / "ap.conf").write_text(AP_CONF.format(d=d, uuid=self.uuid, pin=PIN, ssid=self.ssid))
        self.start_ap()

    def start_ap(self):
        d = self.d
        self.ap = Daemon(d, "hostapd", [HOSTAPD, "-dd", d / "ap.conf"])
        wait_for("the access point", lambda: (d / "apctrl/ap").exists() or self.ap.proc.poll() is not None)
        assert self.ap.proc.poll() is None, self.ap.text()
        self.c = Ctrl(d / "apctrl/ap")
        wait_for("AP-ENABLED", lambda: self.c.fields("STATUS").get("state") == "ENABLED")
        self.bssid = self.c.fields("STATUS")["bssid[0]"]

    def sta(self, name):
        dd = self.d / name
        dd.mkdir()
        os.symlink(self.d / "air", dd / "air")
        s = Sta(dd, "config_methods=keypad display virtual_push_button\n", ifname=name, name=name)
        s.addr = s.c.fields("STATUS")["address"]
        self.stas.append(s)
        return s

    def er(self, name="er0"):
        s = self.sta(name)
        s.c.ok("WPS_ER_START ifname=lo")
        s.m.event("WPS-ER-AP-ADD " + self.uuid)
        return s

    def learn(self, er):
        er.c.ok(f"WPS_ER_LEARN {self.uuid} {PIN}")
        settings = er.m.event("WPS-ER-AP-SETTINGS")
        fail = er.m.event("WPS-FAIL")
        return settings, fail

    def close(self):
        for s in self.stas:
            s.stop()
        self.c.close()
        self.ap.stop()


@pytest.fixture
def net(tmp_path):
    n = Net(tmp_path)
    yield n
    n.close()


def test_hostapd_learn(net):
    er = net.sta("er0")
    er.c.ok("WPS_ER_START ifname=lo")
    add = er.m.event("WPS-ER-AP-ADD " + net.uuid)
    assert add.startswith(f"<3>WPS-ER-AP-ADD {net.uuid} {net.bssid} pri_dev_type=6-0050F204-1 wps_state=2 "
                          "|WPS AP - &lt;&gt;&amp;&apos;&quot; - TEST|Company|"), add
    settings, fail = net.learn(er)
    assert re.fullmatch(rf"<3>WPS-ER-AP-SETTINGS uuid={net.uuid} ssid=er-test auth_type=0x002[02] encr_type=0x000[8c] "
                        "key=twelve words", settings)
    assert fail == "<3>WPS-FAIL msg=11 config_error=0"
    assert "twelve words" not in er.text()
    er.c.ok(f"WPS_ER_LEARN {net.bssid} 12345678")
    assert "config_error=18" in er.m.event("WPS-FAIL")


def test_hostapd_config(net):
    er = net.er()
    er.c.ok(f"WPS_ER_CONFIG {net.bssid} {PIN} {b'changed'.hex()} WPA2PSK CCMP {b'1234567890'.hex()}")
    er.m.event("WPS-SUCCESS")
    wait_for("the new SSID", lambda: net.c.fields("STATUS").get("ssid[0]") == "changed")
    er.c.ok("WPS_ER_START")
    er.m.event("WPS-ER-AP-ADD " + net.uuid)
    er.c.ok("WPS_ER_STOP")
    er.c.ok("WPS_ER_STOP")
    er.connect(ssid="changed", psk="1234567890")


@pytest.mark.parametrize("who", ["any", "uuid", "mac"])
def test_hostapd_enrollee_pin(net, who):
    er, e = net.er(), net.sta("e0")
    net.learn(er)
    pin = e.c("WPS_PIN get")
    if who == "any":
        er.c.ok(f"WPS_ER_PIN any {pin} {e.addr}")
        assert "state=START sel_reg=1 dev_passwd_id=0 sel_reg_config_methods=0x" in er.m.event("WPS-ER-AP-SET-SEL-REG")
    e.c(f"WPS_PIN {net.bssid} {pin}")
    if who != "any":
        seen = er.m.event("WPS-ER-ENROLLEE-ADD .* " + e.addr)
        er.c.ok(f"WPS_ER_PIN {seen.split()[1] if who == 'uuid' else e.addr} {pin}")
    e.m.event("WPS-SUCCESS", 30)
    e.m.event("CTRL-EVENT-CONNECTED", 30)
    assert re.fullmatch(rf"<3>WPS-REG-SUCCESS {e.addr} [0-9a-f-]+", er.m.event("WPS-REG-SUCCESS"))
    er.m.event("WPS-ER-ENROLLEE-REMOVE .* " + e.addr)


def test_hostapd_enrollee_pbc(net):
    er, e = net.er(), net.sta("e0")
    e.c.ok("WPS_PBC")
    er.m.event("WPS-ER-ENROLLEE-ADD .* " + e.addr)
    assert er.c("WPS_ER_PBC " + e.addr) == "FAIL-NO-AP-SETTINGS\n"
    n = er.add(ssid=net.ssid, psk="twelve words")
    er.c.ok(f"WPS_ER_SET_CONFIG {net.uuid} {n}")
    er.c.ok("WPS_ER_PBC " + e.addr)
    e.m.event("WPS-SUCCESS", 30)
    e.m.event("CTRL-EVENT-CONNECTED", 30)
    er.m.event("WPS-REG-SUCCESS " + e.addr)


def test_hostapd_pbc_overlap(net):
    er, stas = net.er(), [net.sta("e0"), net.sta("e1")]
    n = er.add(ssid=net.ssid, psk="twelve words")
    er.c.ok(f"WPS_ER_SET_CONFIG {net.bssid} {n}")
    for s in stas:
        s.c.ok("WPS_PBC " + net.bssid)
    for s in stas:
        wait_for("enrollee", lambda s=s: any(s.addr in e for e in er.m.drain()) or er.c("WPS_ER_PBC " + s.addr) !=
                 "FAIL-UNKNOWN-UUID\n")
    assert er.c("WPS_ER_PBC " + net.uuid) == "FAIL-PBC-OVERLAP\n"
    assert er.c("WPS_ER_PBC foo") == "FAIL\n"


def test_hostapd_selection(net):
    """The access point announces the PIN of the registrar until the registrar goes."""
    er, e = net.er(), net.sta("e0")
    er.c.ok(f"WPS_ER_PIN any {PIN} {e.addr}")

    def flags():
        e.c.ok("SCAN")
        e.m.event("CTRL-EVENT-SCAN-RESULTS")
        return e.c("BSS " + net.bssid)

    wait_for("WPS-AUTH", lambda: "[WPS-AUTH]" in flags())
    er.c.ok("WPS_ER_STOP")
    er.m.event("WPS-ER-AP-REMOVE " + net.uuid)
    wait_for("no WPS-AUTH", lambda: "[WPS-AUTH]" not in flags())


def test_hostapd_settings_are_kept(net):
    """An access point that comes back needs no second WPS_ER_LEARN."""
    er, e = net.er(), net.sta("e0")
    net.learn(er)
    net.c.ok("DISABLE")
    er.m.event("WPS-ER-AP-REMOVE " + net.uuid)
    net.c.ok("ENABLE")
    er.m.event("WPS-ER-AP-ADD " + net.uuid)
    er.c.ok(f"WPS_ER_PIN any {PIN} {e.addr}")
    e.c(f"WPS_PIN {net.bssid} {PIN}")
    e.m.event("CTRL-EVENT-CONNECTED", 30)
    er.m.event("WPS-REG-SUCCESS " + e.addr)


def test_hostapd_two_registrars(net):
    ers, e = [net.er("er0"), net.er("er1")], net.sta("e0")
    for er in ers:
        net.learn(er)
        er.c.ok(f"WPS_ER_PIN any {PIN} {e.addr}")
    e.c(f"WPS_PIN {net.bssid} {PIN}")
    e.m.event("WPS-SUCCESS", 30)
    e.m.event("CTRL-EVENT-CONNECTED", 30)
