"""Elementary functions that give the same bits on every processor.

A system's own exp, log, sin, … differ in the last bit between machines: glibc takes other
code where there is no fused multiply-add, and about one call in a thousand then rounds the
other way. The search for an aim amplifies such a bit to metres, and one trial in twenty then
ends otherwise. Here every step is a sum, product, quotient or square root, which IEEE 754
rounds in one way only, and nothing is contracted (fastmath off). So rows depend neither on
the processor, nor on the system's library, nor on being compiled.

The power series are Taylor's; the constants were computed with sixty digits. Errors in units
of the last place are bounds that a test measures against 80-bit arithmetic. Kernels import
this module in place of ``math``; what is exact there is passed on as it is.
"""

from __future__ import annotations

import math

import numpy as np

from keepout.kernel import kernel

pi, inf, nan = math.pi, math.inf, math.nan
sqrt, floor, ceil, isnan, isfinite = math.sqrt, math.floor, math.ceil, math.isnan, math.isfinite
copysign, fabs, fsum, prod = math.copysign, math.fabs, math.fsum, math.prod

LN2_HIGH, LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10  # the first has 32 bits
PER_LN2 = 1.4426950408889634
LEAST_EXPONENT, MOST_EXPONENT = -1074, 1023
POWER_OF_2 = np.array([math.ldexp(1.0, k) for k in range(LEAST_EXPONENT, MOST_EXPONENT + 1)])
EXP = tuple(1.0 / math.factorial(n) for n in range(13, 1, -1))
LOG = tuple(2.0 / n for n in range(21, 1, -2))
FRACTION_BITS, HALF_EXPONENT = np.int64(52), np.int64(1022)
LEAST_NORMAL, TWO_52 = 2.2250738585072014e-308, 4503599627370496.0
FRACTION = np.int64((1 << 52) - 1)
SQRT_HALF = math.sqrt(0.5)

