using Spectre.Console;

namespace FheOrleans.Cli;

/// <summary>A table: drawn on a terminal, aligned columns in a pipe. Cells are right-aligned but for the first column.</summary>
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
        if (console.IsTerminal) Draw(console);
        else Align(console);
    }

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
        var widths = headings.Select((heading, i) => _rows.Select(row => row[i].Length).Append(heading.Length).Max()).ToArray();
        foreach (var row in _rows.Prepend(headings))
        {
            var cells = row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]));
            console.Line(string.Join("  ", cells).TrimEnd());
        }
    }
}
