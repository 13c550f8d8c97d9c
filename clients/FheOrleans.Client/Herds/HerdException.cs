namespace FheOrleans.Client.Herds;

/// <summary>Something is wrong with herd records. Each kind says what was found, what was expected and what to do about it.</summary>
/// <remarks>A record's value never appears in a message: rows, columns, counts and headings do.</remarks>
public abstract class HerdException : Exception
{
    private protected HerdException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>The file has no rows below its heading, or not even a heading.</summary>
/// <param name="what">What was found in place of records, as the end of a sentence.</param>
public sealed class EmptyHerdException(string what)
    : HerdException($"The herd has no records: {what}. Give a CSV file with one heading row and one row for each animal and time point.");

/// <summary>The compressed file is damaged.</summary>
/// <param name="line">The last line that could be read.</param>
/// <param name="inner">What the reader said.</param>
public sealed class HerdFileDamagedException(long line, Exception inner)
    : HerdException($"The file cannot be read on after line {line}: its compressed content is damaged. Fetch or export it again.", inner);

/// <summary>Columns that the mapping names are not in the file.</summary>
public sealed class MissingColumnsException : HerdException
{
    internal MissingColumnsException(IReadOnlyList<string> missing, IReadOnlyList<string> found)
        : base(Describe(missing, found))
    {
        Missing = missing;
        Found = found;
    }

    /// <summary>The headings looked for in vain.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>The headings of the file, in its order.</summary>
    public IReadOnlyList<string> Found { get; }

    private static string Describe(IReadOnlyList<string> missing, IReadOnlyList<string> found)
    {
        var wanted = missing.Select(name => NearestName.To(name, found) is { } near ? $"'{name}' (nearest: '{near}')" : $"'{name}'");
        return $"The file has no column {string.Join(", ", wanted)}. It has: {string.Join(", ", found)}. "
            + "Name the file's own columns with --columns animal=...,time=...,target=...,numeric=...";
    }
}

/// <summary>The headings are of no known file and no mapping was given.</summary>
/// <param name="found">The headings of the file.</param>
public sealed class UnknownHerdFormatException(IReadOnlyList<string> found)
    : HerdException($"The columns of this file are not known ({string.Join(", ", found)}). Say which is which, for example "
        + "--columns animal=cow,time=week,target=milk_kg,numeric=fat_pct,protein_pct,categorical=breed,gap=1.")
{
    /// <summary>The headings of the file, in its order.</summary>
    public IReadOnlyList<string> Found { get; } = found;
}

/// <summary>What may be wrong with one cell.</summary>
public enum CellFault
{
    /// <summary>Text stands where a number belongs.</summary>
    NotANumber,

    /// <summary>The cell says NaN or infinity, or a number too large for one.</summary>
    NotFinite,

    /// <summary>The cell is no date of the form 2024-01-31.</summary>
    NotADate,

    /// <summary>The cell is empty and may not be.</summary>
    Empty,

    /// <summary>The row has fewer cells than the heading.</summary>
    Absent,

    /// <summary>A quotation mark is out of place.</summary>
    BadQuotation,
}

/// <summary>One cell cannot be read.</summary>
public sealed class HerdCellException : HerdException
{
    internal HerdCellException(long row, string column, CellFault fault, Exception? inner = null)
        : base($"Row {row}, column '{column}': {Describe(fault)}", inner) => (Row, Column, Fault) = (row, column, fault);

    /// <summary>The line in the file, counted from 1; the heading is line 1.</summary>
    public long Row { get; }

    /// <summary>The heading of the cell's column.</summary>
    public string Column { get; }

    /// <summary>What is wrong with it.</summary>
    public CellFault Fault { get; }

