using System.Buffers.Binary;

namespace Preservation.Workflow.VirusScan;

/// <summary>One INSTREAM conversation with clamd.</summary>
public sealed class VirusScan : IAsyncDisposable
{
    private const string Found = " FOUND";
    private readonly Stream _connection;

    internal VirusScan(Stream connection) => _connection = connection;

    /// <summary>Bytes sent so far.</summary>
    public long Sent { get; private set; }

    /// <summary>Sends a piece.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (piece.IsEmpty) return;
        var frame = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(frame, piece.Length);
        try
        {
            await _connection.WriteAsync(frame, cancellationToken);
            await _connection.WriteAsync(piece, cancellationToken);
        }
        catch (IOException e)
        {
            throw new VirusScannerUnavailableException("clamd closed the connection while bytes were sent", e);
        }
        Sent += piece.Length;
    }

    /// <summary>Ends the conversation; the name of what was found, or null when clamd said the bytes are clean.</summary>
    /// <exception cref="VirusScannerUnavailableException">clamd did not say "OK" or "FOUND".</exception>
    public async Task<string?> FinishAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _connection.WriteAsync(new byte[4], cancellationToken);
        }
        catch (IOException e)
        {
            throw new VirusScannerUnavailableException("clamd closed the connection", e);
        }
        var answer = await VirusScanner.AnswerAsync(_connection, cancellationToken);
        if (answer.EndsWith(": OK", StringComparison.Ordinal)) return null;
        if (answer.EndsWith(Found, StringComparison.Ordinal)) return answer["stream: ".Length..^Found.Length];
        throw new VirusScannerUnavailableException($"clamd answered: {answer}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
