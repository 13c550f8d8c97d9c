using System.Reflection;

namespace FheOrleans.Gateway;

internal static class GatewayVersion
{
    /// <summary>The version the gateway was built as, without the commit.</summary>
    public static string Text { get; } =
        typeof(GatewayVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}
