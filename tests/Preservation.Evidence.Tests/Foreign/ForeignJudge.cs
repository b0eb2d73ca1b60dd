using System.Diagnostics;
using Preservation.Testing;

namespace Preservation.Evidence.Tests.Foreign;

/// <summary>Asks Bouncy Castle for Java (Debian's <c>libbcpkix-java</c>) about evidence records, in one process for as many as are asked.</summary>
internal sealed class ForeignJudge : IDisposable
{
    private static readonly string[] Jars = ["/usr/share/java/bcpkix.jar", "/usr/share/java/bcprov.jar", "/usr/share/java/bcutil.jar"];
    private readonly string _folder;
    private Process? _process;

    private ForeignJudge(string folder) => _folder = folder;

    private string ClassPath => string.Join(':', [.. Jars, _folder]);

    /// <summary>Compiles the judge; a machine without a Java compiler or Bouncy Castle ends the test as a missing prerequisite does.</summary>
    public static async Task<ForeignJudge> StartAsync()
    {
        foreach (var jar in Jars)
            if (!File.Exists(jar)) Prerequisite.Missing($"{jar} (Debian package libbcpkix-java)");
        var judge = new ForeignJudge(Directory.CreateTempSubdirectory("judge").FullName);
        foreach (var (assembly, name) in new[] { (typeof(ForeignJudge).Assembly, "EvidenceJudge.java"), (typeof(EvidenceRules).Assembly, "export.CheckRecord.java") })
        {
            await using var source = assembly.GetManifestResourceStream(name)!;
            await using var target = File.Create(Path.Join(judge._folder, name.Replace("export.", "", StringComparison.Ordinal)));
            await source.CopyToAsync(target);
        }
        var (exit, output) = await OutsideProgram.RunAsync("javac", judge._folder, "-nowarn", "-cp", string.Join(':', Jars), "-d", judge._folder, "CheckRecord.java", "EvidenceJudge.java");
        Assert.That(exit, Is.Zero, output);
        return judge;
    }

    /// <summary>The folder of records over <c>object n</c> that the foreign library makes: <c>n.initial</c>, <c>n.stamped</c>, <c>n.rehashed</c>.</summary>
    public async Task<string> MakeAsync(int objects)
    {
        var folder = Directory.CreateDirectory(Path.Join(_folder, "made")).FullName;
        var (exit, output) = await OutsideProgram.RunAsync("java", _folder, "-cp", ClassPath, "EvidenceJudge", "make", folder, objects.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.That(exit, Is.Zero, output);
        return folder;
    }

    /// <summary><c>OK</c>, or why not.</summary>
    public async Task<string> JudgeAsync(ReadOnlyMemory<byte> record, params IEnumerable<byte[]> data)
    {
        _process ??= Process.Start(new ProcessStartInfo("java", ["-cp", ClassPath, "EvidenceJudge", "judge"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await _process.StandardInput.WriteLineAsync($"{Convert.ToBase64String(record.Span)} {string.Join(',', data.Select(Convert.ToBase64String))}");
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync() ?? "the judge ended";
    }

    /// <summary>The answers for many records with their data, as of a time, in their order; the process reads on while it answers.</summary>
    public async Task<string[]> JudgeAllAsync(IReadOnlyList<(ReadOnlyMemory<byte> Record, byte[] Content)> records, DateTimeOffset at)
    {
        _process ??= Process.Start(new ProcessStartInfo("java", ["-cp", ClassPath, "EvidenceJudge", "judge"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var answers = new string[records.Count];
        var reading = Task.Run(async () =>
        {
            for (var i = 0; i < answers.Length; i++) answers[i] = await _process.StandardOutput.ReadLineAsync() ?? "the judge ended";
        });
        foreach (var (record, content) in records)
            await _process.StandardInput.WriteLineAsync(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Convert.ToBase64String(record.Span)} {Convert.ToBase64String(content)} {at.ToUnixTimeMilliseconds()}"));
        await _process.StandardInput.FlushAsync();
        await reading;
        return answers;
    }

    public void Dispose()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }
}
