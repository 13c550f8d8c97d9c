using System.Globalization;
using System.Text;
using FheOrleans.Client.Herds;

namespace FheOrleans.Client.Tests.Herds;

/// <summary>Small herds written by hand or by rule.</summary>
internal static class CsvText
{
    public const string Columns = "animal=cow,time=week,target=milk,numeric=week,gap=1";

    public static WrangledHerd Read(string text, WranglingOptions? options = null) =>
        HerdReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test herd", options ?? new() { Columns = Columns });

    /// <summary>Cows of the given numbers of weeks; milk = 100 cow + week, so that a value says where it is from.</summary>
    public static string Herd(params int[] weeksOfCow)
    {
        var text = new StringBuilder("cow,week,milk\n");
        for (var cow = 0; cow < weeksOfCow.Length; cow++)
            for (var week = 1; week <= weeksOfCow[cow]; week++) text.Append(CultureInfo.InvariantCulture, $"c{cow},{week},{100 * cow + week}\n");
        return text.ToString();
    }
}
