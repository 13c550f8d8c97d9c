using System.Text;
using FheOrleans.Client.Herds;
using FheOrleans.Client.Simulation;

namespace FheOrleans.Client.Tests.Simulation;

public class PaperSizedHerdTests
{
    [Fact]
    public void Read_TheWholeHerd_HasThePapersCounts()
    {
        var herd = Read(1);
        Assert.True(herd.IsSimulated);
        Assert.Equal((93_283, 7, 20), (herd.Rows, herd.Features, herd.TimePoints));
        Assert.Equal(57_698, herd.Training.Count + herd.Validation.Count + herd.Test.Count);
        Assert.Equal(17_309, herd.Test.Count);
        // The test set's series fit the 32,768 slots of four complex phases: what an upload of one batch rests on.
        Assert.InRange(herd.Test.Windows.Rows, 17_309 + 19, 32_000);
    }

    [Fact]
    public void Write_TheSameSeed_GivesTheSameBytes()
    {
        Assert.Equal(Text(5), Text(5));
        Assert.NotEqual(Text(5), Text(6));
    }

    private static WrangledHerd Read(ulong seed) =>
        HerdReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(Text(seed))), "paper.csv", PaperSizedHerd.Wrangling);

    private static string Text(ulong seed)
    {
        using var text = new StringWriter();
        PaperSizedHerd.Write(text, seed);
        return text.ToString();
    }
}
