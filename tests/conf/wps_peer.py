"""Wi-Fi Simple Configuration played by a test: messages as lists of attributes that a case may spoil, in both roles, and
EAP-WSC around them. Written from the WSC 2.0 specification; AES by the openssl program."""
import hashlib
import hmac
import os
import struct
import subprocess

P = int("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0"
        "A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE4"
        "5B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F17"
        "46C08CA237327FFFFFFFFFFFFFFFF", 16)
ASSOC, AUTH_FLAGS, AUTHENTICATOR, CONFIG_METHODS, CONFIG_ERROR, CONN_FLAGS, CREDENTIAL = \
    0x1002, 0x1004, 0x1005, 0x1008, 0x1009, 0x100d, 0x100e
ENCR_FLAGS, DEV_NAME, PW_ID, E_HASH1, E_HASH2, E_SNONCE1, E_SNONCE2, ENCR_SETTINGS, E_NONCE, KWA = \
    0x1010, 0x1011, 0x1012, 0x1014, 0x1015, 0x1016, 0x1017, 0x1018, 0x101a, 0x101e
MAC, MANUFACTURER, MSG_TYPE, MODEL, MODEL_NO, OS_VERSION, PUBLIC_KEY, R_NONCE, RF_BANDS, R_HASH1, R_HASH2, R_SNONCE1 = \
    0x1020, 0x1021, 0x1022, 0x1023, 0x1024, 0x102d, 0x1032, 0x1039, 0x103c, 0x103d, 0x103e, 0x103f
R_SNONCE2, SERIAL, STATE, UUID_E, UUID_R, VENDOR, VERSION, PRIMARY = \
    0x1040, 0x1042, 0x1044, 0x1047, 0x1048, 0x1049, 0x104a, 0x1054
START, ACK, NACK, MSG, DONE, FRAG_ACK = range(1, 7)
TYPES = {"M1": 4, "M2": 5, "M2D": 6, "M3": 7, "M4": 8, "M5": 9, "M6": 10, "M7": 11, "M8": 12, "ACK": 13, "NACK": 14, "DONE": 15}
NAMES = {v: k for k, v in TYPES.items()}
VERSION2 = (VENDOR, bytes.fromhex("00372a000120"))


def pack(attrs):
    return b"".join(struct.pack(">HH", t, len(v)) + v for t, v in attrs)


def unpack(data):
    out = []
    while data:
        t, n = struct.unpack_from(">HH", data)
        out.append((t, data[4:4 + n]))
        data = data[4 + n:]
    return out


