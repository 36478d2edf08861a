"""Frames of the simulated air: the monitor's datagrams, and what an 802.11 frame says in a few words."""
import struct

HEADER = struct.Struct("<4sBBBBHbBIQ")
WFA = bytes.fromhex("00372a")
MULTI_AP_FLAGS = [(0x80, "backhaul STA"), (0x40, "backhaul BSS"), (0x20, "fronthaul BSS"), (0x10, "tear down"),
                  (0x08, "no profile 1"), (0x04, "no profile 2")]
WSC_MESSAGES = {0x04: "M1", 0x05: "M2", 0x06: "M2D", 0x07: "M3", 0x08: "M4", 0x09: "M5", 0x0a: "M6", 0x0b: "M7",
                0x0c: "M8", 0x0d: "WSC_ACK", 0x0e: "WSC_NACK", 0x0f: "WSC_Done"}


class Copy:
    """A frame as a monitor socket gets it."""

    def __init__(self, data):
        magic, version, kind, flags, self.tries, self.freq, self.signal, _, _, self.time_us = \
            HEADER.unpack_from(data)
        if magic != b"SIMA" or version != 1 or kind != 3:
            raise ValueError("not a copy of a frame")
        self.want_ack, self.acked = bool(flags & 1), bool(flags & 2)
        self.frame = data[HEADER.size:]


def elements(data):
    """[(id, content)]; ends at the first that does not fit."""
    out, at = [], 0
    while at + 2 <= len(data) and at + 2 + data[at + 1] <= len(data):
        out.append((data[at], data[at + 2:at + 2 + data[at + 1]]))
        at += 2 + data[at + 1]
    return out


def vendor(elems, head):
    return b"".join(c[4:] for i, c in elems if i == 221 and c[:4] == head)


def multi_ap_text(flags):
    return "Multi-AP: " + (", ".join(t for bit, t in MULTI_AP_FLAGS if flags & bit) or "no role")


def multi_ap_flags(elems):
    """Flags of the Multi-AP element, None when there is none."""
    for i, content in elements(vendor(elems, bytes.fromhex("506f9a1b"))):
        if i == 6 and content:
            return content[0]
    return None


def attributes(data):
    """WPS attributes as {type: first value}."""
    out, at = {}, 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from(">HH", data, at)
        out.setdefault(kind, data[at + 4:at + 4 + length])
        at += 4 + length
    return out


def wps(elems):
    return attributes(vendor(elems, bytes.fromhex("0050f204")))


def wps_multi_ap(attrs):
    """Multi-AP sub-element of the WFA vendor extension in M1."""
    ext = attrs.get(0x1049, b"")
    if ext[:3] == WFA:
        for i, content in elements(ext[3:]):
            if i == 6 and content:
                return content[0]
    return None


def mac(b):
    return ":".join("%02x" % x for x in b)


class Message:
    """One frame in words. key: the step it proves."""

    def __init__(self, ta, ra, text, key=None, note=""):
        self.ta, self.ra, self.text, self.key, self.note = ta, ra, text, key, note


def ssid_of(elems):
    for i, content in elems:
        if i == 0:
            return content.decode("utf-8", "replace")
    return ""


def _beacon(kind, body):
    elems = elements(body[12:])
    attrs = wps(elems)
    pressed = attrs.get(0x1041) == b"\x01" and attrs.get(0x1012) == b"\x00\x04"
    note = "SSID %s%s" % (ssid_of(elems) or "hidden", ", WPS push button active" if pressed else "")
    return ("Beacon" if kind == 8 else "Probe response"), "beacon" if kind == 8 else "probe-resp", note


def _probe(body):
    attrs = wps(elements(body))
    pbc = attrs.get(0x1012) == b"\x00\x04"
    return "Probe request", "probe-req" if pbc else None, "WPS push button" if pbc else ""


def _assoc(kind, body):
    request = kind in (0, 2)
    elems = elements(body[{0: 4, 2: 10}.get(kind, 6):])
    flags = multi_ap_flags(elems)
    status = None if request else struct.unpack_from("<H", body, 2)[0]
    words = [] if request else ["success" if status == 0 else "status %d" % status]
    if request:
        words.append("SSID %s" % ssid_of(elems))
        if wps(elems):
            words.append("WPS")
        if any(i == 48 for i, _ in elems):
            words.append("RSN")
    if flags is not None:
        words.append(multi_ap_text(flags))
    name = ("Association" if kind in (0, 1) else "Reassociation") + (" request" if request else " response")
    key = None
    if flags is not None and not status:
        key = "assoc-req" if request else "assoc-resp"
        key += "-backhaul" if flags & (0x80 if request else 0x40) else "-fronthaul"
    return name, key, ", ".join(words)


