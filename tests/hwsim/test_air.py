"""What the daemons put on the air, decoded by tshark: EAP-WSC messages, elements, 4-address frames."""
from lib.lab import psk_network

FRONT, BACK, STA = "02:00:00:00:00:00", "02:00:00:00:00:01", "02:00:00:00:01:00"
M1, M2, M3, M4, M5, M6, M7, M8, DONE = (f"0x{n:02x}" for n in (4, 5, 7, 8, 9, 10, 11, 12, 15))
FLAGS = "wps.ext.multi_ap_flags"


def decoded(cap, *names):
    """All frames with these fields and those every test looks at; nothing may be malformed."""
    frames = cap.frames("wlan.fc.type_subtype", "wlan.sa", "wlan.da", *names)
    assert frames and not [f for f in frames if f["_ws.malformed"]], "tshark finds malformed frames"
    return frames


def kind(f):
    """Type and subtype, as one number of Wireshark's."""
    return int(f["wlan.fc.type_subtype"][0], 0) if f["wlan.fc.type_subtype"] else None


def sent(frames, subtype, who=None):
    return [f for f in frames if kind(f) == subtype and who in (None, f["wlan.sa"][0])]


def once(frames, *keys):
    """Frames without repeated ones: on a slow machine a message may be sent again before its answer came."""
    seen, out = set(), []
    for f in frames:
        key = tuple(f[k][0] for k in keys)
        if key not in seen:
            seen.add(key)
            out.append(f)
    return out


def flags(row):
    """Values of the Multi-AP flags byte in a frame; several only if the sub-element is repeated."""
    return [int(v, 0) for v in row[FLAGS]]


