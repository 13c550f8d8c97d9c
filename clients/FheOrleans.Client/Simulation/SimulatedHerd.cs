using System.Globalization;
using FheOrleans.Networks.Training;

namespace FheOrleans.Client.Simulation;

/// <summary>Writes weekly records of a herd that does not exist, with the statistics of herds that do.</summary>
/// <remarks>
/// A simulated herd has only the structure put into it: curves that differ between lactations, weekly residuals that carry over,
/// a season, composition, intake and weight (<see cref="CowModel"/>, <see cref="LactationCurveDistribution"/>). It shows that the
/// machinery works. How good a network is must be judged on real records.
/// Assumptions of our own, for want of a source: calvings 13 months apart with 8 dry weeks; conception 110 days after calving; first
/// calving at 25 months; 1 % of weeks not recorded and 5 % of compositions not measured; between-cow deviations of 0.45 (fat), 0.22
/// (protein) points and 1.8 kg (intake), which keep within the deviations of single records in the sources.
/// </remarks>
public static class SimulatedHerd
{
    /// <summary>What such a herd is called everywhere.</summary>
    public const string Label = "simulated herd";

    /// <summary>The first heading of its file: records read from it are known as simulated for ever.</summary>
    public const string AnimalHeading = "simulated_cow";

    private const int WeeksBetweenCalvings = 56, DryWeeks = 8, DaysToConception = 110, AgeAtFirstCalving = 760;
    private static readonly DateOnly FirstWeek = new(2021, 1, 3);

