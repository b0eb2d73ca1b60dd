using System.Net;
using System.Net.Sockets;
using System.Text;
using Preservation.Testing;
using Preservation.Workflow.VirusScan;

namespace Preservation.Workflow.Tests.VirusScan;

internal sealed class ScanningStreamTests
{
    private const int Window = 1 << 17;

    // In two pieces, so that no scanner takes this source for the virus it pretends to be.
    private static readonly byte[] TestVirus = Encoding.ASCII.GetBytes("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*");

    [TestCase(0)]
    [TestCase(Window - 30)]
    [TestCase(Window - 1)]
    [TestCase(Window)]
    [TestCase(2 * Window - (1 << 16) - 34)]
    [TestCase(3 * Window)]
    public async Task A_virus_is_found_wherever_it_stands_also_across_windows(int at)
    {
        var content = new byte[at + TestVirus.Length + 1000];
        Array.Fill(content, (byte)' ');
        TestVirus.CopyTo(content, at);
        var seen = new List<byte[]>();
        var (port, listening) = Listen(seen);
        await using var stream = new ScanningStream(Scanner(o => (o.VirusScan.Host, o.VirusScan.Port) = ("127.0.0.1", port)));
        for (var from = 0; from < content.Length; from += 7919) await stream.WriteAsync(content.AsMemory(from, Math.Min(7919, content.Length - from)));
        Assert.That(await stream.FinishAsync(default), Is.Null);
        await listening.DisposeAsync();
        Assert.That(seen.Any(w => w.AsSpan().IndexOf(TestVirus) >= 0), Is.True, "one scan saw it whole");
        Assert.That(seen.Max(w => w.Length), Is.LessThanOrEqualTo(Window));
        Assert.That(seen.Sum(w => w.Length), Is.GreaterThanOrEqualTo(content.Length), "nothing was left out");
    }

    [TestCase(1)]
    [TestCase(7919)]
    [TestCase(1 << 20)]
    public async Task Clamd_finds_its_test_virus_however_the_bytes_come_in(int piece)
    {
        await using var stream = new ScanningStream(Scanner(Clamd));
        for (var from = 0; from < TestVirus.Length; from += piece) await stream.WriteAsync(TestVirus.AsMemory(from, Math.Min(piece, TestVirus.Length - from)));
        Assert.That(await stream.FinishAsync(default), Is.Not.Null.And.Contains("icar").IgnoreCase);
    }

