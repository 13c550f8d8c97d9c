using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace FheOrleans.Load;

/// <summary>Has another .NET process of this user collect its whole heap, by the runtime's own port for diagnostics.</summary>
/// <remarks>
/// A trace is begun whose one provider has the keyword that collects, and ended at once; nothing of it is read. The messages are those of
/// github.com/dotnet/diagnostics, documentation/design-docs/ipc-protocol.md.
/// </remarks>
internal static class InducedCollection
{
    private const byte EventPipe = 0x02, StopTracing = 0x01, CollectTracing = 0x02, Server = 0xff, Ok = 0x00;
    private const int HeaderBytes = 20, BufferMebibytes = 16, NetTrace = 1, Informational = 4;
    private const ulong CollectHeap = 0x800000;

    public static async Task RunAsync(int process, CancellationToken cancellation)
    {
        using var tracing = await ConnectAsync(process, cancellation);
        await tracing.SendAsync(Message(CollectTracing, writer =>
        {
            writer.Write(BufferMebibytes);
            writer.Write(NetTrace);
            writer.Write(1);
            writer.Write(CollectHeap);
            writer.Write(Informational);
            WriteText(writer, "Microsoft-Windows-DotNETRuntime");
            WriteText(writer, "");
        }), cancellation);
        var session = await AnswerAsync(tracing, cancellation);
        using var stopping = await ConnectAsync(process, cancellation);
        var draining = DrainAsync(tracing, cancellation);
        await stopping.SendAsync(Message(StopTracing, writer => writer.Write(session)), cancellation);
        await AnswerAsync(stopping, cancellation);
        await draining;
    }

    private static async Task<Socket> ConnectAsync(int process, CancellationToken cancellation)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"dotnet-diagnostic-{process}-*-socket");
        var path = Directory.GetFiles(Path.GetTempPath(), name) is [var only] ? only : throw new InvalidOperationException(
            "The node's port for diagnostics is not there. It is switched off by DOTNET_EnableDiagnostics=0: start without that.");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
        return socket;
    }

    private static byte[] Message(byte command, Action<BinaryWriter> write)
    {
        using var message = new MemoryStream();
        using var writer = new BinaryWriter(message);
        writer.Write("DOTNET_IPC_V1\0"u8);
        writer.Write((ushort)0);
        writer.Write(EventPipe);
        writer.Write(command);
        writer.Write((ushort)0);
        write(writer);
        var bytes = message.ToArray();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(14), (ushort)bytes.Length);
        return bytes;
    }

    /// <summary>Characters with the zero at the end counted, then those in UTF-16.</summary>
    private static void WriteText(BinaryWriter writer, string text)
    {
        writer.Write(text.Length + 1);
        writer.Write(Encoding.Unicode.GetBytes(text + '\0'));
    }

    /// <summary>The session's number.</summary>
    private static async Task<ulong> AnswerAsync(Socket socket, CancellationToken cancellation)
    {
        var answer = new byte[HeaderBytes + sizeof(ulong)];
        for (var read = 0; read < answer.Length;)
        {
            var more = await socket.ReceiveAsync(answer.AsMemory(read), cancellation);
            if (more == 0) break;
            read += more;
        }
        return answer[16] == Server && answer[17] == Ok
            ? BinaryPrimitives.ReadUInt64LittleEndian(answer.AsSpan(HeaderBytes))
            : throw new InvalidOperationException("The node's runtime refused to collect its heap.");
    }

    private static async Task DrainAsync(Socket socket, CancellationToken cancellation)
    {
        var rest = new byte[65536];
        while (await socket.ReceiveAsync(rest, cancellation) > 0) { }
    }
}
