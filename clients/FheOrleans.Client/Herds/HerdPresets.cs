using System.Collections.Immutable;

namespace FheOrleans.Client.Herds;

/// <summary>Mappings of files that are recognised by their headings, so that naming the file is enough.</summary>
public static class HerdPresets
{
    /// <summary>
    /// Danish weekly means (<c>weekly.csv</c> made from the <c>milkman</c> records of the R package doBy): weeks count from calving,
    /// a lactation is a run, a missing week is a gap. Seven inputs: milk, fat, protein, lactose, ln(cells + 1), week, lactation.
    /// </summary>
    public static HerdColumns DanishWeekly { get; } = HerdColumns.Parse(
        "animal=cow,time=week,run=lactation,target=milk_kg_per_day,"
        + "numeric=fat_pct,protein_pct,lactose_pct,ln1p(scc_1000_per_ml),week,lactation,gap=1,order=run");

    /// <summary>
    /// French monthly test days (records of the R package DairyHerdData): a composition of 0 was not measured. Seven inputs: milk, fat,
    /// protein, ln(cells + 1), days in milk, parity, month. The target is a test of the same lactation at most 60 days on.
    /// </summary>
    public static HerdColumns FrenchTestDay { get; } = HerdColumns.Parse(
        "farm=herd_id,animal=cow_id,time=test_date,target=milk_kg,"
        + "numeric=positive(fat_pct),positive(protein_pct),ln1p(positive(scc_1000_per_ml)),dim,parity,month(test_date),"
        + "gap=100,target-gap=60,target-same=parity,order=calendar");

    /// <summary>
    /// The herd that this client simulates. Seven inputs: milk, fat, protein, dry matter intake, body weight, week, lactation.
    /// </summary>
    public static HerdColumns Simulated { get; } = HerdColumns.Parse(
        "animal=simulated_cow,time=week_ending,run=lactation,target=milk_kg_per_day,"
        + "numeric=fat_pct,protein_pct,intake_kg_per_day,body_weight_kg,week,lactation,gap=7,order=calendar");

    /// <summary>All of them, by name, in the order in which headings are tried.</summary>
    public static ImmutableArray<(string Name, HerdColumns Columns)> All { get; } =
        [("simulated herd", Simulated), ("Danish weekly records", DanishWeekly), ("French test-day records", FrenchTestDay)];

    /// <summary>The mapping of a file with these headings.</summary>
    /// <param name="headings">The headings of the file.</param>
    /// <returns>The first preset all of whose columns are there; null if there is none.</returns>
    public static HerdColumns? Recognise(IReadOnlyCollection<string> headings) =>
        All.Select(preset => preset.Columns).FirstOrDefault(columns => columns.Headings.All(headings.Contains));
}
