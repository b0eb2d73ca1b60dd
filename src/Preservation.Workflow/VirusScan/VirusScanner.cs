using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.VirusScan;

/// <summary>Asks clamd over its socket (VERSION, INSTREAM). Fails closed: no answer is never "clean".</summary>
public sealed class VirusScanner(IOptions<PreservationOptions> options)
{
    private readonly VirusScanOptions _options = options.Value.VirusScan;

    /// <summary>Bytes one scan can take.</summary>
    public int WindowBytes => _options.WindowBytes;

    /// <summary>Engine and signature versions, as clamd states them.</summary>
    /// <exception cref="VirusScannerUnavailableException">clamd does not answer.</exception>
    public async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        using var connection = await ConnectAsync(cancellationToken);
        try
        {
            await connection.SendAsync("zVERSION\0"u8.ToArray(), cancellationToken);
        }
        catch (SocketException e)
        {
            throw new VirusScannerUnavailableException("clamd closed the connection", e);
        }
        return await AnswerAsync(connection, cancellationToken);
    }

    /// <summary>Starts a scan of bytes that come in pieces.</summary>
    /// <exception cref="VirusScannerUnavailableException">clamd does not answer.</exception>
    public async Task<VirusScan> StartAsync(CancellationToken cancellationToken) => new(await ConnectAsync(cancellationToken));

    internal static async Task<string> AnswerAsync(Socket connection, CancellationToken cancellationToken)
    {
        var answer = new byte[1024];
        var length = 0;
        try
        {
            int read;
            while (length < answer.Length && (read = await connection.ReceiveAsync(answer.AsMemory(length), cancellationToken)) > 0)
            {
                length += read;
                if (answer[length - 1] == 0) return Encoding.UTF8.GetString(answer, 0, length - 1);
            }
        }
        catch (SocketException e)
        {
            throw new VirusScannerUnavailableException("clamd closed the connection", e);
        }
        throw new VirusScannerUnavailableException("clamd gave no answer");
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var isUnix = _options.Socket.Length > 0;
        var socket = isUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (isUnix) await socket.ConnectAsync(new UnixDomainSocketEndPoint(_options.Socket), cancellationToken);
            else await socket.ConnectAsync(_options.Host, _options.Port, cancellationToken);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new VirusScannerUnavailableException("clamd cannot be reached", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
