#!/usr/bin/env python3
"""Writes elementwise.json, gated.json and rowwise.json: what the float64 reference is proved by.

    python3 test/goldens/generate.py        (needs mpmath; some seconds)

Every function is written here from its definition, at 200 digits, so that cancellation (x - tanh x at 1e-45 loses 90)
still leaves more than 50. Each derivative's closed form is held to mp.diff. A number is stored as the nearest float64
and, four digits long, what that leaves. Nothing here is shared with the TypeScript reference.
"""

import json
import math
import random
import struct
from pathlib import Path

import mpmath as mp
from mpmath import mpf

mp.mp.dps = 200
HERE = Path(__file__).parent
INFINITY = float("inf")
LARGEST = 3.4028234663852886e38


# --- definitions ------------------------------------------------------------------------------------------------------

def sigma(x):
    return 1 / (1 + mp.exp(-x)) if x > -1e6 else mpf(0)


def softplus(x):
    return mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))


def tanh(x):
    return mp.tanh(x) if abs(x) < 1e4 else mp.sign(x)


def cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2 if abs(x) < 1e4 else mpf(x > 0)


def density(x):
    return mp.npdf(x) if abs(x) < 1e4 else mpf(0)


def expm1(x):
    return mp.expm1(x) if x > -1e4 else mpf(-1)


def step(condition):
    return mpf(1) if condition else mpf(0)


def gauss(x):
    return mp.exp(-(x**2)) if abs(x) < 1e4 else mpf(0)


def xielu(x, ap, an, b, epsilon):
    return ap * x**2 + b * x if x > 0 else an * (expm1(min(x, epsilon)) - x) + b * x


def gelu_tanh_inner(x):
    return mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3)


def gelu_tanh(x):
    # ½(1 + tanh u) is σ(2u)
    return x * sigma(2 * gelu_tanh_inner(x))


def gelu_tanh_derivative(x):
    u = gelu_tanh_inner(x)
    slope = mp.sqrt(2 / mp.pi) * (1 + 3 * mpf("0.044715") * x**2)
    return sigma(2 * u) + x * 2 * slope * sigma(2 * u) * sigma(-2 * u)


def swish(x, beta):
    return x * sigma(beta * x)


def swish_derivative(x, beta):
    t = beta * x
    return sigma(t) + t * sigma(t) * sigma(-t)


def mish_derivative(x):
    t = tanh(softplus(x))
    return t + x * (1 - t**2) * sigma(x)


def squareplus_derivative(x, b):
    return (1 + x / mp.sqrt(x**2 + b)) / 2


SELU_SCALE = mpf("1.0507009873554805")
SELU_ALPHA = mpf("1.6732632423543772")
SIXTH = 1 / 6


def hard_sigmoid_slope(alpha):
    """The float64 nearest to 1/6 means one sixth, so that the kinks of the default parameters lie at -3 and 3."""
    return mpf(1) / 6 if alpha == SIXTH else alpha


def hard_sigmoid_line(x, alpha, beta):
    return hard_sigmoid_slope(alpha) * x + beta


# name: (value, derivative, limits (value at -inf, value at +inf, derivative at -inf, derivative at +inf),
#        parameter sets, points of interest); limits and points may depend on the parameters.
def fixed(*numbers):
    return lambda *_: numbers


