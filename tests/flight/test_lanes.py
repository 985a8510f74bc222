"""The loops over lanes are vector instructions, and give the same bits without."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys

import numba
import numpy as np
import pytest

from keepout.flight.lanes import SIZE, slopes

DIGEST = """
import hashlib
from keepout.bench.flight_set import the_flights
from tests.flight.test_many import flown
import numpy as np
print(hashlib.sha256(flown(the_flights(), np.arange(40)).impact.tobytes()).hexdigest())
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="other instructions")
def test_the_forces_compile_to_vector_instructions():
    @numba.njit(error_model="numpy")
    def call(w):
        slopes(w)

    call(np.ones(SIZE))
    text = "\n".join(call.inspect_asm().values())
    wide = "%ymm" if "%ymm" in text else "%xmm"
    packed = re.findall(rf"\sv?(mul|add|div|sqrt)pd\b.*{wide}", text)
    single = re.findall(r"\sv?(mul|add|div|sqrt)sd\b", text)
    assert len(packed) > 100
    assert {"div", "sqrt"} <= set(packed)
    assert len(single) < 20
    assert not re.findall(r"\sv?fn?m(add|sub)\d*[ps]d\b", text)  # nothing is contracted


@pytest.mark.slow
def test_the_same_bits_for_any_x86_processor():
    def digest(**more):
        done = subprocess.run(
            [sys.executable, "-c", DIGEST], env={**os.environ, **more}, capture_output=True,
            text=True, check=True,
        )  # fmt: skip
        return done.stdout.split()[-1]

    assert digest() == digest(NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="")
