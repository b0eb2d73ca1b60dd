using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NUnit.Framework;

namespace Preservation.Testing.Mail;

/// <summary>A public mail server (aiosmtpd, as Debian packages it for its own Python) on a free port of this machine; what it was sent is read by Python's own mail reader, a stranger to the one that wrote it.</summary>
public sealed class MailSink : IAsyncDisposable
{
    private const string Script = "sink.py";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly string _folder;
    private readonly Process _process;

    private MailSink(string folder, Process process, int port) => (_folder, _process, Port) = (folder, process, port);

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    private string Maildir => Path.Join(_folder, "maildir");

    /// <param name="secured">Certificate and key for STARTTLS, then a name and a password for AUTH.</param>
    public static async Task<MailSink> StartAsync(params string[] secured)
    {
        ArgumentNullException.ThrowIfNull(secured);
        var folder = Directory.CreateTempSubdirectory("mail-sink-").FullName;
        await using (var script = typeof(MailSink).Assembly.GetManifestResourceStream("mail." + Script)!)
        await using (var file = File.Create(Path.Join(folder, Script)))
            await script.CopyToAsync(file);
        var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [Script, "serve", "maildir", .. secured]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        if (await process.StandardOutput.ReadLineAsync() is { } port) return new MailSink(folder, process, int.Parse(port, CultureInfo.InvariantCulture));
        var why = await process.StandardError.ReadToEndAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
        if (why.Contains("No module named 'aiosmtpd'", StringComparison.Ordinal)) Prerequisite.Missing("python3-aiosmtpd");
        throw new InvalidOperationException(why);
    }

    /// <summary>What came, in order.</summary>
    public async Task<IReadOnlyList<ReadMail>> ReadAsync()
    {
        var (code, output) = await OutsideProgram.RunAsync("/usr/bin/python3", _folder, Script, "read", Maildir);
        Assert.That(code, Is.Zero, output);
        return JsonSerializer.Deserialize<List<ReadMail>>(output, Json)!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
