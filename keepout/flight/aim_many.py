"""Many aims at once, near flights that are solved already.

A missile of a raid is launched some tens of kilometres from the place its type's nominal flight
begins, and aimed some hundreds of metres from where that ends. Azimuth and cut-off are guessed from
the nominal flight and its slopes, flown, and put right by the same slopes: two flights a missile
bring it to a metre. The pitch-over stays that of the nominal flight.
"""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.earth.geodesy import ecef_from_geodetic, enu_matrix, geodetic_from_ecef
from keepout.flight.integrate import KNOT
from keepout.flight.many import FLOWN, FLOWN_ALONE, many_kernel
from keepout.flight.schedule import cutoff_range_s
from keepout.kernel import kernel, part

# columns of a nominal flight
(
    AZIMUTH, KICK, CUTOFF,  # its controls
    PSI, BEARING,  # angle at the centre between launch and aim, azimuth from one to the other
    ALONG_CUT, ALONG_CUT2, ASIDE_CUT,  # impact along and left of the plane, by cut-off [rad/s]
    ALONG_AZ, ASIDE_AZ,  # by azimuth
    ALONG_E, ALONG_N, ALONG_U,  # by metres the launch lies east, north and higher [rad/m]
    ASIDE_E, ASIDE_N, ASIDE_U,
    X, Y, Z, HEIGHT,  # its launch, ECEF, and its height [m]
) = range(20)  # fmt: skip
COLUMNS = 20
PROBES = 7
CUT_S, AZ_RAD, MOVED_M, RAISED_M = 0.5, 0.005, 20e3, 400.0
"""By how much the probes differ from the nominal flight."""
NOT_THERE = 5
"""Code of a flight that was flown, but not to its aim: out of reach, or too near."""


@part
def plane(launch, aim):
    """Angle between two places at the Earth's centre, and the azimuth from one to the other."""
    lat, lon, _ = geodetic_from_ecef(launch[0], launch[1], launch[2])
    enu = enu_matrix(lat, lon)
    aa, bb, ab, east, north = 0.0, 0.0, 0.0, 0.0, 0.0
    for j in range(3):
        aa += launch[j] * launch[j]
        bb += aim[j] * aim[j]
        ab += launch[j] * aim[j]
        east += enu[0, j] * (aim[j] - launch[j])
        north += enu[1, j] * (aim[j] - launch[j])
    return math.atan2(math.sqrt(max(0.0, aa * bb - ab * ab)), ab), math.atan2(east, north)


@part
def miss_rad(launch, aim, hit):
    """How far an impact lies beyond an aim and left of the plane to it, as seen from the launch.

    launch, aim, hit  (3,)  ECEF [m]
    returns           (along, aside) [rad], angles at the Earth's centre
    """
    aa, ab, ah, bb, hh, side = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for j in range(3):
        k, m = (j + 1) % 3, (j + 2) % 3
        aa += launch[j] * launch[j]
        ab += launch[j] * aim[j]
        ah += launch[j] * hit[j]
        bb += aim[j] * aim[j]
        hh += hit[j] * hit[j]
        side += (launch[k] * aim[m] - launch[m] * aim[k]) * hit[j]
    across = math.sqrt(max(1e-9, aa * bb - ab * ab))
    aside = side / (across * math.sqrt(hh))
    bh = 0.0
    for j in range(3):
        bh += aim[j] * hit[j]
    ahead = (bh * aa - ab * ah) / (across * math.sqrt(aa))
    return math.atan2(ahead, ah / math.sqrt(aa)) - math.atan2(across, ab), math.asin(aside)


@part
def moved(launch, east_m, north_m, up_m, out):
    """A place moved in its tangent plane and brought back to its height, or higher."""
    lat, lon, alt_m = geodetic_from_ecef(launch[0], launch[1], launch[2])
    enu = enu_matrix(lat, lon)
    for j in range(3):
        out[j] = launch[j] + east_m * enu[0, j] + north_m * enu[1, j]
    lat, lon, _ = geodetic_from_ecef(out[0], out[1], out[2])
    out[0], out[1], out[2] = ecef_from_geodetic(lat, lon, alt_m + up_m)