    /// <summary>Writes the records as CSV; <see cref="Herds.HerdPresets.Simulated"/> reads them.</summary>
    /// <param name="destination">Where to write; not disposed.</param>
    /// <param name="options">Size and seed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is outside its range.</exception>
    public static void Write(TextWriter destination, SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Cows, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Cows, 100_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Weeks, 26);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Weeks, 2_600);

        var end = FirstWeek.AddDays(7 * options.Weeks);
        Write(destination, options.Seed, Enumerable.Repeat(new Stay(FirstWeek, end, int.MaxValue), options.Cows));
    }

    /// <summary>Writes the records of cows that come and go.</summary>
    internal static void Write(TextWriter destination, ulong seed, IEnumerable<Stay> stays)
    {
        destination.Write(AnimalHeading
            + ",lactation,week_ending,week,milk_kg_per_day,fat_pct,protein_pct,intake_kg_per_day,body_weight_kg\n");
        var seeds = new SeededRandom(seed);
        var cow = 0;
        foreach (var stay in stays)
        {
            // Each cow has a generator of her own: adding cows leaves the others as they were.
            var random = new SeededRandom((ulong)(seeds.NextDouble() * (1UL << 53)));
            new Cow(++cow, random).Write(destination, stay);
        }
    }

    /// <summary>A cow's time in the herd: weeks from the first on and before the end, until she has that many records.</summary>
    internal readonly record struct Stay(DateOnly First, DateOnly End, int Records);

    private sealed class Cow
    {
        private readonly int _number;
        private readonly SeededRandom _random;
        private readonly (double, double, double) _curveDraw;
        private readonly double _fatLevel, _proteinLevel, _intakeLevel, _weightLevel;
        private int _parity, _weeksSinceCalving;
        private LactationCurve _curve;
        private double _residual, _fatResidual, _proteinResidual;

        public Cow(int number, SeededRandom random)
        {
            (_number, _random) = (number, random);
            _curveDraw = (random.NextNormal(), random.NextNormal(), random.NextNormal());
            (_fatLevel, _proteinLevel) = (0.45 * random.NextNormal(), 0.22 * random.NextNormal());
            _intakeLevel = 1.8 * random.NextNormal();
            // Between-cow deviation of measured weights in New Zealand herds: 47 to 59 kg.
            _weightLevel = 50 * random.NextNormal();
            var share = random.NextDouble();
            _parity = share < CowModel.ParityShares[0] ? 1 : share < CowModel.ParityShares[0] + CowModel.ParityShares[1] ? 2 : 3;
            _weeksSinceCalving = random.NextInt32(WeeksBetweenCalvings);
            StartLactation();
        }

        public void Write(TextWriter destination, Stay stay)
        {
            var records = 0;
            for (var ending = stay.First; ending < stay.End && records < stay.Records; ending = ending.AddDays(7))
            {
                if (++_weeksSinceCalving > WeeksBetweenCalvings)
                {
                    _parity++;
                    _weeksSinceCalving = 1;
                    StartLactation();
                }
                var isInMilk = _weeksSinceCalving <= WeeksBetweenCalvings - DryWeeks;
                if (isInMilk && WriteWeek(destination, ending, _weeksSinceCalving)) records++;
            }
        }

        private void StartLactation()
        {
            _curve = LactationCurveDistribution.OfParity(_parity).Draw(_curveDraw, _random);
            _residual = CowModel.ResidualDeviation * _random.NextNormal();
            (_fatResidual, _proteinResidual) = (0, 0);
        }

        /// <returns>Whether the week was recorded.</returns>
        private bool WriteWeek(TextWriter destination, DateOnly ending, int week)
        {
            // Draws come in a fixed order and number, so that one changed rule does not shift all that follows.
            _residual = CarryOver(_residual, CowModel.ResidualDeviation);
            _fatResidual = CarryOver(_fatResidual, 0.25);
            _proteinResidual = CarryOver(_proteinResidual, 0.10);
            var (weighing, intakeNoise, recorded, measured) = (_random.NextNormal(), _random.NextNormal(), _random.NextDouble(), _random.NextDouble());

            var dayOfYear = ending.DayOfYear - 3;
            var daysInMilk = 7 * week - 3.5;
            var milk = Math.Max(1, Math.Exp(_curve.LogYield(daysInMilk) + CowModel.SeasonOfMilk(dayOfYear) + _residual));
            var fat = Math.Clamp(CowModel.Fat(week) + CowModel.SeasonOfComposition(dayOfYear) + _fatLevel + _fatResidual, 2, 9);
            var protein = Math.Clamp(CowModel.Protein(week) + CowModel.SeasonOfComposition(dayOfYear) + _proteinLevel + _proteinResidual, 2,
                6);
            var age = AgeAtFirstCalving + (_parity - 1) * 7 * WeeksBetweenCalvings + daysInMilk;
            // One weighing to the next differs by 16.7 kg (New Zealand): each carries 16.7 / sqrt 2.
            var weight = CowModel.BodyWeight(_parity, age, daysInMilk, Math.Max(0, daysInMilk - DaysToConception)) + _weightLevel
                + 11.8 * weighing;
            var intake = Math.Max(5, CowModel.Intake(milk, fat, weight, week) + _intakeLevel + 0.8 * intakeNoise);
            if (recorded < 0.01) return false;
            var hasComposition = measured >= 0.05;
            destination.Write(string.Create(CultureInfo.InvariantCulture,
                $"S{_number:D4},{_parity},{ending:yyyy-MM-dd},{week},{milk:F2},{(hasComposition ? fat.ToString("F2", CultureInfo.InvariantCulture) : "")},"));
            destination.Write(string.Create(CultureInfo.InvariantCulture,
                $"{(hasComposition ? protein.ToString("F2", CultureInfo.InvariantCulture) : "")},{intake:F1},{weight:F0}\n"));
            return true;
        }

        /// <summary>AR(1): the deviation stays <paramref name="deviation"/> in the long run.</summary>
        private double CarryOver(double previous, double deviation) =>
            CowModel.ResidualCarryOver * previous
            + Math.Sqrt(1 - CowModel.ResidualCarryOver * CowModel.ResidualCarryOver) * deviation * _random.NextNormal();
    }
}
