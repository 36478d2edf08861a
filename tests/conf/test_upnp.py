"""The UPnP device of hostapd as control points see it, over the loopback: SSDP, HTTP, SOAP, GENA."""
import base64
import http.client
import http.server
import os
import queue
import re
import socket
import struct
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
import xml.etree.ElementTree as ET

import pytest

from hostapd_rig import Daemon, Station

GROUP = ("239.255.255.250", 1900)
SERVICE = "urn:schemas-wifialliance-org:service:WFAWLANConfig:1"
DEVICE = "urn:schemas-wifialliance-org:device:WFADevice:1"
UPNP_NS = "{urn:schemas-upnp-org:device-1-0}"
# An address of our own: external registrars of other tests on this machine may find our devices, too.
SOURCE = "127.%d.%d.%d" % (1 + os.getpid() % 250, os.getpid() // 250 % 250, 1 + os.getpid() // 62500)
WPS_OUI = bytes.fromhex("0050f204")


class Ap:
    """A WPA2 AP with WPS and a UPnP device of its own UUID."""

    def __init__(self, daemon, name="w0", settings=(), state=2):
        self.daemon, self.uuid = daemon, str(uuid.uuid4())
        self.b = daemon.add(name) if name == "w0" else daemon.bss(name)
        daemon.secure(self.b)
        for s in ("wps_state %d" % state, "eap_server 1", "upnp_iface lo", "uuid " + self.uuid, "device_name AP",
                  "config_methods label push_button", "ap_pin 12345670") + tuple(settings):
            self.b.ok("SET " + s)
        self.b.ok("ATTACH")
        self.watch = listener()

    def enable(self):
        self.b.ok("ENABLE")
        self.b.event("AP-ENABLED ")
        return self

    def location(self):
        return header(msearch("uuid:" + self.uuid), "location")


def listener():
    """A socket that hears the group on the loopback."""
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(GROUP)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                 socket.inet_aton(GROUP[0]) + socket.inet_aton("127.0.0.1"))
    return s


def notifications(sock, ap, kind, count, timeout=5):
    """NT values of the next messages of this kind from this AP."""
    found, until = [], time.monotonic() + timeout
    while len(found) < count and time.monotonic() < until:
        sock.settimeout(max(0.01, until - time.monotonic()))
        try:
            text = sock.recv(2000).decode()
        except socket.timeout:
            break
        if ap.uuid in text and header(text, "nts") == kind:
            assert text.startswith("NOTIFY * HTTP/1.1\r\n") and text.endswith("\r\n\r\n")
            assert header(text, "host") == "239.255.255.250:1900"
            found.append((header(text, "nt"), header(text, "usn"), header(text, "location"), header(text, "cache-control")))
    return found


def header(text, name):
    for line in text.split("\r\n")[1:]:
        if line.lower().startswith(name + ":"):
            return line.split(":", 1)[1].strip()
    return None


def ssdp_socket(timeout=3.0):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", 0))
    s.settimeout(timeout)
    return s


def msearch_text(st, mx="1"):
    return "\r\n".join(["M-SEARCH * HTTP/1.1", "HOST: 239.255.255.250:1900", "MX: " + mx, 'MAN: "ssdp:discover"',
                        "ST: " + st, "", ""])


def msearch(st):
    with ssdp_socket() as s:
        s.sendto(msearch_text(st).encode(), GROUP)
        return s.recv(2000).decode()


def answers(sock, quiet):
    found = []
    sock.settimeout(quiet)
    while True:
        try:
            found.append(sock.recv(2000).decode())
        except socket.timeout:
            return found


@pytest.fixture
def d():
    daemon = Daemon()
    yield daemon.start()
    daemon.stop()


@pytest.fixture
def ap(d):
    a = Ap(d).enable()
    yield a
    a.watch.close()


# --- discovery ---

def test_announced_and_taken_back(ap):
    expected = {"upnp:rootdevice", "uuid:" + ap.uuid, DEVICE, SERVICE}
    alive = notifications(ap.watch, ap, "ssdp:alive", 8)  # a few rounds
    assert {a[0] for a in alive} == expected and len(alive) == 8
    for nt, usn, location, cache in alive:
        assert usn == ("uuid:" + ap.uuid + ("" if nt.startswith("uuid:") else "::" + nt))
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/wps_device\.xml", location) and cache == "max-age=1800"
    ap.b.ok("DISABLE")
    assert {a[0] for a in notifications(ap.watch, ap, "ssdp:byebye", 4)} == expected
    with ssdp_socket(0.8) as s:
        s.sendto(msearch_text("uuid:" + ap.uuid).encode(), GROUP)
        with pytest.raises(socket.timeout):
            s.recv(2000)
    ap.b.ok("ENABLE")
    assert notifications(ap.watch, ap, "ssdp:alive", 1)


