using System.Net;
using System.Net.Sockets;
using System.Text;
using Preservation.Cli.Submitting;

namespace Preservation.Cli.Tests.Submitting;

/// <summary>A line can go dead without either side being told: no cable is pulled within hearing of a socket.</summary>
internal sealed class ArchiveServerTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    [TestCase("")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Le")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Type: application/json\r\n\r\n{\"sta")]
    public async Task A_server_that_falls_silent_is_left_when_patience_ends(string beginning)
    {
        await using var silent = new SilentServer(beginning);
        using var server = new ArchiveServer(new SubmitRequest(["x"], silent.Address, "key") { Patience = Short }, TimeProvider.System);
        Assert.That(async () => await server.GetAsync("api/v1/submissions/1", default), Throws.InstanceOf<OutOfPatienceException>());
        Assert.That(async () => await server.GetBytesAsync("api/v1/receipts/1", default), Throws.InstanceOf<OutOfPatienceException>());
        Assert.That(silent.Connections, Is.GreaterThanOrEqualTo(2));
    }

    [TestCase("")]
    [TestCase("HTTP/1.1 100 Continue\r\n\r\n")]
    public async Task A_package_is_not_sent_into_silence_for_ever(string beginning)
    {
        await using var silent = new SilentServer(beginning, "HTTP/1.1 200 OK\r\nUpload-Offset: 0\r\nContent-Length: 0\r\n\r\n");
        var request = new SubmitRequest([Path.Join(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.zip")], silent.Address, "key") { Patience = Short };
        await File.WriteAllBytesAsync(request.Paths[0], new byte[40 << 20]); // more than the buffers of two sockets hold
        try
        {
            var state = UploadState.Open(request.Paths[0], request);
            state.Upload = "/api/v1/uploads/1";
            using var server = new ArchiveServer(request, TimeProvider.System);
            Assert.That(async () => await new PackageUpload(server, request, request.Paths[0], state, _ => { }).RunAsync(default), Throws.InstanceOf<OutOfPatienceException>());
        }
        finally
        {
            File.Delete(request.Paths[0]);
        }
    }

    [Test]
    public async Task Whoever_gives_up_is_not_kept_waiting()
    {
        await using var silent = new SilentServer("");
        using var server = new ArchiveServer(new SubmitRequest(["x"], silent.Address, "key") { Patience = TimeSpan.FromHours(1) }, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var asking = server.GetAsync("api/v1/submissions/1", stop.Token);
        await stop.CancelAsync();
        await Assert.ThatAsync(() => asking, Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>Answers a HEAD whole, begins every other answer, and says no more on a connection that stays open.</summary>
    private sealed class SilentServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<TcpClient> _clients = [];
        private readonly Task _serving;
        private readonly string _beginning;
        private readonly string _head;

        public SilentServer(string beginning, string head = "")
        {
            (_beginning, _head) = (beginning, head);
            _listener.Start();
            _serving = ServeAsync();
        }

        public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

        public int Connections => _clients.Count;

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var client in _clients) client.Dispose();
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _clients.Add(client);
                _ = AnswerAsync(client.GetStream());
            }
        }

        private async Task AnswerAsync(NetworkStream stream)
        {
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer) is > 0 and var read)
            {
                var isHead = Encoding.ASCII.GetString(buffer, 0, read).StartsWith("HEAD", StringComparison.Ordinal);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(isHead ? _head : _beginning));
                if (!isHead) return;
            }
        }
    }
}
