using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace FheOrleans.Silo.Storage;

/// <summary>
/// Chooses the native SQLite: the operating system's where there is one, for its security updates, and the bundled one otherwise.
/// </summary>
internal static class SqliteLibrary
{
    // What the provider asks for by its own name is looked for under the names that operating systems give it.
    // Windows has SQLite only as winsqlite3.dll, which leaves functions out that the provider needs: there the bundled one serves.
    private static readonly string[] SystemNames = OperatingSystem.IsMacOS() ? ["libsqlite3.dylib"] : OperatingSystem.IsWindows() ? [] : ["libsqlite3.so.0"];

    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>The version of the SQLite in use. Asking for it loads it.</summary>
    internal static string Version => Loaded.Value;

    private static string Load()
    {
        var provider = typeof(SQLite3Provider_e_sqlite3);
        NativeLibrary.SetDllImportResolver(provider.Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
        return raw.sqlite3_libversion().utf8_to_string();
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (var systemName in SystemNames)
            if (NativeLibrary.TryLoad(systemName, out var handle)) return handle;
        return nint.Zero; // The runtime goes on with its own search and finds the bundled library.
    }
}
