"""A lane between its samples."""

from __future__ import annotations

from keepout.kernel import kernel
from keepout.records.trajectory import SAMPLES


@kernel
def state_at(sample, dt_s, t_s, s):
    """Position and velocity on a lane at a moment: cubic Hermite between the samples.

    sample  (SAMPLES, 6);  dt_s () between samples [s];  t_s () after launch [s]
    s       (6,)  x, y, z [m], vx, vy, vz [m/s], overwritten; held at both ends
    """
    at = min(max(t_s / dt_s, 0.0), SAMPLES - 1.0)
    i = min(int(at), SAMPLES - 2)
    u = at - i
    w = 1.0 - u
    for j in range(3):
        a, b = sample[i, j], sample[i + 1, j]
        va, vb = sample[i, 3 + j], sample[i + 1, 3 + j]
        bend = w * va - u * vb + (w - u) * (a - b) / dt_s
        s[j] = w * a + u * b + dt_s * u * w * bend
        s[3 + j] = (b - a) / dt_s + (w - u) * bend - u * w * (va + vb + 2.0 * (a - b) / dt_s)
