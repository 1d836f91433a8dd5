import type { Parameters } from '../definition.js';

/** What people and checks read of an activation. */
export interface Facts<P extends string = string> {
  /** y, and f′ = dy/dx. */
  readonly formula: string;
  readonly derivative: string;
  /** Inputs that deserve a closer look: kinks, roots of f and f′, saturation. */
  points(parameters: Parameters<P>): readonly number[];
  /**
   * The accuracy contract: largest error over all 2³² float32 inputs with default parameters; parameters that are no float32
   * may add 1. In ULP, but for softmax's gradient, in 2⁻²⁴·max|dy|, and logSoftmax, in 2⁻²⁴·max(1, |y|) and
   * 2⁻²⁴·(max|dy| + |Σ dy|).
   */
  readonly bounds: {
    readonly forward: number;
    readonly derivative: number;
    /** An error of this size passes whatever it is in ULP: for roots. */
    readonly absolute?: number | ((x: number, parameters: Parameters<P>) => number);
  };
  /** Where a user's bounds hold; every float32 unless given. */
  readonly domain?: readonly [minimum: number, maximum: number];
  readonly citation: string;
}

/** The float64 truth of a function of one element; x is a float32 widened. */
export interface Reference<P extends string = string> {
  value(x: number, parameters: Parameters<P>): number;
  derivative(x: number, parameters: Parameters<P>): number;
  /** Of a gated unit whose up is not taken as it is: the function of up, and where that is flat. */
  readonly up?: {
    value(up: number, parameters: Parameters): number;
    isFlat(up: number, parameters: Parameters): boolean;
  };
  /** The derivatives by the parameters that may be learned. */
  readonly by?: { readonly [L in P]?: DerivativeBy<P> };
}

/** As a method's, whose parameters may be narrower. */
type DerivativeBy<P extends string> = { by(x: number, parameters: Parameters<P>): number }['by'];
