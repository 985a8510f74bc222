"""The unscented Kalman filter: no derivatives, 2 n + 1 points carried through what bends.

``points_of``, ``moments`` and ``correct`` serve any motion and any measurement of up to seven
states: draw points, carry each through your own equations, gather. ``unscented_predict`` and
``unscented_update`` are these for the ballistic motion of ``motion`` and a radar's range, azimuth
and elevation. Noise is added, not drawn into the points; points are drawn anew for the update.

Source: S. J. Julier & J. K. Uhlmann, Proc. IEEE 92 (2004) 401; weights in the scaled form of
E. A. Wan & R. van der Merwe, Proc. AS-SPCC (2000) 153. Nothing is allocated.
"""

from __future__ import annotations

from keepout import elementary as math
from keepout.kernel import kernel, part

from .associate import apart
from .motion import AIR_STEP_S, AIR_TOP_M, SPACE_STEP_S, STATES, fall, stir
from .polar import polar

MOST_POINTS = 2 * STATES + 1
WORK = (3 * STATES + 2 * MOST_POINTS, STATES)
"""Shape of the scratch array of ``unscented_predict`` and ``unscented_update``."""

ALPHA, BETA, KAPPA = 0.5, 2.0, 3.0 - STATES
"""How far the points go: their scale is alpha sqrt(n + kappa) = 0.87 standard deviations."""

CLEAR_M = 6.3781370e6 + AIR_TOP_M


@kernel
def point_weights(n, alpha, beta, kappa):
    """Weights of points: first in the mean, first in the covariance, each other; their scale.

    n  number of states;  alpha, beta, kappa  as Wan & van der Merwe write them
    """
    scale2 = alpha * alpha * (n + kappa)
    first = 1.0 - n / scale2
    return first, first + 1.0 - alpha * alpha + beta, 0.5 / scale2, math.sqrt(scale2)


@kernel
def lower_root(cov, root):
    """Cholesky factor of a covariance (n, n) into ``root``; whether there is one."""
    n = len(cov)
    for i in range(n):
        for j in range(i + 1):
            total = cov[i, j]
            for k in range(j):
                total -= root[i, k] * root[j, k]
            if i == j:
                if not total > 0.0:
                    return False
                root[i, i] = math.sqrt(total)
            else:
                root[i, j] = total / root[j, j]
                root[j, i] = 0.0
    return True


@kernel
def points_of(x, cov, scale, root, points):
    """Points about a mean: it, then plus and minus the columns of the covariance's root.

    x, cov  (n,), (n, n);  scale () from ``point_weights``;  root (n, n) overwritten
    points  (2 n + 1, n)  overwritten
    returns ()  False if the covariance is not positive definite; then nothing is written
    """
    if not lower_root(cov, root):
        return False
    n = len(x)
    for i in range(n):
        points[0, i] = x[i]
        for k in range(n):
            points[1 + k, i] = x[i] + scale * root[i, k]
            points[1 + n + k, i] = x[i] - scale * root[i, k]
    return True


@kernel
def moments(points, mean_0, cov_0, each, x, cov):
    """Mean and covariance of points, into x (n,) and cov (n, n); weights of ``point_weights``."""
    n = points.shape[1]
    for i in range(n):
        total = 0.0
        for k in range(1, len(points)):
            total += points[k, i] - points[0, i]
        x[i] = points[0, i] * (mean_0 + each * (len(points) - 1)) + each * total
    for i in range(n):
        for j in range(i + 1):
            total = cov_0 * (points[0, i] - x[i]) * (points[0, j] - x[j])
            for k in range(1, len(points)):
                total += each * (points[k, i] - x[i]) * (points[k, j] - x[j])
            cov[i, j] = cov[j, i] = total


@kernel
def correct(points, seen, residual, mean_0, cov_0, each, noise, x, cov, gain, s, root):
    """Take a measurement into a track whose points and what each would show are given.

    points    (2 n + 1, n)  drawn from x and cov;  weights of ``point_weights``
    seen      (2 n + 1, m)  what each would show, about the first (angles unwrapped)
    residual  (m,)  measurement less ``seen[0]``, angles unwrapped; changed to the innovation
    noise     (m,)  variances
    x, cov    (n,), (n, n)  changed in place
    gain, s, root  (n, m), (m, m), (m, m)  overwritten
    returns   ()  squared distance of the measurement; nan if its covariance is not positive
    """
    n, m = len(x), len(noise)
    for a in range(m):
        total = 0.0
        for k in range(1, len(seen)):
            total += seen[k, a] - seen[0, a]
        s[a, a] = each * total  # the mean about the first, kept here for a moment
    for a in range(m):
        residual[a] -= s[a, a]
        root[0, a] = seen[0, a] + s[a, a]
    for a in range(m):
        for b in range(m):
            total = cov_0 * (seen[0, a] - root[0, a]) * (seen[0, b] - root[0, b])
            for k in range(1, len(seen)):
                total += each * (seen[k, a] - root[0, a]) * (seen[k, b] - root[0, b])
            s[a, b] = total + (noise[a] if a == b else 0.0)
        for i in range(n):
            total = cov_0 * (points[0, i] - x[i]) * (seen[0, a] - root[0, a])
            for k in range(1, len(seen)):
                total += each * (points[k, i] - x[i]) * (seen[k, a] - root[0, a])
            gain[i, a] = total
    return whitened(residual, x, cov, gain, s, root)


