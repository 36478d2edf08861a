"""An authenticator of a few lines: key hierarchy, EAPOL-Key frames, 4-way and group handshake (IEEE Std 802.11, 12.7)."""
import hashlib
import hmac
import os
import socket
import struct

CCMP, TKIP = 4, 2                        # cipher suites of 00-0F-AC
AKM_1X, AKM_PSK, AKM_1X_SHA256, AKM_PSK_SHA256, AKM_SAE, AKM_OWE = 1, 2, 5, 6, 8, 18
PAIRWISE, INSTALL, ACK, MIC, SECURE, ENCRYPTED = 0x8, 0x40, 0x80, 0x100, 0x200, 0x1000
KEY_FIELDS = ">BBHBHHQ32s16s8s8s16sH"    # EAPOL header, then the key descriptor up to the length of its data
KEY_HEAD = struct.calcsize(KEY_FIELDS)
MIC_AT = KEY_HEAD - 2 - 16


def psk_of(passphrase, ssid):
    return hashlib.pbkdf2_hmac("sha1", passphrase.encode(), ssid.encode(), 4096, 32)


def pmkid(pmk, aa, spa):
    """For the AKMs with SHA-1"""
    return hmac.digest(pmk, b"PMK Name" + mac_bytes(aa) + mac_bytes(spa), "sha1")[:16]


def mac_bytes(text):
    return bytes.fromhex(text.replace(":", ""))


# --- the kernel's AES -------------------------------------------------------------------------
def _alg(kind, name, key):
    with socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET) as s:
        s.bind((kind, name))
        s.setsockopt(socket.SOL_ALG, socket.ALG_SET_KEY, key)
        return s.accept()[0]


def _aes(key, block):
    with _alg("skcipher", "ecb(aes)", key) as op:
        op.sendmsg_afalg([block], op=socket.ALG_OP_ENCRYPT)
        return op.recv(16)


def _cmac(key, data):
    with _alg("hash", "cmac(aes)", key) as op:
        op.sendall(data)
        return op.recv(16)


def aes_wrap(kek, plain):
    """RFC 3394"""
    a, r = b"\xa6" * 8, [plain[i:i + 8] for i in range(0, len(plain), 8)]
    for t in range(1, 6 * len(r) + 1):
        i = (t - 1) % len(r)
        b = _aes(kek, a + r[i])
        a, r[i] = (int.from_bytes(b[:8], "big") ^ t).to_bytes(8, "big"), b[8:]
    return a + b"".join(r)


def rc4(key, data, skip=256):
    s, j, i, out = list(range(256)), 0, 0, bytearray()
    for n in range(256):
        j = (j + s[n] + key[n % len(key)]) % 256
        s[n], s[j] = s[j], s[n]
    j = 0
    for byte in bytes(skip) + data:
        i = (i + 1) % 256
        j = (j + s[i]) % 256
        s[i], s[j] = s[j], s[i]
        out.append(byte ^ s[(s[i] + s[j]) % 256])
    return bytes(out[skip:])


