using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Signatures.Path;
using Preservation.Signatures.TrustLists;
using Preservation.Workflow.Options;
using Material = Preservation.Signatures.Path.ValidationMaterial;

namespace Preservation.Workflow.Trust;

/// <summary>
/// The trust anchors in force: the operator's folder and the trusted lists that were harvested. No set is used before it is kept, so that the digest every
/// verdict pins can be resolved; that it differs from the last one is written to the audit log and told to the preservation officer.
/// </summary>
public sealed class AnchorSets(CatalogueSessions sessions, IOptions<PreservationOptions> options)
{
    /// <summary>The kind of validation material that a set is kept as beside its row: on every store, and under evidence.</summary>
    public const string MaterialKind = "ANCHORS";

    private const long SetLock = 0x5052_4553_5452_53;
    private readonly string _folder = options.Value.Trust.Anchors;
    private readonly HashSet<string> _configured = [.. options.Value.Collection.TrustedLists];
    private volatile Loaded? _last;

    /// <summary>The anchors in force now. Files and lists are read again when any of them changed.</summary>
    /// <exception cref="InvalidDataException">The folder holds something malformed: trust with a hole is not used.</exception>
    public async Task<TrustAnchors> CurrentAsync(CancellationToken cancellationToken)
    {
        var inForce = await InForceAsync(cancellationToken);
        var stamp = await StampAsync(inForce.Select(l => l.MaterialId), cancellationToken);
        if (_last is { } last && last.Stamp == stamp) return last.Anchors;
        var anchors = Load(await ReadAsync(inForce, cancellationToken));
        await NoteAsync(anchors, cancellationToken);
        _last = new Loaded(stamp, anchors);
        return anchors;
    }

    /// <summary>The set a verdict pinned; null when it was never in force here.</summary>
    public async Task<TrustAnchors?> FindAsync(string sha256, CancellationToken cancellationToken)
    {
        if (sha256.Length == 0) return TrustAnchors.None;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var content = await session.Rows.TrustAnchorSets.AsNoTracking().Where(s => s.Sha256 == sha256).Select(s => s.Content).FirstOrDefaultAsync(cancellationToken);
        return content is null ? null : TrustAnchors.Read(content);
    }

    /// <summary>Anchors of the folder and these lists; the folder's <c>list-signers</c> must vouch for them.</summary>
    internal TrustAnchors Load(IEnumerable<TrustListFile> lists) => _folder.Length == 0 ? TrustAnchors.Load([], lists) : TrustAnchors.Load([_folder], lists);

    /// <summary>Of every source that is still configured the edition that is used.</summary>
    internal async Task<List<TrustedList>> InForceAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var held = await session.Rows.TrustedLists.AsNoTracking().Where(l => l.UsedSince != null).ToListAsync(cancellationToken);
        return [.. held.Where(l => _configured.Contains(l.Source) || l.Source.StartsWith(TrustListHarvest.DropFolder, StringComparison.Ordinal))
            .GroupBy(l => l.Source).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.OrderByDescending(l => l.SequenceNumber).ThenByDescending(l => l.UsedSince).First())];
    }

    internal async Task<List<TrustListFile>> ReadAsync(IReadOnlyList<TrustedList> lists, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var ids = lists.Select(l => l.MaterialId).ToList();
        var bytes = await session.Rows.ValidationMaterials.AsNoTracking().Where(m => ids.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Content, cancellationToken);
        return [.. lists.Select(l => new TrustListFile(l.Source, bytes[l.MaterialId]))];
    }

    private async Task<string> StampAsync(IEnumerable<Guid> lists, CancellationToken cancellationToken)
    {
        var stamp = new StringBuilder();
        foreach (var id in lists) stamp.Append(id).Append('\n');
        if (_folder.Length == 0) return stamp.ToString();
        var files = Directory.Exists(_folder) ? new[] { _folder, Path.Join(_folder, "list-signers") }.Where(Directory.Exists).SelectMany(Directory.EnumerateFiles) : [_folder];
        foreach (var path in files.Order(StringComparer.Ordinal))
        {
            await using var file = File.OpenRead(path);
            stamp.Append(path).Append(' ').Append(Convert.ToHexString(await SHA256.HashDataAsync(file, cancellationToken))).Append('\n');
        }
        return stamp.ToString();
    }

    private async Task NoteAsync(TrustAnchors anchors, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var hold = session.Command("SELECT pg_advisory_xact_lock($1)", SetLock)) await hold.ExecuteNonQueryAsync(cancellationToken);
        var last = await session.Rows.TrustAnchorSets.AsNoTracking().OrderByDescending(s => s.Ordinal).FirstOrDefaultAsync(cancellationToken);
        if ((last?.Sha256 ?? "") == anchors.Sha256) return;
        await KeepAsync(session, anchors, last?.Ordinal + 1 ?? 1, cancellationToken);
        var changes = AnchorChanges.Between(last is null ? TrustAnchors.None : TrustAnchors.Read(last.Content), anchors);
        session.Audit(null, null, "trust.change", "trustAnchorSet", anchors.Sha256, changes.Detail(last?.Sha256));
        // The first set is what the system was set up with; nobody needs to be called.
        if (last is not null)
            session.Rows.Tasks.Add(new PreservationTask
            {
                Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.TrustChanged, State = TaskState.Open, Role = Role.PreservationOfficer, Subject = changes.Summary, CreatedAt = session.Now,
            });
        await session.CommitAsync(cancellationToken);
    }

    private static async Task KeepAsync(CatalogueSession session, TrustAnchors anchors, long ordinal, CancellationToken cancellationToken)
    {
        await using (var set = session.Command("""
            INSERT INTO trust_anchor_set (sha256, content, ordinal, known_since, in_force_since) VALUES ($1, $2, $3, $4, $4)
            ON CONFLICT (sha256) DO UPDATE SET ordinal = excluded.ordinal, in_force_since = excluded.in_force_since
            """, anchors.Sha256, anchors.Json.ToArray(), ordinal, session.Now)) await set.ExecuteNonQueryAsync(cancellationToken);
        if (anchors.Count == 0) return;
        await Collection.MaterialLibrary.InsertAsync(session, "trust anchors in force", anchors.Sha256, new Material(MaterialKind, anchors.Json, session.Now, null, []), cancellationToken);
    }

    private sealed record Loaded(string Stamp, TrustAnchors Anchors);
}
