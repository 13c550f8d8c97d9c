using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Interop.Tests.Gateway;

/// <summary>SEAL 4.0 to 4.3 read no minor version but their own: a result comes in the version of what it was made from.</summary>
public class VersionTests
{
    [Fact]
    public async Task Result_OfUploadsInAnyVersion_HasTheirVersionOrTheOneThatEverySealReads()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);
        await using var client = await node.JoinAsync("vale", "hill");
        var network = LinearModel.Create([0.5, -0.25], 0.1);
        var published = await client.PublishModelAsync("linear", network.ToJson(), ModelVisibility.Owner);
        var plan = CircuitPlan.FromJson((await client.GetPlanAsync(published.Model, published.Version, "herd")).Plan);

        foreach (var version in new[] { SealVersion.V37, SealVersion.V40, SealVersion.V41, SealVersion.V43, SealVersion.V44 })
            Assert.Equal(version, await ForecastAsync(version, version));
        Assert.Equal(SealVersion.V37, await ForecastAsync(SealVersion.V41, SealVersion.V44));

        async Task<SealVersion> ForecastAsync(SealVersion ofKeys, SealVersion ofData)
        {
            var id = $"keys-{ofKeys}-data-{ofData}".Replace('.', '-');
            var parameters = plan.CreateParameters();
            using var secret = SecretKey.Generate(parameters);
            var encoder = new CkksEncoder(parameters);
            await client.DeclareKeySetAsync(id, SealWriter.Write(parameters, ofKeys), [], conjugation: false, relinearization: false);
            await client.UploadKeyObjectAsync(id, KeyObjectKind.Public, SealWriter.Write(new KeyGenerator(secret).CreatePublicKey(), ofKeys));
            await client.DeclareDatasetAsync(
                id, new DatasetDeclaration(id, 1, plan.InputCiphertexts, plan.InputCiphertexts, plan.InputLevel, plan.InputScale, "herd"));
            byte[] chunk = [.. new[] { 0.75, 0.5 }.SelectMany(value =>
                SealWriter.Write(new SymmetricEncryptor(secret).Encrypt(encoder.Encode([value], plan.InputScale, plan.InputLevel)), ofData))];
            await client.UploadChunkAsync(id, 0, chunk);
            await client.StartInferenceAsync(id, new InferenceRequest(id, id, published.Model, published.Version, "herd"));
            var heard = await client.ListenToEndAsync(0, id);

            var result = heard.Single(message => message.Inference == id && message.Result is not null).Result!;
            var forecast = encoder.DecodeReal(new Decryptor(secret).Decrypt(SealReader.ReadCiphertext(parameters, result, out var version)))[0];
            Assert.InRange(Math.Abs((0.5 * 0.75) - (0.25 * 0.5) + 0.1 - forecast), 0, 1e-6);
            return version;
        }
    }
}
