using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.Datasets;

/// <summary>Event ids 140 to 149.</summary>
internal static partial class DatasetLog
{
    [LoggerMessage(140, LogLevel.Information, "Dataset {Tenant}/{Owner}/{Dataset} declared with {Chunks} chunks")]
    internal static partial void DatasetDeclared(this ILogger<DatasetGrain> log, string tenant, string owner, string dataset, long chunks);

    [LoggerMessage(141, LogLevel.Information, "Dataset {Tenant}/{Owner}/{Dataset} is complete")]
    internal static partial void DatasetCompleted(this ILogger<DatasetGrain> log, string tenant, string owner, string dataset);

    [LoggerMessage(142, LogLevel.Information, "Dataset {Tenant}/{Owner}/{Dataset} deleted")]
    internal static partial void DatasetDeleted(this ILogger<DatasetGrain> log, string tenant, string owner, string dataset);
}