@part
def whitened(residual, x, cov, gain, s, root):
    """The update once innovation, its covariance s and the cross covariance (in gain) stand."""
    if not lower_root(s, root):
        return math.nan
    n, m = len(x), len(residual)
    d2 = 0.0
    for a in range(m):  # divide by the root: cross covariance and innovation become white
        for b in range(a):
            residual[a] -= root[a, b] * residual[b]
        residual[a] /= root[a, a]
        d2 += residual[a] * residual[a]
        for i in range(n):
            for b in range(a):
                gain[i, a] -= root[a, b] * gain[i, b]
            gain[i, a] /= root[a, a]
    for i in range(n):
        for a in range(m):
            x[i] += gain[i, a] * residual[a]
        for j in range(i + 1):
            for a in range(m):
                cov[i, j] -= gain[i, a] * gain[j, a]
            cov[j, i] = cov[i, j]
    return d2


@part
def carried(state, dt_s, drag_law):
    """Move one point over a time: equal steps of at most SPACE_STEP_S, AIR_STEP_S in the air."""
    r2 = state[0] * state[0] + state[1] * state[1] + state[2] * state[2]
    longest_s = AIR_STEP_S if r2 < CLEAR_M * CLEAR_M else SPACE_STEP_S
    steps = max(1, math.ceil(dt_s / longest_s - 1e-9))
    for _ in range(steps):
        fall(state, dt_s / steps, drag_law)


@kernel
def unscented_predict(x, cov, dt_s, drag_law, density, walk_ps, work):
    """Carry a track over a time without a look.

    x, cov    (7,), (7, 7)  changed in place;  work WORK, overwritten
    dt_s      ()  [s];  drag_law () DRAG_*
    density   ()  noise density of unmodelled acceleration [m2/s3];  walk_ps of ln(beta) [1/s],
                  LN_BETA_NOISE_PS in the air
    returns   ()  False if the covariance was not positive definite: nothing is changed
    """
    mean_0, cov_0, each, scale = point_weights(STATES, ALPHA, BETA, KAPPA)
    points = work[:MOST_POINTS]
    if not points_of(x, cov, scale, work[MOST_POINTS : MOST_POINTS + STATES], points):
        return False
    for k in range(MOST_POINTS):
        carried(points[k], dt_s, drag_law)
    moments(points, mean_0, cov_0, each, x, cov)
    stir(cov, dt_s, density, walk_ps)
    return True


@kernel
def unscented_update(face, range_m, az_rad, el_rad, range_var_m2, az_var, el_var, x, cov, work):
    """Take a look into a track; arguments as ``polar.take_polar``, cov (7, 7), work WORK.

    returns  ()  squared distance of the look; nan if a covariance was not positive definite
    """
    mean_0, cov_0, each, scale = point_weights(STATES, ALPHA, BETA, KAPPA)
    points, seen = work[:MOST_POINTS], work[MOST_POINTS : 2 * MOST_POINTS, :3]
    rest = work[2 * MOST_POINTS :]
    if not points_of(x, cov, scale, rest[:STATES], points):
        return math.nan
    first = polar(face, points[0, 0], points[0, 1], points[0, 2])
    for k in range(MOST_POINTS):
        shown = polar(face, points[k, 0], points[k, 1], points[k, 2])
        seen[k, 0], seen[k, 2] = shown[0], shown[2]
        seen[k, 1] = first[1] + apart(shown[1], first[1], True)
    residual, noise = rest[0, :3], rest[1, :3]
    residual[0], residual[1] = range_m - first[0], apart(az_rad, first[1], True)
    residual[2] = el_rad - first[2]
    noise[0], noise[1], noise[2] = range_var_m2, az_var, el_var
    gain, s, root = rest[STATES : 2 * STATES, :3], rest[2:5, :3], rest[2:5, 3:6]
    return correct(points, seen, residual, mean_0, cov_0, each, noise, x, cov, gain, s, root)


@kernel
def unscented_looks(face, t_s, looks, drag_law, density, walk_ps, states, cov, work):
    """Filter all looks at one object.

    t_s     (n,)    times [s], rising
    looks   (n, 6)  range, azimuth, elevation and their variances; that of row 0 is not used
    states  (n, 7)  row 0 is the start; the others are overwritten;  cov (7, 7) changed in place
    returns ()      number of looks taken; fewer than n - 1 if a covariance was not positive
    """
    for k in range(1, len(t_s)):
        for i in range(STATES):
            states[k, i] = states[k - 1, i]
        if not unscented_predict(
            states[k], cov, t_s[k] - t_s[k - 1], drag_law, density, walk_ps, work
        ):
            return k - 1
        z = looks[k]
        d2 = unscented_update(face, z[0], z[1], z[2], z[3], z[4], z[5], states[k], cov, work)
        if math.isnan(d2):
            return k - 1
    return len(t_s) - 1
