using Preservation.Core.Log;

namespace Preservation.Cli.Auditing;

/// <summary>Holds an exported log against receipts, in one pass.</summary>
internal static class FileAudit
{
    /// <exception cref="InvalidDataException">It is no exported log, or breaks off.</exception>
    public static async Task<LogVerdict> RunAsync(Stream export, IReadOnlyList<LogWitness> witnesses, TimeSpan grace, bool showsProgress, CancellationToken cancellationToken)
    {
        var replay = new LogReplay(witnesses);
        using var progress = new Progress(100, showsProgress);
        var (total, shown) = (0L, 0L);
        await foreach (var line in LogExportReader.ReadAsync(export, cancellationToken))
        {
            if (line is LogLine.Beginning beginning) total = beginning.TreeSize;
            replay.Add(line);
            for (; total > 0 && shown < 100 && replay.Size >= (total / 100 * shown) + (total % 100) && line is LogLine.Entry; shown++) progress.Step();
        }
        return replay.End(grace);
    }
}
