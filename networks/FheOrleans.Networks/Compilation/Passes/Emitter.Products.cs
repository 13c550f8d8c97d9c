namespace FheOrleans.Networks.Compilation.Passes;

/// <content>Products: squares, cubics, and cubics of two series in a slot.</content>
internal partial class Emitter
{
    private readonly Dictionary<int, Register> _conjugates = [];

    private Register Relinearize(Register register) => _placement.Form.IsKeyless ? register : _builder.Relinearize(register);

    /// <summary>sum + weight * product, not relinearized, at a level no higher than the product's own; the weight is 1 or -1.</summary>
    private Register Multiply(Register? sum, ProductValue product, double weight, int level)
    {
        var zeta = ReadArgument(product);
        if (product is CubicValue paired && _placement.Form.IsComplex) return MultiplyPaired(sum, paired, zeta, level);
        var typical = product.Argument.Typical;
        var (other, typicalOther) = product is CubicValue cubic ? EmitCubicFactor(cubic, zeta) : (zeta, typical);
        var isSquare = other == zeta && weight > 0;
        (zeta, other) = (Drop(zeta, level), Drop(other, level));
        if (weight < 0) other = _builder.Negate(other);
        if (sum is not null) return _builder.MultiplyAdd(sum.Value, zeta, typical, other, typicalOther);
        return isSquare ? _builder.Square(zeta, typical) : _builder.Multiply(zeta, typical, other, typicalOther);
    }

    /// <summary>c - zeta^2, one depth below zeta.</summary>
    private (Register Factor, double Typical) EmitCubicFactor(CubicValue cubic, Register zeta)
    {
        var typical = cubic.Argument.Typical;
        var zetaLevel = _levels[_placement.DepthOf(cubic.Argument)];
        var square = RescaleFactor(cubic, _builder.Square(Drop(zeta, zetaLevel), typical), cubic.Argument.Bound * cubic.Argument.Bound);
        return (_builder.SubtractFromScalar(cubic.C, square), Math.Max(Math.Abs(cubic.C), Math.Abs(cubic.C - typical * typical)));
    }

    /// <summary>sum + c zeta + zeta' (zeta'^2 + 3 zeta^2), zeta' being the conjugate of zeta.</summary>
    private Register MultiplyPaired(Register? sum, CubicValue cubic, Register zeta, int level)
    {
        var typical = cubic.Argument.Typical * _placement.Magnitude;
        var zetaLevel = _levels[_placement.DepthOf(cubic.Argument)];
        var conjugate = Drop(ConjugateOf(zeta), zetaLevel);
        zeta = Drop(zeta, zetaLevel);

        // 3 zeta^2 as zeta * 3 zeta: the factor is a whole number, so it is exact and costs no scale.
        var factor = _builder.Multiply(zeta, typical, _builder.Repeat(zeta, 3), 3 * typical);
        factor = _builder.MultiplyAdd(factor, conjugate, typical, conjugate, typical);
        factor = RescaleFactor(cubic, factor, 8 * cubic.Argument.Bound * cubic.Argument.Bound);

        (zeta, conjugate, factor) = (Drop(zeta, level), Drop(conjugate, level), Drop(factor, level));
        var typicalFactor = 4 * typical * typical;
        var product = sum is null
            ? _builder.Multiply(conjugate, typical, factor, typicalFactor)
            : _builder.MultiplyAdd(sum.Value, conjugate, typical, factor, typicalFactor);
        return _builder.MultiplyScalarAdd(product, zeta, cubic.C, factor.Scale, typical);
    }

    /// <summary>Brings what a cubic multiplies its argument by to the cubic's own depth.</summary>
    private Register RescaleFactor(CubicValue cubic, Register product, double bound)
    {
        var level = _levels[_placement.DepthOf(cubic)];
        var factor = LiftTo(Relinearize(product), Math.ScaleB(1, _placement.FactorBits(cubic)) * DropFrom(product.Level, level));
        _builder.RequireRoom(factor, bound);
        return RescaleTo(factor, level);
    }

    private Register ConjugateOf(Register register)
    {
        if (!_conjugates.TryGetValue(register.Id, out var conjugate)) _conjugates.Add(register.Id, conjugate = _builder.Conjugate(register));
        return conjugate;
    }
}