FUNCTIONS = {
    "identity": (lambda x: x, lambda x: mpf(1), fixed(-INFINITY, INFINITY, 1, 1), [{}], fixed(0)),
    "sigmoid": (sigma, lambda x: sigma(x) * sigma(-x), fixed(0, 1, 0, 0), [{}], fixed(0, -87.33654, -103.97, 17.3)),
    "tanh": (tanh, lambda x: 1 - tanh(x) ** 2, fixed(-1, 1, 0, 0), [{}], fixed(0, 9.01, -9.01, 44, 0.55)),
    "relu": (lambda x: max(mpf(0), x), lambda x: step(x > 0), fixed(0, INFINITY, 0, 1), [{}], fixed(0)),
    "leakyRelu": (
        lambda x, alpha: x if x >= 0 else alpha * x,
        lambda x, alpha: mpf(1) if x >= 0 else alpha,
        lambda alpha: (0 if alpha == 0 else -INFINITY * alpha, INFINITY, alpha, 1),
        [{"alpha": a} for a in (0.01, 0.2, -97.70109193608776, 0.0)],
        fixed(0),
    ),
    "relu6": (
        lambda x: min(max(mpf(0), x), mpf(6)),
        lambda x: step(0 < x < 6),
        fixed(0, 6, 0, 0),
        [{}],
        fixed(0, 6),
    ),
    "reluSquared": (
        lambda x: max(mpf(0), x) ** 2,
        lambda x: 2 * max(mpf(0), x),
        fixed(0, INFINITY, 0, INFINITY),
        [{}],
        fixed(0),
    ),
    "elu": (
        lambda x, alpha: x if x > 0 else alpha * expm1(x),
        lambda x, alpha: mpf(1) if x > 0 else alpha * mp.exp(x),
        lambda alpha: (-alpha, INFINITY, 0, 1),
        [{"alpha": a} for a in (1.0, 0.3607245505146506, -3.468180406374035, 1000.0)],
        fixed(0, -17.3, -87.33654, -103.97),
    ),
    "selu": (
        lambda x: SELU_SCALE * x if x > 0 else SELU_SCALE * SELU_ALPHA * expm1(x),
        lambda x: SELU_SCALE if x > 0 else SELU_SCALE * SELU_ALPHA * mp.exp(x),
        fixed(float(-SELU_SCALE * SELU_ALPHA), INFINITY, 0, float(SELU_SCALE)),
        [{}],
        fixed(0, -17.3, -87.33654, -103.97),
    ),
    "celu": (
        lambda x, alpha: x if x > 0 else alpha * expm1(x / alpha),
        lambda x, alpha: mpf(1) if x > 0 else mp.exp(x / alpha),
        lambda alpha: (-alpha, INFINITY, 0, 1),
        [{"alpha": a} for a in (1.0, 2.0, 0.1, 0.001, 1000.0)],
        lambda alpha: (0, -17.3 * alpha, -87.33654 * alpha, -103.97 * alpha),
    ),
    "gelu": (
        lambda x: x * cdf(x),
        lambda x: cdf(x) + x * density(x),
        fixed(0, INFINITY, 0, 1),
        [{}],
        fixed(0, -0.7517915246935645, -1.2517915, -0.2517915, -1, -5.6, -13.1, -14.2, 5.6, -1.4142135),
    ),
    "geluTanh": (
        gelu_tanh,
        gelu_tanh_derivative,
        fixed(0, INFINITY, 0, 1),
        [{}],
        fixed(0, -0.7524614220710163, -9.5, -10.1, 5),
    ),
    "geluSigmoid": (
        lambda x: swish(x, mpf("1.702")),
        lambda x: swish_derivative(x, mpf("1.702")),
        fixed(0, INFINITY, 0, 1),
        [{}],
        fixed(0, -0.7511542554, -51.3, -61, -63, 10.2),
    ),
    "silu": (
        lambda x: swish(x, 1),
        lambda x: swish_derivative(x, 1),
        fixed(0, INFINITY, 0, 1),
        [{}],
        fixed(0, -1.2784645427610738, -87.33654, -91.8, -107, 17.3),
    ),
    "swish": (
        swish,
        swish_derivative,
        lambda beta: (-INFINITY, INFINITY, 0.5, 0.5) if beta == 0 else (0, INFINITY, 0, 1) if beta > 0 else (-INFINITY, 0, 1, 0),
        [{"beta": b} for b in (1.0, 1.702, -2.5, 0.1, 0.001, 1000.0, 0.0)],
        lambda beta: (0,) if beta == 0 else (0, -1.2784645427610738 / beta, -87.33654 / beta, -107 / beta, 17.3 / beta),
    ),
    "softplus": (
        lambda x, beta: softplus(beta * x) / beta,
        lambda x, beta: sigma(beta * x),
        lambda beta: (0, INFINITY, 0, 1) if beta > 0 else (-INFINITY, 0, 1, 0),
        [{"beta": b} for b in (1.0, 0.1, 20.0, -3.0, 1000.0)],
        lambda beta: (0, -87.33654 / beta, -103.97 / beta, 17.3 / beta),
    ),
    "mish": (
        lambda x: x * tanh(softplus(x)),
        mish_derivative,
        fixed(0, INFINITY, 0, 1),
        [{}],
        fixed(0, -1.1924312145154952, -87.33654, -107, 9, 17.3),
    ),
    "softsign": (
        lambda x: x / (1 + abs(x)),
        lambda x: 1 / (1 + abs(x)) ** 2,
        fixed(-1, 1, 0, 0),
        [{}],
        fixed(0, 16777216, -16777216),
    ),
    "logSigmoid": (
        lambda x: -softplus(-x),
        lambda x: sigma(-x),
        fixed(-INFINITY, 0, 1, 0),
        [{}],
        fixed(0, 87.33654, 103.97, -17.3),
    ),
    "hardSigmoid": (
        lambda x, alpha, beta: min(max(hard_sigmoid_line(x, alpha, beta), mpf(0)), mpf(1)),
        lambda x, alpha, beta: hard_sigmoid_slope(alpha) if 0 < hard_sigmoid_line(x, alpha, beta) < 1 else mpf(0),
        lambda alpha, beta: (0, 1, 0, 0) if alpha > 0 else (1, 0, 0, 0) if alpha < 0 else (beta, beta, 0, 0),
        [
            {"alpha": SIXTH, "beta": 0.5},
            {"alpha": 0.2, "beta": 0.5},
            {"alpha": 0.5, "beta": 0.6000000238418579},
            {"alpha": -0.7854232544278235, "beta": 0.4361860418530341},
            {"alpha": 0.0, "beta": 0.3},
        ],
        lambda alpha, beta: (0,) if alpha == 0 else (0, -beta / alpha, (1 - beta) / alpha),
    ),
    "hardSwish": (
        lambda x: x * min(max(x / 6 + mpf(1) / 2, mpf(0)), mpf(1)),
        lambda x: mpf(0) if x <= -3 else mpf(1) if x >= 3 else x / 3 + mpf(1) / 2,
        fixed(0, INFINITY, 0, 1),
        [{}],
        fixed(0, -3, 3, -1.5),
    ),
    "hardTanh": (
        lambda x, min, max: _min(_max(x, min), max),
        lambda x, min, max: step(min < x < max),
        lambda min, max: (
            _min(_max(-INFINITY, min), max),
            _min(_max(INFINITY, min), max),
            1 if min == -INFINITY else 0,
            1 if max == INFINITY else 0,
        ),
        [
            {"min": -1.0, "max": 1.0},
            {"min": -INFINITY, "max": 3.0},
            {"min": 0.0, "max": INFINITY},
            {"min": -INFINITY, "max": INFINITY},
            {"min": 2.0, "max": 1.0},
        ],
        lambda min, max: tuple(bound for bound in (min, max, 0) if abs(bound) != INFINITY),
    ),
    "softshrink": (
        lambda x, lam: x - lam if x > lam else x + lam if x < -lam else mpf(0),
        lambda x, lam: step(x > lam or x < -lam),
        fixed(-INFINITY, INFINITY, 1, 1),
        [{"lambda": v} for v in (0.5, 0.2, 0.0)],
        lambda lam: (0, lam, -lam),
    ),
    "shrink": (
        lambda x, lam, bias: x - bias if x > lam else x + bias if x < -lam else mpf(0),
        lambda x, lam, bias: step(x > lam or x < -lam),
        fixed(-INFINITY, INFINITY, 1, 1),
        [{"lambda": 0.5, "bias": 0.0}, {"lambda": 0.2, "bias": 1.5}, {"lambda": 0.75, "bias": -0.3}],
        lambda lam, bias: (0, lam, -lam, bias, -bias),
    ),
    "hardshrink": (
        lambda x, lam: x if abs(x) > lam else mpf(0),
        lambda x, lam: step(abs(x) > lam),
        fixed(-INFINITY, INFINITY, 1, 1),
        [{"lambda": v} for v in (0.5, 1.5, 0.0)],
        lambda lam: (0, lam, -lam),
    ),
    "tanhshrink": (
        lambda x: x - tanh(x),
        lambda x: tanh(x) ** 2,
        fixed(-INFINITY, INFINITY, 1, 1),
        [{}],
        fixed(0, 1.5, -1.5, 9.01, -9.01),
    ),
    "threshold": (
        lambda x, threshold, value: x if x > threshold else value,
        lambda x, threshold, value: step(x > threshold),
        lambda threshold, value: (value, INFINITY, 0, 1),
        [{"threshold": 1.0, "value": 0.0}, {"threshold": 2.0, "value": 1.6}, {"threshold": -0.3, "value": -7.25}],
        lambda threshold, value: (0, threshold),
    ),
    "squareplus": (
        lambda x, b: (x + mp.sqrt(x**2 + b)) / 2,
        squareplus_derivative,
        fixed(0, INFINITY, 0, 1),
        [{"b": b} for b in (4.0, 0.25, 0.001, 1000.0)],
        lambda b: (0, 2 * math.sqrt(b), -2 * math.sqrt(b)),
    ),
    "exponential": (mp.exp, mp.exp, fixed(0, INFINITY, 0, INFINITY), [{}], fixed(0, 88.72284, -87.33654, -103.97)),
    "sparsePlus": (
        lambda x: mpf(0) if x <= -1 else x if x >= 1 else (x + 1) ** 2 / 4,
        lambda x: mpf(0) if x <= -1 else mpf(1) if x >= 1 else (x + 1) / 2,
        fixed(0, INFINITY, 0, 1),
        [{}],
        fixed(0, -1, 1),
    ),
    "sparseSigmoid": (
        lambda x: mpf(0) if x <= -1 else mpf(1) if x >= 1 else (x + 1) / 2,
        lambda x: step(-1 < x < 1) / 2,
        fixed(0, 1, 0, 0),
        [{}],
        fixed(0, -1, 1),
    ),
    "softcap": (
        lambda x, cap: cap * tanh(x / cap),
        lambda x, cap: 1 - tanh(x / cap) ** 2,
        lambda cap: (-cap, cap, 0, 0),
        [{"cap": c} for c in (30.0, 50.0, 0.1, 10000.0)],
        lambda cap: (0, 9.01 * cap, -9.01 * cap, 44 * cap, -52 * cap),
    ),
    "affine": (
        lambda x, alpha, beta: alpha * x + beta,
        lambda x, alpha, beta: alpha,
        lambda alpha, beta: (
            beta if alpha == 0 else -INFINITY * alpha,
            beta if alpha == 0 else INFINITY * alpha,
            alpha,
            alpha,
        ),
        [{"alpha": a, "beta": b} for a, b in ((1.0, 0.0), (0.3, -0.7), (-2.5, 1e-3), (0.0, 0.25))],
        lambda alpha, beta: (0,) if alpha == 0 else (0, -beta / alpha),
    ),
    "starRelu": (
        lambda x, s, b: s * max(mpf(0), x) ** 2 + b,
        lambda x, s, b: 2 * s * max(mpf(0), x),
        lambda s, b: (b, INFINITY * s, 0, INFINITY * s),
        [{"scale": s, "shift": b} for s, b in ((0.8944, -0.4472), (2.0, 0.0), (-1.25, 0.3))],
        lambda s, b: (0, math.sqrt(abs(b / s))),
    ),
    "clippedRelu": (
        lambda x, slope, maximum, theta: min(x, maximum) if x > theta else slope * (x - theta),
        lambda x, slope, maximum, theta: slope if x <= theta else step(x < maximum),
        lambda slope, maximum, theta: (
            0 if slope == 0 else -INFINITY * slope,
            maximum,
            slope,
            1 if maximum == INFINITY else 0,
        ),
        [
            {"slope": 0.0, "max": INFINITY, "threshold": 0.0},
            {"slope": 0.25, "max": 20.0, "threshold": 0.0},
            {"slope": -0.125, "max": 6.0, "threshold": 1.5},
        ],
        lambda slope, maximum, theta: tuple(bound for bound in (0, maximum, theta) if bound != INFINITY),
    ),
    "step": (
        lambda x, theta: step(x > theta),
        lambda x, theta: mpf(0),
        fixed(0, 1, 0, 0),
        [{"threshold": 0.0}, {"threshold": 0.3}],
        lambda theta: (0, theta),
    ),
    "sign": (lambda x: mpf(mp.sign(x)), lambda x: mpf(0), fixed(-1, 1, 0, 0), [{}], fixed(0)),
    "hardMish": (
        lambda x: x / 2 * min(max(x + 2, mpf(0)), mpf(2)),
        lambda x: mpf(0) if x <= -2 else mpf(1) if x >= 0 else x + 1,
        fixed(0, INFINITY, 0, 1),
        [{}],
        fixed(0, -2, -1),
    ),
    "gaussian": (
        gauss,
        lambda x: -2 * x * gauss(x),
        fixed(0, 0, 0, 0),
        [{}],
        fixed(0, 9.345, -9.345, 10.2, -10.2),
    ),
    "erf": (
        lambda x: mp.erf(x) if abs(x) < 1e4 else mp.sign(x),
        lambda x: 2 / mp.sqrt(mp.pi) * gauss(x),
        fixed(-1, 1, 0, 0),
        [{}],
        fixed(0, 0.875, 3.9, 9.3),
    ),
    "sine": (
        lambda x, omega: mp.sin(omega * x),
        lambda x, omega: omega * mp.cos(omega * x),
        fixed(math.nan, math.nan, math.nan, math.nan),
        [{"omega": w} for w in (1.0, 30.0, -0.3)],
        lambda omega: (0, math.pi / omega, math.pi / 2 / omega, 333 * math.pi / omega),
    ),
    "snake": (
        lambda x, alpha: x + mp.sin(alpha * x) ** 2 / alpha if alpha else x,
        lambda x, alpha: 1 + mp.sin(2 * alpha * x),
        lambda alpha: (math.nan,) * 4,
        [{"alpha": a} for a in (1.0, 0.3, -25.0)],
        lambda alpha: (0, -math.pi / 4 / alpha, math.pi / 2 / alpha, 333 * math.pi / alpha),
    ),
    "snakeBeta": (
        lambda x, alpha, beta: x + mp.sin(alpha * x) ** 2 / beta,
        lambda x, alpha, beta: 1 + alpha / beta * mp.sin(2 * alpha * x),
        fixed(math.nan, math.nan, math.nan, math.nan),
        [{"alpha": a, "beta": b} for a, b in ((1.0, 1.0), (3.0, 0.5), (-0.3, 2.0))],
        lambda alpha, beta: (0, -math.pi / 4 / alpha, math.pi / 2 / alpha, 333 * math.pi / alpha),
    ),
    "laplace": (
        lambda x, mu, sigma: cdf((x - mu) / sigma),
        lambda x, mu, sigma: density((x - mu) / sigma) / sigma,
        fixed(0, 1, 0, 0),
        [{"mu": m, "sigma": s} for m, s in ((0.707107, 0.282095), (0.0, 1.0), (-3.0, 20.0), (1e3, 1e-3))],
        lambda mu, sigma: (0, mu, mu - sigma, mu - 12.9 * sigma, mu + 5.5 * sigma),
    ),
    "lisht": (
        lambda x: x * tanh(x),
        lambda x: tanh(x) + x * (1 - tanh(x) ** 2),
        fixed(INFINITY, INFINITY, -1, 1),
        [{}],
        fixed(0, 9.1, -9.1),
    ),
    "scaledTanh": (
        lambda x, alpha, beta: alpha * tanh(beta * x),
        lambda x, alpha, beta: alpha * beta * (1 - tanh(beta * x) ** 2),
        lambda alpha, beta: (math.copysign(alpha, -alpha * beta), math.copysign(alpha, alpha * beta), 0, 0),
        [{"alpha": a, "beta": b} for a, b in ((1.0, 1.0), (1.7159, 2 / 3), (-30.0, 0.01), (0.5, -1000.0))],
        lambda alpha, beta: (0, 9.01 / beta, -9.01 / beta, 44 / beta),
    ),
    "dyt": (
        lambda x, alpha, gamma, beta: gamma * tanh(alpha * x) + beta,
        lambda x, alpha, gamma, beta: gamma * alpha * (1 - tanh(alpha * x) ** 2),
        lambda alpha, gamma, beta: (-gamma * mp.sign(alpha) + beta, gamma * mp.sign(alpha) + beta, 0, 0),
        [
            {"alpha": a, "gamma": g, "beta": b}
            for a, g, b in ((0.5, 1.0, 0.0), (1.25, 0.75, 2.0), (-3.0, 100.0, -0.0625))
        ],
        lambda alpha, gamma, beta: (0, 9.01 / alpha, -9.01 / alpha, 44 / alpha),
    ),
    "xielu": (
        xielu,
        lambda x, ap, an, b, epsilon: 2 * ap * x + b if x > 0 else an * expm1(min(x, epsilon)) + b,
        lambda ap, an, b, epsilon: (INFINITY * (an - b), INFINITY, b - an, INFINITY),
        [
            {"alphaP": 0.75, "alphaN": 1.25, "beta": 0.5, "epsilon": -(2.0**-20)},
            {"alphaP": 2.0, "alphaN": 0.875, "beta": 0.25, "epsilon": 0.0},
        ],
        fixed(0, -1),
    ),
    "prelu": (
        lambda x, alpha: x if x >= 0 else alpha * x,
        lambda x, alpha: mpf(1) if x >= 0 else alpha,
        lambda alpha: (0 if alpha == 0 else -INFINITY * alpha, INFINITY, alpha, 1),
        [{"alpha": a} for a in (0.25, -1.5, 0.0)],
        fixed(0),
    ),
}
_min, _max = min, max