@part
def turned(angle_rad):
    """An angle brought to -pi to pi."""
    return angle_rad - 2.0 * math.pi * math.floor(angle_rad / (2.0 * math.pi) + 0.5)


@part
def probes(launch, aim, control, starts, controls):
    """The flights that show the slopes of one nominal flight, PROBES of them: (p, 3) each."""
    bearing = plane(launch, aim)[1]
    for p in range(PROBES):
        starts[p] = launch
        controls[p] = control
    controls[1, 2] += CUT_S
    controls[2, 2] -= CUT_S
    controls[3, 0] += AZ_RAD
    moved(launch, MOVED_M, 0.0, 0.0, starts[4])
    moved(launch, 0.0, MOVED_M, 0.0, starts[5])
    moved(launch, 0.0, 0.0, RAISED_M, starts[6])
    for p in range(4, PROBES):
        controls[p, 0] += turned(plane(starts[p], aim)[1] - bearing)


@part
def slopes_of(launch, aim, control, starts, hits, row):
    """Fill one row of nominal flights from its probes and their impacts."""
    along, aside = np.empty(PROBES), np.empty(PROBES)
    psi, bearing = plane(launch, aim)
    for p in range(PROBES):
        along[p], aside[p] = miss_rad(starts[p], aim, hits[p])
        along[p] += plane(starts[p], aim)[0] - psi
    # where it was solved to a limit, what it misses by belongs to the nominal flight
    row[AZIMUTH], row[KICK], row[CUTOFF] = control[0], control[1], control[2]
    row[PSI], row[BEARING] = psi + along[0], bearing
    row[ALONG_CUT] = (along[1] - along[2]) / (2.0 * CUT_S)
    row[ALONG_CUT2] = (along[1] + along[2] - 2.0 * along[0]) / (CUT_S * CUT_S)
    row[ASIDE_CUT] = (aside[1] - aside[2]) / (2.0 * CUT_S)
    row[ALONG_AZ], row[ASIDE_AZ] = (along[3] - along[0]) / AZ_RAD, (aside[3] - aside[0]) / AZ_RAD
    row[ALONG_E], row[ALONG_N] = (along[4] - along[0]) / MOVED_M, (along[5] - along[0]) / MOVED_M
    row[ASIDE_E], row[ASIDE_N] = (aside[4] - aside[0]) / MOVED_M, (aside[5] - aside[0]) / MOVED_M
    row[ALONG_U], row[ASIDE_U] = (along[6] - along[0]) / RAISED_M, (aside[6] - aside[0]) / RAISED_M
    row[X], row[Y], row[Z] = launch[0], launch[1], launch[2]
    row[HEIGHT] = geodetic_from_ecef(launch[0], launch[1], launch[2])[2]


@kernel
def nominal_kernel(which, missile, stage, launch, aim, control, ground_m, nominal):
    """Slopes of solved flights, each from seven flights in lanes. All arrays as many_kernel.

    aim      (r, 3)   ECEF [m], at the height ground_m (r,)
    control  (r, 3)   that bring the missile there (aim_kernel); cut-off at least half a second
                      from the burn's ends, or the slopes there are one-sided
    nominal  (r, COLUMNS)  is filled; nan where a probe could not be flown
    """
    r = len(which)
    count = r * PROBES
    starts, controls = np.empty((count, 3)), np.empty((count, 3))
    types, ground = np.empty(count, np.int64), np.empty(count)
    for k in range(r):
        part = slice(k * PROBES, (k + 1) * PROBES)
        probes(launch[k], aim[k], control[k], starts[part], controls[part])
        types[part], ground[part] = which[k], ground_m[k]
    burnout, impact, apogee_m = np.empty((count, 7)), np.empty((count, 7)), np.empty(count)
    code, used = np.empty(count, np.int64), np.empty(count, np.int64)
    many_kernel(
        np.arange(count), types, missile, stage, starts, controls, ground, burnout, impact,
        apogee_m, code, np.empty((count, 0, KNOT)), used,
    )  # fmt: skip
    for k in range(r):
        part = slice(k * PROBES, (k + 1) * PROBES)
        slopes_of(launch[k], aim[k], control[k], starts[part], impact[part, :3], nominal[k])
        for p in range(k * PROBES, (k + 1) * PROBES):
            if code[p] != FLOWN and code[p] != FLOWN_ALONE:
                nominal[k] = math.nan


