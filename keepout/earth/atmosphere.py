"""The US Standard Atmosphere 1976, 0 to 1000 km, at rest relative to the turning Earth."""

from __future__ import annotations

import math

import numpy as np

from keepout.kernel import kernel

# NASA-TM-X-74335 (1976), tables 2 and 4, section 1.2; grade A
G0_MPS2 = 9.80665
R0_M = 6356766.0
R_AIR = 8314.32 / 28.9644
GAMMA = 1.4
TOP_M = 86e3
H_B = np.array([0.0, 11e3, 20e3, 32e3, 47e3, 51e3, 71e3])
L_B = np.array([-6.5e-3, 0.0, 1.0e-3, 2.8e-3, 0.0, -2.8e-3, -2.0e-3])
T_B = np.array([288.15, 216.65, 216.65, 228.65, 270.65, 270.65, 214.65])
P_B = np.array([101325.0, 22632.064, 5474.8887, 868.01868, 110.90631, 66.938873, 3.9564205])
P0_PA = 101325.0

# ln of density [kg/m3] and pressure [Pa] from 86 to 1000 km, knots even in the square root of
# the height above 86 km; made by design/upper_air_table.py
SPAN_M = 914e3
# fmt: off
LN_RHO = np.array([
    -11.875654, -11.891900, -11.940689, -12.021984, -12.135772, -12.282034, -12.460768, -12.671993,
    -12.916138, -13.194890, -13.508732, -13.857579, -14.240523, -14.648880, -15.082471, -15.543438,
    -16.035254, -16.561472, -17.046383, -17.492687, -17.904364, -18.282944, -18.634560, -18.963979,
    -19.274778, -19.569745, -19.851120, -20.120631, -20.379895, -20.630480, -20.873297, -21.108827,
    -21.338370, -21.562516, -21.781717, -21.996616, -22.207659, -22.415232, -22.619740, -22.821431,
    -23.020669, -23.217736, -23.412712, -23.606097, -23.797880, -23.988264, -24.177671, -24.365864,
    -24.553601, -24.740458, -24.927097, -25.113265, -25.299501, -25.485571, -25.672060, -25.858552,
    -26.045890, -26.233418, -26.421940, -26.611064, -26.800948, -26.992024, -27.183763, -27.376649,
    -27.570631, -27.765357, -27.961172, -28.158052, -28.355548, -28.553571, -28.752627, -28.951927,
    -29.151249, -29.350355, -29.549370, -29.747664, -29.944719, -30.140104, -30.333342, -30.523996,
    -30.711698, -30.895549, -31.074955, -31.249327, -31.418111, -31.580805, -31.736989, -31.886344,
    -32.028669, -32.163899, -32.292161, -32.413547, -32.528355, -32.636979, -32.739877, -32.837553,
    -32.930533, -33.019341, -33.104488, -33.186456, -33.265689,
])
LN_P = np.array([
    -0.985168, -1.001398, -1.050143, -1.131354, -1.244992, -1.390988, -1.569257, -1.779681,
    -2.022136, -2.296249, -2.601263, -2.935758, -3.296980, -3.674134, -4.064137, -4.463792,
    -4.860754, -5.232132, -5.569763, -5.879279, -6.164918, -6.431124, -6.681782, -6.919779,
    -7.147292, -7.366025, -7.577342, -7.782242, -7.981747, -8.176898, -8.368172, -8.555677,
    -8.740377, -8.922582, -9.102493, -9.280538, -9.456983, -9.632043, -9.805979, -9.978931,
    -10.151141, -10.322796, -10.493910, -10.664875, -10.835634, -11.006321, -11.177272, -11.348216,
    -11.519800, -11.691571, -11.864085, -12.037034, -12.210850, -12.385229, -12.560636, -12.736579,
    -12.913756, -13.091427, -13.270236, -13.449676, -13.629757, -13.810733, -13.991931, -14.173628,
    -14.355574, -14.537224, -14.718663, -14.899602, -15.079359, -15.257599, -15.434457, -15.608920,
    -15.780498, -15.948701, -16.113369, -16.273749, -16.429260, -16.579482, -16.724057, -16.862766,
    -16.995551, -17.122100, -17.242437, -17.356688, -17.465072, -17.567887, -17.665494, -17.758298,
    -17.846730, -17.931233, -18.012285, -18.090245, -18.165509, -18.238442, -18.309373, -18.378599,
    -18.446379, -18.512940, -18.578477, -18.643156, -18.707116,
])
# fmt: on
KNOTS = len(LN_RHO)


