"""A small D-Bus client: marshalling and one connection, nothing else than a socket (D-Bus specification 0.38).

Made for tests: values keep their types when asked, any bytes can be sent, and no main loop is needed.

    c = Client(address)
    c.call(path, interface, "AddNetwork", "a{sv}", {"ssid": b"home", "scan_ssid": 1})
"""
import os
import select
import socket
import struct
import time

WAIT = 20  # seconds, for a machine that has a lot to do

CALL, RETURN, ERROR, SIGNAL = 1, 2, 3, 4
NO_REPLY, NO_AUTO_START = 1, 2
PATH, INTERFACE, MEMBER, ERROR_NAME, REPLY_SERIAL, DESTINATION, SENDER, SIGNATURE = range(1, 9)
FIELD_TYPES = {PATH: "o", INTERFACE: "s", MEMBER: "s", ERROR_NAME: "s", REPLY_SERIAL: "u", DESTINATION: "s",
               SENDER: "s", SIGNATURE: "g"}
FIXED = {"y": "B", "n": "h", "q": "H", "i": "i", "u": "I", "x": "q", "t": "Q", "d": "d"}
ALIGN = {"y": 1, "b": 4, "n": 2, "q": 2, "i": 4, "u": 4, "x": 8, "t": 8, "d": 8, "s": 4, "o": 4, "g": 1, "a": 4,
         "(": 8, "{": 8, "v": 1}


class Variant:
    """A value with the type it travels as."""

    def __init__(self, signature, value):
        self.signature, self.value = signature, value

    def __eq__(self, other):
        return isinstance(other, Variant) and (self.signature, self.value) == (other.signature, other.value)

    def __hash__(self):
        return hash(self.signature)

    def __repr__(self):
        return f"Variant({self.signature!r}, {self.value!r})"


class Path(str):
    """An object path, where a type has to be guessed."""


def one_type(signature, at=0):
    """End of the complete type that begins at `at`."""
    c = signature[at]
    if c == "a":
        return one_type(signature, at + 1)
    if c in "({":
        at += 1
        while signature[at] not in ")}":
            at = one_type(signature, at)
    return at + 1


def types(signature):
    out, at = [], 0
    while at < len(signature):
        end = one_type(signature, at)
        out.append(signature[at:end])
        at = end
    return out


def guess(value):
    """The type of a plain value inside of a variant; Variant() where this is not what is meant."""
    if isinstance(value, Path):
        return "o"
    for kind, signature in ((bool, "b"), (int, "i"), (float, "d"), (str, "s"), ((bytes, bytearray), "ay"), (dict, "a{sv}")):
        if isinstance(value, kind):
            return signature
    if isinstance(value, (list, tuple)) and value:
        return "a" + guess(value[0])
    raise TypeError(f"which D-Bus type is {value!r}?")


class Writer:
    def __init__(self):
        self.data = bytearray()

    def align(self, n):
        self.data += bytes(-len(self.data) % n)

    def put(self, signature, value):
        c = signature[0]
        self.align(ALIGN[c])
        if c in FIXED:
            self.data += struct.pack("<" + FIXED[c], value)
        elif c == "b":
            self.data += struct.pack("<I", bool(value))
        elif c in "sog":
            text = value if isinstance(value, bytes) else value.encode()
            self.data += struct.pack("<B" if c == "g" else "<I", len(text)) + text + b"\0"
        elif c == "v":
            if not isinstance(value, Variant):
                value = Variant(guess(value), value)
            self.put("g", value.signature)
            self.put(value.signature, value.value)
        elif c == "a":
            self.put_array(signature[1:], value)
        else:
            for kind, member in zip(types(signature[1:-1]), value, strict=True):
                self.put(kind, member)

    def put_array(self, element, value):
        at = len(self.data)
        self.data += bytes(4)
        self.align(ALIGN[element[0]])
        start = len(self.data)
        if element == "y":
            self.data += bytes(value)
        else:
            for member in value.items() if isinstance(value, dict) else value:
                self.put(element, member)
        struct.pack_into("<I", self.data, at, len(self.data) - start)


class Reader:
    def __init__(self, data, typed=False, order="<"):
        self.data, self.at, self.typed, self.order = data, 0, typed, order

    def take(self, fmt):
        size = struct.calcsize(fmt)
        self.at += -self.at % size
        value = struct.unpack_from(self.order + fmt, self.data, self.at)[0]
        self.at += size
        return value

    def get(self, signature):
        c = signature[0]
        if c in FIXED:
            return self.take(FIXED[c])
        if c == "b":
            return bool(self.take("I"))
        if c in "sog":
            size = self.take("B" if c == "g" else "I")
            text = bytes(self.data[self.at:self.at + size]).decode()
            self.at += size + 1
            return text
        if c == "v":
            kind = self.get("g")
            value = self.get(kind)
            return Variant(kind, value) if self.typed else value
        if c == "a":
            return self.get_array(signature[1:])
        self.at += -self.at % 8
        return tuple(self.get(kind) for kind in types(signature[1:-1]))

    def get_array(self, element):
        size = self.take("I")
        self.at += -self.at % ALIGN[element[0]]
        end = self.at + size
        if element == "y":
            self.at = end
            return bytes(self.data[end - size:end])
        out = []
        while self.at < end:
            out.append(self.get(element))
        return dict(out) if element[0] == "{" else out


