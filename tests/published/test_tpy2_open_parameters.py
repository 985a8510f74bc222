"""Detection range of an X-band radar of open figures.

1. Closed-form table of the radar equation with the figures of Lewis and Postol: 81 kW
   average, 9.2 m2, efficiency 0.8, 9.5 GHz, 500 K, S/N 20; no independent evidence.
2. The range they print: about 870 km at 0.01 m2 (mostlymissiledefense.com, 21 September
   2012; 20 coherent pulses in a dwell of 100 ms at 81 kW average).
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from keepout.records.sensor import RADAR
from keepout.sensing.radar import detection_range_m

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("KEEPOUT_DATA", ROOT.parent / "shared" / "data"))
TABLE = DATA / "closed-form" / "radar_tpy2_open_parameters.csv"


def open_radar(loss_db: float, dwell_s: float = 0.1) -> np.record:
    """The open figures; only loss and dwell vary in the table."""
    row = np.zeros(1, RADAR).view(np.recarray)[0]
    row.average_power_w, row.aperture_m2, row.efficiency = 81e3, 9.2, 0.8
    row.frequency_hz, row.noise_temperature_k = 9.5e9, 500.0
    row.loss, row.dwell_s = 10 ** (loss_db / 10), dwell_s
    return row


@pytest.mark.skipif(not TABLE.exists(), reason="the shared data folder is not here")
def test_detection_ranges_match_the_closed_form_table():
    with TABLE.open() as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 48
    for row in rows:
        radar = open_radar(float(row["loss_dB"]), float(row["dwell_s"]))
        range_m = detection_range_m(radar, float(row["sigma_m2"]), float(row["SNR"]))
        assert range_m / 1e3 == pytest.approx(float(row["R_km"]), abs=0.06)  # printed to 0.1 km


def test_the_870_km_of_lewis_and_postol_needs_an_ordinary_loss():
    # Neither the page nor its table gives the loss and noise temperature behind the
    # 870 km; with 500 K and S/N 20 it must be an ordinary one, and it is 6.5 dB.
    near, far = (detection_range_m(open_radar(db), 0.01, 20.0) / 1e3 for db in (8.0, 5.0))
    assert near < 870.0 < far
    assert detection_range_m(open_radar(6.5), 0.01, 20.0) / 1e3 == pytest.approx(870.0, rel=0.01)


def test_a_dwell_of_only_the_pulses_would_miss_the_published_range():
    # 20 pulses of 1 ms are 20 ms of sending within the 100 ms dwell: the average power
    # already counts the gaps, and counting them twice loses a third of the range.
    assert detection_range_m(open_radar(6.5, 0.02), 0.01, 20.0) / 1e3 < 600.0
