using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Tests.Contract;

/// <summary>A form's text is its name everywhere: one text for each form.</summary>
public class CircuitFormTests
{
    [Theory]
    [InlineData("series", CircuitLayout.Series, 1, false, false, false)]
    [InlineData("series-fast", CircuitLayout.Series, 1, false, false, true)]
    [InlineData("series-complex", CircuitLayout.Series, 1, true, false, false)]
    [InlineData("polyphase-2", CircuitLayout.Series, 2, false, false, false)]
    [InlineData("polyphase-64-fast", CircuitLayout.Series, 64, false, false, true)]
    [InlineData("polyphase-4-complex-fast", CircuitLayout.Series, 4, true, false, true)]
    [InlineData("herd", CircuitLayout.Herd, 1, false, false, false)]
    [InlineData("herd-fast", CircuitLayout.Herd, 1, false, false, true)]
    [InlineData("herd-keyless", CircuitLayout.Herd, 1, false, true, false)]
    [InlineData("live", CircuitLayout.Live, 1, false, false, false)]
    [InlineData("live-packed", CircuitLayout.Live, 1, false, false, false)]
    public void Parse_Text_GivesItsFormAndTheTextAgain(string text, CircuitLayout layout, int phases, bool isComplex, bool isKeyless, bool isFast)
    {
        var form = CircuitForm.Parse(text);
        Assert.Equal((layout, phases, isComplex, isKeyless, isFast), (form.Layout, form.Phases, form.IsComplex, form.IsKeyless, form.IsFast));
        Assert.Equal(text, form.ToString());
        Assert.Equal(form, CircuitForm.Parse(form.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Series")]
    [InlineData("series ")]
    [InlineData("series-fast-complex")]
    [InlineData("series-complex-complex")]
    [InlineData("series-keyless")]
    [InlineData("polyphase")]
    [InlineData("polyphase-")]
    [InlineData("polyphase-1")]
    [InlineData("polyphase-04")]
    [InlineData("polyphase-65")]
    [InlineData("polyphase--4")]
    [InlineData("polyphase-\u0664")]
    [InlineData("herd-complex")]
    [InlineData("herd-keyless-fast")]
    [InlineData("live-fast")]
    [InlineData("live-packed-fast")]
    [InlineData("series-packed")]
    public void Parse_AnotherText_Throws(string text)
    {
        Assert.False(CircuitForm.TryParse(text, out _));
        Assert.Equal("form", Assert.Throws<NetworkFormatException>(() => CircuitForm.Parse(text)).Field);
    }

    [Fact]
    public void AsComplexAndAsFast_WhereThereIsNone_Throw()
    {
        Assert.Throws<InvalidOperationException>(() => CircuitForm.Herd.AsComplex());
        Assert.Throws<InvalidOperationException>(() => CircuitForm.HerdKeyless.AsFast());
        Assert.Throws<InvalidOperationException>(() => CircuitForm.Live.AsFast());
        Assert.Throws<ArgumentOutOfRangeException>(() => CircuitForm.Polyphase(1));
        Assert.Equal("polyphase-7-complex-fast", CircuitForm.Polyphase(7).AsFast().AsComplex().ToString());
    }
}