def message(kind, serial, fields, signature="", body=(), flags=0):
    """A whole message; body: values, or bytes as they are."""
    w = Writer()
    if isinstance(body, bytes):
        w.data += body
    else:
        for t, value in zip(types(signature), body, strict=True):
            w.put(t, value)
    head = Writer()
    head.data += struct.pack("<cBBBII", b"l", kind, flags, 1, len(w.data), serial)
    if signature:
        fields = {**fields, SIGNATURE: signature}
    head.put("a(yv)", [(f, Variant(FIELD_TYPES[f], v)) for f, v in fields.items()])
    head.align(8)
    return bytes(head.data + w.data)


class Message:
    """A received message; args: its values, typed_args: with every variant as Variant()."""

    def __init__(self, head, body):
        self.kind, self.serial = head[1], struct.unpack_from("<I", head, 8)[0]
        r = Reader(head)
        r.at = 12
        self.fields = dict(r.get("a(yv)"))
        self.signature = self.fields.get(SIGNATURE, "")
        self.body = body
        self.path, self.interface = self.fields.get(PATH), self.fields.get(INTERFACE)
        self.member, self.sender = self.fields.get(MEMBER), self.fields.get(SENDER)

    def values(self, typed):
        r = Reader(self.body, typed)
        return [r.get(t) for t in types(self.signature)]

    @property
    def args(self):
        return self.values(False)

    @property
    def typed_args(self):
        return self.values(True)

    def __repr__(self):
        return f"<{self.path} {self.interface}.{self.member}{self.args!r}>"


class DBusError(Exception):
    """name: the error's; texts: its text arguments (often one)."""

    def __init__(self, m):
        self.name, self.texts = m.fields.get(ERROR_NAME), m.args
        super().__init__(f"{self.name}: {' '.join(map(str, self.texts))}")


class Signals:
    """Signals received so far, and waiting for more."""

    def __init__(self, client):
        self.client, self.seen = client, []

    def clear(self):
        """Forgets those that have arrived (a round trip to the bus makes sure of those under way)."""
        self.client.ping()
        self.seen.clear()

    def all(self, member=None, path=None, interface=None):
        """Those that have arrived and were not waited for; they stay."""
        self.client.ping()
        return [m for m in self.seen if matches(m, member, path, interface, None)]

    def wait(self, member, path=None, interface=None, match=None, timeout=WAIT):
        """The next signal of this name, with a true match(*args) when given; those before it are dropped."""
        return self.find(member, path, interface, match, timeout, drop=True)

    def find(self, member, path=None, interface=None, match=None, timeout=WAIT, drop=False):
        """As wait(), but those before stay: for signals whose order means nothing."""
        end, at = time.monotonic() + timeout, 0
        while True:
            for at in range(at, len(self.seen)):
                m = self.seen[at]
                if matches(m, member, path, interface, match):
                    del self.seen[0 if drop else at:at + 1]
                    return m
            at = len(self.seen)
            if not self.client.pump(end - time.monotonic()):
                raise AssertionError(f"no signal {member} of {path or 'any object'}; seen: {self.seen[-40:]}")

    def changed(self, interface, match, path=None, old=False, timeout=WAIT):
        """Waits for PropertiesChanged of the interface with a true match(values); the values.
        old: the deprecated signal of the interface itself."""
        if old:
            return self.wait("PropertiesChanged", path, interface, match, timeout).args[0]
        return self.wait("PropertiesChanged", path, PROPERTIES, lambda i, values, gone: i == interface and match(values),
                         timeout).args[1]

    def none(self, member, path=None, interface=None, seconds=0.3):
        """Nothing of the kind comes, nor has come since the last wait or clear()."""
        end = time.monotonic() + seconds
        while self.client.pump(end - time.monotonic()):
            pass
        assert not self.all(member, path, interface), self.all(member, path, interface)


def matches(m, member, path, interface, match):
    return ((member is None or m.member == member) and (path is None or m.path == path) and
            (interface is None or m.interface == interface) and (match is None or bool(match(*m.args))))


BUS = "org.freedesktop.DBus"
PROPERTIES = BUS + ".Properties"