def test_search_targets(ap):
    for st in (DEVICE, SERVICE, "upnp:rootdevice", "uuid:" + ap.uuid):
        with ssdp_socket() as s:
            s.sendto(msearch_text(st).encode(), GROUP)
            text = next(t for t in iter(lambda: s.recv(2000).decode(), None) if ap.uuid in t)
        assert text.startswith("HTTP/1.1 200 OK\r\n") and text.endswith("\r\n\r\n")
        assert header(text, "st") == st and header(text, "ext") == ""
        assert header(text, "cache-control") == "max-age=1800" and "UPnP/1.0" in header(text, "server")
        assert header(text, "usn") == "uuid:" + ap.uuid + ("" if st.startswith("uuid:") else "::" + st)
    with ssdp_socket() as s:
        s.sendto(msearch_text("ssdp:all").encode(), GROUP)
        assert len([t for t in answers(s, 0.7) if ap.uuid in t]) == 4


@pytest.mark.parametrize("text", [
    "M-SEARCH * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\nMx: 1\r\nMan: \"ssdp:discover\"\r\nSt: {}\r\n\r\n",
    "M-SEARCH * HTTP/1.1\r\nhost:\t239.255.255.250:1900\t\t \t\r\nmx: \t1\t\t  \r\n"
    "man: \t \t \"ssdp:discover\"   \r\nst: {}\t\t\r\n\r\n",
], ids=["case", "blanks"])
def test_search_spellings(ap, text):
    with ssdp_socket() as s:
        s.sendto(text.format("uuid:" + ap.uuid).encode(), GROUP)
        assert ap.uuid in s.recv(2000).decode()


def test_wrong_searches_are_not_answered(ap):
    good = msearch_text("uuid:" + ap.uuid)
    wrong = [good.replace(line + "\r\n", "") for line in good.split("\r\n")[1:5]]
    wrong += [good.replace(a, b) for a, b in [
        ("MX: 1", "MX: -1"), ("MX: 1", "MX; 1"), ("MX: 1", "MX: a"), ('"ssdp:discover"', "foo"), ("MAN:", "MAN;"),
        ("ST: uuid:" + ap.uuid, "ST: uuid:" + str(uuid.uuid4())), ("ST: uuid:", "ST; uuid:"), ("ST: uuid:", "ST: foo:"),
        ("M-SEARCH *", "M+SEARCH *"), ("M-SEARCH *", "M-SEARCH-*"), ("\r\n", "\r"), ("\r\n\r\n", "\r\n"), ("HTTP/1.1", "HTTP/1.1 ")]]
    wrong += ["", "\r\n\r\n", "M-SEARCH * HTTP/1.1", "x" * 1400, good + "\0"]
    with ssdp_socket(1.2) as s:
        for text in wrong:
            assert text != good
            s.sendto(text.encode(), GROUP)
        with pytest.raises(socket.timeout):
            s.recv(2000)
        s.settimeout(5)
        s.sendto(good.encode(), GROUP)
        assert ap.uuid in s.recv(2000).decode()


def test_burst(ap):
    with ssdp_socket() as s:
        for _ in range(25):
            s.sendto(msearch_text("uuid:" + ap.uuid).encode(), GROUP)
        assert len(answers(s, 0.8)) >= 20
        for _ in range(200):
            s.sendto(msearch_text("uuid:" + ap.uuid, "2").encode(), GROUP)
        assert ap.b("PING") == "PONG\n"
        assert 20 <= len(answers(s, 1.2)) <= 80  # a flood is not answered one to one


def test_interface_that_cannot_be_used(d):
    a = Ap(d, settings=["upnp_iface nosuchif0"])
    a.b.fails("ENABLE")
    assert "nosuchif0" in d.log()
    a.b.ok("SET upnp_iface lo")
    a.enable()
    assert a.uuid in a.location() or a.location().startswith("http://127.0.0.1:")
    a.watch.close()


