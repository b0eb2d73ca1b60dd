using System.Globalization;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Signatures;
using Preservation.Signatures.TrustLists;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Options;
using Material = Preservation.Signatures.Path.ValidationMaterial;

namespace Preservation.Workflow.Trust;

/// <summary>
/// Fetches the configured trusted lists and reads those in the drop folder, keeps each byte for byte with source and time, and lets the anchors come from
/// the newest edition that holds. One that does not hold is kept, not used, and told of.
/// </summary>
public sealed class TrustListHarvest(CatalogueSessions sessions, AnchorSets anchors, MaterialFetcher fetcher, IOptions<PreservationOptions> options)
{
    /// <summary>The kind of validation material a list is kept as.</summary>
    public const string MaterialKind = "TRUST_LIST";

    internal const string DropFolder = "drop folder: ";
    private static readonly TimeSpan WarnBefore = TimeSpan.FromDays(7);
    private readonly CollectionOptions _options = options.Value.Collection;

    /// <summary>Gets what is due, judges it, and notices when the anchors in force are others for it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var got = await DropFolderAsync(cancellationToken);
        foreach (var url in await DueAsync(cancellationToken))
            if (await FetchAsync(url, cancellationToken) is { } list) got.Add(list);
        var inForce = await anchors.InForceAsync(cancellationToken);
        if (got.Count > 0) await JudgeAsync(got, inForce, cancellationToken);
        var current = await anchors.CurrentAsync(cancellationToken);
        await TellAsync([.. got.Select(g => g.Name)], current.Lists, cancellationToken);
    }

    // A list that is too large to be read is too large to be kept.
    private async Task<List<TrustListFile>> DropFolderAsync(CancellationToken cancellationToken)
    {
        var found = new List<TrustListFile>();
        if (_options.DropFolder.Length == 0 || !Directory.Exists(_options.DropFolder)) return found;
        foreach (var path in Directory.EnumerateFiles(_options.DropFolder).Where(f => Path.GetExtension(f).ToLowerInvariant() is ".xml" or ".xtsl").Order(StringComparer.Ordinal))
            if (new FileInfo(path).Length <= SignatureLimits.Default.MaxXmlBytes)
                found.Add(new TrustListFile(DropFolder + Path.GetFileName(path), await File.ReadAllBytesAsync(path, cancellationToken)));
        return found;
    }

    private async Task<List<string>> DueAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        foreach (var url in _options.TrustedLists)
            await using (var know = session.Command("INSERT INTO validation_source (url, kind, known_since) VALUES ($1, $2, $3) ON CONFLICT (url) DO UPDATE SET kind = excluded.kind WHERE validation_source.kind <> excluded.kind", url, MaterialKind, session.Now))
                await know.ExecuteNonQueryAsync(cancellationToken);
        var (daily, again) = (session.Now - _options.HarvestEvery, session.Now - _options.RetryEvery);
        var due = await session.Rows.ValidationSources.AsNoTracking().Where(s => s.Kind == MaterialKind && (s.TriedAt == null || s.TriedAt <= daily || (s.Problem != null && s.TriedAt <= again))).Select(s => s.Url).ToListAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        // In the order of the configuration, where a list of lists stands before those it vouches for.
        return [.. _options.TrustedLists.Where(due.Contains)];
    }

    private async Task<TrustListFile?> FetchAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await fetcher.FetchAsync(url, null, cancellationToken);
            if (bytes.Length <= SignatureLimits.Default.MaxXmlBytes) return new TrustListFile(url, bytes);
            await NoteAsync(url, $"{TrustListRules.Limit.Code} {bytes.Length}", cancellationToken);
        }
        catch (MaterialUnavailableException e)
        {
            await NoteAsync(url, e.Message, cancellationToken);
        }
        return null;
    }

    private async Task NoteAsync(string url, string? problem, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var note = session.Command("UPDATE validation_source SET tried_at = $2, problem = $3 WHERE url = $1", url, session.Now, problem)) await note.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    // All lists are judged together, since one may vouch for another and an older one must give way to what is used already.
    private async Task JudgeAsync(List<TrustListFile> got, List<TrustedList> inForce, CancellationToken cancellationToken)
    {
        var readings = anchors.Load((await anchors.ReadAsync(inForce, cancellationToken)).Concat(got)).Lists[^got.Count..];
        foreach (var reading in readings)
        {
            var known = inForce.Find(l => l.Source == reading.Name);
            var goesBack = reading.IsUsed && known?.SequenceNumber > reading.List!.SequenceNumber;
            var problem = goesBack ? $"{TrustListRules.Sequence.Code} {reading.List!.SequenceNumber} < {known!.SequenceNumber}" : reading.IsUsed || reading.IsRepeated ? null : ProblemOf(reading);
            await KeepAsync(reading, problem, cancellationToken);
            if (!reading.Name.StartsWith(DropFolder, StringComparison.Ordinal)) await NoteAsync(reading.Name, problem, cancellationToken);
        }
    }

    private static string ProblemOf(TrustListReading reading) => string.Join("; ", reading.Findings.Take(3).Select(f => $"{f.Rule.Code} {f.Found}".Trim()));

    private async Task KeepAsync(TrustListReading reading, string? problem, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var material = new Material(MaterialKind, reading.Bytes, reading.List?.IssuedAt ?? session.Now, reading.List?.NextUpdate, []);
        await MaterialLibrary.InsertAsync(session, reading.Name, reading.Name, material, cancellationToken);
        var sha512 = SHA512.HashData(reading.Bytes.Span);
        await using (var judged = session.Command("""
            INSERT INTO trusted_list (source, material_id, scheme, sequence_number, next_update, judged_at, used_since, problem)
            SELECT $1, id, $3, $4, $5, $6, CASE WHEN $7::text IS NULL THEN $6 END, $7 FROM validation_material WHERE sha512 = $2
            ON CONFLICT (source, material_id) DO UPDATE SET judged_at = excluded.judged_at, used_since = COALESCE(trusted_list.used_since, excluded.used_since), problem = excluded.problem
            """, reading.Name, sha512, reading.List?.Scheme, reading.List?.SequenceNumber, reading.List?.NextUpdate, session.Now, problem)) await judged.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    // One task for everything that is wrong with lists; it ends by itself when nothing is any more.
    private async Task TellAsync(HashSet<string> present, IReadOnlyList<TrustListReading> lists, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var wrong = await WrongAsync(session, present, lists, cancellationToken);
        var task = await session.Rows.Tasks.FirstOrDefaultAsync(t => t.Kind == TaskKinds.TrustListRefused && t.State == TaskState.Open, cancellationToken);
        if (wrong.Count == 0)
        {
            if (task is null) return;
            task.State = TaskState.Done;
            task.DecidedAt = session.Now;
            task.Decision = "every list holds";
        }
        else
        {
            if (task is null)
                session.Rows.Tasks.Add(task = new PreservationTask { Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.TrustListRefused, State = TaskState.Open, Role = Role.PreservationOfficer, Subject = "", CreatedAt = session.Now });
            task.Subject = string.Create(CultureInfo.InvariantCulture, $"{wrong.Count}: {wrong[0]}");
            task.DueAt = lists.Where(l => l.IsUsed).Min(l => l.NextUpdate);
        }
        await session.CommitAsync(cancellationToken);
    }

    private async Task<List<string>> WrongAsync(CatalogueSession session, HashSet<string> present, IReadOnlyList<TrustListReading> lists, CancellationToken cancellationToken)
    {
        var judged = await session.Rows.TrustedLists.AsNoTracking().ToListAsync(cancellationToken);
        var newest = judged.GroupBy(l => l.Source).Select(g => g.OrderByDescending(l => l.JudgedAt).ThenByDescending(l => l.MaterialId).First());
        var refused = newest.Where(l => l.Problem is not null && (_options.TrustedLists.Contains(l.Source) || present.Contains(l.Source))).Select(l => $"{l.Source}: {l.Problem}");
        var sources = await session.Rows.ValidationSources.AsNoTracking().Where(s => s.Kind == MaterialKind && s.Problem != null).ToListAsync(cancellationToken);
        var unreachable = sources.Where(s => _options.TrustedLists.Contains(s.Url) && !judged.Any(l => l.Source == s.Url && (l.UsedSince is not null || l.Problem is not null))).Select(s => $"{s.Url}: {s.Problem}");
        var soon = lists.Where(l => l.IsUsed && l.NextUpdate < session.Now + WarnBefore).Select(l => $"{l.Name}: {TrustListRules.Expired.Code} {l.NextUpdate:yyyy-MM-dd}");
        // What the folder's own lists are refused for; of the harvested ones that was judged when they came.
        var folder = lists.Where(l => !l.IsUsed && !l.IsRepeated && !judged.Any(j => j.Source == l.Name)).Select(l => $"{l.Name}: {ProblemOf(l)}");
        return [.. refused.Concat(unreachable).Concat(folder).Concat(soon)];
    }
}
