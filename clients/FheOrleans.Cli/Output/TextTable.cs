using Spectre.Console;

namespace FheOrleans.Cli;

/// <summary>A table: drawn on a terminal that is wide enough, aligned columns in a pipe and elsewhere. Cells are right-aligned but for the first column.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public TextTable Add(params string[] cells)
    {
        _rows.Add(cells);
        return this;
    }

    public void Write(FarmConsole console)
    {
        // A drawn table that does not fit breaks its cells, and a broken id cannot be copied.
        if (console.IsTerminal && Widths().Sum(width => width + 3) + 1 <= console.Width) Draw(console);
        else Align(console);
    }

    private int[] Widths() => [.. headings.Select((heading, i) => _rows.Select(row => row[i].Length).Append(heading.Length).Max())];

    private void Draw(FarmConsole console)
    {
        var table = new Table().Border(TableBorder.Rounded);
        for (var i = 0; i < headings.Length; i++)
        {
            var column = new TableColumn(Markup.Escape(headings[i]));
            table.AddColumn(i == 0 ? column : column.RightAligned());
        }
        foreach (var row in _rows) table.AddRow([.. row.Select(Markup.Escape)]);
        console.Ansi.Write(table);
    }

    private void Align(FarmConsole console)
    {
        var widths = Widths();
        foreach (var row in _rows.Prepend(headings))
        {
            var cells = row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]));
            console.Line(string.Join("  ", cells).TrimEnd());
        }
    }
}