def test_off_unless_asked_for(d):
    a = Ap(d, settings=["upnp_iface "]).enable()
    with ssdp_socket(0.8) as s:
        s.sendto(msearch_text("uuid:" + a.uuid).encode(), GROUP)
        with pytest.raises(socket.timeout):
            s.recv(2000)
    assert "UPnP" not in d.log()
    a.watch.close()


# --- description ---

def fetch(location, path):
    with urllib.request.urlopen(urllib.parse.urljoin(location, path), timeout=10) as r:
        assert r.headers["Content-Type"].startswith("text/xml")
        return r.read()


def urls(ap):
    """Paths of control and events, and the host to ask."""
    location = ap.location()
    service = ET.fromstring(fetch(location, "")).find(
        "%sdevice/%sserviceList/%sservice" % (UPNP_NS, UPNP_NS, UPNP_NS))
    names = {n: urllib.parse.urlparse(urllib.parse.urljoin(location, service.find(UPNP_NS + n).text)).path
             for n in ("SCPDURL", "controlURL", "eventSubURL")}
    return location, urllib.parse.urlparse(location).netloc, names


def test_description(d):
    texts = {"friendly_name": "Net & <Büro> \"1\"", "manufacturer": "Company", "manufacturer_url": "http://example.com/",
             "model_description": "It's one", "model_name": "WAP", "model_number": "123", "model_url": "http://example.com/m/",
             "serial_number": "12345", "upc": "123456789012"}
    a = Ap(d, settings=["%s %s" % (k, v.encode().decode("latin-1")) for k, v in texts.items()]).enable()
    location, _, names = urls(a)
    device = ET.fromstring(fetch(location, "")).find(UPNP_NS + "device")
    for key, tag in [("friendly_name", "friendlyName"), ("manufacturer", "manufacturer"), ("manufacturer_url", "manufacturerURL"),
                     ("model_description", "modelDescription"), ("model_name", "modelName"), ("model_number", "modelNumber"),
                     ("model_url", "modelURL"), ("serial_number", "serialNumber"), ("upc", "UPC")]:
        assert device.find(UPNP_NS + tag).text == texts[key]
    assert device.find(UPNP_NS + "UDN").text == "uuid:" + a.uuid
    assert device.find(UPNP_NS + "deviceType").text == DEVICE
    scpd = ET.fromstring(fetch(location, names["SCPDURL"]))
    ns = "{urn:schemas-upnp-org:service-1-0}"
    assert {e.find(ns + "name").text for e in scpd.iter(ns + "action")} == {
        "GetDeviceInfo", "PutMessage", "PutWLANResponse", "SetSelectedRegistrar"}
    variables = {e.find(ns + "name").text: e.get("sendEvents") for e in scpd.iter(ns + "stateVariable")}
    assert {n for n, sent in variables.items() if sent == "yes"} == {"STAStatus", "APStatus", "WLANEvent"}
    assert {e.text for e in scpd.iter(ns + "relatedStateVariable")} <= set(variables)
    # A reload changes the texts and keeps the device.
    a.b.ok("SET friendly_name Other", "RELOAD")
    assert b"<friendlyName>Other</friendlyName>" in fetch(location, "")
    a.watch.close()


def test_default_name(ap):
    assert b"<friendlyName>WPS Access Point</friendlyName>" in fetch(ap.location(), "")


# --- HTTP ---

def ask(host, method, path, body=None, headers=None, timeout=10):
    c = http.client.HTTPConnection(host, timeout=timeout)
    try:
        c.request(method, path, body, headers or {})
        return c.getresponse().status
    finally:
        c.close()


