using System.Buffers.Binary;
using System.Net.Sockets;

namespace Preservation.Workflow.VirusScan;

/// <summary>One INSTREAM conversation with clamd.</summary>
public sealed class VirusScan : IDisposable
{
    private const int ShortBytes = 16 * 1024;
    private const string Found = " FOUND";
    private static readonly byte[] Command = "zINSTREAM\0"u8.ToArray();
    private static readonly byte[] End = new byte[4];
    private readonly Socket _connection;

    internal VirusScan(Socket connection) => _connection = connection;

    /// <summary>Bytes sent so far.</summary>
    public long Sent { get; private set; }

    /// <summary>Sends a piece.</summary>
    /// <exception cref="VirusScannerUnavailableException">clamd does not take it.</exception>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (piece.IsEmpty) return;
        var head = new byte[(Sent == 0 ? Command.Length : 0) + sizeof(int)];
        if (Sent == 0) Command.CopyTo(head, 0);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(head.Length - sizeof(int)), piece.Length);
        // Most files are small, and every call wakes clamd: what is short leaves at once with its head.
        if (piece.Length <= ShortBytes) await SendAsync((byte[])[.. head, .. piece.Span], cancellationToken);
        else
        {
            await SendAsync(head, cancellationToken);
            await SendAsync(piece, cancellationToken);
        }
        Sent += piece.Length;
    }

    /// <summary>Says that nothing more comes, and waits for the answer: the name of what was found, or null when clamd said the bytes are clean.</summary>
    /// <exception cref="VirusScannerUnavailableException">clamd did not say "OK" or "FOUND".</exception>
    public async Task<string?> FinishAsync(CancellationToken cancellationToken)
    {
        if (Sent == 0) throw new InvalidOperationException("nothing was sent to be scanned");
        await SendAsync(End, cancellationToken);
        var answer = await VirusScanner.AnswerAsync(_connection, cancellationToken);
        if (answer.EndsWith(": OK", StringComparison.Ordinal)) return null;
        if (answer.EndsWith(Found, StringComparison.Ordinal)) return answer["stream: ".Length..^Found.Length];
        throw new VirusScannerUnavailableException($"clamd answered: {answer}");
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await _connection.SendAsync(bytes, cancellationToken)..];
        }
        catch (SocketException e)
        {
            throw new VirusScannerUnavailableException("clamd closed the connection while bytes were sent", e);
        }
    }
}
