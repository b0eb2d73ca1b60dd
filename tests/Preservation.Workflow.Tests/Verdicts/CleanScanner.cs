using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Preservation.Workflow.Tests.Verdicts;

/// <summary>Speaks clamd's protocol and finds nothing: where a virus is not what is tested.</summary>
internal sealed class CleanScanner : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public CleanScanner()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptSocketAsync(_stop.Token);
                _ = AnswerAsync(connection);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static async Task AnswerAsync(Socket connection)
    {
        await using var stream = new NetworkStream(connection, ownsSocket: true);
        var command = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1 && one[0] != 0) command.Append((char)one[0]);
        if (command.ToString() == "zVERSION")
        {
            await stream.WriteAsync("ClamAV 1.0/test\0"u8.ToArray());
            return;
        }
        var length = new byte[4];
        while (await stream.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false) == 4 && BinaryPrimitives.ReadInt32BigEndian(length) is > 0 and var bytes)
            await stream.ReadExactlyAsync(new byte[bytes]);
        await stream.WriteAsync("stream: OK\0"u8.ToArray());
    }
}