# --- inputs -----------------------------------------------------------------------------------------------------------


def float32(number):
    if abs(number) > LARGEST:
        return math.copysign(LARGEST, number)
    return struct.unpack("<f", struct.pack("<f", number))[0]


def shifted(number, units):
    """The float32 that many units in the last place further from zero (nearer, if negative; through zero to the other side)."""
    bits = struct.unpack("<i", struct.pack("<f", number))[0]
    magnitude = (bits & 0x7FFFFFFF) + units
    sign = math.copysign(1, number)
    return math.copysign(struct.unpack("<f", struct.pack("<i", abs(magnitude)))[0], sign if magnitude >= 0 else -sign)


def inputs(points, thorough, rng):
    chosen = [0.0, 2.0**-149, 2.0**-126, LARGEST]
    for exponent in range(-148, 128, 4 if thorough else 18):
        chosen.append(float32(rng.uniform(1, 2) * 2.0**exponent))
    chosen += [float32(rng.uniform(0, 1) ** 2 * 16) for _ in range(56 if thorough else 12)]
    chosen += [float32(rng.uniform(16, 112)) for _ in range(24 if thorough else 6)]
    both = [sign * magnitude for magnitude in chosen for sign in (1, -1)]
    steps = (0, 1, -1, 2, -3, 30, -100, 5000, -70000, 600000, -600000) if thorough else (0, 1, -1, 30, -5000, 600000)
    for point in points:
        nearest = float32(point)
        both += [shifted(nearest, units) for units in steps if abs(nearest) < 1e38]
    for scale in {abs(point) for point in points if point != 0}:
        both += [float32(rng.uniform(-1.5, 1.5) * scale) for _ in range(10 if thorough else 5)]
    return sorted(set(number for number in both if abs(number) <= LARGEST))


