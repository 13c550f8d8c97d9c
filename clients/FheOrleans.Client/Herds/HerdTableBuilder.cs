using System.Globalization;
using CsvHelper;

namespace FheOrleans.Client.Herds;

/// <summary>Turns the cells of a file into a <see cref="HerdTable"/>, row by row.</summary>
internal sealed class HerdTableBuilder
{
    private readonly HerdColumns _columns;
    private readonly CellReader _reader;
    private readonly string? _wantedFarm;
    private readonly int _animal, _time, _farm, _run, _target, _same;
    private readonly int[] _numeric, _categorical;
    private readonly Dictionary<string, int> _animals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _sameKeys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _runNames = new(StringComparer.Ordinal);
    private readonly HashSet<string> _farmsSeen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>[] _categoryCodes;
    private HerdTable? _table;
    private bool _anyRow, _timeIsCalendar;

    public HerdTableBuilder(HerdColumns columns, Func<string, int> indexOf, CellReader reader, string? wantedFarm)
    {
        int At(string? heading) => heading is null ? -1 : indexOf(heading);
        (_columns, _reader, _wantedFarm) = (columns, reader, wantedFarm);
        (_animal, _time, _target) = (At(columns.Animal), At(columns.Time), At(columns.Target));
        (_farm, _run, _same) = (At(columns.Farm), At(columns.Run), At(columns.TargetSame));
        _numeric = [.. columns.Numeric.Select(feature => At(feature.Column))];
        _categorical = [.. columns.Categorical.Select(At)];
        _categoryCodes = [.. columns.Categorical.Select(_ => new Dictionary<string, int>(StringComparer.Ordinal))];
        if (wantedFarm is not null && columns.Farm is null)
            throw new ColumnMappingException("one farm is asked for and no column holds the farm", "farm=<a column's heading>");
    }

    public void Add(CsvReader cells, long line)
    {
        _anyRow = true;
        var farm = _farm < 0 ? null : Required(cells, _farm, _columns.Farm!, line);
        if (farm is not null)
        {
            _farmsSeen.Add(farm);
            if (_wantedFarm is not null && farm != _wantedFarm) return;
        }

        var animal = Required(cells, _animal, _columns.Animal, line);
        var timeText = Required(cells, _time, _columns.Time, line);
        if (_table is null)
        {
            // The first record decides whether times are dates; all others must follow it.
            _timeIsCalendar = !_reader.IsNumber(timeText);
            _table = new() { Columns = _columns, TimeIsCalendar = _timeIsCalendar };
            foreach (var _ in _categorical) _table.CategoryNames.Add([]);
        }
        var time = _timeIsCalendar ? _reader.Date(timeText, _columns.Time, line).DayNumber : _reader.Number(timeText, _columns.Time, line);

        // Every cell is checked before anything is kept, also in rows that have no target: a fault found late is found by another program.
        var target = _reader.Number(Cell(cells, _target, _columns.Target, line), _columns.Target, line);
        var numeric = new double[_numeric.Length];
        for (var i = 0; i < numeric.Length; i++) numeric[i] = ReadFeature(_columns.Numeric[i], Cell(cells, _numeric[i], _columns.Numeric[i].Column, line), line);
        var categories = new int[_categorical.Length];
        for (var i = 0; i < categories.Length; i++) categories[i] = ReadCategory(i, Cell(cells, _categorical[i], _columns.Categorical[i], line));
        var run = _run < 0 ? 0 : ReadRun(Required(cells, _run, _columns.Run!, line));
        var same = _same < 0 ? 0 : IndexIn(_sameKeys, Cell(cells, _same, _columns.TargetSame!, line));

        if (double.IsNaN(target))
        {
            _table.RowsWithoutTarget++;
            return;
        }
        var name = farm is null ? animal : $"{farm}/{animal}";
        if (!_animals.TryGetValue(name, out var index))
        {
            _animals[name] = index = _table.AnimalNames.Count;
            _table.AnimalNames.Add(name);
        }
        if (farm is not null) _table.Farms.Add(farm);
        _table.Animal.Add(index);
        _table.Time.Add(time);
        _table.Run.Add(run);
        _table.Same.Add(same);
        _table.Target.Add(target);
        _table.Numeric.Add(numeric);
        _table.Categories.Add(categories);
        _table.Line.Add(line);
    }

    public HerdTable Build()
    {
        if (!_anyRow) throw new EmptyHerdException("below the heading there is no row");
        if (_table is null) throw new UnknownFarmException(_farmsSeen.Count, NearestName.To(_wantedFarm!, _farmsSeen));
        if (_table.Count == 0) throw new EmptyHerdException($"none of the {_table.RowsWithoutTarget} rows has a value in column '{_columns.Target}'");
        return _table;
    }

    private static string Cell(CsvReader cells, int at, string column, long line) =>
        at < cells.FieldCount ? cells.GetString(at) : throw new HerdCellException(line, column, CellFault.Absent);

    private static string Required(CsvReader cells, int at, string column, long line) =>
        Cell(cells, at, column, line) is var text && !CellReader.IsMissing(text) ? text : throw new HerdCellException(line, column, CellFault.Empty);

    private double ReadFeature(FeatureExpression feature, string text, long line)
    {
        if (!feature.ReadsDate) return feature.Apply(_reader.Number(text, feature.Column, line));
        return CellReader.IsMissing(text) ? double.NaN : feature.Apply(_reader.Date(text, feature.Column, line).Month);
    }

    private int ReadCategory(int column, string text)
    {
        if (CellReader.IsMissing(text)) return -1;
        var codes = _categoryCodes[column];
        if (codes.TryGetValue(text, out var code)) return code;
        _table!.CategoryNames[column].Add(text);
        return codes[text] = codes.Count;
    }

    private double ReadRun(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : 1e9 + IndexIn(_runNames, text);

    private static int IndexIn(Dictionary<string, int> keys, string text)
    {
        if (!keys.TryGetValue(text, out var index)) keys[text] = index = keys.Count;
        return index;
    }
}
