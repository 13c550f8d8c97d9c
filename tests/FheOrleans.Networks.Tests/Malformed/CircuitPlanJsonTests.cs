using System.Text;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Tests.Malformed;

/// <summary>A client encrypts by what a plan says: a plan that is not possible, not secure or not whole is refused.</summary>
public class CircuitPlanJsonTests
{
    private static readonly CircuitPlan Plan = CircuitCompiler.Compile(PaperNetwork.Create(), new CompilerOptions()).Plan;

    [Theory]
    [InlineData("herd")]
    [InlineData("series")]
    [InlineData("polyphase-7-fast")]
    [InlineData("polyphase-4-complex")]
    [InlineData("herd-keyless")]
    public void FromJson_WhatToJsonWrote_IsTheSamePlan(string form)
    {
        var plan = CircuitCompiler.Compile(PaperNetwork.Create(), new CompilerOptions { Form = CircuitForm.Parse(form) }).Plan;
        var again = CircuitPlan.FromJson(plan.ToJson());
        Assert.Equal(plan, again);
        Assert.Equal(plan.ModulusBits.ToArray(), again.ModulusBits.ToArray());
        Assert.Equal(plan.CreateParameters(), again.CreateParameters());
        Assert.NotEqual(plan, again with { PredictedError = 0.5 });
    }

    [Fact]
    public void ToJson_Plan_HoldsNoWeights()
    {
        // Other weights, same shape: the plan differs at most in its predicted error.
        var other = CircuitCompiler.Compile(PaperNetwork.Create(seed: 99), new CompilerOptions()).Plan;
        Assert.Equal(Plan, other with { PredictedError = Plan.PredictedError });
    }

    [Theory]
    [InlineData("\"layout\":\"series\"", "\"layout\":\"spiral\"")]
    [InlineData("\"layout\":\"series\"", "\"layout\":\"herd\"")]
    [InlineData("\"polynomialDegree\":8192", "\"polynomialDegree\":4096")]
    [InlineData("\"polynomialDegree\":8192", "\"polynomialDegree\":8191")]
    [InlineData("1125899905744897", "1125899905744898")]
    [InlineData("1125899905744897", "1125899906629633")]
    [InlineData("\"timePoints\":20", "\"timePoints\":21")]
    [InlineData("\"features\":7", "\"features\":8")]
    [InlineData("\"inputLevel\":3", "\"inputLevel\":4")]
    [InlineData("\"inputScale\":17179869184", "\"inputScale\":0")]
    [InlineData("\"inputScale\":17179869184", "\"inputScale\":-1")]
    [InlineData("\"rotationSteps\":[1,4]", "\"rotationSteps\":[4,1]")]
    [InlineData("\"rotationSteps\":[1,4]", "\"rotationSteps\":[1,1]")]
    [InlineData("\"rotationSteps\":[1,4]", "\"rotationSteps\":[1,4096]")]
    [InlineData("\"needsRelinearizationKeys\":true", "\"needsRelinearizationKeys\":1")]
    [InlineData("\"outputs\":1", "\"outputs\":2")]
    [InlineData("\"outputs\":1", "\"outputs\":1,\"outputSize\":17")]
    [InlineData("\"outputs\":1", "\"outputs\":1,\"needsConjugationKey\":1")]
    [InlineData("\"layout\":\"series\"", "\"layout\":\"polyphase-2\"")]
    [InlineData("\"layout\":\"series\"", "\"layout\":\"series-complex\"")]
    [InlineData("\"outputLevel\":0", "\"outputLevel\":-1")]
    [InlineData("\"windowsPerBatch\":4077", "\"windowsPerBatch\":4096")]
    [InlineData("\"epilogue\":[0.5,", "\"epilogue\":[1e999,")]
    [InlineData("\"outputs\":1", "\"outputs\":1,\"secret\":1")]
    [InlineData("\"outputs\":1,", "")]
    public void FromJson_OnePartWrong_Throws(string part, string replacement)
    {
        var text = Encoding.UTF8.GetString(Plan.ToJson());
        Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.Throws<NetworkFormatException>(() => CircuitPlan.FromJson(Encoding.UTF8.GetBytes(text.Replace(part, replacement, StringComparison.Ordinal))));
    }

    [Fact]
    public void FromJson_OverTheSecurityBound_Throws()
    {
        // The same primes and one more of 36 bits: 248 bits at N = 8192, where 214 are allowed.
        var text = Encoding.UTF8.GetString(Plan.ToJson()).Replace("68719230977,", "68719230977,68718428161,", StringComparison.Ordinal);
        Assert.Throws<NetworkFormatException>(() => CircuitPlan.FromJson(Encoding.UTF8.GetBytes(text)));
    }
}
