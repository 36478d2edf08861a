"""The nl80211 driver by itself, step by step, on both ways that EAPOL can take."""
import os
import subprocess

import pytest

OURS = os.environ["HWSIM_OURS"]  # with the programs in it, or in folders beside its build
TRIAL = os.path.join(OURS, "build" if os.path.isdir(OURS + "/build") else ".", "tests/hwsim/tools/nl80211_try")


@pytest.mark.pairs("ours-ours")
@pytest.mark.parametrize("params", ["control_port=1", "control_port=0"])
def test_trial(lab, params):
    run = subprocess.run([TRIAL, "wlan0", "wlan1", params], text=True, timeout=120,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert run.returncode == 0, run.stdout