def _mgmt(kind, body):
    if kind in (8, 5):
        return _beacon(kind, body)
    if kind == 4:
        return _probe(body)
    if kind == 11:
        alg, seq, status = struct.unpack_from("<HHH", body)
        text = {0: "open", 3: "SAE"}.get(alg, "algorithm %d" % alg)
        return "Authentication %d" % seq, "auth-%d" % seq, text + (", status %d" % status if status else "")
    if kind in (0, 1, 2, 3):
        return _assoc(kind, body)
    if kind in (10, 12):
        reason = struct.unpack_from("<H", body)[0]
        return "Disassociation" if kind == 10 else "Deauthentication", "deauth", "reason %d" % reason
    return "Management frame %d" % kind, None, ""


class Eap:
    """Names EAP packets; remembers, by direction, that a fragment is to be continued."""

    def __init__(self):
        self.more = {}

    def describe(self, who, packet):
        code = packet[0]
        if code in (3, 4):
            return {3: "EAP-Success", 4: "EAP-Failure"}[code], "eap-failure" if code == 4 else None, ""
        kind = packet[4]
        side = "EAP-Request" if code == 1 else "EAP-Response"
        if kind == 1:
            return side + " Identity", "eap-identity-%d" % code, packet[5:].decode("utf-8", "replace")
        if kind != 254:
            return "%s type %d" % (side, kind), None, ""
        op, flags = packet[12], packet[13]
        data = packet[16 if flags & 2 else 14:]
        continued, self.more[who] = self.more.get(who), bool(flags & 1)
        if op == 1:
            return "WSC_Start", "wsc-start", ""
        if op == 6:
            return "WSC_FRAG_ACK", None, ""
        if continued:
            return "fragment", None, ""
        attrs = attributes(data)
        name = WSC_MESSAGES.get((attrs.get(0x1022) or b"\0")[0], "WSC message")
        multi_ap = wps_multi_ap(attrs)
        note = multi_ap_text(multi_ap) if multi_ap is not None else ""
        if name == "WSC_NACK" and 0x1009 in attrs:
            note = "configuration error %d" % int.from_bytes(attrs[0x1009], "big")
        return name, name, note


def _key(packet):
    info = struct.unpack_from(">H", packet, 1)[0]
    ack, mic, secure, pairwise = info & 0x80, info & 0x100, info & 0x200, info & 8
    length = struct.unpack_from(">H", packet, 93)[0]
    if not pairwise:
        return "Group key %s" % ("1/2" if ack else "2/2"), None, ""
    nth = (1 if not mic else 3) if ack else (2 if length and not secure else 4)
    return "4-way %d/4" % nth, "4way-%d" % nth, ""


def _data(frame, eap):
    to_ds, from_ds = frame[1] & 1, frame[1] & 2
    four = bool(to_ds and from_ds)
    body = frame[30 if four else 24:]
    if frame[0] & 0x40:
        return ("4-address null frame", "4addr-station", "") if four else ("Null frame", None, "")
    protected = frame[1] & 0x40
    if protected:
        body = body[8:-8]
    if body[6:8] == b"\x88\x8e":
        eapol = body[8:]
        note = "encrypted" if protected else ""
        if eapol[1] == 1:
            return "EAPOL-Start", None, note
        if eapol[1] == 3:
            return _key(eapol[4:])
        return eap.describe(frame[10:16], eapol[4:])
    kind = {b"\x08\x06": "ARP", b"\x08\x00": "IPv4"}.get(body[6:8], "data")
    if body[6:8] == b"\x08\x00" and len(body) > 29 and body[17] == 1:
        kind = {8: "ping", 0: "pong"}.get(body[28], "ICMP")
    note = "%s-address%s" % ("4" if four else "3", ", encrypted" if protected else "")
    return kind, "data-4addr" if four else None, note


def describe(copy, eap):
    """Message of a frame; None when there is nothing to say about it."""
    frame = copy.frame
    kind = frame[0] >> 2 & 3
    try:
        if kind == 0:
            text, key, note = _mgmt(frame[0] >> 4, frame[24:])
        elif kind == 2:
            text, key, note = _data(frame, eap)
        else:
            return None
    except (IndexError, struct.error):
        text, key, note = "malformed frame", None, ""
    if copy.want_ack and not copy.acked:
        note += (", " if note else "") + "not acknowledged"
        key = None
    if key == "deauth" and frame[4] & 1:
        key = None  # to everybody: an access point that starts or stops
    return Message(frame[10:16], frame[4:10], text, key, note)
