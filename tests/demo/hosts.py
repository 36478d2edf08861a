"""Hosts behind each side: enough ARP and ICMP to ping each other over Ethernet frames."""
import struct

BROADCAST = b"\xff" * 6


def checksum(data):
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Host:
    def __init__(self, sock, port, number, lane):
        """port: path of the netdev's or bridge's .eth socket."""
        self.sock, self.port, self.lane = sock, port, lane
        self.mac = bytes([2, 0, 0, 0, 0xee, number])
        self.ip = bytes([192, 0, 2, number])
        self.macs, self.waiting = {}, None
        self.on_reply = self.on_request = lambda: None

    def plug_in(self):
        self.sock.sendto(b"", self.port)

    def send(self, to, kind, payload):
        self.sock.sendto(to + self.mac + kind + payload, self.port)

    def _arp(self, op, mac, ip):
        head = struct.pack(">HHBBH", 1, 0x0800, 6, 4, op)
        return head + self.mac + self.ip + mac + ip

    def _icmp(self, kind, target_ip, rest):
        icmp = struct.pack(">BBH", kind, 0, 0) + rest
        icmp = icmp[:2] + struct.pack(">H", checksum(icmp)) + icmp[4:]
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(icmp), 1, 0, 64, 1, 0) + self.ip + target_ip
        return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + icmp

    def ask(self, other):
        """ARP, then the ping when the address is known."""
        self.waiting = other.ip
        self.send(BROADCAST, b"\x08\x06", self._arp(1, b"\0" * 6, other.ip))

    def receive(self):
        frame = self.sock.recv(4096)
        if frame[:6] not in (self.mac, BROADCAST) or frame[6:12] == self.mac:
            return
        if frame[12:14] == b"\x08\x06":
            self._on_arp(frame[14:])
        elif frame[12:14] == b"\x08\x00" and frame[23] == 1:
            self._on_icmp(frame)

    def _on_arp(self, arp):
        op, mac, ip = struct.unpack_from(">H", arp, 6)[0], arp[8:14], arp[14:18]
        if arp[24:28] != self.ip:
            return
        if op == 1:
            self.send(mac, b"\x08\x06", self._arp(2, mac, ip))
        elif self.waiting == ip:
            self.send(mac, b"\x08\x00", self._icmp(8, ip, b"\0\1\0\1 from " + self.mac))

    def _on_icmp(self, frame):
        source, icmp = frame[26:30], frame[34:]
        if checksum(icmp) or checksum(frame[14:34]):
            return
        if icmp[0] == 8:
            self.on_request()
            self.send(frame[6:12], b"\x08\x00", self._icmp(0, source, icmp[4:]))
        elif icmp[0] == 0 and source == self.waiting and icmp[-6:] == self.mac:
            self.waiting = None
            self.on_reply()