class Client:
    """One connection to a bus, talking to one service (`to`). Signals of everybody are collected."""

    def __init__(self, address, to="fi.w1.wpa_supplicant1", rules=("type='signal'",), uid=None):
        path = address.split("unix:path=")[1].split(",")[0]
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(WAIT)
        self.sock.connect(path)
        self.address, self.to = address, to
        self.serial, self.buffer, self.replies = 0, bytearray(), {}
        self.signals = Signals(self)
        uid = str(os.getuid() if uid is None else uid)
        self.sock.sendall(b"\0AUTH EXTERNAL " + uid.encode().hex().encode() + b"\r\n")
        line = self.line()
        if not line.startswith(b"OK"):
            self.sock.close()
            raise PermissionError(line.decode("latin-1"))
        self.sock.sendall(b"BEGIN\r\n")
        self.name = self.ask("Hello")
        for rule in rules:
            self.ask("AddMatch", "s", rule)

    def close(self):
        self.sock.close()

    # --- bytes ---

    def line(self):
        text = b""
        while not text.endswith(b"\r\n"):
            byte = self.sock.recv(1)
            assert byte, "the bus hung up"
            text += byte
        return text

    def pump(self, timeout):
        """Takes what has arrived, waiting this long for the first bytes. False: nothing came."""
        if timeout < 0 or not select.select([self.sock], [], [], timeout)[0]:
            return False
        data = self.sock.recv(1 << 20)
        if not data:
            raise ConnectionError("the bus hung up")
        self.buffer += data
        while self.take_message():
            pass
        return True

    def take_message(self):
        b = self.buffer
        if len(b) < 16:
            return False
        body_len, fields_len = struct.unpack_from("<I", b, 4)[0], struct.unpack_from("<I", b, 12)[0]
        head_len = (16 + fields_len + 7) // 8 * 8
        if len(b) < head_len + body_len:
            return False
        m = Message(bytes(b[:head_len]), bytes(b[head_len:head_len + body_len]))
        del b[:head_len + body_len]
        if m.kind == SIGNAL:
            if m.interface != BUS or m.member not in ("NameAcquired", "NameLost"):
                self.signals.seen.append(m)
        elif m.kind in (RETURN, ERROR):
            self.replies[m.fields[REPLY_SERIAL]] = m
        return True

    # --- calls ---

    def send(self, path, interface, member, signature="", args=(), to=None, flags=0):
        """Sends a call and does not wait; its serial number. args: values, or the body's bytes. interface None: without."""
        self.serial += 1
        fields = {PATH: path, MEMBER: member, DESTINATION: to or self.to}
        if interface:
            fields[INTERFACE] = interface
        self.sock.sendall(message(CALL, self.serial, fields, signature, args, flags))
        return self.serial

    def reply(self, serial, timeout=WAIT, typed=False):
        """The answer to a call: None without values, the value, or a list of several. DBusError."""
        end = time.monotonic() + timeout
        while serial not in self.replies:
            if not self.pump(end - time.monotonic()):
                raise AssertionError(f"no answer to call {serial} in {timeout} s")
        m = self.replies.pop(serial)
        if m.kind == ERROR:
            raise DBusError(m)
        values = m.values(typed)
        return None if not values else values[0] if len(values) == 1 else values

    def call(self, path, interface, member, signature="", *args, timeout=WAIT, typed=False):
        return self.reply(self.send(path, interface, member, signature, args), timeout, typed)

    def ask(self, member, signature="", *args):
        """A call to the bus itself."""
        return self.reply(self.send("/org/freedesktop/DBus", BUS, member, signature, args, to=BUS))

    def ping(self):
        """A round trip to the service, or to the bus when the service is away: what it sent before has arrived."""
        try:
            self.call("/", BUS + ".Peer", "Ping")
        except DBusError:
            self.ask("GetId")

    def fails(self, error, text, path, interface, member, signature="", *args):
        """The call ends with this error (the name after fi.w1.wpa_supplicant1. or org.freedesktop.DBus.Error., or the
        whole name), and its first text is this one (None: any; "": there is none). The error."""
        try:
            value = self.call(path, interface, member, signature, *args)
        except DBusError as e:
            assert e.name in (error, self.to + "." + error, BUS + ".Error." + error), (e, error)
            assert text is None or (e.texts[0] if e.texts else "") == text, (e.texts, text)
            return e
        raise AssertionError(f"{member}{args!r} did not fail with {error}, it gave {value!r}")

    # --- properties ---

    def get(self, path, interface, name, typed=False):
        return self.call(path, PROPERTIES, "Get", "ss", interface, name, typed=typed)

    def get_all(self, path, interface, typed=False):
        return self.call(path, PROPERTIES, "GetAll", "s", interface, typed=typed)

    def set(self, path, interface, name, value):
        """value: Variant() unless its type can be guessed (guess())."""
        return self.call(path, PROPERTIES, "Set", "ssv", interface, name, value)

    def introspect(self, path):
        return self.call(path, BUS + ".Introspectable", "Introspect")
