"""The footprint found another way, with nothing of keepout but the missile's flight to one aim.

For each bearing from the battery the edge of the defended ground is found by bisection, flying
the missile to every aim that is tried. Interceptors are flown by scipy, a fan of them, and the
time to a point is read off the fan: along each flight height and time are functions of ground
range, and at the range asked for the flights on both sides of the height are mixed. Ground range
and area are geodesic (pyproj). The engagement is tried at every intercept time, a quarter of a
second apart. Equations of the interceptor are those that intercept/flyout.py states.

    python -m tests.studies.brute_footprint      # the table of the manual
"""

from __future__ import annotations

import math

import numpy as np
import pymap3d
from pyproj import Geod
from scipy.integrate import solve_ivp

from keepout.earth.atmosphere import TOP_M, air
from keepout.flight.drag import cd_of
from keepout.flight.fly import solve_lane
from keepout.records.place import Place

GEOD = Geod(ellps="WGS84")
RADIUS_M, MU = 6371008.7714, 3.986004418e14
STEP_S = 0.25


class Fan:
    """Flights of an interceptor from the horizon to the zenith."""

    def __init__(self, it, flights=181):
        self.it = it
        self.ranges_m = np.linspace(0.0, float(it.reach_m), 401)
        self.height_m = np.full((flights, len(self.ranges_m)), math.nan)
        self.time_s = np.full_like(self.height_m, math.nan)
        for k, elevation in enumerate(np.radians(np.linspace(0.5, 89.99, flights))):
            self._fly(k, elevation)

    def _fly(self, k, elevation):
        it = self.it
        tx, ty = it.thrust_n * math.cos(elevation), it.thrust_n * math.sin(elevation)

        def motion(t_s, y):
            burning = t_s < it.burn_s
            mass = it.mass_kg - it.propellant_kg * min(t_s / it.burn_s, 1.0)
            r = math.hypot(y[0], y[1])
            ax, ay = -MU * y[0] / r**3, -MU * y[1] / r**3
            if burning:
                ax, ay = ax + tx / mass, ay + ty / mass
            if r - RADIUS_M < TOP_M:
                rho, _, sound = air(r - RADIUS_M)
                v = math.hypot(y[2], y[3])
                slow = 0.5 * rho * v * cd_of(it.drag_law, v / sound) * it.area_m2 / mass
                ax, ay = ax - slow * y[2], ay - slow * y[3]
            return [y[2], y[3], ax, ay]

        start = [0.0, RADIUS_M, 0.0, 0.0]
        burn = solve_ivp(motion, (0.0, it.burn_s), start, rtol=1e-7, atol=1e-3, max_step=0.5)
        times = np.linspace(it.burn_s, it.max_flight_s, 400)
        coast = solve_ivp(
            motion, (it.burn_s, it.max_flight_s), burn.y[:, -1], t_eval=times, rtol=1e-7, atol=1e-3
        )
        x, y, vx, vy = coast.y
        s, h = RADIUS_M * np.arctan2(x, y), np.hypot(x, y) - RADIUS_M
        climb = (x * vx + y * vy) / np.hypot(x, y) / np.hypot(vx, vy)
        over = (climb < -math.sin(math.radians(45.0))) | (h < -1e4)
        end = int(np.argmax(over)) if over.any() else len(s)
        good = np.arange(len(s)) < end
        if good.sum() < 3:
            return
        inside = (self.ranges_m >= s[good][0]) & (self.ranges_m <= s[good][-1])
        self.height_m[k, inside] = np.interp(self.ranges_m[inside], s[good], h[good])
        self.time_s[k, inside] = np.interp(self.ranges_m[inside], s[good], times[good])

    def time_to_s(self, range_m, alt_m):
        """Least time of flight to a point; nan if no two neighbours of the fan enclose it."""
        at = range_m / self.it.reach_m * (len(self.ranges_m) - 1)
        j = min(int(at), len(self.ranges_m) - 2)
        u = at - j
        h = (1.0 - u) * self.height_m[:, j] + u * self.height_m[:, j + 1]
        t = (1.0 - u) * self.time_s[:, j] + u * self.time_s[:, j + 1]
        low, high = h[:-1], h[1:]
        with np.errstate(invalid="ignore"):
            there = (np.minimum(low, high) <= alt_m) & (alt_m <= np.maximum(low, high))
            mixed = t[:-1] + (alt_m - low) / (high - low) * (t[1:] - t[:-1])
        return float(np.min(mixed[there], initial=math.inf)) if there.any() else math.nan