HALF_PI_1, HALF_PI_2, HALF_PI_3 = 1.5707963267341256, 6.07710049817245e-11, 8.333742918520879e-20
PER_HALF_PI = 0.6366197723675814
FARTHEST_RAD = 1e6
SIN = tuple((-1.0) ** (n // 2) / math.factorial(n) for n in range(17, 1, -2))
COS = tuple((-1.0) ** (n // 2) / math.factorial(n) for n in range(18, 2, -2))

ATAN_HIGH = np.array([
    0.0, 0.12435499454676144, 0.24497866312686414, 0.35877067027057225, 0.4636476090008061,
    0.5585993153435624, 0.6435011087932844, 0.7188299996216245, 0.7853981633974483,
])  # fmt: skip
ATAN_LOW = np.array([
    0.0, -3.1253241424539383e-18, 1.0698755618734451e-17, -2.4623815582638635e-17,
    2.2698777452961687e-17, -5.4556305485916264e-18, 1.5834785051444286e-17,
    -2.1478388444456983e-17, 3.061616997868383e-17,
])  # fmt: skip
ATAN = tuple((-1.0) ** (n // 2) / n for n in range(13, 1, -2))
HALF_PI, HALF_PI_LOW = 1.5707963267948966, 6.123233995736766e-17
PI_LOW = 1.2246467991473532e-16
DEGREE_RAD = math.pi / 180.0

PER_SQRT_PI = 0.5641895835477563
NEAR, FAR = 0.46875, 4.0
NEAR_TOP = (1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2,
            3.77485237685302021e2, 3.20937758913846947e3)  # fmt: skip
NEAR_BOTTOM = (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
               2.84423683343917062e3)  # fmt: skip
MIDDLE_TOP = (2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0,
              6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2,
              1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3)  # fmt: skip
MIDDLE_BOTTOM = (1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2,
                 1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3,
                 3.43936767414372164e3, 1.23033935480374942e3)  # fmt: skip
FAR_TOP = (1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
           1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4)  # fmt: skip
FAR_BOTTOM = (1.0, 2.56852019228982242e0, 1.87295284992346725e0, 5.27905102951428412e-1,
              6.05183413124413191e-2, 2.33520497626869185e-3)  # fmt: skip


@kernel
def horner(coefficients, x):
    """A polynomial, its highest coefficient first; even and odd powers side by side.

    coefficients  tuple of at least two floats
    x, returns    ()

    Method: Horner's in x^2, twice (Knuth, The Art of Computer Programming 2, 4.6.4): the two
    chains do not wait for each other.
    """
    z = x * x
    one, other = coefficients[0], coefficients[1]
    for n in range(2, len(coefficients), 2):
        one = one * z + coefficients[n]
    for n in range(3, len(coefficients), 2):
        other = other * z + coefficients[n]
    return one * x + other if len(coefficients) % 2 == 0 else one + other * x


@kernel
def exp(x):
    """Exponential function, to 1 unit of the last place.

    x, returns  ()  0 below the smallest double, inf above the largest

    Method: x = k ln 2 + r (Cody and Waite, Software Manual for the Elementary Functions,
    1980, ch. 6), then Taylor's series to r^13 with |r| < 0.347.
    """
    if not x < 709.782712893384:
        return inf if x > 0.0 else nan
    if x < -745.13:
        return 0.0
    k = floor(x * PER_LN2 + 0.5)
    high, low = x - k * LN2_HIGH, k * LN2_LOW
    r = high - low
    y = 1.0 + (r + (r * r * horner(EXP, r) + ((high - r) - low)))
    at = int(k) - LEAST_EXPONENT
    if k > MOST_EXPONENT:
        return 2.0 * y * POWER_OF_2[at - 1]
    return y * POWER_OF_2[at] if at >= 0 else 0.0


@kernel
def log(x):
    """Natural logarithm, to 1 unit of the last place; -inf at 0, nan below.

    x, returns  ()

    Method: x = m 2^e with m within a factor sqrt 2 of 1, then the series of
    2 artanh(f / (2 + f)), f = m - 1 (Abramowitz and Stegun, 1964, 4.1.27).
    """
    if not x > 0.0:
        return -inf if x == 0.0 else nan
    if x == inf:
        return inf
    shift = 52 if x < LEAST_NORMAL else 0
    bits = np.float64(x * TWO_52 if shift else x).view(np.int64)
    e = (bits >> FRACTION_BITS) - HALF_EXPONENT - shift
    m = np.int64((bits & FRACTION) | (HALF_EXPONENT << FRACTION_BITS)).view(np.float64)
    if m < SQRT_HALF:
        m, e = 2.0 * m, e - 1
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    half = 0.5 * f * f
    return e * LN2_HIGH - ((half - (s * (half + z * horner(LOG, z)) + e * LN2_LOW)) - f)


@kernel
def log1p(x):
    """Natural logarithm of 1 + x, to 3 units of the last place.

    x, returns  ()

    Method: Goldberg, ACM Computing Surveys 23 (1991), theorem 4.
    """
    w = 1.0 + x
    return x if w == 1.0 else log(w) * x / (w - 1.0)


@kernel
def power(x, y):
    """x to the power y for x >= 0; relative error about 2e-16 (2 + |y log x|).

    x, y, returns  ()
    """
    if x == 0.0:
        return 0.0 if y > 0.0 else (1.0 if y == 0.0 else inf)
    return exp(y * log(x))


@kernel
def hypot(x, y):
    """Length of a plane vector whose square neither overflows nor vanishes.

    x, y, returns  ()
    """
    return sqrt(x * x + y * y)


@kernel
def quarter(x):
    """The nearest multiple of a right angle, and what is left of an angle.

    x        ()         angle [rad], |x| <= 1e6
    returns  (2,) tuple multiple modulo 4; rest in -pi/4 … pi/4

    Method: pi / 2 in three parts, of which two have 32 bits (Cody and Waite, 1980, ch. 8).
    """
    n = floor(x * PER_HALF_PI + 0.5)
    r = ((x - n * HALF_PI_1) - n * HALF_PI_2) - n * HALF_PI_3
    return int(n) & 3, r


@kernel
def sin_cos(x):
    """Sine and cosine of an angle, to 1e-16 + 1 unit of the last place; nan beyond 1e6.

    x        ()          angle [rad]
    returns  (2,) tuple

    Method: Taylor's series to the powers 17 and 18 of the rest below pi/4.
    """
    if not -FARTHEST_RAD <= x <= FARTHEST_RAD:
        return nan, nan
    k, r = quarter(x)
    z = r * r
    s = r + r * (z * horner(SIN, z))
    half = 0.5 * z
    w = 1.0 - half
    c = w + (((1.0 - w) - half) + z * z * horner(COS, z))
    if k == 0:
        return s, c
    if k == 1:
        return c, -s
    if k == 2:
        return -s, -c
    return -c, s


@kernel
def sin(x):
    """Sine of an angle [rad], as ``sin_cos``."""
    return sin_cos(x)[0]


@kernel
def cos(x):
    """Cosine of an angle [rad], as ``sin_cos``."""
    return sin_cos(x)[1]


@kernel
def tan(x):
    """Tangent of an angle [rad], as ``sin_cos``."""
    s, c = sin_cos(x)
    return s / c


@kernel
def atan_unit(x):
    """Angle of a slope from 0 to 1, to 1 unit of the last place.

    x        ()  0 … 1
    returns  ()  0 … pi/4 [rad]

    Method: atan x = atan c + atan((x - c) / (1 + x c)) with c the nearest eighth.
    """
    i = int(8.0 * x + 0.5)
    c = 0.125 * i
    t = (x - c) / (1.0 + x * c)
    z = t * t
    return ATAN_HIGH[i] + (ATAN_LOW[i] + (t + t * (z * horner(ATAN, z))))


@kernel
def atan2(y, x):
    """Angle of the point (x, y) from the x axis, to 2 units of the last place.

    y, x     ()  finite; 0 at the origin
    returns  ()  -pi … pi [rad]
    """
    if isnan(x) or isnan(y):
        return nan
    across, along = abs(y), abs(x)
    if across <= along:
        angle = atan_unit(across / along) if along > 0.0 else 0.0
    else:
        angle = HALF_PI - (atan_unit(along / across) - HALF_PI_LOW)
    if x < 0.0:
        angle = pi - (angle - PI_LOW)
    return copysign(angle, y)


@kernel
def atan(x):
    """Angle of a slope [rad], to 2 units of the last place."""
    return atan2(x, 1.0)


@kernel
def asin(x):
    """Angle of a sine in -1 … 1 [rad], to 3 units of the last place; nan outside."""
    return atan2(x, sqrt((1.0 - x) * (1.0 + x))) if -1.0 <= x <= 1.0 else nan


@kernel
def acos(x):
    """Angle of a cosine in -1 … 1 [rad], to 3 units of the last place; nan outside."""
    return atan2(sqrt((1.0 - x) * (1.0 + x)), x) if -1.0 <= x <= 1.0 else nan


@kernel
def radians(x_deg):
    """Degrees to radians."""
    return x_deg * DEGREE_RAD


@kernel
def degrees(x_rad):
    """Radians to degrees."""
    return x_rad * (180.0 / pi)


@kernel
def erfc(x):
    """Complement of the error function, to 1e-15 relative.

    x, returns  ()

    Source: Cody, Math. Comp. 23 (1969) 631, rational approximations of degree 4, 8 and 5.
    """
    y = abs(x)
    z = y * y
    if y <= NEAR:
        return 1.0 - x * (horner(NEAR_TOP, z) / horner(NEAR_BOTTOM, z))
    if y > 27.0:
        return 0.0 if x > 0.0 else 2.0
    if y <= FAR:
        ratio = horner(MIDDLE_TOP, y) / horner(MIDDLE_BOTTOM, y)
    else:
        w = 1.0 / z
        ratio = (PER_SQRT_PI - w * (horner(FAR_TOP, w) / horner(FAR_BOTTOM, w))) / y
    coarse = floor(16.0 * y) / 16.0
    tail = exp(-coarse * coarse) * exp(-(y - coarse) * (y + coarse)) * ratio
    return tail if x > 0.0 else 2.0 - tail


@kernel
def exp_each(x):
    """Exponential of every number of an array (n,)."""
    out = np.empty(len(x))
    for i in range(len(x)):
        out[i] = exp(x[i])
    return out


@kernel
def softplus_each(x):
    """log(1 + e^x) of every number of an array (n,), without overflow."""
    out = np.empty(len(x))
    for i in range(len(x)):
        out[i] = max(x[i], 0.0) + log1p(exp(-abs(x[i])))
    return out
