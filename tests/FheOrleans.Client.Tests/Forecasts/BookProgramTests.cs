using System.Runtime.CompilerServices;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Herds;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;
using FheOrleans.Client.Simulation;
using FheOrleans.Networks.Training;

namespace FheOrleans.Client.Tests.Forecasts;

/// <summary>The program in clients/README.md, word for word.</summary>
[Collection(NodeTests.Name)]
public sealed class BookProgramTests(TestNode other) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Program_OfTheBook_ForecastsEveryAnimal()
    {
        var (address, code, folder, file, lines) = (other.Address.ToString(), await other.InviteAsync(), _folder["home"], _folder["herd.csv"], new List<string>());
        await using (var text = new StreamWriter(file)) SimulatedHerd.Write(text, new() { Cows = 12, Weeks = 100 });

        // <book>
        if (!NodeAddress.TryParse(address, out var node)) throw new ArgumentException("https://host:port sha256:HEX is expected.");
        using var home = new FarmHome(folder, () => Passphrase.From("correct horse battery"));
        await using (var stranger = new NodeClient(node, token: null))
        {
            var joined = await stranger.JoinAsync(code);
            home.Initialize(FarmProfile.At(node, joined.Tenant, joined.Owner), joined.Token);
        }
        await using var client = new NodeClient(node, home.ReadToken());

        var herd = HerdReader.Read(file, new WranglingOptions());
        WrangledHerdFile.Save(home.HerdPath("herd"), herd);
        var options = new TrainingOptions { Epochs = 20, BatchSize = 3 };
        home.WriteNetwork("network", NetworkTraining.Train(herd, "paper", options, starts: 1).Network);

        using var flow = new ForecastWorkflow(client, home);
        var model = await flow.PublishAsync("network");
        var (upload, _) = await flow.UploadAsync("herd", "latest", model.Model, model.Version, form: null);
        var forecast = await flow.PredictAsync(upload.Dataset, "first");
        for (var i = 0; i < herd.Latest.Count; i++)
            lines.Add($"{herd.Animals[herd.Latest.Animal[i]]}: {upload.Scaling!.ToKilograms(forecast.Normalized[i]!.Value):F1} kg");
        // </book>

        Assert.NotEmpty(lines);
        Assert.Equal(herd.Latest.Count, lines.Count);
    }

    [Fact]
    public void Book_Always_HasThisProgram()
    {
        var here = Between(File.ReadAllText(ThisFile()), "// <book>", "// </book>");
        var book = Between(File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "clients", "README.md")), "```csharp", "```");

        Assert.Equal(Lines(here), Lines(book));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
