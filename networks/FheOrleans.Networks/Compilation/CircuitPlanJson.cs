using FheOrleans.Ckks;

namespace FheOrleans.Networks.Compilation;

/// <summary>Circuit plans as JSON, read as strictly as networks: a client decides by them what it encrypts, and under which parameters.</summary>
internal static class CircuitPlanJson
{
    private const string Format = "fheorleans-circuit-plan-1";
    private const int MaximumPrimes = 32;

    /// <summary>Each step costs the client a key of megabytes.</summary>
    public const int MaximumRotationSteps = 256;

    private const double MaximumScale = 1e30;

    public static byte[] Write(CircuitPlan plan) => JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteString("layout", plan.Form.ToString());
        json.WriteNumber("polynomialDegree", plan.PolynomialDegree);
        JsonText.WriteNumbers(json, "primes", plan.Primes.AsSpan());
        json.WriteNumber("timePoints", plan.TimePoints);
        json.WriteNumber("features", plan.Features);
        json.WriteNumber("inputCiphertexts", plan.InputCiphertexts);
        json.WriteNumber("inputLevel", plan.InputLevel);
        json.WriteNumber("inputScale", plan.InputScale);
        json.WriteNumber("inputBound", plan.InputBound);
        JsonText.WriteNumbers(json, "rotationSteps", plan.RotationSteps.AsSpan());
        json.WriteBoolean("needsRelinearizationKeys", plan.NeedsRelinearizationKeys);
        if (plan.NeedsConjugationKey) json.WriteBoolean("needsConjugationKey", true);
        json.WriteNumber("outputs", plan.Outputs);
        if (plan.OutputSize > Ciphertext.MinimumSize) json.WriteNumber("outputSize", plan.OutputSize);
        json.WriteNumber("outputLevel", plan.OutputLevel);
        json.WriteNumber("outputScale", plan.OutputScale);
        json.WriteNumber("windowsPerBatch", plan.WindowsPerBatch);
        JsonText.WriteNumbers(json, "epilogue", plan.Epilogue.AsSpan());
        json.WriteNumber("predictedError", plan.PredictedError);
        NetworkInput.Write(json, plan.Inputs);
        json.WriteEndObject();
    });

    public static CircuitPlan Read(ReadOnlySpan<byte> utf8)
    {
        using var document = JsonText.Parse("plan", utf8);
        var json = new JsonObjectReader("plan", document.RootElement);
        json.RequireText("format", Format);
        if (!CircuitForm.TryParse(json.Text("layout"), out var form))
            throw new NetworkFormatException("plan.layout", "another text", "a form such as series, polyphase-4, herd, live or live-packed");
        var parameters = ReadParameters(json.Integer("polynomialDegree", 2, 1 << 20), json.Words("primes", 2, MaximumPrimes));
        var slots = parameters.SlotCount;
        var top = parameters.MaximumLevel;
        var timePoints = json.Integer("timePoints", 1, Math.Min(Limits.MaximumTimePoints, slots));
        var features = json.Integer("features", 1, Limits.MaximumFeatures);
        if (form.Blocks(features) > slots) throw new NetworkFormatException("plan.features", $"{features}", $"at most {slots}, the slots of one ciphertext");
        var inputs = Exactly(json, "inputCiphertexts", form.InputCiphertexts(timePoints, features));
        if (inputs > Limits.MaximumInputs) throw new NetworkFormatException("plan.inputCiphertexts", $"{inputs}", $"at most {Limits.MaximumInputs}");
        var inputLevel = json.Integer("inputLevel", 0, top);
        var plan = new CircuitPlan
        {
            Form = form,
            PolynomialDegree = parameters.PolynomialDegree,
            Primes = parameters.Primes,
            ModulusBits = parameters.ModulusBits,
            TimePoints = timePoints,
            Features = features,
            InputCiphertexts = inputs,
            InputLevel = inputLevel,
            InputScale = Within(json, "inputScale", 2, MaximumScale),
            InputBound = Within(json, "inputBound", 1, 1024),
            RotationSteps = [.. json.Integers("rotationSteps", 0, MaximumRotationSteps, 1, slots - 1)],
            NeedsRelinearizationKeys = json.Boolean("needsRelinearizationKeys"),
            NeedsConjugationKey = json.BooleanOr("needsConjugationKey", false),
            Outputs = Exactly(json, "outputs", form.Phases),
            OutputSize = json.IntegerOr("outputSize", Ciphertext.MinimumSize, Ciphertext.MaximumSize, Ciphertext.MinimumSize),
            OutputLevel = json.Integer("outputLevel", 0, inputLevel),
            OutputScale = Within(json, "outputScale", 2, MaximumScale),
            WindowsPerBatch = Exactly(json, "windowsPerBatch", form.WindowsPerBatch(slots, timePoints, features)),
            Epilogue = [.. json.Numbers("epilogue", 1, Limits.MaximumDegree + 1)],
            PredictedError = Within(json, "predictedError", 0, 1e6),
            Inputs = NetworkInput.Read(json, features),
        };
        json.End();
        for (var i = 1; i < plan.RotationSteps.Length; i++)
        {
            if (plan.RotationSteps[i] <= plan.RotationSteps[i - 1])
                throw new NetworkFormatException("plan.rotationSteps", "steps out of order", "ascending, each once");
        }
        return plan;
    }

    private static CkksParameters ReadParameters(int degree, ulong[] primes)
    {
        try
        {
            return CkksParameters.FromPrimes(degree, primes);
        }
        catch (CkksException error)
        {
            throw new NetworkFormatException("plan.primes", "parameters that are refused", "secure CKKS parameters", error);
        }
    }

    private static int Exactly(JsonObjectReader json, string name, int expected)
    {
        var found = json.Integer(name, int.MinValue, int.MaxValue);
        return found == expected ? found : throw new NetworkFormatException($"plan.{name}", $"{found}", $"{expected}");
    }

    private static double Within(JsonObjectReader json, string name, double minimum, double maximum)
    {
        var value = json.Number(name);
        return value >= minimum && value <= maximum
            ? value
            : throw new NetworkFormatException($"plan.{name}", "a number out of range", $"{minimum} to {maximum}");
    }
}
