namespace FheOrleans.Client.Simulation;

/// <summary>Published relations between a cow's stage, milk, composition, intake and weight, with their sources.</summary>
internal static class CowModel
{
    /// <summary>
    /// Week-to-week residual of the logarithm of weekly milk around a cow's own curve: sd, and AR(1) coefficient per week.
    /// </summary>
    /// <remarks>Fitted on Danish weekly means (milkman records): sd 0.081, autocorrelation 0.50, 0.28 at lags 1, 2.</remarks>
    public const double ResidualDeviation = 0.081, ResidualCarryOver = 0.5;

    /// <summary>Shares of first, second and later lactations in a herd.</summary>
    /// <remarks>Li et al. 2022, J. Dairy Sci. 105:7525-7538, doi:10.3168/jds.2022-21882.</remarks>
    public static readonly double[] ParityShares = [0.386, 0.281, 0.333];

    /// <summary>Season in the logarithm of milk: 4.8 % either way, highest on 11 April.</summary>
    /// <remarks>Fitted on French Prim'Holstein test days; Salfer et al. 2019, J. Dairy Sci. 102:742-753, have the same peak.</remarks>
    public static double SeasonOfMilk(double dayOfYear) => 0.048 * Math.Cos(2 * Math.PI * (dayOfYear - 101) / 365.25);

    /// <summary>Season of fat and protein in percentage points: highest around New Year, 0.10 either way.</summary>
    /// <remarks>Salfer et al. 2019: fat December to January, 0.07 to 0.14; protein 27 December to 6 January, 0.08 to 0.12.</remarks>
    public static double SeasonOfComposition(double dayOfYear) => 0.10 * Math.Cos(2 * Math.PI * (dayOfYear - 1) / 365.25);

    /// <summary>Fat in percent at a week of lactation, for the average Holstein cow.</summary>
    /// <remarks>
    /// Level: Danish Holstein 4.54 (milkman records). Shape: Wood 1980, Anim. Sci. 31:133-141, t^-0.123 exp(0.0104 t), t in weeks, as
    /// coded in dairy.js; 0.8916 is its mean over weeks 1 to 44.
    /// </remarks>
    public static double Fat(int week) => 4.54 / 0.8916 * Math.Pow(week, -0.123) * Math.Exp(0.0104 * week);

    /// <summary>Protein in percent at a week of lactation, for the average Holstein cow.</summary>
    /// <remarks>Level: Danish Holstein 3.48. Shape as for fat with -0.1274 and 0.0107; 0.8865 is its mean over weeks 1 to 44.</remarks>
    public static double Protein(int week) => 3.48 / 0.8865 * Math.Pow(week, -0.1274) * Math.Exp(0.0107 * week);

    /// <summary>Dry matter intake, kg a day.</summary>
    /// <remarks>NRC 2001, Nutrient Requirements of Dairy Cattle, 7th revised edition; 4 % fat corrected milk = 0.4 milk + 15 fat.</remarks>
    public static double Intake(double milkKilograms, double fatPercent, double bodyWeight, int week)
    {
        var corrected = 0.4 * milkKilograms + 15 * milkKilograms * fatPercent / 100;
        return (0.372 * corrected + 0.0968 * Math.Pow(bodyWeight, 0.75)) * (1 - Math.Exp(-0.192 * (week + 3.67)));
    }

    /// <summary>Body weight, kg.</summary>
    /// <remarks>
    /// Van Arendonk 1985 after Korver, with the values of De Vries 2006 as coded in DigitalCow: growth to A, loss D around day 50, and
    /// the weight of pregnancy from day 50 on.
    /// </remarks>
    public static double BodyWeight(int parity, double ageInDays, double daysInMilk, double daysPregnant)
    {
        var (mature, rate, loss, pregnancy) = parity switch
        {
            1 => (660.0, 0.0038, -80.0, 0.0120),
            2 => (695.0, 0.0037, -70.0, 0.0075),
            _ => (700.0, 0.0037, -60.0, 0.0040),
        };
        const double AtBirth = 42, DeepestLossDay = 50;
        var grown = mature * Math.Pow(1 - (1 - Math.Cbrt(AtBirth / mature)) * Math.Exp(-rate * ageInDays), 3);
        var mobilised = loss * daysInMilk / DeepestLossDay * Math.Exp(1 - daysInMilk / DeepestLossDay);
        return grown + mobilised + Math.Pow(pregnancy * Math.Max(0, daysPregnant - 50), 3);
    }
}
