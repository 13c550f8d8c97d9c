using FheOrleans.Ckks.Secrets;

namespace FheOrleans.Ckks.Tests.Contract;

public sealed class ReadmeTests
{
    /// <summary>The example of <c>ckks/README.md</c>, letter for letter.</summary>
    [Fact]
    public void Example_Square_DecryptsToSquares()
    {
        var parameters = CkksParameters.Create(8192, 50, 50, 36, 26, 50);
        using var secret = SecretKey.Generate(parameters);
        var keys = new KeyGenerator(secret).CreateRelinearizationKeys();
        var encoder = new CkksEncoder(parameters);
        var evaluator = new Evaluator(parameters);

        var x = new SymmetricEncryptor(secret).Encrypt(encoder.Encode([0.5, -0.25], Math.ScaleB(1, 36)));
        var y = evaluator.Rescale(evaluator.Relinearize(evaluator.Square(x), keys));
        var values = encoder.DecodeReal(new Decryptor(secret).Decrypt(y)); // 0.25, 0.0625, 0, ..

        Assert.Equal(0.25, values[0], 1e-6);
        Assert.Equal(0.0625, values[1], 1e-6);
        Assert.Equal(0, values[4095], 1e-6);
    }
}
