"""How strongly a body reflects: its cross-section by object and by the aspect it is seen at."""

from __future__ import annotations

from keepout import elementary as math
from keepout.kernel import hot, lean
from keepout.records.trajectory import SAMPLES


@lean
def aspect_rcs_m2(nose_m2, side_m2, cosine):
    """Mean radar cross-section of a body seen at an angle off its nose.

    nose_m2, side_m2  ()  along its axis, and from abeam [m2]; side 0: the same all round
    cosine            ()  of the angle between its axis and the line of sight
    returns           ()  [m2]

    The decibels go with the square of the sine. A crude law: what it smooths over are flashes of
    20 dB within a degree of abeam and nulls beside them, which the fluctuation stands for.
    Grade D.
    """
    if not side_m2 > 0.0 or side_m2 == nose_m2:
        return nose_m2
    return nose_m2 * math.power(side_m2 / nose_m2, max(1.0 - cosine * cosine, 0.0))


@hot
def cross_section_m2(missile, lane, t_s, dx, dy, dz, vx, vy, vz):
    """Mean cross-section of a missile as a radar sees it.

    missile, lane  MISSILE and LANE row;  t_s () after launch
    dx, dy, dz     ()  from the radar to the missile, any length, ECEF
    vx, vy, vz     ()  its velocity, along which its axis is taken to point
    returns        ()  [m2]: of the whole missile until separation, then of the warhead alone
    """
    nose_m2, side_m2 = missile.rcs_m2, missile.rcs_side_m2
    if t_s < lane.separation_s:
        nose_m2, side_m2 = missile.body_rcs_m2, missile.body_rcs_side_m2
    if not side_m2 > 0.0:
        return nose_m2
    along = dx * vx + dy * vy + dz * vz
    size2 = (dx * dx + dy * dy + dz * dz) * (vx * vx + vy * vy + vz * vz)
    return aspect_rcs_m2(nose_m2, side_m2, along / math.sqrt(max(size2, 1e-30)))


@hot
def searched_rcs_m2(missile, seen_m2):
    """Mean cross-section of what the search meets: the empty stage, where one flies along.

    seen_m2  ()  of the object itself [m2]

    A search that finds the stage looks around it and finds the warhead, which is near. Grade D.
    """
    return max(seen_m2, missile.body_rcs_m2) if missile.separates == 1 else seen_m2


@hot
def seen_rcs_m2(missile, lane, sample, t_s, dx, dy, dz):
    """As ``cross_section_m2``, the velocity from the samples (SAMPLES, 6) of the flight."""
    if not missile.rcs_side_m2 > 0.0 and not missile.body_rcs_side_m2 > 0.0:
        return cross_section_m2(missile, lane, t_s, dx, dy, dz, 0.0, 0.0, 1.0)
    at = min(max(t_s / lane.dt_s, 0.0), SAMPLES - 1.0)
    i = min(int(at), SAMPLES - 2)
    b = at - i
    a = 1.0 - b
    j = i + 1
    return cross_section_m2(
        missile, lane, t_s, dx, dy, dz, a * sample[i, 3] + b * sample[j, 3],
        a * sample[i, 4] + b * sample[j, 4], a * sample[i, 5] + b * sample[j, 5],
    )  # fmt: skip
