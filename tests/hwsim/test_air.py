"""What the daemons put on the air, decoded by tshark."""
def test_x(lab):
    cap = lab.capture()
    ap, back = lab.start_multi_ap()
    sta = lab.start_backhaul_sta()
    ap.ok("WPS_PBC")
    sta.ok("WPS_PBC multi_ap=1")
    sta.mon.sequence("WPS-SUCCESS ", "CTRL-EVENT-CONNECTED")
    lab.check_backhaul_data()
    cap.stop()
