using BenchmarkDotNet.Attributes;

namespace FheOrleans.Bench.Benchmarks;

/// <summary>Operations on ciphertexts through the public API, one by one, into destinations; and the weighted sums and rotations that circuits are made of.</summary>
public class EngineBenchmarks : IDisposable
{
    private Operations _operations = null!;
    private Action _run = null!;

    /// <summary>Ring degree, with the chain of <see cref="Setting"/>.</summary>
    [Params(8192, 16384)]
    public int Degree { get; set; }

    /// <summary>Which operation.</summary>
    [ParamsSource(nameof(Names))]
    public string Operation { get; set; } = "";

    /// <summary>All operations.</summary>
    public static IEnumerable<string> Names => [.. Operations.Names, .. Operations.CircuitNames];

    /// <summary>Makes keys and operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _operations = new Operations(Setting.All.Single(setting => setting.Degree == Degree), forCircuits: true);
        _run = _operations[Operation];
    }

    /// <summary>Destroys the secret key.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _operations.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The operation.</summary>
    [Benchmark]
    public void Run() => _run();
}
