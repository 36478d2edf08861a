"""Extra mac80211_hwsim radios with fewer abilities, through the module's generic netlink family."""
import os
import socket
import struct

NETLINK_GENERIC, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 16, 16, 3, 1, 2
NEW_RADIO, DEL_RADIO, RADIO_ID, IFTYPE_SUPPORT = 4, 5, 10, 23
NLM_F_REQUEST, NLM_F_ACK, NLMSG_ERROR = 1, 4, 2
STATION = 1 << 2  # NL80211_IFTYPE_STATION as a bit; mac80211 adds monitor by itself


def _attr(kind, data):
    return struct.pack("HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


def _request(family, cmd, attrs, want_ack):
    """Sends one message. Returns the payload of the answer, or the status of the acknowledgement."""
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
    s.settimeout(10)
    s.bind((0, 0))
    body = struct.pack("BBH", cmd, 1, 0) + attrs
    s.send(struct.pack("IHHII", 16 + len(body), family, NLM_F_REQUEST | (NLM_F_ACK if want_ack else 0), 1, 0) + body)
    data = s.recv(65536)
    s.close()
    if struct.unpack_from("H", data, 4)[0] == NLMSG_ERROR:
        return struct.unpack_from("i", data, 16)[0]
    return data[20:]


def _family():
    data = _request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, _attr(CTRL_ATTR_FAMILY_NAME, b"MAC80211_HWSIM\0"), False)
    at = 0
    while at < len(data):
        size, kind = struct.unpack_from("HH", data, at)
        if kind == CTRL_ATTR_FAMILY_ID:
            return struct.unpack_from("H", data, at + 4)[0]
        at += (size + 3) & ~3
    raise AssertionError("the kernel has no MAC80211_HWSIM family")


class Radio:
    """A radio with these interface types only; `ifname` is its netdev, `phy` its name."""

    def __init__(self, iftypes):
        before = set(os.listdir("/sys/class/net"))
        self.id = _request(_family(), NEW_RADIO, _attr(IFTYPE_SUPPORT, struct.pack("I", iftypes)), True)
        assert self.id >= 0, f"no radio: {os.strerror(-self.id)}"
        (self.ifname,) = set(os.listdir("/sys/class/net")) - before
        with open(f"/sys/class/net/{self.ifname}/phy80211/name", encoding="ascii") as f:
            self.phy = f.read().strip()

    def close(self):
        _request(_family(), DEL_RADIO, _attr(RADIO_ID, struct.pack("I", self.id)), True)
