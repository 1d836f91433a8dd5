#!/usr/bin/env python3
"""Writes constants.ts: the roots of the derivatives and other constants, to twice the precision of a float64.

    python3 src/reference/constants.py && npx biome format --write src/reference/constants.ts        (needs mpmath)
"""

from pathlib import Path

import mpmath as mp

mp.mp.dps = 60


def pair(name, exact, note):
    high = float(exact)
    return [f"/** {note} */", f"export const {name} = {high!r};", f"export const {name}_LOW = {float(exact - high)!r};"]


def single(name, exact, note):
    return [f"/** {note} */", f"export const {name} = {float(exact)!r};"]


def taylor(derivative_at, terms):
    """Coefficients of g(root + d)/d = Σ cₖ dᵏ, cₖ = g⁽ᵏ⁺¹⁾(root)/(k+1)!"""
    return [derivative_at(k + 1) / mp.factorial(k + 1) for k in range(terms)]


# SiLU: f′ = σ(t)(1 + t + eᵗ)/(1 + eᵗ), so the root is where 1 + t + eᵗ = 0.
silu_root = mp.findroot(lambda t: 1 + t + mp.exp(t), -1.278)

# GELU with tanh: f′ = σ(v)(1 + w + eᵛ)/(1 + eᵛ) with v = K(x + ax³) and w = x·dv/dx = K(x + 3ax³).
tanh_scale = 2 * mp.sqrt(2 / mp.pi)
tanh_cubic = mp.mpf("0.044715")
tanh_v = lambda x: tanh_scale * (x + tanh_cubic * x**3)
tanh_w = lambda x: tanh_scale * (x + 3 * tanh_cubic * x**3)
gelu_tanh_root = mp.findroot(lambda x: 1 + tanh_w(x) + mp.exp(tanh_v(x)), -0.752)

# Mish: f′ has the sign of e³ + 4e² + 6e + 4 + 4x(e + 1), e = eˣ.
mish_root = mp.findroot(lambda x: mp.exp(3 * x) + 4 * mp.exp(2 * x) + 6 * mp.exp(x) + 4 + 4 * x * (mp.exp(x) + 1), -1.192)

# GELU: f′ = Φ(x) + x·φ(x); f″ = φ(x)(2 − x²), whose derivatives follow from those of φ (Hermite polynomials).
gelu_root = mp.findroot(lambda x: mp.ncdf(x) + x * mp.npdf(x), -0.752)


def gelu_derivative_at_root(order):
    """The order-th derivative of f′, order ≥ 1, by Leibniz' rule on φ(x)·(2 − x²)."""
    n = order - 1
    # He is the probabilists' Hermite polynomial: the k-th derivative of φ is (−1)ᵏ Heₖ φ.
    density = lambda k: (-1) ** k * mp.hermite(k, gelu_root / mp.sqrt(2)) * mp.mpf(2) ** (-mp.mpf(k) / 2) * mp.npdf(gelu_root)
    total = (2 - gelu_root**2) * density(n)
    if n >= 1:
        total += n * (-2 * gelu_root) * density(n - 1)
    if n >= 2:
        total += n * (n - 1) / mp.mpf(2) * -2 * density(n - 2)
    return total


coefficients = taylor(gelu_derivative_at_root, 26)
check = mp.mpf("0.5")
series = sum(c * check ** (k + 1) for k, c in enumerate(coefficients))
exact = mp.ncdf(gelu_root + check) + (gelu_root + check) * mp.npdf(gelu_root + check)
assert abs(series / exact - 1) < mp.mpf(2) ** -57, mp.nstr(series / exact - 1)

lines = ["/** Constants of the reference, written by constants.py (mpmath, 60 digits). NAME + NAME_LOW is good to 2⁻¹⁰⁶. */", ""]
lines += pair("SILU_ROOT", silu_root, "Where 1 + t + eᵗ = 0: the root of the derivative of t·σ(t).")
lines += single("SILU_ROOT_EXP", mp.exp(silu_root), "e^SILU_ROOT = −(1 + SILU_ROOT)")
lines += pair("GELU_ROOT", gelu_root, "Where Φ(x) + x·φ(x) = 0.")
lines += ["/** Σ cₖ dᵏ = (Φ(x) + x·φ(x))/d, x = GELU_ROOT + d; to 2⁻⁵⁷ for |d| ≤ ½. */"]
lines += ["export const GELU_TAYLOR = [" + ", ".join(repr(float(c)) for c in coefficients) + "] as const;"]
lines += pair("GELU_TANH_SCALE", tanh_scale, "2√(2/π)")
lines += pair("GELU_TANH_CUBIC", tanh_scale * tanh_cubic, "2√(2/π)·0.044715")
lines += pair("GELU_TANH_ROOT", gelu_tanh_root, "The root of the derivative of geluTanh.")
lines += single("GELU_TANH_ROOT_EXP", mp.exp(tanh_v(gelu_tanh_root)), "eᵛ there, v = 2√(2/π)(x + 0.044715x³)")
lines += pair("MISH_ROOT", mish_root, "The root of the derivative of mish.")
lines += single("MISH_ROOT_EXP", mp.exp(mish_root), "e^MISH_ROOT")
lines += pair("GELU_SIGMOID_BETA", mp.mpf("1.702"), "1.702, the decimal number")
lines += single("SELU_SCALE_ALPHA", mp.mpf("1.0507009873554805") * mp.mpf("1.6732632423543772"), "SELU's λα")
# 27 bits, so that a float32 (24 bits) times the high part is exact in float64.
half_root_high = mp.floor(mp.sqrt(mp.mpf(1) / 2) * 2**27) / 2**27
lines += ["/** √½ = SQRT_HALF_HIGH + SQRT_HALF_LOW; the high part has 27 bits, so a float32 times it is exact. */"]
lines += [f"export const SQRT_HALF_HIGH = {float(half_root_high)!r};"]
lines += [f"export const SQRT_HALF_LOW = {float(mp.sqrt(mp.mpf(1) / 2) - half_root_high)!r};"]
lines += single("INVERSE_SQRT_PI", 1 / mp.sqrt(mp.pi), "1/√π")
lines += single("INVERSE_SQRT_TWO_PI", 1 / mp.sqrt(2 * mp.pi), "1/√(2π)")

Path(__file__).with_name("constants.ts").write_text("\n".join(lines) + "\n")