@kernel
def _upper(table, alt_m):
    """Logarithm out of one of the two tables, by its knots, held above 1000 km."""
    s = math.sqrt(min(1.0, (alt_m - TOP_M) / SPAN_M)) * (KNOTS - 1)
    i = min(int(s), KNOTS - 2)
    return table[i] + (s - i) * (table[i + 1] - table[i])


@kernel
def air(alt_m):
    """Density, pressure and speed of sound of the standard air.

    alt_m    ()  geometric height [m]
    returns  (density [kg/m3], pressure [Pa], speed of sound [m/s])

    Source: NASA-TM-X-74335 (1976), eqs. 18, 23, 33a, 33b, 42, 50. Exact to 86 km; above, the
    standard's values by a table to 0.6 %, and sqrt(1.4 p/rho) for the speed of sound, which
    the standard leaves undefined there. Below sea level the lowest layer goes on, to -5 km;
    above 1000 km the air is that at 1000 km. Never nan.
    """
    if alt_m >= TOP_M:
        rho = math.exp(_upper(LN_RHO, alt_m))
        p = math.exp(_upper(LN_P, alt_m))
        return rho, p, math.sqrt(GAMMA * p / rho)
    h_m = R0_M * alt_m / (R0_M + alt_m) if alt_m > -5e3 else -5e3  # geopotential, eq. 18
    b = 0
    while b < 6 and h_m >= H_B[b + 1]:
        b += 1
    t_k = T_B[b] + L_B[b] * (h_m - H_B[b])  # eq. 23, molecular scale
    if L_B[b] == 0.0:
        p = P_B[b] * math.exp(-G0_MPS2 * (h_m - H_B[b]) / (R_AIR * t_k))  # eq. 33b
    else:
        p = P_B[b] * (T_B[b] / t_k) ** (G0_MPS2 / (R_AIR * L_B[b]))  # eq. 33a
    return p / (R_AIR * t_k), p, math.sqrt(GAMMA * R_AIR * t_k)  # eqs. 42, 50


@kernel
def density_kgpm3(alt_m):
    """Density of the standard air.

    alt_m    ()  geometric height [m]
    returns  ()  [kg/m3]

    Source: NASA-TM-X-74335 (1976), eq. 42; validity as air.
    """
    return air(alt_m)[0]


@kernel
def temperature_k(alt_m):
    """Temperature of the standard air.

    alt_m    ()  geometric height [m]
    returns  ()  [K]; of the molecular scale below 86 km, which differs from the kinetic
                 temperature by less than 0.1 K and only above 80 km

    Source: NASA-TM-X-74335 (1976), eqs. 23, 25, 27, 29, 31. Valid -5 to 1000 km.
    """
    if alt_m < TOP_M:
        rho, p, _ = air(alt_m)
        return p / (R_AIR * rho)
    if alt_m < 91e3:
        return 186.8673
    if alt_m < 110e3:
        return 263.1905 - 76.3232 * math.sqrt(1.0 - ((alt_m - 91e3) / 19942.9) ** 2)
    if alt_m < 120e3:
        return 240.0 + 0.012 * (alt_m - 110e3)
    xi = (alt_m - 120e3) * (R0_M + 120e3) / (R0_M + alt_m)
    return 1000.0 - 640.0 * math.exp(-0.01875e-3 * xi)
