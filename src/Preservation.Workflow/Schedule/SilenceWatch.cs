using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Findings;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Stores;

namespace Preservation.Workflow.Schedule;

/// <summary>Makes a task of each silence, which ends by itself when the silent one is at work again.</summary>
public sealed class SilenceWatch(CatalogueSessions sessions)
{
    /// <summary>Looks once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var hold = session.Command("SELECT pg_advisory_xact_lock(4245)")) await hold.ExecuteNonQueryAsync(cancellationToken);
        var silent = (await Silence.FindAsync(session, cancellationToken)).ToDictionary(s => s.Name);
        var told = await session.Rows.Tasks.Where(t => t.Kind == TaskKinds.WorkSilent && t.State == TaskState.Open).Select(t => t.Subject).ToListAsync(cancellationToken);
        foreach (var name in silent.Keys.Concat(told.Select(s => s[..Math.Max(0, s.IndexOf(": ", StringComparison.Ordinal))])).Distinct().Order(StringComparer.Ordinal).ToList())
            await StoreTasks.TellAsync(session, TaskKinds.WorkSilent, name, silent.TryGetValue(name, out var view) ? [Say(view)] : [], null, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    private static Finding Say(SilenceView silence) =>
        new(CopyRules.WorkSilent, silence.Name, silence.Every.ToString("c", CultureInfo.InvariantCulture), silence.LastAt?.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "–");
}