    private static string Describe(CellFault fault) => fault switch
    {
        CellFault.NotANumber =>
            "there is text where a number is expected. Write numbers with a decimal point and without units; leave the cell empty if the value was not measured.",
        CellFault.NotFinite =>
            "the value is not a finite number (NaN, infinity or too large). Leave the cell empty if the value was not measured.",
        CellFault.NotADate => "there is no date of the form 2024-01-31. Write all dates of the column in that form.",
        CellFault.Empty => "the cell is empty, and every record needs its animal and its time. Fill it in or take the row out.",
        CellFault.Absent => "the row ends before this column. Check the row's separators and quotation marks.",
        _ => "a quotation mark is out of place. Put the whole cell in quotation marks, and double those within it.",
    };
}

/// <summary>One animal has two records for one time point.</summary>
/// <param name="row">The line of the second one.</param>
public sealed class DuplicateRecordException(long row)
    : HerdException($"Row {row}: the same animal already has a record for this time. Keep one of the two, or name the column that tells them apart with --columns run=...")
{
    /// <summary>The line in the file, counted from 1; the heading is line 1.</summary>
    public long Row { get; } = row;
}

/// <summary>There are too few animals to learn from.</summary>
/// <param name="found">How many animals have a record with a target.</param>
/// <param name="needed">How many are needed.</param>
public sealed class TooFewAnimalsException(int found, int needed)
    : HerdException($"The records are of {found} animal{(found == 1 ? "" : "s")}, and a herd network is trained on at least {needed}: what it learned from one animal would be that animal. "
        + "Add records of other animals, or allow it with --minimum-animals 1.")
{
    /// <summary>How many animals have a record with a target.</summary>
    public int Found { get; } = found;

    /// <summary>How many are needed.</summary>
    public int Needed { get; } = needed;
}

/// <summary>No animal has enough records in a row for one window.</summary>
/// <param name="longestRun">Records in the longest unbroken run.</param>
/// <param name="needed">Records that a window and its target take.</param>
public sealed class NoWindowsException(int longestRun, int needed)
    : HerdException($"No window fits: a window and its target take {needed} records in a row of one animal, and the longest unbroken run has {longestRun}. "
        + "Add records, allow larger gaps (--columns gap=...), or use shorter windows (--window).")
{
    /// <summary>Records in the longest unbroken run.</summary>
    public int LongestRun { get; } = longestRun;

    /// <summary>Records that a window and its target take.</summary>
    public int Needed { get; } = needed;
}

/// <summary>There are windows, but one part of the split is left without any.</summary>
/// <param name="part">The part: training, validation or test.</param>
/// <param name="windows">Windows in all.</param>
public sealed class EmptySplitException(string part, int windows)
    : HerdException($"Split by time, {windows} window{(windows == 1 ? "" : "s")} leave none for {part}. Add records (about 20 windows are the least that can be split), or use shorter windows (--window).")
{
    /// <summary>The part without windows.</summary>
    public string Part { get; } = part;

    /// <summary>Windows in all.</summary>
    public int Windows { get; } = windows;
}

/// <summary>The farm asked for is not in the file.</summary>
/// <param name="farms">How many farms the file holds.</param>
/// <param name="nearest">The nearest name among them, if one is near.</param>
public sealed class UnknownFarmException(int farms, string? nearest)
    : HerdException($"The farm asked for is not among the {farms} of this file{(nearest is null ? "" : $"; the nearest name is '{nearest}'")}. Give --farm one of the file's names, or leave it out to take all.");

/// <summary>The text of a column mapping cannot be understood.</summary>
/// <param name="found">The part that is wrong.</param>
/// <param name="expected">What would be right.</param>
public sealed class ColumnMappingException(string found, string expected)
    : HerdException($"In the column mapping: {found}. Expected {expected}.");

/// <summary>A file with wrangled records is damaged or not one.</summary>
public sealed class WrangledHerdFormatException : HerdException
{
    internal WrangledHerdFormatException(string what, Exception? inner = null)
        : base($"This is not a file of wrangled records: {what}. Make it again with 'farm wrangle'.", inner)
    {
    }
}