def _prf_sha1(key, label, data, size):
    out = b"".join(hmac.digest(key, label + b"\0" + data + bytes([i]), "sha1") for i in range((size + 19) // 20))
    return out[:size]


def _kdf_sha256(key, label, data, size):
    out = b"".join(hmac.digest(key, struct.pack("<H", i) + label + data + struct.pack("<H", 8 * size), "sha256")
                   for i in range(1, (size + 31) // 32 + 1))
    return out[:size]


# --- elements ---------------------------------------------------------------------------------
def _suite(kind):
    return b"\x00\x0f\xac" + bytes([kind])


def rsne(akm=AKM_PSK, pairwise=CCMP, group=CCMP, capab=0, pmkid=None):
    body = (struct.pack("<H", 1) + _suite(group) + struct.pack("<H", 1) + _suite(pairwise) + struct.pack("<H", 1) +
            _suite(akm) + struct.pack("<H", capab))
    if pmkid:
        body += struct.pack("<H", 1) + pmkid
    return bytes([48, len(body)]) + body


def element(kind, data):
    return bytes([kind, len(data)]) + data


class KeyFrame:
    def __init__(self, data):
        (_, self.kind, size, self.descriptor, self.info, self.key_len, self.counter, self.nonce, _, _, _, self.mic,
         data_len) = struct.unpack_from(KEY_FIELDS, data)
        self.raw = data[:4 + size]
        self.data = data[KEY_HEAD:KEY_HEAD + data_len]


class Bss:
    """An access point behind the wire of a puppet radio. `secrets` is all it knows that no log may show."""

    def __init__(self, radio, bssid, ssid="offload", pmk=None, akm=AKM_PSK, pairwise=CCMP, group=CCMP, freq=2412,
                 signal=-5000, capab=0, extra=b""):
        self.radio, self.bssid, self.ssid, self.pmk, self.akm = radio, bssid, ssid, pmk, akm
        self.pairwise, self.group = pairwise, group
        self.rsne = rsne(akm, pairwise, group, capab)
        self.counter = 0  # the last one sent
        self.kck = self.kek = self.tk = b""
        self.gtk, self.gtk_index = os.urandom(16 if group == CCMP else 32), 1
        self.secrets = [pmk] if pmk else []
        self.elements = element(0, ssid.encode()) + element(1, b"\x82\x84\x8b\x96") + self.rsne + extra
        radio.cmd("bss", bssid=bssid, freq=freq, signal=signal, ies=self.elements)
        radio.bsss.append(self)

    @property
    def version(self):
        """Key Descriptor Version"""
        if self.akm in (AKM_1X_SHA256, AKM_PSK_SHA256):
            return 3
        return 1 if self.pairwise == TKIP else 2

    def derive(self, anonce, snonce, pmk=None):
        aa, spa = mac_bytes(self.bssid), mac_bytes(self.radio.addr)
        data = min(aa, spa) + max(aa, spa) + min(anonce, snonce) + max(anonce, snonce)
        kdf = _kdf_sha256 if self.version == 3 else _prf_sha1
        ptk = kdf(pmk or self.pmk, b"Pairwise key expansion", data, 48 if self.pairwise == CCMP else 64)
        self.kck, self.kek, self.tk = ptk[:16], ptk[16:32], ptk[32:]
        self.secrets += [self.kck, self.kek, self.tk, self.gtk]

    def random_keys(self):
        """As if the firmware had run the handshake."""
        self.derive(os.urandom(32), os.urandom(32), self.pmk or os.urandom(32))
        return self

    def sign(self, frame):
        if self.version == 3:
            return _cmac(self.kck, frame)
        return hmac.digest(self.kck, frame, "md5" if self.version == 1 else "sha1")[:16]

    def send(self, info, counter, nonce=bytes(32), data=b"", key_len=0):
        iv = os.urandom(16)
        if info & ENCRYPTED:
            if self.version == 1:
                data = rc4(iv + self.kek, data)
            else:
                data += b"\xdd" if len(data) % 8 or len(data) < 16 else b""
                data = aes_wrap(self.kek, data + bytes(-len(data) % 8))
                iv = bytes(16)
        body = struct.pack(KEY_FIELDS, 2, 3, KEY_HEAD - 4 + len(data), 2, info | self.version, key_len, counter, nonce, iv,
                           bytes(8), bytes(8), bytes(16), len(data)) + data
        if info & MIC:
            body = body[:MIC_AT] + self.sign(body) + body[MIC_AT + 16:]
        self.radio.send_eapol(self.bssid, body)

    def receive(self, what, wanted, timeout=20):
        """The station's next key frame; its MIC and counter must be right."""
        frame = self.radio.receive_eapol(timeout)
        assert frame, f"{what} did not come"
        k = KeyFrame(frame)
        if wanted & MIC:
            assert k.info & (ACK | 0x7) == self.version, f"{what}: key information {k.info:04x}"
        return k

    def verify(self, k, what):
        zeroed = k.raw[:MIC_AT] + bytes(16) + k.raw[MIC_AT + 16:]
        assert k.mic == self.sign(zeroed), f"wrong MIC in {what}"
        assert k.counter == self.counter, f"{what} has counter {k.counter}, not {self.counter}"

    def gtk_kde(self):
        return b"\xdd" + bytes([6 + len(self.gtk)]) + b"\x00\x0f\xac\x01" + bytes([self.gtk_index, 0]) + self.gtk

    def message1(self):
        self.anonce = os.urandom(32)
        self.counter += 1
        kde = b""
        if self.pmk and self.akm == AKM_1X:
            kde = b"\xdd\x14\x00\x0f\xac\x04" + pmkid(self.pmk, self.bssid, self.radio.addr)
        self.send(PAIRWISE | ACK, self.counter, self.anonce, kde, key_len=16)

    def four_way(self, pmk=None):
        """Runs the handshake. Leaves KCK, KEK, TK; the station has the GTK."""
        if pmk:
            self.pmk = pmk
            self.secrets.append(pmk)
        self.message1()
        m2 = self.receive("message 2", MIC)
        self.derive(self.anonce, m2.nonce)
        self.verify(m2, "message 2")
        self.counter += 1
        key_len = 16 if self.pairwise == CCMP else 32
        self.send(PAIRWISE | INSTALL | ACK | MIC | SECURE | ENCRYPTED, self.counter, self.anonce,
                  self.rsne + self.gtk_kde(), key_len)
        m4 = self.receive("message 4", MIC)
        self.verify(m4, "message 4")
        return m2

    def new_gtk(self):
        self.gtk, self.gtk_index = os.urandom(len(self.gtk)), 3 - self.gtk_index
        self.secrets.append(self.gtk)

    def group_message(self, counter):
        self.counter = counter
        self.send(ACK | MIC | SECURE | ENCRYPTED, counter, data=self.gtk_kde())

    def group_rekey(self, counter=None):
        """A new GTK is taken, with this counter or the next one, and is the one installed."""
        self.new_gtk()
        self.radio.mark()
        self.group_message(self.counter + 1 if counter is None else counter)
        m2 = self.receive("group message 2", MIC)
        self.verify(m2, "group message 2")
        self.radio.wait_gtk(self)

    def group_refused(self, counter, seconds=0.6):
        """A group message with this counter gets no answer, its key is not installed."""
        before = self.counter
        self.new_gtk()
        self.radio.mark()
        self.group_message(counter)
        self.counter = before
        assert self.radio.receive_eapol(seconds) is None, f"a group message with counter {counter} was answered"
        assert not self.radio.requests("add_key"), "its key was installed"
