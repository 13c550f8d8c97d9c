namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// Fifth pass: how to add up terms that stand at different rotations of their sources.
/// </summary>
/// <remarks>
/// <code>
///   Horner:  sum = terms at the largest step;  sum = rotate(sum, gap) + terms at the next step; ...  down to step 0
///            rotations: one for each gap, whatever the number of sources
///   BSGS:    each source is rotated by 0, u, .. (b-1)u first; then Horner over giant steps of b u
///            rotations: sources (b-1), once for all sums that read them, and ceil(steps / b) - 1 for each sum
/// </code>
/// Rotating sources costs precision where their scale is small. Products, which are not rescaled yet, are always rotated as sources; inputs
/// only where the circuit stays precise enough and it saves a quarter of all transforms.
/// </remarks>
/// <param name="Unit">The greatest common divisor of all steps.</param>
/// <param name="Baby">b; 1 is Horner's scheme.</param>
/// <param name="IsRegular">Whether gaps are taken in units (one key); otherwise each gap has a key of its own.</param>
internal readonly record struct RotationPlan(int Unit, int Baby, bool IsRegular)
{
    /// <summary>Chooses.</summary>
    /// <param name="steps">The different steps at which terms stand.</param>
    /// <param name="sources">How many sources they have.</param>
    /// <param name="sums">How many sums read these sources rotated.</param>
    /// <param name="mayRotateSources">Whether the second scheme is allowed.</param>
    public static RotationPlan Choose(IReadOnlyCollection<int> steps, int sources, int sums, bool mayRotateSources)
    {
        var unit = 0;
        foreach (var step in steps) unit = GreatestCommonDivisor(unit, step);
        if (unit == 0) return new RotationPlan(0, 1, true);
        var count = steps.Max() / unit + 1;
        if (count > 2 * steps.Count + 1) return new RotationPlan(unit, 1, false);
        var best = (Baby: 1, Rotations: sums * (count - 1L));
        for (var baby = 2; mayRotateSources && baby <= count; baby++)
        {
            var rotations = sources * (baby - 1L) + sums * ((count + baby - 1) / baby - 1L);
            if (rotations < best.Rotations) best = (baby, rotations);
        }
        return new RotationPlan(unit, best.Baby, true);
    }

    /// <summary>
    /// Chooses for one phase of a sum: steps are few and small, and all phases are to do with one key, so gaps are taken one by one.
    /// </summary>
    /// <param name="steps">The different steps at which terms stand.</param>
    public static RotationPlan ChooseForPhases(IReadOnlyCollection<int> steps)
    {
        var largest = steps.Max();
        if (largest == 0) return new RotationPlan(0, 1, true);
        return largest <= 2 * steps.Count ? new RotationPlan(1, 1, true) : Choose(steps, 1, 1, false);
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
