using System.Runtime.InteropServices;

namespace FheOrleans.Ckks.Wire.Compression;

/// <summary>
/// The few functions of the system's libzstd that are used, found at run time: the base library has no Zstandard, and a server without
/// it still reads and writes the other modes. Signatures: zstd.h, stable since 1.4.0.
/// </summary>
internal sealed unsafe class ZstdLibrary
{
    private const uint OldestVersion = 10400; // 1.4.0 made the parameters of a context stable

    private static readonly Lazy<ZstdLibrary> Loaded = new(() => Load(Names()));

    private readonly delegate* unmanaged[Cdecl]<nuint, uint> _isError;
    private readonly delegate* unmanaged[Cdecl]<nint> _createContext;
    private readonly delegate* unmanaged[Cdecl]<nint, nuint> _freeContext;
    private readonly delegate* unmanaged[Cdecl]<nint, int, int, nuint> _setParameter;
    private readonly delegate* unmanaged[Cdecl]<nint, Buffer*, Buffer*, nuint> _decompress;
    private readonly delegate* unmanaged[Cdecl]<nuint, nuint> _bound;
    private readonly delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, int, nuint> _compress;

    private ZstdLibrary(nint library)
    {
        _isError = (delegate* unmanaged[Cdecl]<nuint, uint>)NativeLibrary.GetExport(library, "ZSTD_isError");
        _createContext = (delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(library, "ZSTD_createDCtx");
        _freeContext = (delegate* unmanaged[Cdecl]<nint, nuint>)NativeLibrary.GetExport(library, "ZSTD_freeDCtx");
        _setParameter = (delegate* unmanaged[Cdecl]<nint, int, int, nuint>)NativeLibrary.GetExport(library, "ZSTD_DCtx_setParameter");
        _decompress = (delegate* unmanaged[Cdecl]<nint, Buffer*, Buffer*, nuint>)NativeLibrary.GetExport(library, "ZSTD_decompressStream");
        _bound = (delegate* unmanaged[Cdecl]<nuint, nuint>)NativeLibrary.GetExport(library, "ZSTD_compressBound");
        _compress = (delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, int, nuint>)NativeLibrary.GetExport(library, "ZSTD_compress");
    }

    /// <summary>The library of this machine.</summary>
    /// <exception cref="CompressionUnavailableException">There is none, or one that is too old.</exception>
    public static ZstdLibrary Instance => Loaded.Value;

    /// <summary>Loads the first library of these names that is there and new enough.</summary>
    /// <exception cref="CompressionUnavailableException">None is.</exception>
    internal static ZstdLibrary Load(params string[] names)
    {
        foreach (var name in names)
        {
            if (!NativeLibrary.TryLoad(name, typeof(ZstdLibrary).Assembly, null, out var library)) continue;
            if (NativeLibrary.TryGetExport(library, "ZSTD_versionNumber", out var number) && ((delegate* unmanaged[Cdecl]<uint>)number)() >= OldestVersion)
                return new ZstdLibrary(library);
            NativeLibrary.Free(library);
        }
        throw new CompressionUnavailableException(SealCompression.Zstd, $"none of {string.Join(", ", names)} was found with version 1.4 or newer");
    }

    public bool IsError(nuint result) => _isError(result) != 0;

    public nint CreateContext() => _createContext() is var context && context != 0 ? context : throw new InsufficientMemoryException("libzstd has no memory for a context.");

    public void FreeContext(nint context) => _ = _freeContext(context);

    public void SetParameter(nint context, int parameter, int value)
    {
        if (IsError(_setParameter(context, parameter, value))) throw new InvalidOperationException($"libzstd refused the value {value} of parameter {parameter}.");
    }

    /// <summary>One step: takes from the input and gives to the output as far as it can. The result is 0 at the end of a frame, or an error.</summary>
    public nuint Decompress(nint context, ref Buffer output, ref Buffer input)
    {
        fixed (Buffer* outputPointer = &output, inputPointer = &input) return _decompress(context, outputPointer, inputPointer);
    }

    /// <summary>Compresses in one go, as one frame that states its content's size.</summary>
    /// <returns>The number of bytes written to the array, which is as long as the longest result.</returns>
    public int Compress(ReadOnlySpan<byte> source, int level, out byte[] destination, int reserved)
    {
        destination = new byte[checked(reserved + (int)_bound((nuint)source.Length))];
        fixed (byte* from = source, to = &destination[reserved])
        {
            var length = _compress(to, (nuint)(destination.Length - reserved), from, (nuint)source.Length, level);
            return IsError(length) ? throw new InsufficientMemoryException("libzstd could not compress.") : (int)length;
        }
    }

    private static string[] Names() =>
        OperatingSystem.IsWindows() ? ["libzstd.dll", "zstd.dll"]
        : OperatingSystem.IsMacOS() ? ["libzstd.1.dylib", "libzstd.dylib", "/opt/homebrew/lib/libzstd.1.dylib", "/usr/local/lib/libzstd.1.dylib"]
        : ["libzstd.so.1", "libzstd.so"];

    /// <summary>ZSTD_inBuffer and ZSTD_outBuffer, which have the same three members.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Buffer
    {
        public byte* Start;
        public nuint Size;
        public nuint Position;
    }
}