class Brute:
    """Whether a point is defended, by trying every intercept."""

    def __init__(self, it, missile, stages, launch, site, cue_s, assess_s):
        self.fan, self.it = Fan(it), it
        self.missile, self.stages, self.launch, self.site = missile, stages, launch, site
        self.cue_s, self.assess_s = cue_s, assess_s

    def looks(self, aim):
        """Rounds that can be fired at a missile to this place, one after another's result."""
        flown = solve_lane(self.missile, self.stages, self.launch, aim)
        if flown.code != 0 or flown.lane.range_m > self.missile.max_range_m:
            return 0
        burnt_out_s = float(flown.lane.burnout_s)
        meet_s = np.arange(burnt_out_s + STEP_S, float(flown.lane.flight_s), STEP_S)
        times = np.arange(len(flown.sample)) * float(flown.lane.dt_s)
        x, y, z = (np.interp(meet_s, times, flown.sample[:, j]) for j in range(3))
        lat, lon, alt = pymap3d.ecef2geodetic(x, y, z)
        pick = (alt >= self.it.floor_m) & (alt <= self.it.ceiling_m)
        meet_s, lat, lon, alt = meet_s[pick], lat[pick], lon[pick], alt[pick]
        far = GEOD.inv(
            np.full_like(lon, self.site.lon_deg), np.full_like(lat, self.site.lat_deg), lon, lat
        )[2]
        pick = far <= self.it.reach_m
        meet_s, far, alt = meet_s[pick], far[pick], alt[pick]
        if not len(meet_s):
            return 0
        leave_s = meet_s - np.array([self.fan.time_to_s(s, h) for s, h in zip(far, alt)])
        return self._count(leave_s, meet_s, burnt_out_s)

    def _count(self, leave_s, meet_s, burnt_out_s):
        now_s, count = burnt_out_s + self.cue_s, 0
        while True:
            can = np.flatnonzero(leave_s >= now_s)
            if not len(can):
                return count
            first = can[np.argmin(leave_s[can])]
            now_s, count = meet_s[first] + self.assess_s, count + 1


def area_km2(brute, looks, bearings=36, farthest_m=900e3, exact_m=250.0):
    """Area of the ground with so many looks: the edge by bisection along every bearing.

    The ground is taken to be a star about the battery, which has to lie in it.
    """
    site = brute.site
    lats, lons = [], []
    for bearing in np.arange(bearings) * 360.0 / bearings:
        low, high = 0.0, farthest_m
        while high - low > exact_m:
            middle = 0.5 * (low + high)
            lon, lat, _ = GEOD.fwd(site.lon_deg, site.lat_deg, bearing, middle)
            inside = brute.looks(Place(lat_deg=lat, lon_deg=lon)) >= looks
            low, high = (middle, high) if inside else (low, middle)
        lon, lat, _ = GEOD.fwd(site.lon_deg, site.lat_deg, bearing, 0.5 * (low + high))
        lats.append(lat)
        lons.append(lon)
    return abs(GEOD.polygon_area_perimeter(lons, lats)[0]) / 1e6


def main():
    """Footprints of several batteries beside those of the verb."""
    import sys
    import time

    from keepout.studies.footprint import Asked, footprint

    cases = [
        ("tutorial", (), missile, math.radians(70.0), km * 1e3)
        for missile, km in (("ghadr-1", 1000), ("sejjil", 1300), ("sejjil", 1600))
    ]
    cases += [
        ("tutorial", (f"batteries.north-1.type={kind}",), "sejjil", math.radians(70.0), 1300e3)
        for kind in ("arrow-2-battery", "patriot-battery", "arrow-3-battery")
    ]
    for scenario, sets, missile, azimuth, range_m in cases:
        asked = Asked(missile=missile, azimuth_rad=azimuth, range_m=range_m)
        found = footprint(scenario, asked, sets)
        q, covered = found.question, found.coverage
        brute = Brute(
            covered.interceptor, q.missile, q.stages, q.launch, q.site, q.cue_s, q.assess_s
        )
        for looks in (1, 2):
            start = time.process_time()
            ours = covered.area_km2("outside", looks)
            theirs = area_km2(brute, looks, 72) if ours > 0.0 else 0.0
            ratio = ours / theirs - 1.0 if theirs else math.nan
            print(
                f"{found.system:18s} {missile} {range_m / 1e3:5.0f} km  looks {looks}: "
                f"{ours:10,.0f} ± {covered.error_km2('outside', looks):4.0f} brute "
                f"{theirs:10,.0f} km2  {100 * ratio:+.2f} %  {time.process_time() - start:.1f} s"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