def mac_of(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def aes(flag, key, iv, data):
    return subprocess.run(["openssl", "enc", flag, "-aes-128-cbc", "-nopad", "-K", key.hex(), "-iv", iv.hex()],
                          input=data, capture_output=True, check=True).stdout


class Peer:
    """One end of a registration. spoil: {"M3": function(attributes) -> attributes} changes a message before its authenticator
    is made; spoil_raw: {"M3": function(octets)} after; spoil_inner: the encrypted settings before their key wrap
    authenticator is made; op: {"M3": other opcode}; replace: {"M3": "NACK" | "ACK" | "DONE" | "M5"} says something else."""

    def __init__(self, pin="12345670", own_mac=bytes(6), peer_mac=bytes(6)):
        self.pin, self.mac, self.peer_mac = pin.encode(), own_mac, peer_mac
        self.private = int.from_bytes(os.urandom(32), "big") | 1
        self.public = pow(2, self.private, P).to_bytes(192, "big")
        self.uuid = os.urandom(16)
        self.nonce = os.urandom(16)
        self.peer_nonce = bytes(16)
        self.snonce = (os.urandom(16), os.urandom(16))
        self.last = self.peer_public = b""
        self.auth_key = bytes(32)
        self.wrap_key = bytes(16)
        self.spoil, self.spoil_raw, self.spoil_inner, self.op, self.replace = {}, {}, {}, {}, {}
        self.heard, self.settings = [], None

    def derive(self, enrollee_mac, n1, n2):
        shared = pow(int.from_bytes(self.peer_public, "big"), self.private, P).to_bytes(192, "big")
        kdk = mac_of(hashlib.sha256(shared).digest(), n1, enrollee_mac, n2)
        label = b"Wi-Fi Easy and Secure Key Derivation"
        keys = b"".join(mac_of(kdk, struct.pack(">I", i), label, struct.pack(">I", 640)) for i in (1, 2, 3))
        self.auth_key, self.wrap_key = keys[:32], keys[32:48]

    def psk(self, half):
        n = (len(self.pin) + 1) // 2
        return mac_of(self.auth_key, self.pin[:n] if half == 0 else self.pin[n:])[:16]

    def hash(self, half, pk_e, pk_r):
        return mac_of(self.auth_key, self.snonce[half], self.psk(half), pk_e, pk_r)

    def wrap(self, name, attrs):
        data = pack(self.spoil_inner.get(name, lambda a: a)(attrs))
        data += pack([(KWA, mac_of(self.auth_key, data)[:8])])
        n = 16 - len(data) % 16
        iv = os.urandom(16)
        return ENCR_SETTINGS, iv + aes("-e", self.wrap_key, iv, data + bytes([n]) * n)

    def unwrap(self, data):
        plain = aes("-d", self.wrap_key, data[:16], data[16:])
        return dict(unpack(plain[:-plain[-1]]))

    def device(self):
        return [(AUTH_FLAGS, b"\x00\x22"), (ENCR_FLAGS, b"\x00\x09"), (CONN_FLAGS, b"\x01"), (CONFIG_METHODS, b"\x00\x88")]

    def texts(self):
        return [(MANUFACTURER, b"tests"), (MODEL, b"peer"), (MODEL_NO, b"1"), (SERIAL, b"2"),
                (PRIMARY, bytes.fromhex("00010050f2040001")), (DEV_NAME, b"Peer"), (RF_BANDS, b"\x01"), (ASSOC, b"\0\0")]

    def make(self, name, attrs, authenticate=True):
        """The octets of a message."""
        attrs = [(VERSION, b"\x10"), (MSG_TYPE, bytes([TYPES[name]]))] + attrs
        data = pack(self.spoil.get(name, lambda a: a)(attrs))
        if authenticate:
            data += pack([(AUTHENTICATOR, mac_of(self.auth_key, self.last, data)[:8])])
        data = self.spoil_raw.get(name, lambda d: d)(data)
        return data

    def nonces(self):
        raise NotImplementedError

    def special(self, name, error=18):
        attrs = list(self.nonces())
        if name == "NACK":
            attrs.append((CONFIG_ERROR, struct.pack(">H", error)))
        return self.make(name, attrs + [VERSION2], False)

    def answer(self, name):
        """(opcode, octets) for our message `name`, or what the case wants in its place."""
        other = self.replace.get(name)
        if other in ("ACK", "NACK", "DONE"):
            return {"ACK": ACK, "NACK": NACK, "DONE": DONE}[other], self.special(other)
        data = getattr(self, "make_" + (other or name).lower())()
        self.last = data
        op = {"ACK": ACK, "NACK": NACK, "DONE": DONE}.get(name, MSG)
        return self.op.get(name, op), data

    def receive(self, op, data):
        """Takes a WSC message; the answer as (opcode, octets), None when there is nothing to say."""
        if op == START:
            return self.started()
        attrs = dict(unpack(data))
        name = NAMES[attrs[MSG_TYPE][0]]
        self.heard.append((name, attrs))
        self.last, reply = data, self.next(name, attrs)
        return self.answer(reply) if reply else None


class Enrollee(Peer):
    FLOW = {"M2": "M3", "M4": "M5", "M6": "M7", "M8": "DONE"}

    def started(self):
        return self.answer("M1")

    def nonces(self):
        return [(E_NONCE, self.nonce), (R_NONCE, self.peer_nonce)]

    def next(self, name, attrs):
        if name == "M2":
            self.peer_public, self.peer_nonce = attrs[PUBLIC_KEY], attrs[R_NONCE]
            self.derive(self.mac, self.nonce, self.peer_nonce)
        elif name == "M8":
            self.settings = self.unwrap(attrs[ENCR_SETTINGS])
        elif name in ("M2D", "NACK"):
            self.peer_nonce = attrs[R_NONCE]
            return "NACK"
        return self.FLOW.get(name)

    def make_m1(self):
        return self.make("M1", [(UUID_E, self.uuid), (MAC, self.mac), (E_NONCE, self.nonce), (PUBLIC_KEY, self.public)] +
                         self.device() + [(STATE, b"\x01")] + self.texts() +
                         [(PW_ID, b"\0\0"), (CONFIG_ERROR, b"\0\0"), (OS_VERSION, b"\x80\0\0\0"), VERSION2], False)

    def make_m3(self):
        return self.make("M3", [(R_NONCE, self.peer_nonce), (E_HASH1, self.hash(0, self.public, self.peer_public)),
                                (E_HASH2, self.hash(1, self.public, self.peer_public)), VERSION2])

    def make_m5(self):
        return self.make("M5", [(R_NONCE, self.peer_nonce), self.wrap("M5", [(E_SNONCE1, self.snonce[0])]), VERSION2])

    def make_m7(self):
        return self.make("M7", [(R_NONCE, self.peer_nonce), self.wrap("M7", [(E_SNONCE2, self.snonce[1])]), VERSION2])

    def make_done(self):
        return self.special("DONE")

    def make_nack(self):
        return self.special("NACK", 0)


class Registrar(Peer):
    FLOW = {"M1": "M2", "M3": "M4", "M5": "M6", "M7": "M8", "NACK": None, "DONE": None}
    credential = [(0x1026, b"\x01"), (0x1045, b"net"), (0x1003, b"\x00\x20"), (0x100f, b"\x00\x08"), (0x1027, b"12345678")]

    def nonces(self):
        return [(E_NONCE, self.peer_nonce), (R_NONCE, self.nonce)]

    def next(self, name, attrs):
        if name == "M1":
            self.peer_public, self.peer_nonce = attrs[PUBLIC_KEY], attrs[E_NONCE]
            self.derive(attrs[MAC], self.peer_nonce, self.nonce)
            self.peer_mac = attrs[MAC]
        return self.FLOW.get(name)

    def make_m2(self):
        return self.make("M2", self.nonces() + [(UUID_R, self.uuid), (PUBLIC_KEY, self.public)] + self.device() + self.texts() +
                         [(CONFIG_ERROR, b"\0\0"), (PW_ID, b"\0\0"), (OS_VERSION, b"\x80\0\0\0"), VERSION2])

    def make_m4(self):
        return self.make("M4", [(E_NONCE, self.peer_nonce), (R_HASH1, self.hash(0, self.peer_public, self.public)),
                                (R_HASH2, self.hash(1, self.peer_public, self.public)),
                                self.wrap("M4", [(R_SNONCE1, self.snonce[0])]), VERSION2])

    def make_m6(self):
        return self.make("M6", [(E_NONCE, self.peer_nonce), self.wrap("M6", [(R_SNONCE2, self.snonce[1])]), VERSION2])

    def make_m8(self):
        cred = pack(self.credential + [(MAC, self.peer_mac)])
        return self.make("M8", [(E_NONCE, self.peer_nonce), self.wrap("M8", [(CREDENTIAL, cred)]), VERSION2])


# --- EAP ---

WSC = bytes.fromhex("fe00372a00000001")


def eapol(code, ident, data):
    body = struct.pack(">BBH", code, ident, 4 + len(data)) + data
    return struct.pack(">BBH", 2, 0, len(body)) + body


def eap_wsc(code, ident, op, data):
    return eapol(code, ident, WSC + bytes([op, 0]) + data)


def parse_eap(packet):
    """(code, identifier, type, data)"""
    code, ident, size = struct.unpack_from(">BBH", packet, 4)
    return code, ident, packet[8] if size > 4 else None, packet[9:4 + size]


# --- what a case does to a message ---

def drop(attr):
    return lambda attrs: [a for a in attrs if a[0] != attr]


def flip(attr):
    return lambda attrs: [(t, v[:-1] + bytes([v[-1] ^ 1]) if t == attr else v) for t, v in attrs]


def put(attr, value):
    return lambda attrs: [(t, value if t == attr else v) for t, v in attrs]


def no_authenticator(data):
    return data[:-12]


def wrong_authenticator(data):
    return data[:-1] + bytes([data[-1] ^ 1])
