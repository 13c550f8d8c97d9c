using System.Globalization;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Grains.Models;

/// <summary>Reads the job that a plan is asked for.</summary>
internal static class JobShapes
{
    // What bounds the batches of a dataset bounds the job it is for: far more windows than a node stores.
    private const int MostWindows = 1 << 28;

    private const double SmallestError = 1e-12, LargestError = 1;

    /// <exception cref="InvalidPayloadException">A number is out of range.</exception>
    internal static JobShape Of(PlanRequest request)
    {
        Between("time points", request.TimePoints);
        Between("windows", request.Windows);
        var shape = new JobShape(request.TimePoints, request.Windows);
        if (request.MaximumError == 0) return shape;
        if (!(request.MaximumError >= SmallestError && request.MaximumError <= LargestError))
            throw new InvalidPayloadException("maximum error", request.MaximumError.ToString("R", CultureInfo.InvariantCulture), $"{SmallestError} to {LargestError}");
        return shape with { MaximumError = request.MaximumError };
    }

    private static void Between(string field, int value)
    {
        if (value is < 1 or > MostWindows) throw new InvalidPayloadException(field, $"{value}", $"1 to {MostWindows}");
    }
}