@part
def put_right(row, along, aside, first_s, last_s, control):
    """Change azimuth and cut-off of one flight so that a miss goes away, by the nominal slopes.

    along, aside  ()    the miss [rad]
    control       (3,)  is changed; the cut-off stays within the burn
    """
    cut_s = control[2] - row[CUTOFF]
    change_s = 0.0
    for _ in range(4):  # the slope at the middle of the change
        s = row[ALONG_CUT] + row[ALONG_CUT2] * (cut_s + 0.5 * change_s)
        det = s * row[ASIDE_AZ] - row[ALONG_AZ] * row[ASIDE_CUT]
        change_s = (row[ALONG_AZ] * aside - row[ASIDE_AZ] * along) / det
    control[0] += (row[ASIDE_CUT] * along - s * aside) / det
    control[2] = min(last_s, max(first_s, control[2] + change_s))


@part
def guess(row, launch, aim, first_s, last_s, control):
    """First controls of one flight (3,): those of its nominal flight, moved by its slopes."""
    psi, bearing = plane(launch, aim)
    start = row[X : Z + 1]
    lat, lon, _ = geodetic_from_ecef(start[0], start[1], start[2])
    enu = enu_matrix(lat, lon)
    east_m, north_m = 0.0, 0.0
    for j in range(3):
        east_m += enu[0, j] * (launch[j] - start[j])
        north_m += enu[1, j] * (launch[j] - start[j])
    control[0] = row[AZIMUTH] + turned(bearing - row[BEARING])
    control[1], control[2] = row[KICK], row[CUTOFF]
    up_m = geodetic_from_ecef(launch[0], launch[1], launch[2])[2] - row[HEIGHT]
    along = row[ALONG_E] * east_m + row[ALONG_N] * north_m + row[ALONG_U] * up_m
    aside = row[ASIDE_E] * east_m + row[ASIDE_N] * north_m + row[ASIDE_U] * up_m
    along += row[PSI] - psi
    put_right(row, along, aside, first_s, last_s, control)


@kernel
def aim_many_kernel(
    which, missile, stage, nominal, near, launch, aim, ground_m, enough_m, most, control, burnout,
    impact, apogee_m, code, knots, used, miss_m,
):  # fmt: skip
    """Aim and fly many missiles, each near a nominal flight; arguments as many_kernel, and:

    nominal   (r, COLUMNS)  of nominal_kernel; near (f,) the row that each flight is near to
    aim       (f, 3)  ECEF [m], at the height ground_m (f,)
    enough_m  ()      miss at which a flight is left as it is; most () flights of each at most
    control   (f, 3)  is filled
    miss_m    (f,)    gets the distance of impact and aim; code NOT_THERE where it stays larger
    returns   ()      flights flown in all

    Launch up to 50 km from the nominal one: two flights of each bring 99 of 100 to 1 m, a third
    all. So 200 missiles cost 6 ms. The flight that counts is the last one flown: nothing is
    interpolated.
    """
    todo = np.arange(len(which))
    for f in todo:
        row = missile[which[f]]
        first_s, last_s = cutoff_range_s(row, stage)
        guess(nominal[near[f]], launch[f], aim[f], first_s, last_s, control[f])
    flown = 0
    for turn in range(most):
        many_kernel(
            todo, which, missile, stage, launch, control, ground_m, burnout, impact, apogee_m,
            code, knots, used,
        )  # fmt: skip
        flown += len(todo)
        left = 0
        for f in todo:
            miss_m[f] = math.nan
            if code[f] != FLOWN and code[f] != FLOWN_ALONE:
                continue
            d = impact[f, :3] - aim[f]
            miss_m[f] = math.sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2])
            if miss_m[f] <= enough_m:
                continue
            if turn == most - 1:
                code[f] = NOT_THERE
                continue
            along, aside = miss_rad(launch[f], aim[f], impact[f])
            first_s, last_s = cutoff_range_s(missile[which[f]], stage)
            put_right(nominal[near[f]], along, aside, first_s, last_s, control[f])
            todo[left] = f
            left += 1
        todo = todo[:left]
        if left == 0:
            break
    return flown
