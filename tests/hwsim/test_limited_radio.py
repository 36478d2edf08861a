"""Radios that cannot do what is asked of them: the refusal names the cause."""
import subprocess

import pytest
from lib.daemons import program
from lib.hwsim import STATION, Radio


@pytest.mark.pairs("ours-ours")
def test_radio_without_ap_mode(lab):
    radio = Radio(STATION)
    try:
        conf = lab.write("no-ap.conf", lab.ap_conf(radio.ifname))
        run = subprocess.run([program("ours", "hostapd"), conf], capture_output=True, text=True, timeout=60)
        assert run.returncode == 1, run.stdout
        cause = (f"{radio.ifname}: this radio cannot be an access point: {radio.phy} offers only "
                 "station, monitor")
        assert cause in run.stdout, run.stdout
    finally:
        radio.close()