def test_multi_ap_run(lab):
    """multi_ap=1: the element is in M1 and both associations, with the right roles; the messages in order."""
    cap = lab.capture()
    ap, _ = lab.start_multi_ap()
    sta = lab.start_backhaul_sta()
    ap.ok("WPS_PBC")
    sta.ok("WPS_PBC multi_ap=1")
    sta.mon.sequence("WPS-SUCCESS ", f"CTRL-EVENT-CONNECTED - Connection to {BACK}")
    lab.check_backhaul_data()

    frames = decoded(cap, "wps.message_type", "wps.encrypted_settings", "wps.authenticator", FLAGS, "wps.request_type",
                     "wps.response_type", "wlan.tag.number", "wlan_rsna_eapol.keydes.msgnr", "wlan.ta", "wlan.ra",
                     "wlan.fc.tods", "wlan.fc.fromds", "wlan.fc.protected")
    wsc = once([f for f in frames if f["wps.message_type"]], "wps.message_type")
    assert [r["wps.message_type"][0] for r in wsc] == [M1, M2, M3, M4, M5, M6, M7, M8, DONE]
    assert [r["wlan.sa"][0] for r in wsc] == [STA, FRONT] * 4 + [STA]
    assert flags(wsc[0]) == [0x80], "M1 must tell the backhaul station role"
    assert all(flags(r) == [] for r in wsc[1:]), "only M1 carries the sub-element"
    for i, r in enumerate(wsc):
        has_secret = r["wps.message_type"][0] in (M4, M5, M6, M7, M8)
        assert bool(r["wps.encrypted_settings"]) == has_secret, f"encrypted settings in message {i}"
        assert bool(r["wps.authenticator"]) == (0 < i < 8), f"authenticator in message {i}"
    m8 = wsc[7]["wps.encrypted_settings"][0]
    assert len(m8) >= 2 * (16 + 64) and (len(m8) // 2) % 16 == 0, "IV and whole AES blocks, with a credential"

    assoc = once([f for f in frames if kind(f) in range(4)], "wlan.fc.type_subtype", "wlan.sa", "wlan.da")
    kinds = [(kind(f), f["wlan.sa"][0], f["wlan.da"][0]) for f in assoc]
    assert kinds == [(0, STA, FRONT), (1, FRONT, STA), (0, STA, BACK), (1, BACK, STA)]
    front_req, front_resp, back_req, back_resp = assoc
    assert flags(front_req) == flags(back_req) == [0x80]
    assert flags(front_resp) == [0x20]
    assert flags(back_resp) == [0x40]
    assert front_req["wps.request_type"] == ["0x01"] and front_resp["wps.response_type"] == ["0x03"]
    assert not back_req["wps.request_type"]
    assert "48" in back_req["wlan.tag.number"], "RSN element to the backhaul BSS"
    assert "48" not in front_req["wlan.tag.number"], "no RSN element in a WPS association"

    handshake = once([f for f in frames if f["wlan_rsna_eapol.keydes.msgnr"]], "wlan_rsna_eapol.keydes.msgnr")
    assert [(r["wlan.sa"][0], r["wlan_rsna_eapol.keydes.msgnr"][0]) for r in handshake] == \
        [(BACK, "1"), (STA, "2"), (BACK, "3"), (STA, "4")]
    four = [f for f in frames if all(f["wlan.fc." + bit] in (["1"], ["True"]) for bit in ("tods", "fromds", "protected"))]
    assert {(STA, BACK), (BACK, STA)} <= {(r["wlan.ta"][0], r["wlan.ra"][0]) for r in four}, \
        "encrypted 4-address frames both ways"


def test_plain_run(lab):
    """PBC without multi_ap: no Multi-AP element anywhere in what the station sends."""
    cap = lab.capture()
    ap = lab.start_ap(lab.ap_conf(ssid="plain", **lab.WPS_AP))
    sta = lab.start_sta()
    ap.ok("WPS_PBC")
    sta.ok("WPS_PBC")
    sta.mon.sequence("WPS-SUCCESS ", "CTRL-EVENT-CONNECTED")
    frames = decoded(cap, "wps.message_type", FLAGS, "wps.request_type", "wps.response_type", "wps.device_password_id",
                     "wps.uuid_e", "wps.selected_registrar", "wps.wifi_protected_setup_state", "wps.device_name")
    types = [r["wps.message_type"][0] for r in once([f for f in frames if f["wps.message_type"]], "wps.message_type")]
    assert types == [M1, M2, M3, M4, M5, M6, M7, M8, DONE]
    assert not any(f[FLAGS] for f in frames)
    probes = [f for f in sent(frames, 4, STA) if f["wps.request_type"]]
    assert probes, "no probe request with WPS element"
    pbc = [r for r in probes if r["wps.device_password_id"] == ["0x0004"]]
    assert pbc and all(r["wps.uuid_e"] for r in pbc)
    beacons = sent(frames, 8, FRONT)
    active = [r for r in beacons if r["wps.selected_registrar"] == ["0x01"]]
    assert active, "no beacon said that the button is active"
    assert all(r["wps.wifi_protected_setup_state"] == ["0x02"] for r in beacons), "configured"
    assert active[0]["wps.device_password_id"] == ["0x0004"]
    answers = [f for f in sent(frames, 5, FRONT) if f["wps.response_type"]]
    assert answers and all(r["wps.uuid_e"] and r["wps.device_name"] == ["AP"] and r["wps.response_type"] == ["0x03"]
                           for r in answers)


def test_psk_frames(lab):
    """Beacon, association and 4-way of a WPA2-PSK network are what IEEE 802.11 asks; nothing malformed."""
    cap = lab.capture()
    ap = lab.start_ap(lab.ap_conf(wpa_group_rekey="4"))
    sta = lab.start_sta("wlan1", lab.sta_conf(psk_network()))
    sta.wait("CTRL-EVENT-CONNECTED")
    ap.wait(f"EAPOL-4WAY-HS-COMPLETED {STA}")
    sta.wait("Group rekeying completed")
    frames = decoded(cap, "wlan.rsn.akms.type", "wlan.rsn.pcs.type", "wlan.rsn.gcs.type", "wlan.fixed.capabilities.privacy",
                     "wlan.tag.number", "wlan.ds.current_channel", "wlan.fixed.beacon", "wlan.fixed.status_code",
                     "wlan_rsna_eapol.keydes.msgnr", "eapol.keydes.replay_counter",
                     "wlan_rsna_eapol.keydes.key_info.keydes_version")
    beacon = sent(frames, 8, FRONT)[0]
    assert (beacon["wlan.rsn.akms.type"], beacon["wlan.rsn.pcs.type"], beacon["wlan.rsn.gcs.type"]) == (["2"], ["4"], ["4"])
    assert beacon["wlan.fixed.capabilities.privacy"] in (["1"], ["True"])
    assert beacon["wlan.ds.current_channel"] == ["1"] and beacon["wlan.fixed.beacon"] == ["100"]
    tags = [int(t) for t in beacon["wlan.tag.number"]]
    assert {0, 1, 3, 5, 48, 45, 61} <= set(tags), f"elements of an 802.11n beacon: {tags}"
    assert len([t for t in tags if t != 221]) == len(set(tags) - {221}), f"element twice: {tags}"
    req, resp = (once(sent(frames, *who), "wlan.sa") for who in ((0, STA), (1, FRONT)))
    assert [(r["wlan.rsn.akms.type"], r["wlan.rsn.pcs.type"]) for r in req] == [(["2"], ["4"])]
    assert [int(r["wlan.fixed.status_code"][0], 0) for r in resp] == [0]
    keys = [f for f in frames if f["wlan_rsna_eapol.keydes.msgnr"]]
    four = once(keys, "wlan_rsna_eapol.keydes.msgnr")[:4]
    assert [k["wlan_rsna_eapol.keydes.msgnr"][0] for k in four] == ["1", "2", "3", "4"]
    counters = [int(k["eapol.keydes.replay_counter"][0]) for k in four]
    assert counters[0] <= counters[1] < counters[2] <= counters[3]
    assert all(k["wlan_rsna_eapol.keydes.key_info.keydes_version"] == ["2"] for k in four)