    [Test]
    public async Task Clamd_finds_it_at_the_end_of_what_spans_several_windows()
    {
        await using var stream = new ScanningStream(Scanner(Clamd));
        using var packed = new MemoryStream();
        await using (var zip = new System.IO.Compression.ZipArchive(packed, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        await using (var entry = await zip.CreateEntry("eicar.com", System.IO.Compression.CompressionLevel.NoCompression).OpenAsync()) await entry.WriteAsync(TestVirus);
        var content = new byte[2 * Window - (1 << 16) - 60 + packed.Length];
        new Random(1).NextBytes(content);
        packed.ToArray().CopyTo(content, content.Length - (int)packed.Length);
        await stream.WriteAsync(content);
        Assert.That(await stream.FinishAsync(default), Is.Not.Null, "it lies on the border of two windows");
    }

    [Test]
    public async Task Clamd_says_that_harmless_bytes_are_clean_and_which_version_it_is()
    {
        var scanner = Scanner(Clamd);
        await using var stream = new ScanningStream(scanner);
        await stream.WriteAsync(Encoding.UTF8.GetBytes("Quyết định số 112/QĐ-SNV"));
        Assert.That(await stream.FinishAsync(default), Is.Null);
        Assert.That(await scanner.VersionAsync(default), Does.StartWith("ClamAV "));
    }

    [Test]
    public async Task An_empty_file_needs_no_scan()
    {
        await using var stream = new ScanningStream(Scanner(o => o.VirusScan.Socket = "/nonexistent/clamd.sock"));
        Assert.That(await stream.FinishAsync(default), Is.Null);
    }

    [Test]
    public async Task A_scanner_that_is_not_there_lets_nothing_pass()
    {
        await using var stream = new ScanningStream(Scanner(o => o.VirusScan.Socket = "/nonexistent/clamd.sock"));
        Assert.That(async () => await stream.WriteAsync(new byte[10]), Throws.InstanceOf<VirusScannerUnavailableException>());
    }

    [TestCase("")]
    [TestCase("INSTREAM size limit exceeded. ERROR\0")]
    [TestCase("stream: OK")]
    [TestCase("nonsense\0")]
    public async Task An_answer_that_is_no_verdict_is_never_clean(string answer)
    {
        var (port, listening) = Listen([], answer);
        await using var stream = new ScanningStream(Scanner(o => (o.VirusScan.Host, o.VirusScan.Port) = ("127.0.0.1", port)));
        await stream.WriteAsync(new byte[10]);
        Assert.That(async () => await stream.FinishAsync(default), Throws.InstanceOf<VirusScannerUnavailableException>());
        await listening.DisposeAsync();
    }

    [Test]
    public async Task Clamd_finds_the_one_bad_file_among_many_that_are_scanned_at_once()
    {
        var scanner = Scanner(Clamd);
        var found = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            await using var stream = new ScanningStream(scanner);
            await stream.WriteAsync(i == 23 ? TestVirus : Encoding.UTF8.GetBytes($"harmless {i}"));
            return await stream.FinishAsync(default);
        }));
        Assert.That(Enumerable.Range(0, 40).Where(i => found[i] is not null), Is.EqualTo(new[] { 23 }));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task What_one_window_shows_is_kept_although_the_next_is_sent_before_its_verdict(int bad)
    {
        var (port, listening) = Listen([], window => window == bad ? "stream: Evil FOUND\0" : "stream: OK\0");
        await using var stream = new ScanningStream(Scanner(o => (o.VirusScan.Host, o.VirusScan.Port) = ("127.0.0.1", port)));
        await stream.WriteAsync(new byte[Window + 3 * (Window - (1 << 16))]);
        Assert.That(await stream.FinishAsync(default), Is.EqualTo("Evil"));
        await stream.DisposeAsync();
        await listening.DisposeAsync();
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    public async Task One_window_without_a_verdict_is_enough_to_let_nothing_pass(int broken)
    {
        var (port, listening) = Listen([], window => window == broken ? "" : "stream: OK\0");
        await using (var stream = new ScanningStream(Scanner(o => (o.VirusScan.Host, o.VirusScan.Port) = ("127.0.0.1", port))))
            Assert.That(async () =>
            {
                await stream.WriteAsync(new byte[Window + 3 * (Window - (1 << 16))]);
                await stream.FinishAsync(default);
            }, Throws.InstanceOf<VirusScannerUnavailableException>());
        await listening.DisposeAsync();
    }

    [Test]
    public async Task A_scan_that_is_given_up_waits_for_nobody()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var stream = new ScanningStream(Scanner(o => (o.VirusScan.Host, o.VirusScan.Port) = ("127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port)));
        await stream.WriteAsync(new byte[Window + 100]);
        Assert.That(async () => await stream.DisposeAsync(), Throws.Nothing);
    }

    private static void Clamd(Preservation.Workflow.Options.PreservationOptions options)
    {
        var socket = Environment.GetEnvironmentVariable("Preservation__VirusScan__Socket") ?? "";
        if (socket.Length == 0) Prerequisite.Missing("Preservation__VirusScan__Socket is not set: run ./deploy/test");
        options.VirusScan.Socket = socket;
    }

    private static VirusScanner Scanner(Action<Preservation.Workflow.Options.PreservationOptions> change) => new(Settings.Of(o =>
    {
        o.VirusScan.WindowBytes = Window;
        change(o);
    }));

    // Takes INSTREAM conversations as clamd does, keeps what each was sent, and gives one answer to all.
    private static (int Port, IAsyncDisposable Listening) Listen(List<byte[]> seen, string answer = "stream: OK\0") => Listen(seen, _ => answer);

    private static (int Port, IAsyncDisposable Listening) Listen(List<byte[]> seen, Func<int, string> answer)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (((IPEndPoint)listener.LocalEndpoint).Port, new Conversations(listener, seen, answer));
    }

    private sealed class Conversations : IAsyncDisposable
    {
        private readonly TcpListener _listener;
        private readonly Task _serving;

        public Conversations(TcpListener listener, List<byte[]> seen, Func<int, string> answer)
        {
            _listener = listener;
            _serving = ServeAsync(seen, answer);
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        private async Task ServeAsync(List<byte[]> seen, Func<int, string> answer)
        {
            var open = new List<Task>();
            try
            {
                while (true) open.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(), open.Count, seen, answer));
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException)
            {
                await Task.WhenAll(open);
            }
        }

        private static async Task AnswerAsync(TcpClient client, int window, List<byte[]> seen, Func<int, string> answer)
        {
            using var _ = client;
            await using var stream = client.GetStream();
            try
            {
                var command = new byte[10];
                await stream.ReadExactlyAsync(command);
                using var content = new MemoryStream();
                var frame = new byte[4];
                while (true)
                {
                    await stream.ReadExactlyAsync(frame);
                    var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(frame);
                    if (length == 0) break;
                    var piece = new byte[length];
                    await stream.ReadExactlyAsync(piece);
                    content.Write(piece);
                }
                lock (seen) seen.Add(content.ToArray());
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer(window)));
            }
            catch (IOException)
            {
                // the other side gave up
            }
        }
    }
}
