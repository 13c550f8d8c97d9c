using System.Collections.Immutable;

namespace FheOrleans.Networks.Compilation;

/// <summary>Parameters fixed by hand, for experiments and for reproducing a published preset.</summary>
/// <param name="PolynomialDegree">N: 4096, 8192, 16384 or 32768.</param>
/// <param name="ModulusBits">Sizes of all primes: one data prime more than the circuit has rescalings, then the special prime.</param>
/// <param name="InputScaleBits">log2 of the scale of inputs.</param>
/// <param name="WorkingScaleBits">log2 of the scale at which activations are entered.</param>
/// <param name="OutputScaleBits">log2 of the scale of the result, where it can be chosen.</param>
public sealed record ExplicitParameters(
    int PolynomialDegree, ImmutableArray<int> ModulusBits, int InputScaleBits, int WorkingScaleBits, int OutputScaleBits);