def test_http(ap):
    _, host, names = urls(ap)
    with pytest.raises(urllib.error.HTTPError) as e:
        fetch("http://" + host, "/unknown.html")
    assert e.value.code == 404
    for method in ("HEAD", "PUT", "DELETE", "TRACE", "M-SEARCH", "M-POST", "OPTIONS"):
        assert ask(host, method, "hostap.html") == 501, method
    assert ask(host, "HEAD", "hostap.html", headers={"Transfer-Encoding": "chunked"}) == 501
    assert ask(host, "HEAD", 3000 * "A") == 501
    for method, status in (("GET", 404), ("POST", 404), ("SUBSCRIBE", 412), ("UNSUBSCRIBE", 412)):
        assert ask(host, method, "hostap.html") == status, method
    assert ask(host, "POST", "hostap.html", 20000 * "A" + "\r\n\r\n", {"Content-Length": "20000"}) == 404
    chunks = "a\r\nabcdefghij\r\n2\r\nkl\r\n0\r\n\r\n"
    assert ask(host, "POST", "hostap.html", chunks, {"Transfer-Encoding": "chunked"}) == 404
    assert ask(host, "GET", names["controlURL"]) == 404
    # A page elsewhere must not talk to us through a browser (DNS rebinding).
    assert ask(host, "GET", "/wps_device.xml", headers={"Host": "router.example.com"}) == 400
    assert ask(host, "GET", "/wps_device.xml", headers={"Host": "127.0.0.1"}) == 200


@pytest.mark.parametrize("body, headers", [
    ("x", {"Content-Length": "abc"}), ("x", {"Content-Length": "-10"}), ("x", {"Content-Length": "10000000000000"}),
    ("x" * 30000, {}), ("80000000\r\na", {"Transfer-Encoding": "chunked"}), ("fffffffffffffffff\r\na", {"Transfer-Encoding": "chunked"}),
    ("x", {"X-Long": "y" * 40000}),
], ids=["no-number", "negative", "huge", "body", "chunk", "chunk-overflow", "header"])
def test_http_too_much(ap, body, headers):
    """Refused or cut off, and the next request is served."""
    _, host, names = urls(ap)
    try:
        assert ask(host, "POST", names["controlURL"], body, headers, timeout=0.5) >= 400
    except (OSError, http.client.HTTPException):
        pass
    assert ask(host, "GET", "/wps_device.xml") == 200


def test_endless_chunks_are_cut_off(ap):
    _, host, _ = urls(ap)
    c = http.client.HTTPConnection(host, timeout=10, source_address=(SOURCE, 0))
    c.putrequest("POST", "hostap.html")
    c.putheader("Transfer-Encoding", "chunked")
    c.endheaders()
    with pytest.raises((OSError, http.client.HTTPException)):
        for _ in range(20000):
            c.send(b"1\r\nZ\r\n")
        c.send(b"0\r\n\r\n")
        c.getresponse()
    c.close()
    assert ask(host, "GET", "/wps_device.xml") == 200


def test_idle_connections_keep_nobody_out(ap):
    _, host, _ = urls(ap)
    name, port = host.split(":")
    hung = []
    for _ in range(8):
        hung.append(socket.create_connection((name, int(port)), timeout=5))
        hung[-1].send(b"G")
    assert ask(host, "GET", "/wps_device.xml") == 200
    for h in hung:
        h.close()


# --- actions ---

def envelope(action, args):
    root = ET.Element("{http://schemas.xmlsoap.org/soap/envelope/}Envelope")
    body = ET.SubElement(root, "{http://schemas.xmlsoap.org/soap/envelope/}Body")
    act = ET.SubElement(body, "{%s}%s" % (SERVICE, action))
    for name, value in args.items():
        ET.SubElement(act, name).text = base64.b64encode(value).decode() if isinstance(value, bytes) else value
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def soap(ap_urls, action, args=None, soap_action=True, body=None):
    """(status, arguments of the answer or {"errorCode": …})."""
    _, host, names = ap_urls
    headers = {"Content-Type": 'text/xml; charset="utf-8"'}
    if soap_action:
        headers["SOAPAction"] = soap_action if isinstance(soap_action, str) else '"%s#%s"' % (SERVICE, action)
    c = http.client.HTTPConnection(host, timeout=10, source_address=(SOURCE, 0))
    c.request("POST", names["controlURL"], envelope(action, args or {}) if body is None else body, headers)
    r = c.getresponse()
    text = r.read()
    c.close()
    return r.status, {e.tag.split("}")[-1]: e.text for e in ET.fromstring(text).iter() if len(e) == 0}


def attributes(data):
    out = {}
    while data:
        kind, length = struct.unpack(">HH", data[:4])
        out.setdefault(kind, data[4:4 + length])
        data = data[4 + length:]
    return out


def attribute(kind, value):
    return struct.pack(">HH", kind, len(value)) + value


