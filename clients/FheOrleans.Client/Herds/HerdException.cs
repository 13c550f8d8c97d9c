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

/// <summary>What was named is no CSV file.</summary>
/// <param name="found">What it is.</param>
/// <param name="remedy">What to do.</param>
public sealed class NotCsvException(string found, string remedy)
    : HerdException($"A CSV file of records is expected, and {found}. {remedy}.");

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
public sealed class UnknownHerdFormatException(IReadOnlyList<string> found) : HerdException(Describe(found))
{
    /// <summary>The headings of the file, in its order.</summary>
    public IReadOnlyList<string> Found { get; } = found;

    private static string Describe(IReadOnlyList<string> found)
    {
        // One column is no herd, and what stands there may be anything.
        if (found.Count < 3)
        {
            return "A herd's file has at least an animal, a time and a yield in each row, separated by commas, semicolons or tabs, below one row of headings; "
                + $"this one has {(found.Count == 1 ? "one column" : "two columns")}. Check that it is the right file.";
        }
        return $"The columns of this file are not known ({string.Join(", ", found)}). Say which of them mean what, for example "
            + $"--columns \"animal={found[0]},time={found[1]},target={found[2]},gap=7\": animal, time and target are needed; gap is the longest step that is no gap, in days "
            + "where times are dates; numeric= adds further inputs. clients/README.md has all keys.";
    }
}

/// <summary>What may be wrong with one cell.</summary>
public enum CellFault
{
    /// <summary>Text stands where a number belongs.</summary>
    NotANumber,

    /// <summary>The cell says NaN or infinity, or a number too large for one.</summary>
    NotFinite,

    /// <summary>The cell is no date, or is written in another way than the file's dates.</summary>
    NotADate,

    /// <summary>The cell is empty and may not be.</summary>
    Empty,

    /// <summary>The row has fewer cells than the heading.</summary>
    Absent,

    /// <summary>A quotation mark is out of place.</summary>
    BadQuotation,

    /// <summary>The row has more cells than the heading.</summary>
    Surplus,

    /// <summary>The file has numbers with a decimal point and numbers with a decimal comma.</summary>
    TwoDecimalSigns,
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
            "there is text where a number is expected. Write numbers without units, with a decimal point (or, in a file whose cells are separated by semicolons, a "
            + "decimal comma); leave the cell empty if the value was not measured.",
        CellFault.NotFinite =>
            "the value is not a finite number (NaN, infinity or too large). Leave the cell empty if the value was not measured.",
        CellFault.NotADate => "there is no date in the form that is expected: 2024-01-31 unless --columns says otherwise. For 31.1.2024 or 31/01/2024 add dates=dmy to "
            + "--columns, for 1/31/2024 dates=mdy.",
        CellFault.Empty => "the cell is empty, and every record needs its animal and its time. Fill it in or take the row out.",
        CellFault.Absent => "the row ends before this column. Check the row's separators and quotation marks.",
        CellFault.Surplus => "the row goes on after it, with more cells than there are headings. A comma within a cell splits it in two: separate cells by semicolons, or put "
            + "that cell in quotation marks.",
        CellFault.TwoDecimalSigns => "the number has another decimal sign than those before it. Write all numbers of the file with a decimal point, or all with a comma.",
        _ => "a quotation mark is out of place. Put the whole cell in quotation marks, and double those within it.",
    };
}

/// <summary>One animal has two records for one time point.</summary>
/// <param name="first">The line of the first one.</param>
/// <param name="row">The line of the second one.</param>
public sealed class DuplicateRecordException(long first, long row)
    : HerdException($"Rows {first} and {row} are records of the same animal and time. Keep one of the two, or name the column that tells them apart with --columns run=...")
{
    /// <summary>The line of the first one, counted from 1; the heading is line 1.</summary>
    public long First { get; } = first;

    /// <summary>The line of the second one.</summary>
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
