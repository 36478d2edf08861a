"""WPS over NFC with Debian's daemons on the other side: every kind of token, connection handover."""
AP = "02:00:00:00:00:00"


def token(who, command):
    reply = who.request(command).strip()
    assert reply != "FAIL" and reply == reply.upper(), (command, reply)
    return reply


def connected(sta):
    sta.wait("CTRL-EVENT-CONNECTED", timeout=60)
    assert sta.fields("STATUS")["ssid"] == "nfc"
    sta.ok("REMOVE_NETWORK all")
    sta.wait("CTRL-EVENT-DISCONNECTED")


def test_nfc(lab):
    ap = lab.start_ap(lab.ap_conf(ssid="nfc", **lab.WPS_AP))
    sta = lab.start_sta(conf=lab.sta_conf())
    # the station's password token
    ap.ok("WPS_NFC_TAG_READ " + token(sta, "WPS_NFC_TOKEN NDEF"))
    sta.ok("WPS_NFC")
    sta.wait("WPS-SUCCESS", timeout=60)
    ap.wait("WPS-REG-SUCCESS")
    connected(sta)
    # connection handover
    req, sel = token(sta, "NFC_GET_HANDOVER_REQ NDEF WPS-CR"), token(ap, "NFC_GET_HANDOVER_SEL NDEF WPS-CR")
    ap.ok(f"NFC_REPORT_HANDOVER RESP WPS {req} {sel}")
    sta.ok(f"NFC_REPORT_HANDOVER INIT WPS {req} {sel}")
    sta.wait("WPS-SUCCESS", timeout=60)
    ap.wait("WPS-REG-SUCCESS")
    connected(sta)
    # the network itself
    sta.ok("WPS_NFC_TAG_READ " + token(ap, "WPS_NFC_CONFIG_TOKEN NDEF"))
    sta.wait("WPS-CRED-RECEIVED")
    connected(sta)
    # the access point's password token: the station is the registrar
    sta.ok("WPS_NFC_TAG_READ " + token(ap, "WPS_NFC_TOKEN NDEF"))
    assert ap.request("WPS_NFC_TOKEN enable") == ""
    sta.ok(f"WPS_REG {AP} nfc-pw")
    sta.wait("WPS-CRED-RECEIVED", timeout=60)
    connected(sta)
