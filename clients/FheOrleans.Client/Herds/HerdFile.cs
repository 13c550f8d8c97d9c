using System.IO.Compression;
using System.Text;

namespace FheOrleans.Client.Herds;

/// <summary>Opens a file of records as UTF-8 or UTF-16 text, whatever a spreadsheet made of it.</summary>
internal static class HerdFile
{
    /// <summary>Opens a file, plain or gzip.</summary>
    /// <returns>Its text, for <see cref="HerdCsv.Read"/>: UTF-8, or UTF-16 with its mark.</returns>
    /// <exception cref="NotCsvException">It is a folder or a workbook.</exception>
    public static Stream Open(string path)
    {
        if (Directory.Exists(path)) throw new NotCsvException($"'{path}' is a folder", "Name the CSV file in it");
        var isLatin1 = !IsUnicode(path);
        var text = OpenText(path);
        // What "CSV" without "UTF-8" is in Western Europe's spreadsheets. Headings and names would lose their letters, and two animals might become one.
        return isLatin1 ? Encoding.CreateTranscodingStream(text, Encoding.Latin1, Encoding.UTF8) : text;
    }

    private static Stream OpenText(string path)
    {
        var stream = File.OpenRead(path);
        try
        {
            Span<byte> start = stackalloc byte[4];
            var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            stream.Position = 0;
            // By content rather than by name. Workbooks are zip archives (PK 03 04), older ones OLE files (D0 CF 11 E0).
            if (start[..length] is [(byte)'P', (byte)'K', 3, 4] or [0xD0, 0xCF, 0x11, 0xE0])
                throw new NotCsvException("this is a workbook or an archive", "Save the sheet as CSV UTF-8 (in a spreadsheet: Save as) and name that file");
            // RFC 1952, section 2.3.1.
            return start[..length] is [0x1F, 0x8B, ..] ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static bool IsUnicode(string path)
    {
        using var stream = OpenText(path);
        var (bytes, letters) = (new byte[1 << 16], new char[1 << 16]);
        var decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetDecoder();
        try
        {
            for (var isStart = true; ; isStart = false)
            {
                var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                if (isStart && bytes.AsSpan(0, length) is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) return true;
                _ = decoder.GetChars(bytes.AsSpan(0, length), letters, flush: length < bytes.Length);
                if (length < bytes.Length) return true;
            }
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
        catch (InvalidDataException)
        {
            // The archive is damaged; whoever reads it row by row says where.
            return true;
        }
    }
}