def test_action_errors(ap):
    u = urls(ap)
    for wrong in (False, "foo", SERVICE + "#GetDeviceInfo", '"%s"' % SERVICE, '"%s23#GetDeviceInfo"' % SERVICE,
                  '"%s#GetDevice' % SERVICE, '"%s#PutMessage"' % SERVICE):
        status, fault = soap(u, "GetDeviceInfo", soap_action=wrong)
        assert status == 401 and fault["errorCode"] == "401", wrong
    assert soap(u, "Unknown")[0] == 401
    for body in ("\r\n\r\n", "", "<a>", "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "\0"):
        assert soap(u, "PutMessage", body=body)[0] == 600, body
        assert soap(u, "GetDeviceInfo", body=body)[0] == 200, body  # has no arguments
    assert soap(u, "PutMessage")[0] == 600
    assert soap(u, "PutMessage", {"NewInMessage": "=!"})[0] == 600
    assert soap(u, "PutWLANResponse")[0] == 600
    good = {"NewMessage": b"\x10\x22\x00\x01\x05", "NewWLANEventType": "2", "NewWLANEventMAC": "00:11:22:33:44:55"}
    for key, bad, status in [("NewWLANEventType", "x", 500), ("NewWLANEventType", "1", 500), ("NewWLANEventType", "256", 500),
                             ("NewWLANEventMAC", "00:11:22:33:44", 600), ("NewWLANEventMAC", "00:11:22:33:44:556", 600),
                             ("NewMessage", "?", 600)]:
        assert soap(u, "PutWLANResponse", dict(good, **{key: bad}))[0] == status, (key, bad)
    assert soap(u, "PutWLANResponse", good)[0] == 200  # nobody at that address
    assert soap(u, "SetSelectedRegistrar")[0] == 501  # not subscribed
    assert soap(u, "SetSelectedRegistrar", {"NewMessage": b"\x10\x41\x00\x01\x01"})[0] == 501


def test_message_without_run(ap):
    status, fault = soap(urls(ap), "PutMessage", {"NewInMessage": b"\x10\x22\x00\x01\x05"})
    assert status == 500 and fault["errorCode"] == "500"  # no GetDeviceInfo before


def test_get_device_info_is_m1(ap):
    u = urls(ap)
    seen = set()
    for _ in range(2):
        status, args = soap(u, "GetDeviceInfo")
        assert status == 200
        m1 = attributes(base64.b64decode(args["NewDeviceInfo"]))
        assert m1[0x1022] == b"\x04" and m1[0x1047] == uuid.UUID(ap.uuid).bytes and m1[0x1011] == b"AP"
        assert len(m1[0x1032]) == 192  # Public Key
        seen.add(m1[0x101a])
    assert len(seen) == 2  # each call is a run of its own
    # Garbage, in the middle of a run: an error or a NACK, never a crash.
    for message in (b"", b"\x10", b"\x10\x22\xff\xff\x05", b"\xff" * 300, attribute(0x1022, b"\x05"),
                    attribute(0x104a, b"\x10") + attribute(0x1022, b"\x05"),
                    attribute(0x104a, b"\x10") + attribute(0x1022, b"\x0e"), attribute(0x1022, b"\x0f")):
        soap(u, "GetDeviceInfo")
        status, args = soap(u, "PutMessage", {"NewInMessage": message})
        assert status in (200, 500, 600), message
        if status == 200 and args.get("NewOutMessage"):
            assert attributes(base64.b64decode(args["NewOutMessage"]))[0x1022] == b"\x0e"
    assert ap.b("PING") == "PONG\n"


# --- events ---

class Control:
    """A control point's event server."""

    def __init__(self, status=200):
        self.events = queue.Queue()
        control = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_NOTIFY(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                control.events.put((self.path, dict((k.lower(), v) for k, v in self.headers.items()), body))
                self.send_response(control.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.status = status
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def next(self, timeout=10):
        """(path, headers, properties) of the next NOTIFY."""
        path, headers, body = self.events.get(timeout=timeout)
        properties = {e.tag: e.text for e in ET.fromstring(body).iter() if not e.tag.startswith("{")}
        return path, headers, properties

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def control():
    c = Control()
    yield c
    c.close()


def gena(ap_urls, method, **headers):
    _, host, names = ap_urls
    c = http.client.HTTPConnection(host, timeout=10, source_address=(SOURCE, 0))
    c.request(method, names["eventSubURL"], "\r\n\r\n", {k: v for k, v in headers.items() if v})
    r = c.getresponse()
    r.read()
    c.close()
    return r


def subscribe(ap_urls, port, path="/event"):
    r = gena(ap_urls, "SUBSCRIBE", callback="<http://127.0.0.1:%d%s>" % (port, path), NT="upnp:event", timeout="Second-1234")
    assert r.status == 200
    return r.getheader("sid")


def test_subscription_requests(ap):
    u = urls(ap)
    cb, other = "<http://127.0.0.1:12345/event>", "uuid:" + str(uuid.uuid4())
    assert gena(u, "SUBSCRIBE", callback=cb).status == 412  # no NT
    assert gena(u, "SUBSCRIBE", NT="upnp:event").status == 412  # no CALLBACK
    assert gena(u, "SUBSCRIBE").status == 412
    assert gena(u, "SUBSCRIBE", callback=cb, NT="upnp:foobar").status == 400
    for callback in ("<>", "http://127.0.0.1:12345/event", "<http://127.0.0.1:12345/event", "<foobar>",
                     "<http://localhost:12345/event>", "<https://127.0.0.1:12345/event>", "<ftp://127.0.0.1/>",
                     "<http://192.0.2.1:80/event>", "<http://127.0.0.1:99999/event>", "<http://127.0.0.1/%s>" % ("x" * 300)):
        assert gena(u, "SUBSCRIBE", callback=callback, NT="upnp:event").status == 500, callback
    r = gena(u, "SUBSCRIBE", callback=cb, NT="upnp:event", timeout="Second-1234")
    sid = r.getheader("sid")
    assert r.status == 200 and re.fullmatch(r"uuid:[0-9a-f-]{36}", sid) and r.getheader("timeout") == "Second-1801"
    assert gena(u, "SUBSCRIBE", sid="123456734567854", NT="upnp:event").status == 400
    assert gena(u, "SUBSCRIBE", sid="uuid:123456734567854", NT="upnp:event").status == 400
    assert gena(u, "SUBSCRIBE", sid=sid, callback=cb, NT="upnp:event").status == 400
    assert gena(u, "SUBSCRIBE", sid=other).status == 412
    for nt in ("upnp:event", None):
        r = gena(u, "SUBSCRIBE", sid=sid, NT=nt)
        assert r.status == 200 and r.getheader("sid") == sid
    assert gena(u, "UNSUBSCRIBE").status == 412
    assert gena(u, "UNSUBSCRIBE", sid="foo").status == 400
    assert gena(u, "UNSUBSCRIBE", sid="uuid:\t \tfoo").status == 400
    assert gena(u, "UNSUBSCRIBE", sid=other).status == 412
    assert gena(u, "UNSUBSCRIBE", sid=sid, NT="upnp:event").status == 400
    assert gena(u, "UNSUBSCRIBE", sid=sid, callback=cb).status == 400
    assert gena(u, "UNSUBSCRIBE", sid=sid).status == 200
    assert gena(u, "UNSUBSCRIBE", sid=sid).status == 412


def test_subscriptions_are_limited(ap):
    u = urls(ap)
    sids = [subscribe(u, 1) for _ in range(11)]
    assert len(set(sids)) == 11
    assert gena(u, "SUBSCRIBE", sid=sids[0]).status == 412  # the oldest gave way
    assert gena(u, "SUBSCRIBE", sid=sids[-2]).status == 200


PROBE = (attribute(0x104a, b"\x10") + attribute(0x103a, b"\x01") + attribute(0x1008, b"\x21\x48") +
         attribute(0x1047, bytes(range(16))) + attribute(0x1054, bytes.fromhex("00010050f2040001")) +
         attribute(0x103c, b"\x01") + attribute(0x1002, b"\0\0") + attribute(0x1009, b"\0\0") + attribute(0x1012, b"\0\x04"))


def send_probe(station):
    content = WPS_OUI + PROBE
    body = bytes([0, 0, 1, 4, 2, 4, 11, 22, 221, len(content)]) + content
    station.send(4, body)


def test_events(ap, control):
    u = urls(ap)
    sid = subscribe(u, control.port, "/some/event?x=1")
    path, headers, properties = control.next()
    assert path == "/some/event?x=1" and headers["sid"] == sid and headers["seq"] == "0"
    assert headers["nt"] == "upnp:event" and headers["nts"] == "upnp:propchange"
    assert headers["host"] == "127.0.0.1:%d" % control.port and headers["content-type"].startswith("text/xml")
    assert properties == {"STAStatus": "1", "APStatus": "1"}
    station = Station(ap.daemon, ap.b("STATUS").split("bssid[0]=")[1][:17])
    send_probe(station)
    _, headers, properties = control.next()
    event = base64.b64decode(properties["WLANEvent"])
    assert headers["seq"] == "1" and headers["sid"] == sid
    assert event[0] == 1 and event[1:18].decode() == station.text and event[18:] == PROBE
    # A late one gets the last event with its initial state.
    second = Control()
    subscribe(u, second.port)
    assert second.next()[2] == {"STAStatus": "1", "APStatus": "1", "WLANEvent": properties["WLANEvent"]}
    second.close()
    assert gena(u, "UNSUBSCRIBE", sid=sid).status == 200
    send_probe(station)
    with pytest.raises(queue.Empty):
        control.next(0.5)
    station.close()


def test_first_callback_that_answers(ap, control):
    r = gena(urls(ap), "SUBSCRIBE", NT="upnp:event",
             callback="<http://192.0.2.1/x><http://127.0.0.1:1/x> <http://127.0.0.1:%d/y>" % control.port)
    assert r.status == 200
    path, headers, _ = control.next()
    assert path == "/y" and headers["seq"] == "0"


def test_subscriber_that_forgot(ap):
    gone = Control(412)
    u = urls(ap)
    sid = subscribe(u, gone.port)
    gone.next()
    until = time.monotonic() + 5
    while gena(u, "SUBSCRIBE", sid=sid).status == 200:
        assert time.monotonic() < until
        time.sleep(0.05)
    gone.close()


def test_selected_registrar(ap, control):
    u = urls(ap)
    sid = subscribe(u, control.port)
    control.next()
    message = (attribute(0x104a, b"\x10") + attribute(0x1041, b"\x01") + attribute(0x1012, b"\0\0") +
               attribute(0x1053, b"\x21\x08") +
               attribute(0x1049, bytes.fromhex("00372a") + b"\x00\x01\x20" + b"\x01\x06" + bytes.fromhex("020000001234")))
    assert soap(u, "SetSelectedRegistrar")[0] == 600
    assert soap(u, "SetSelectedRegistrar", {"NewMessage": b"\x10\x41"})[0] == 500
    assert soap(u, "SetSelectedRegistrar", {"NewMessage": message})[0] == 200
    station = Station(ap.daemon, ap.b("STATUS").split("bssid[0]=")[1][:17])

    def advertised():
        send_probe(station)
        return b"\x10\x41\x00\x01\x01" in station.wait(5)
    assert advertised()
    # It goes with the subscription: nobody would answer.
    assert gena(u, "UNSUBSCRIBE", sid=sid).status == 200
    assert not advertised()
    station.close()


# --- several BSSs ---

def test_one_device_for_all_and_independent_ones(d):
    a = Ap(d).enable()
    g = d.glob()
    d.write("second.conf", d.config("w1", "wps_state=2\neap_server=1\nwpa=2\nwpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\n"
                                    "wpa_passphrase=12345678\nupnp_iface=lo\n", "two"))
    d.write("third.conf", d.config("w2", "wps_state=2\neap_server=1\nwpa=2\nwpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\n"
                                   "wpa_passphrase=12345678\nupnp_iface=lo\nwps_independent=1\n", "three"))
    for name in ("second", "third"):
        g.ok("ADD bss_config=phyx%s:%s" % (name, d.path(name + ".conf")))
    assert len(re.findall(r"UPnP: device uuid:", d.log())) == 2
    # The device lives as long as one BSS is in it.
    a.b.ok("DISABLE")
    assert header(msearch("uuid:" + a.uuid), "location")
    a.watch.close()


def test_second_bss_of_a_radio_is_removed(d):
    secure = ("wps_state=2\neap_server=1\nwpa=2\nwpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\nwpa_passphrase=12345678\n"
              "upnp_iface=lo\n")
    conf = d.config(extra=secure + "bss=w1\nssid=two\nctrl_interface=%s\n" % d.ctrl + secure)
    g = d.glob().ok("ADD w0 config=" + d.write("a.conf", conf))
    b = d.bss("w0").ok("ENABLE")
    g.ok("REMOVE w1")
    assert b("PING") == "PONG\n"
    g.ok("REMOVE w0")
