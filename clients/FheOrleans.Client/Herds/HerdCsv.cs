using CsvHelper;

namespace FheOrleans.Client.Herds;

/// <summary>Reads a CSV file of herd records, plain or compressed with gzip, with columns found by name.</summary>
/// <remarks>
/// Comma, semicolon or tab separate cells (the first lines decide). Numbers have a decimal point, or all of a file have a decimal comma where
/// semicolons or tabs separate. An empty cell and <c>NA</c> mean "not measured"; <c>NaN</c> is refused, because it says that a computation went
/// wrong before.
/// </remarks>
internal sealed class HerdCsv : IDisposable
{
    // A row longer than this is an unclosed quotation mark, not a record.
    private const int MaximumRowBytes = 1 << 20;

    private readonly CsvReader _reader;
    private readonly string[] _headings;

    private HerdCsv(CsvReader reader, string[] headings) => (_reader, _headings) = (reader, headings);

    public IReadOnlyList<string> Headings => _headings;

    /// <summary>Opens a file and reads its heading.</summary>
    /// <exception cref="HerdException">There is not even a heading, or it cannot be read.</exception>
    public static HerdCsv Open(string path)
    {
        var stream = HerdFile.Open(path);
        try
        {
            return Read(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads the heading; the stream is disposed with this object.</summary>
    public static HerdCsv Read(Stream stream)
    {
        // Values stay out of the library's messages, as they do of ours.
        var reader = CsvReader.Create(stream, CsvReaderOptions.Default with
        {
            TrimWhitespace = true,
            TrackLineNumbers = true,
            IncludeValuesInExceptions = false,
            MalformedData = CsvMalformedDataHandling.Throw,
            MaxRecordSize = MaximumRowBytes,
        });
        try
        {
            var headings = reader.Headers.ToArray();
            return headings.All(string.IsNullOrWhiteSpace) ? throw new EmptyHerdException("the file is empty") : new(reader, headings);
        }
        catch (Exception fault)
        {
            reader.Dispose();
            if (fault is CsvFormatException or InvalidDataException) throw new HerdCellException(1, "the heading", CellFault.BadQuotation, fault);
            throw;
        }
    }

    /// <summary>Reads all rows.</summary>
    /// <param name="columns">Which column means what.</param>
    /// <param name="farm">The one farm to take; null for all.</param>
    /// <exception cref="HerdException">Columns are missing, a cell cannot be read, the farm is not there, or no row has a
    /// target.</exception>
    public HerdTable ReadAll(HerdColumns columns, string? farm = null)
    {
        var missing = columns.Headings.Where(heading => !_headings.Contains(heading)).ToArray();
        if (missing.Length > 0) throw new MissingColumnsException(missing, _headings);

        var builder = new HerdTableBuilder(columns, heading => Array.IndexOf(_headings, heading), new CellReader(columns.Dates, _reader.Separator != ','), farm);
        long line = 1;
        try
        {
            while (_reader.Read())
            {
                line = _reader.LineNumber;
                RefuseMoreCellsThanHeadings(line);
                builder.Add(_reader, line);
            }
        }
        catch (CsvFormatException fault)
        {
            throw new HerdCellException(fault.LineNumber, _headings[0], CellFault.BadQuotation, fault);
        }
        catch (InvalidDataException fault)
        {
            throw new HerdFileDamagedException(line, fault);
        }
        return builder.Build();
    }

    /// <summary>A comma within a cell would move every cell after it, and numbers would be read as other numbers.</summary>
    private void RefuseMoreCellsThanHeadings(long line)
    {
        for (var i = _headings.Length; i < _reader.FieldCount; i++)
            if (!string.IsNullOrWhiteSpace(_reader.GetString(i))) throw new HerdCellException(line, _headings[^1], CellFault.Surplus);
    }

    public void Dispose() => _reader.Dispose();
}
