using System.Diagnostics;
using System.Globalization;
using Preservation.Storage.Objects;
using Preservation.Storage.Tests.Ocfl;

namespace Preservation.Storage.Tests;

/// <summary>
/// The test program as a writer of its own: writes one version to a folder and kills itself with SIGKILL before a call to the file system.
/// Arguments: folder, version, number of calls to live for. Exit 0 when it lived to the end.
/// </summary>
internal static class VersionWriter
{
    public const int LargeBytes = 300_000;

    public static async Task<int> Main(string[] args)
    {
        var (version, calls) = (int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture));
        var made = 0;
        await using var objects = new FileSystemStore("files", args[0], flushes: true, new FileSteps((_, _) =>
        {
            if (Interlocked.Increment(ref made) <= calls) return;
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite); // the signal is on its way
        }));
        var sample = Sample.Large(LargeBytes);
        var plan = version == 1 ? sample.First : sample.Second;
        await Sample.StoreOver(objects).WriteVersionAsync(plan, sample.Open(plan), default);
        return 0;
    }
}