# --- numbers as text --------------------------------------------------------------------------------------------------


def to_float(exact):
    if exact == 0:
        return 0.0
    size = mp.log(abs(exact), 2)
    if size >= 1024:
        return math.copysign(INFINITY, exact)
    return 0.0 if size < -1080 else float(exact)


def short32(number):
    for digits in range(1, 10):
        text = f"{number:.{digits}g}"
        if abs(float(text)) < 3.40282356e38 and float32(float(text)) == number:
            return float(text)
    raise ValueError(number)


def plain(value):
    """JSON has no NaN and no infinities; whole numbers lose their '.0'."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        if value == int(value) and abs(value) < 1e15:
            return int(value)
    return value


def write(name, table):
    text = json.dumps(plain(table), ensure_ascii=False, separators=(",", ":"))
    (HERE / name).write_text(text.replace("},{", "},\n{").replace('],"', '],\n"').replace(':[{', ':[\n{') + "\n")
    print(name, len(text), "bytes")


def columns(results):
    """High and low parts, each a list; the low one is left out where every number is a float64."""
    highs = [to_float(result) if isinstance(result, mp.mpf) else float(result) for result in results]
    lows = [
        float(f"{float(result - high):.3e}") if isinstance(result, mp.mpf) and math.isfinite(high) and abs(high) > 1e-290 else 0.0
        for result, high in zip(results, highs)
    ]
    return {"high": highs, "low": lows} if any(lows) else {"high": highs}


# --- files ------------------------------------------------------------------------------------------------------------


def check_derivative(name, value, derivative, arguments, xs, points):
    checked = 0
    for x in xs:
        if not 1e-3 < abs(x) < 100 or any(abs(x - point) < 1e-9 * max(1, abs(x)) for point in points):
            continue
        with mp.workdps(120):
            slope = mp.diff(lambda t: value(t, *arguments), mpf(x), h=mpf(10) ** -40)
            exact = derivative(mpf(x), *arguments)
            assert abs(slope - exact) <= mpf(10) ** -30 * (1 + abs(exact)), (name, arguments, x, slope, exact)
        checked += 1
    return checked


def elementwise():
    table = {}
    for name, (value, derivative, limits, parameter_sets, points) in FUNCTIONS.items():
        rng = random.Random(name)
        table[name] = []
        for index, parameters in enumerate(parameter_sets):
            numbers = list(parameters.values())
            arguments = [mpf(number) for number in numbers]
            at = points(*numbers)
            xs = inputs(at, index == 0, rng)
            checked = check_derivative(name, value, derivative, arguments, xs[:: 3], at)
            assert checked > 5, name
            below, above, slope_below, slope_above = limits(*numbers)
            values = [below, *(mpf(value(mpf(x), *arguments)) for x in xs), above, math.nan]
            slopes = [slope_below, *(mpf(derivative(mpf(x), *arguments)) for x in xs), slope_above, math.nan]
            table[name].append(
                {
                    "parameters": parameters,
                    "x": [-INFINITY, *map(short32, xs), INFINITY, math.nan],
                    "value": columns(values),
                    "derivative": columns(slopes),
                }
            )
    write("elementwise.json", table)


GATED = {
    "glu": ("sigmoid", {}),
    "reglu": ("relu", {}),
    "geglu": ("gelu", {}),
    "gegluTanh": ("geluTanh", {}),
    "gegluSigmoid": ("geluSigmoid", {}),
    "swiglu": ("swish", {"beta": 1.5}),
    "bilinear": ("identity", {}),
    "swigluOai": ("swigluOai", {"alpha": 1.702, "limit": 2.5}),
    "swigluClamped": ("swigluClamped", {"limit": 3.0}),
    "swigluStep": ("swigluStep", {"limit": 2.0}),
}


def limited(up, limit):
    return min(max(up, -limit), limit)


# of the gate: value and derivative; of up: value
LIMITED = {
    "swigluOai": (
        lambda gate, alpha, limit: swish(min(gate, limit), alpha),
        lambda gate, alpha, limit: 0 if gate > limit else swish_derivative(gate, alpha),
        lambda up, alpha, limit: limited(up, limit) + 1,
    ),
    "swigluClamped": (
        lambda gate, limit: swish(min(gate, limit), 1),
        lambda gate, limit: 0 if gate > limit else swish_derivative(gate, 1),
        limited,
    ),
    "swigluStep": (
        lambda gate, limit: min(swish(gate, 1), limit),
        lambda gate, limit: 0 if swish(gate, 1) > limit else swish_derivative(gate, 1),
        limited,
    ),
}


def gated():
    table = {}
    for name, (activation, parameters) in GATED.items():
        is_limited = activation in LIMITED
        value, derivative = (LIMITED if is_limited else FUNCTIONS)[activation][:2]
        of_up = LIMITED[activation][2] if is_limited else lambda up, *_: up
        rng = random.Random(name)
        arguments = [mpf(number) for number in parameters.values()]
        rows = [[float32(rng.gauss(0, 4)) for _ in range(3)] for _ in range(40)]
        exact = [[mpf(number) for number in row] for row in rows]
        table[name] = {
            "parameters": parameters,
            "gate": [short32(row[0]) for row in rows],
            "up": [short32(row[1]) for row in rows],
            "dy": [short32(row[2]) for row in rows],
            "value": columns([value(gate, *arguments) * of_up(up, *arguments) for gate, up, _ in exact]),
            "dGate": columns([dy * of_up(up, *arguments) * derivative(gate, *arguments) for gate, up, dy in exact]),
            "dUp": columns(
                [
                    mpf(0) if is_limited and abs(up) > arguments[-1] else dy * value(gate, *arguments)
                    for gate, up, dy in exact
                ]
            ),
        }
    write("gated.json", table)


# as binary64, which the reference computes with
SMOOTHING = mpf(0.1)
Z_LOSS = mpf(1e-4)


def rowwise():
    rng = random.Random("rowwise")
    cases = []
    for length, spread in ((1, 1), (2, 1), (3, 40), (7, 200), (33, 4), (64, 1e-3), (100, 1e5)):
        x = [float32(rng.gauss(0, spread)) for _ in range(length)]
        dy = [float32(rng.gauss(0, 1)) for _ in range(length)]
        if length == 7:
            x[2] = -INFINITY
        exact = [mpf(number) for number in x]
        total = mp.fsum(mp.exp(number) for number in exact)
        soft = [mp.exp(number) / total for number in exact]
        log = [number - mp.log(total) for number in exact]
        slopes = [mpf(number) for number in dy]
        inner = mp.fsum(y * slope for y, slope in zip(soft, slopes))
        # of -x, where an infinite one has all the weight: a row of NaN
        minus_total = mp.fsum(mp.exp(-number) for number in exact)
        softmin = [mp.exp(-number) / minus_total for number in exact] if length != 7 else [mpf("nan")] * length
        inner_of_minus = mp.fsum(y * slope for y, slope in zip(softmin, slopes))
        label = length - 1
        above = sorted((number for number in exact if mp.isfinite(number)), reverse=True)
        thresholds = [(mp.fsum(above[: count + 1]) - 1) / (count + 1) for count in range(len(above))]
        threshold = max(thresholds)
        sparse = [max(number - threshold, mpf(0)) for number in exact]

        def cross_entropy(smoothing, z_loss):
            whole = mp.log(total)
            below = 0 if smoothing == 0 else smoothing * mp.fsum(whole - number for number in exact) / length
            return (1 - smoothing) * (whole - exact[label]) + below + z_loss * whole**2

        cases.append(
            {
                "x": [short32(number) if math.isfinite(number) else number for number in x],
                "dy": [short32(number) for number in dy],
                "softmax": columns(soft),
                "softmaxGradient": columns([y * (slope - inner) for y, slope in zip(soft, slopes)]),
                "logSoftmax": columns([number if mp.isfinite(number) else -INFINITY for number in log]),
                "logSoftmaxGradient": columns([slope - y * mp.fsum(slopes) for y, slope in zip(soft, slopes)]),
                "softmin": columns(softmin),
                "softminGradient": columns([-y * (slope - inner_of_minus) for y, slope in zip(softmin, slopes)]),
                "sparsemax": columns(sparse),
                "logSumExp": columns([mp.log(total)]),
                "logSumExpGradient": columns([y * slopes[0] for y in soft]),
                "crossEntropy": columns([cross_entropy(0, 0)]),
                "crossEntropyGradient": columns([slopes[0] * (y - (i == label)) for i, y in enumerate(soft)]),
                "smoothed": columns([cross_entropy(SMOOTHING, Z_LOSS)]) if length != 7 else columns([mpf("inf")]),
                "smoothedGradient": columns(
                    [
                        slopes[0]
                        * (y * (1 + 2 * Z_LOSS * mp.log(total)) - (1 - SMOOTHING) * (i == label) - SMOOTHING / length)
                        for i, y in enumerate(soft)
                    ]
                ),
            }
        )
    write("rowwise.json", cases)


if __name__ == "__main__":
    elementwise()
    gated()
    rowwise()
