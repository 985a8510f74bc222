"""The US Standard Atmosphere 1976, 0 to 1000 km, at rest relative to the turning Earth."""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.kernel import kernel, part

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
    -11.875642, -11.891309, -11.938614, -12.018017, -12.129974, -12.274945, -12.453387, -12.665760,
    -12.912577, -13.194424, -13.511891, -13.864107, -14.245547, -14.650416, -15.081804, -15.548462,
    -16.047019, -16.561537, -17.055805, -17.502232, -17.912868, -18.293118, -18.645468, -18.976646,
    -19.288090, -19.584643, -19.864938, -20.137945, -20.401868, -20.651137, -20.893674, -21.130918,
    -21.363345, -21.587086, -21.808908, -22.025031, -22.240395, -22.451339, -22.658261, -22.861637,
    -23.061941, -23.259647, -23.455230, -23.649154, -23.841734, -24.033180, -24.223705, -24.413518,
    -24.602830, -24.791841, -24.980629, -25.169175, -25.357459, -25.545460, -25.733159, -25.920652,
    -26.108256, -26.296311, -26.485158, -26.675131, -26.866323, -27.058502, -27.251412, -27.444795,
    -27.638466, -27.832610, -28.027545, -28.223585, -28.420991, -28.619453, -28.818320, -29.016935,
    -29.214712, -29.411663, -29.608107, -29.804368, -30.000513, -30.195622, -30.388534, -30.578101,
    -30.763579, -30.944690, -31.121181, -31.292695, -31.458503, -31.617790, -31.769851, -31.914867,
    -32.053457, -32.186191, -32.312934, -32.433025, -32.545853, -32.651766, -32.751908, -32.847407,
    -32.938872, -33.026537, -33.110631, -33.191381, -33.269016,
])
LN_P = np.array([
    -0.985156, -1.001176, -1.049345, -1.129822, -1.242765, -1.388335, -1.566691, -1.777982,
    -2.021930, -2.297672, -2.604307, -2.940122, -3.300826, -3.681442, -4.074628, -4.471323,
    -4.862287, -5.237616, -5.583297, -5.892089, -6.176151, -6.444642, -6.699203, -6.938068,
    -7.167669, -7.387866, -7.600870, -7.808297, -8.009195, -8.204796, -8.398038, -8.589898,
    -8.772421, -8.956424, -9.137253, -9.319948, -9.497615, -9.673967, -9.849237, -10.023585,
    -10.197177, -10.370173, -10.542738, -10.715032, -10.887195, -11.059353, -11.231630, -11.404151,
    -11.577041, -11.750420, -11.924334, -12.098774, -12.273731, -12.449195, -12.625156, -12.801621,
    -12.978628, -13.156217, -13.334430, -13.513307, -13.692839, -13.872954, -14.053574, -14.234620,
    -14.415980, -14.597349, -14.778354, -14.958623, -15.137774, -15.315312, -15.490673, -15.663296,
    -15.832629, -15.998234, -16.159731, -16.316738, -16.468894, -16.615910, -16.757514, -16.893437,
    -17.023451, -17.147379, -17.265046, -17.376428, -17.482040, -17.582515, -17.678447, -17.770090,
    -17.857532, -17.940873, -18.020387, -18.096477, -18.169561, -18.240224, -18.309192, -18.377165,
    -18.444446, -18.511058, -18.577016, -18.642335, -18.707030,
])
# fmt: on
KNOTS = len(LN_RHO)


@part
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
    standard's values by a table to 1 %, and sqrt(1.4 p/rho) for the speed of sound, which
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
        p = P_B[b] * math.power(T_B[b] / t_k, G0_MPS2 / (R_AIR * L_B[b]))  # eq. 33a
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
