#!/usr/bin/env python3
"""Coefficients of the polynomials that have no .sollya file: python3 coefficients.py (needs mpmath).

Weighted least squares on Chebyshev nodes at 60 digits; coefficients are rounded to float32 one after another from the lowest,
and what a rounding leaves is fitted again by the rest.
"""

import struct

import mpmath as mp
from mpmath import mpf

mp.mp.dps = 60


def float32(number):
    return mpf(struct.unpack("<f", struct.pack("<f", float(number)))[0])


def text(number):
    mantissa, exponent = mp.frexp(abs(number))
    bits = int(mantissa * 2**25)  # 1.xxxxxx in 24 bits
    digits = f"{bits % 2**24:06x}".rstrip("0")
    return f"{'-' if number < 0 else ''}0x1{'.' if digits else ''}{digits}p{int(exponent) - 1}"


def fit(name, function, domain, degree, weight=lambda x: 1):
    low, high = map(mpf, domain)
    count = 12 * (degree + 1)
    nodes = [(low + high) / 2 + (high - low) / 2 * mp.cos(mp.pi * (k + mpf(1) / 2) / count) for k in range(count)]
    rest = [function(x) for x in nodes]
    weights = [mpf(weight(x)) for x in nodes]
    known = []
    # Lawson's weights push least squares towards the minimax polynomial
    lawson = [mpf(1)] * count
    for first in range(degree + 1):
        for _ in range(12 if first == 0 else 3):
            matrix = mp.matrix(count, degree + 1 - first)
            values = mp.matrix(count, 1)
            for i, x in enumerate(nodes):
                factor = weights[i] * mp.sqrt(lawson[i])
                values[i] = rest[i] * factor
                for j in range(first, degree + 1):
                    matrix[i, j - first] = x**j * factor
            solution = mp.lu_solve(matrix, values)
            errors = [
                abs((rest[i] - sum(solution[j - first] * x**j for j in range(first, degree + 1))) * weights[i])
                for i, x in enumerate(nodes)
            ]
            largest = max(errors)
            lawson = [w * (e / largest + mpf(10) ** -6) for w, e in zip(lawson, errors)]
            total = max(lawson)
            lawson = [w / total for w in lawson]
        rounded = float32(solution[0])
        known.append(rounded)
        rest = [r - rounded * x**first for r, x in zip(rest, nodes)]
    error = max(abs(r * w) for r, w in zip(rest, weights))
    print(name, "error in 2^-24:", mp.nstr(error * 2**24, 4))
    print("  ", ", ".join(text(each) for each in known))
    return known


if __name__ == "__main__":
    # erf(x) = x + x·p(x²) for x² <= 0.8, error relative to erf
    erf = lambda v: mp.erf(mp.sqrt(v)) / mp.sqrt(v) if v else 2 / mp.sqrt(mp.pi)
    fit("erf", lambda v: erf(v) - 1, (0, 0.8), 6, lambda v: 1 / erf(v))
    # -ln erfc(x) for 0.875 <= x <= 3.95, error of erfc relative to erf
    fit("erf_far", lambda x: -mp.log(mp.erfc(x)), (0.875, 3.95), 6, lambda x: mp.erfc(x) / mp.erf(x))
    # (sin r - r)/r³ and (cos r - 1 + r²/2)/r⁴ in r², |r| <= π/4; errors relative to sin r and cos r
    limit = (mp.pi / 4 * mpf("1.002")) ** 2
    tiny = mpf(10) ** -12
    sine = lambda v: (mp.sin(mp.sqrt(v)) / mp.sqrt(v) - 1) / v if v > tiny else -mpf(1) / 6 + v / 120
    cosine = lambda v: (mp.cos(mp.sqrt(v)) - 1 + v / 2) / v**2 if v > tiny else mpf(1) / 24 - v / 720
    fit("sine", sine, (0, limit), 3, lambda v: v)
    fit("cosine", cosine, (0, limit), 2, lambda v: v**2 / mp.cos(mp.sqrt(v)))
    # (sin² r - r²)/r⁴ in r², errors relative to sin² r
    square = lambda v: (mp.sin(mp.sqrt(v)) ** 2 - v) / v**2 if v > tiny else -mpf(1) / 3 + v * 2 / 45
    fit("sine_square", square, (0, limit), 3, lambda v: v)
    # (e^x - 1 - x)/x² on [-1, 0]
    quotient = lambda x: mp.hyp1f1(1, 3, x) / 2
    fit("exp_minus_line", quotient, (-1, 0), 7, lambda x: 1 / quotient(x))
    # (e^x·(1 - x) - 1)/x² on [-1.5, 0]
    slope = lambda x: (mp.exp(x) * (1 - x) - 1) / x**2 if abs(x) > mpf(10) ** -15 else mpf(-1) / 2 - x / 3
    fit("celu_alpha", slope, (-1.5, 0), 7, lambda x: 1 / slope(x))
