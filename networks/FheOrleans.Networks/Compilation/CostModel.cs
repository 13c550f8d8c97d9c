namespace FheOrleans.Networks.Compilation;

/// <summary>How long things take on one machine, and between it and its clients: turns a circuit's work into predicted seconds.</summary>
/// <remarks>
/// Times are those of one step over one polynomial modulo one prime at N = 8192. A transform at another N takes (N log N) / (8192 · 13) times
/// as long, everything else N / 8192 times. The stored times were fitted to ten circuits of the paper's network, which they predict within
/// a tenth (docs/circuits.md has the table).
/// </remarks>
public sealed record CostModel
{
    /// <summary>Measured on a machine with AVX-512 (two shared cores of an AMD EPYC of the Zen 5 kind); see docs/performance.md.</summary>
    public static CostModel Stored { get; } = new();

    /// <summary>Microseconds of a transform.</summary>
    public double TransformMicroseconds { get; init; } = 8.75;

    /// <summary>Microseconds of a scalar product added to a sum.</summary>
    public double TermMicroseconds { get; init; } = 2.5;

    /// <summary>Microseconds of a product of two polynomials.</summary>
    public double ProductMicroseconds { get; init; } = 2;

    /// <summary>Microseconds of a sum, a copy and the like.</summary>
    public double PassMicroseconds { get; init; } = 1.5;

    /// <summary>Microseconds of encoding and encrypting one ciphertext, for each of its limbs, under the secret key.</summary>
    public double EncryptMicroseconds { get; init; } = 150;

    /// <summary>Microseconds of reading an input at the node and expanding its seed, for each of its limbs.</summary>
    public double ReadMicroseconds { get; init; } = 95;

    /// <summary>Microseconds of decrypting and decoding one ciphertext, for each of its limbs.</summary>
    public double DecryptMicroseconds { get; init; } = 65;

    /// <summary>Bytes a second between client and node, either way. Defaults to 100 Mbit/s.</summary>
    public double BytesPerSecond { get; init; } = 12.5e6;

    /// <summary>Threads that evaluate one job at the node. Defaults to 1.</summary>
    public int EvaluationThreads { get; init; } = 1;

    /// <summary>Threads that encrypt and decrypt at the client. Defaults to 1.</summary>
    public int ClientThreads { get; init; } = 1;

    /// <summary>
    /// Times a handful of operations on this machine: a tenth of a second. They are as much faster or slower than in <see cref="Stored"/> as they
    /// are here by themselves, and what a client does as much as a transform.
    /// </summary>
    public static CostModel Calibrate() => CostCalibration.Measure();

    /// <summary>Seconds to evaluate one batch on one thread, from inputs that are expanded already.</summary>
    public double EvaluationSeconds(CircuitReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var work = report.Work;
        var size = report.PolynomialDegree / 8192.0;
        return 1e-6 * size * (work.Transforms * TransformMicroseconds * Math.Log2(report.PolynomialDegree) / 13
            + work.Terms * TermMicroseconds + work.Products * ProductMicroseconds + work.Passes * PassMicroseconds);
    }

    /// <summary>What a job of some batches takes from clear windows to decrypted forecasts.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="batches">How many batches, at least 1.</param>
    public CostPrediction Predict(CompiledCircuit circuit, int batches = 1)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        ArgumentOutOfRangeException.ThrowIfLessThan(batches, 1);
        var (plan, report) = (circuit.Plan, circuit.Report);
        var size = plan.PolynomialDegree / 8192.0 * Math.Log2(plan.PolynomialDegree) / 13;
        var encrypt = 1e-6 * size * EncryptMicroseconds * plan.InputCiphertexts * (plan.InputLevel + 1);
        var read = 1e-6 * plan.PolynomialDegree / 8192.0 * ReadMicroseconds * plan.InputCiphertexts * (plan.InputLevel + 1);
        var decrypt = 1e-6 * size * DecryptMicroseconds * plan.Outputs * (plan.OutputLevel + 1);
        return new CostPrediction
        {
            Batches = batches,
            EncryptSeconds = batches * encrypt / ClientThreads,
            EvaluateSeconds = batches * (EvaluationSeconds(report) + read) / EvaluationThreads,
            DecryptSeconds = batches * decrypt / ClientThreads,
            UploadBytes = batches * report.UploadBytes,
            ResultBytes = batches * report.ResultBytes,
            KeyBytes = report.KeyBytes,
            TransferSeconds = batches * (report.UploadBytes + report.ResultBytes) / BytesPerSecond,
            Error = plan.PredictedError,
        };
    }
}
