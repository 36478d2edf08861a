"""pcapng with radiotap headers, as Wireshark and tshark read it."""
import struct

LINKTYPE_RADIOTAP = 127


def _option(code, value):
    return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def _block(kind, body):
    total = 12 + len(body)
    return struct.pack("<II", kind, total) + body + struct.pack("<I", total)


def radiotap(freq, signal, acked, tries):
    """Channel, signal, TX flags (bit 0: failed), retries."""
    present = 1 << 3 | 1 << 5 | 1 << 15 | 1 << 17
    band = 0x0080 if freq < 3000 else 0x0100
    fields = struct.pack("<HHbxHB", freq, band | 0x0040, signal, 0 if acked else 1, max(0, tries - 1))
    return struct.pack("<BBHI", 0, 0, 8 + len(fields), present) + fields


class Writer:
    def __init__(self, path):
        self.out = open(path, "wb")
        options = _option(4, b"make demo, simulated air") + _option(0, b"")
        self.out.write(_block(0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1) + options))
        options = _option(2, b"sim-air") + _option(9, b"\x06") + _option(0, b"")
        self.out.write(_block(1, struct.pack("<HHI", LINKTYPE_RADIOTAP, 0, 0) + options))

    def add(self, copy, comment):
        data = radiotap(copy.freq, copy.signal, copy.acked or not copy.want_ack, copy.tries) + copy.frame
        body = struct.pack("<IIIII", 0, copy.time_us >> 32, copy.time_us & 0xffffffff, len(data), len(data))
        body += data + b"\0" * (-len(data) % 4)
        if comment:
            body += _option(1, comment.encode()) + _option(0, b"")
        self.out.write(_block(6, body))

    def close(self):
        self.out.close()
