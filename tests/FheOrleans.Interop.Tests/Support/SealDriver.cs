using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using FheOrleans.Ckks.Wire;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Interop.Tests.Support;

/// <summary>Microsoft SEAL (node-seal 6.0.3, which is SEAL 4.1.2) in a process of its own, told what to do line by line.</summary>
internal sealed class SealDriver : IAsyncDisposable
{
    private readonly Process _process = SealClient.Start([Path.Combine("interop", "driver.mjs")]);
    private readonly Task<string> _errors;

    public SealDriver() => _errors = _process.StandardError.ReadToEndAsync();

    /// <summary>The name of a compression mode in the driver.</summary>
    public static string NameOf(SealCompression mode) => mode switch
    {
        SealCompression.None => "none",
        SealCompression.Zlib => "zlib",
        _ => "zstd",
    };

    /// <summary>SEAL makes parameters by its own rule, and all keys.</summary>
    public Task<MadeKeys> MakeAsync(int degree, int[] bits, int[] steps, SealCompression mode) =>
        MakeKeysAsync(new() { ["degree"] = degree, ["bits"] = ArrayOf(bits) }, steps, mode);

    /// <summary>SEAL takes parameters and makes all keys.</summary>
    public Task<MadeKeys> MakeAsync(byte[] parameters, int[] steps, SealCompression mode) =>
        MakeKeysAsync(new() { ["bytes"] = Convert.ToBase64String(parameters) }, steps, mode);

    /// <summary>SEAL loads what another engine made.</summary>
    public Task LoadAsync(byte[] parameters, byte[] publicKey, byte[] relinearizationKeys, byte[] galoisKeys, byte[]? secretKey) => CallAsync("load", new()
    {
        ["parameters"] = Convert.ToBase64String(parameters),
        ["publicKey"] = Convert.ToBase64String(publicKey),
        ["relinearizationKeys"] = Convert.ToBase64String(relinearizationKeys),
        ["galoisKeys"] = Convert.ToBase64String(galoisKeys),
        ["secretKey"] = secretKey is null ? null : Convert.ToBase64String(secretKey),
    });

    public async Task<byte[]> EncryptAsync(double[] values, double scale, bool seeded, SealCompression mode)
    {
        var answer = await CallAsync("encrypt", new() { ["values"] = ArrayOf(values), ["scale"] = scale, ["seeded"] = seeded, ["mode"] = NameOf(mode) });
        return Bytes(answer, "ciphertext");
    }

    public async Task<double[]> DecryptAsync(byte[] ciphertext)
    {
        var answer = await CallAsync("decrypt", new() { ["ciphertext"] = Convert.ToBase64String(ciphertext) });
        return [.. answer.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];
    }

    /// <summary>SEAL evaluates; the results by the operation's name.</summary>
    public async Task<IReadOnlyDictionary<string, byte[]>> EvaluateAsync(byte[] left, byte[] right, int step, SealCompression mode)
    {
        var answer = await CallAsync("evaluate", new()
        {
            ["left"] = Convert.ToBase64String(left),
            ["right"] = Convert.ToBase64String(right),
            ["step"] = step,
            ["mode"] = NameOf(mode),
        });
        return answer.EnumerateObject().ToDictionary(property => property.Name, property => property.Value.GetBytesFromBase64());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(NodeProcess.Patience);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }
        _process.Dispose();
    }

    private async Task<MadeKeys> MakeKeysAsync(JsonObject how, int[] steps, SealCompression mode)
    {
        how["steps"] = ArrayOf(steps);
        how["mode"] = NameOf(mode);
        var answer = await CallAsync("make", how);
        return new(
            Bytes(answer, "parameters"),
            Bytes(answer, "publicKey"),
            Bytes(answer, "fullPublicKey"),
            Bytes(answer, "relinearizationKeys"),
            answer.GetProperty("galoisKeys").ValueKind == JsonValueKind.Null ? null : Bytes(answer, "galoisKeys"),
            Bytes(answer, "secretKey"));
    }

    private async Task<JsonElement> CallAsync(string command, JsonObject what)
    {
        what["command"] = command;
        var line = await AskAsync(what.ToJsonString()) ?? throw new InvalidOperationException($"SEAL's process ended at '{command}': {await _errors}");
        using var answer = JsonDocument.Parse(line);
        if (answer.RootElement.TryGetProperty("fault", out var fault)) throw new SealFaultException(command, fault.GetString() ?? "");
        return answer.RootElement.GetProperty("result").Clone();
    }

    /// <summary>Null when the process has gone.</summary>
    private async Task<string?> AskAsync(string question)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(question);
            await _process.StandardInput.FlushAsync();
            return await _process.StandardOutput.ReadLineAsync().WaitAsync(NodeProcess.Patience);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static byte[] Bytes(JsonElement answer, string property) => answer.GetProperty(property).GetBytesFromBase64();

    private static JsonArray ArrayOf<T>(T[] values) => new([.. values.Select(value => JsonValue.Create(value))]);
}

/// <summary>What SEAL made, as it wrote it; keys are seeded but for the full public key.</summary>
internal sealed record MadeKeys(byte[] Parameters, byte[] PublicKey, byte[] FullPublicKey, byte[] RelinearizationKeys, byte[]? GaloisKeys, byte[] SecretKey);

/// <summary>SEAL refused a command.</summary>
internal sealed class SealFaultException(string command, string fault) : Exception($"SEAL at '{command}': {fault}");
