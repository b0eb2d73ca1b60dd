using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Preservation.Workflow.Tests.Mail;

/// <summary>A mail server on a bare socket, for what a real one does not do on request: chosen replies, silence, garbage, a line that is cut.</summary>
internal sealed class ScriptedMailServer : IAsyncDisposable
{
    /// <summary>In place of a reply: says nothing any more.</summary>
    public const string Silence = "silence";

    /// <summary>In place of a reply: closes the connection.</summary>
    public const string Cut = "cut";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _connections;

    public ScriptedMailServer()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public int Connections => _connections;

    /// <summary>What is answered to a command, to the connection itself (<c>CONNECT</c>) or to the end of a mail (<c>.</c>); anything else is well.</summary>
    public Dictionary<string, string> Replies { get; } = [];

    /// <summary>What mails were taken.</summary>
    public List<string> Taken { get; } = [];

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true) serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        Interlocked.Increment(ref _connections);
        using (client)
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.UTF8);
                if (!await SayAsync(stream, "CONNECT", "220 scripted.example ESMTP")) return;
                var mail = new StringBuilder();
                for (var isData = false; await reader.ReadLineAsync(_stop.Token) is { } line;)
                {
                    if (isData && line != ".")
                    {
                        mail.AppendLine(line);
                        continue;
                    }
                    if (isData)
                    {
                        isData = false;
                        if (!await SayAsync(stream, ".", "250 taken")) return;
                        if (!Replies.ContainsKey(".")) lock (Taken) Taken.Add(mail.ToString());
                        continue;
                    }
                    var verb = line.Split(' ')[0].ToUpperInvariant();
                    if (!await SayAsync(stream, verb, verb switch { "EHLO" => "250 scripted.example", "DATA" => "354 go on", "QUIT" => "221 bye", _ => "250 well" })) return;
                    isData = verb == "DATA" && !Replies.ContainsKey("DATA");
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
            }
    }

    private async Task<bool> SayAsync(NetworkStream stream, string to, string well)
    {
        var reply = Replies.GetValueOrDefault(to, well);
        if (reply == Silence) await Task.Delay(System.Threading.Timeout.Infinite, _stop.Token);
        if (reply == Cut) return false;
        await stream.WriteAsync(Encoding.UTF8.GetBytes(reply + "\r\n"), _stop.Token);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
        _listener.Dispose();
    }
}
