using System.Diagnostics;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>The public OpenID provider in a process of its own. Whoever signs in there is the subject they name.</summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    private readonly Process _process;

    private OpenIdProvider(Process process, string issuer) => (_process, Issuer) = (process, issuer);

    public string Issuer { get; }

    /// <param name="program">What <c>PRESERVATION_OPENID_PROVIDER</c> names.</param>
    /// <param name="tokenHolds">How long its identity tokens hold.</param>
    public static async Task<OpenIdProvider> StartAsync(string program, TimeSpan tokenHolds)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(program);
        start.ArgumentList.Add(((int)tokenHolds.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture));
        var process = Process.Start(start) ?? throw new InvalidOperationException("node does not start");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new OpenIdProvider(process, await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the provider ended"));
    }

    /// <summary>Tells it where it may lead back to; from then on it serves.</summary>
    public async Task ServeAsync(string callback)
    {
        await _process.StandardInput.WriteLineAsync(callback);
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            if (line == "serving") return;
        throw new InvalidOperationException("the provider ended");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close(); // its end
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
