using System.Net;
using System.Net.Sockets;

namespace Preservation.EndToEnd.Tests;

/// <summary>A line to the server that is cut: after so many bytes from the client as <c>next</c> says, the connection is gone in both directions. It stays where it is when the server moves.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Uri> _server;
    private readonly Func<long> _next;
    private readonly Task _accepting;
    private long _passed;
    private int _cuts;

    /// <param name="server">Where the server is now.</param>
    /// <param name="next">Bytes that the next connection lets through; <see cref="long.MaxValue"/> for a good line.</param>
    public CuttingProxy(Func<Uri> server, Func<long> next)
    {
        (_server, _next) = (server, next);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>Bytes that came from clients and were handed on.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>What is done for every piece that passes, for instance waiting.</summary>
    public Func<long, Task> OnPassed { get; set; } = _ => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true) running.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        using var server = new TcpClient();
        var left = _next();
        try
        {
            await server.ConnectAsync(_server().Host, _server().Port, _stop.Token);
            await using var near = new NetworkStream(client.Client);
            await using var far = new NetworkStream(server.Client);
            var back = AnswerAsync(far, near);
            var buffer = new byte[16 * 1024];
            while (await near.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), _stop.Token) is > 0 and var read)
            {
                await far.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
                await OnPassed(Interlocked.Add(ref _passed, read));
                if ((left -= read) > 0) continue;
                Interlocked.Increment(ref _cuts);
                client.LingerState = new LingerOption(enable: true, 0); // the sender sees a reset; what had passed still reaches the server
                return;
            }
            server.Client.Shutdown(SocketShutdown.Send);
            await back;
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The server is away, or one of the two went: the other is told by the end of its connection.
        }
    }

    // A client that only waits for an answer is told too that the server went.
    private async Task AnswerAsync(NetworkStream far, NetworkStream near)
    {
        try
        {
            await far.CopyToAsync(near, _stop.Token);
        }
        finally
        {
            near.Socket.Shutdown(SocketShutdown.Send);
        }
    }
}
