// dotnet run -c Release --project bench/FheOrleans.Storage -- [storage...]
// What a write and a read cost in each storage, one after the other and eight at once. PostgreSQL is started for it, with its defaults.
using FheOrleans.Storage;

var chosen = Places.All.Where(place => args.Length == 0 || args.Contains(place.Name)).ToArray();
if (chosen.Length == 0)
{
    Console.Error.WriteLine($"There is no such storage; there are {string.Join(", ", Places.All.Select(place => place.Name))}.");
    return 2;
}
Console.WriteLine("| storage | what | bytes | times | median ms | 95 % ms | MB/s |");
Console.WriteLine("|---|---|---|---|---|---|---|");
foreach (var (name, open) in chosen)
{
    using var place = open();
    foreach (var row in await new StorageRun(place).RunAsync()) Console.WriteLine($"| {name} {row}");
}
return 0;
