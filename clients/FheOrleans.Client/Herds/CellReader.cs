using System.Globalization;

namespace FheOrleans.Client.Herds;

/// <summary>Reads numbers and dates of one file, which are all written in one way.</summary>
/// <param name="dates">The order of day, month and year.</param>
/// <param name="mayHaveComma">Whether a comma may be the decimal sign: it may where it separates no cells.</param>
internal sealed class CellReader(DateOrder dates, bool mayHaveComma)
{
    private readonly string[] _dateForms = dates switch
    {
        DateOrder.DayFirst => ["d.M.yyyy", "d/M/yyyy", "d-M-yyyy"],
        DateOrder.MonthFirst => ["M/d/yyyy", "M-d-yyyy", "M.d.yyyy"],
        _ => ["yyyy-MM-dd"],
    };

    // The first decimal sign decides: where 1.5 and 1,5 are in one file, one of them is fifteen or a thousand and five hundred.
    private char? _decimalSign;

    public static bool IsMissing(string text) => text.Length == 0 || text == "NA";

    /// <summary>Whether a cell is written as a number, in any of the ways a file may have.</summary>
    public bool IsNumber(string text) => double.TryParse(WithPoint(text), NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <returns>The number; NaN where none was measured.</returns>
    public double Number(string text, string column, long line)
    {
        if (IsMissing(text)) return double.NaN;
        if (!double.TryParse(WithPoint(text), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            throw new HerdCellException(line, column, CellFault.NotANumber);
        if (!double.IsFinite(number)) throw new HerdCellException(line, column, CellFault.NotFinite);
        if (text.IndexOfAny(['.', ',']) is var at and >= 0 && (_decimalSign ??= text[at]) != text[at])
            throw new HerdCellException(line, column, CellFault.TwoDecimalSigns);
        return number;
    }

    public DateOnly Date(string text, string column, long line) =>
        DateOnly.TryParseExact(text, _dateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw new HerdCellException(line, column, CellFault.NotADate);

    // Thousands are not set apart in records: 1.234,5 and 1,234.5 are refused.
    private string WithPoint(string text) => mayHaveComma && !text.Contains('.', StringComparison.Ordinal) ? text.Replace(',', '.') : text;
}
