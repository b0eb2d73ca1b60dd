using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Options;
using Preservation.Workflow.Trust;
using Material = Preservation.Signatures.Path.ValidationMaterial;

namespace Preservation.Workflow.Collection;

/// <summary>
/// Keeps every revocation list of every known authority, needed or not, since authorities drop certificates from their lists once these have ended. What
/// is new goes to every store as an OCFL object, and under evidence with the next batch. Sites without internet use a drop folder.
/// </summary>
public sealed class MaterialHarvest(
    CatalogueSessions sessions, MaterialLibrary library, SignatureCollection collection, MaterialFetcher fetcher, CopyWriter copies, IOptions<PreservationOptions> options)
{
    private const int MostInObject = 1000;
    private const long MostBytesInObject = 64L << 20; // an object is made in memory
    private const long MaxDropBytes = 100L << 20;
    private readonly CollectionOptions _options = options.Value.Collection;

    /// <summary>Fetches what is due, asks again for what was lacking, and stores what is new.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ReadDropFolderAsync(cancellationToken);
        foreach (var url in await DueAsync(cancellationToken)) await HarvestAsync(url, cancellationToken);
        foreach (var want in await OpenWantsAsync(cancellationToken)) await RetryAsync(want, cancellationToken);
        await TellAsync(cancellationToken);
        while (await StoreAsync(cancellationToken)) { }
    }

    private async Task<List<string>> DueAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var before = session.Now - _options.HarvestEvery;
        return [.. (await session.Rows.ValidationSources.AsNoTracking().Where(s => s.Kind == "CRL" && (s.TriedAt == null || s.TriedAt <= before || (s.Problem != null && s.TriedAt <= session.Now - _options.RetryEvery)))
            .OrderBy(s => s.TriedAt).Select(s => s.Url).ToListAsync(cancellationToken)).Where(fetcher.IsAllowed)];
    }

    private async Task HarvestAsync(string url, CancellationToken cancellationToken)
    {
        string? problem = null;
        try
        {
            var lists = Material.ReadAll(await fetcher.FetchAsync(url, null, cancellationToken)).Where(m => m.Kind == "CRL").ToList();
            if (lists.Count == 0) problem = "no revocation list";
            else await library.KeepAsync(url, url, lists, cancellationToken);
        }
        catch (MaterialUnavailableException e)
        {
            problem = e.Message;
        }
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var note = session.Command("UPDATE validation_source SET tried_at = $2, problem = $3 WHERE url = $1", url, session.Now, problem)) await note.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    private async Task<List<ValidationWant>> OpenWantsAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var before = session.Now - _options.RetryEvery;
        return await session.Rows.ValidationWants.AsNoTracking().Where(w => w.DoneAt == null && (w.TriedAt == null || w.TriedAt <= before)).OrderBy(w => w.TooLateAt).ToListAsync(cancellationToken);
    }

    private async Task RetryAsync(ValidationWant want, CancellationToken cancellationToken)
    {
        var wanted = new WantedMaterial(Enum.Parse<WantedKind>(want.Kind), want.Certificate, want.Issuer, [.. want.Urls], want.TooLateAt);
        var problem = await library.HasSinceAsync(wanted, want.Since, cancellationToken) ? null : await collection.FetchAsync(wanted, cancellationToken);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var note = session.Command("UPDATE validation_want SET tried_at = $2, problem = $3, done_at = CASE WHEN $3::text IS NULL THEN $2 END WHERE id = $1", want.Id, session.Now, problem))
            await note.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    // One task for all that is open, due before the first of them is too late; it ends by itself when nothing is open any more.
    private async Task TellAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var open = await session.Rows.ValidationWants.AsNoTracking().Where(w => w.DoneAt == null).ToListAsync(cancellationToken);
        var task = await session.Rows.Tasks.FirstOrDefaultAsync(t => t.Kind == TaskKinds.MaterialMissing && t.State == TaskState.Open, cancellationToken);
        if (open.Count == 0)
        {
            if (task is null) return;
            task.State = TaskState.Done;
            task.DecidedAt = session.Now;
            task.Decision = "everything was had";
        }
        else
        {
            if (task is null)
                session.Rows.Tasks.Add(task = new PreservationTask { Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.MaterialMissing, State = TaskState.Open, Role = Role.PreservationOfficer, Subject = "", CreatedAt = session.Now });
            task.Subject = string.Create(CultureInfo.InvariantCulture, $"{open.Count}: {open[0].Problem}");
            task.DueAt = open.Min(w => w.TooLateAt);
        }
        await session.CommitAsync(cancellationToken);
    }

    private async Task ReadDropFolderAsync(CancellationToken cancellationToken)
    {
        if (_options.DropFolder.Length == 0 || !Directory.Exists(_options.DropFolder)) return;
        List<ValidationWant> asked;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
            asked = await session.Rows.ValidationWants.AsNoTracking().Where(w => w.DoneAt == null && w.Kind == nameof(WantedKind.Ocsp)).ToListAsync(cancellationToken);
        foreach (var path in Directory.EnumerateFiles(_options.DropFolder).Order(StringComparer.Ordinal))
        {
            if (new FileInfo(path).Length > MaxDropBytes) continue;
            foreach (var one in Material.ReadAll(await File.ReadAllBytesAsync(path, cancellationToken)))
            {
                var subject = one.Authority is { } authority ? MaterialLibrary.BroughtFor(authority) : asked.Find(w => one.IsAbout(w.Certificate, w.Issuer))?.Subject;
                await library.KeepAsync("drop folder: " + Path.GetFileName(path), subject ?? one.Sha256, [one], cancellationToken);
            }
        }
    }

    private async Task<bool> StoreAsync(CancellationToken cancellationToken)
    {
        if (await NextObjectAsync(cancellationToken) is not { } id) return false;
        List<ValidationMaterial> material;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
            material = await session.Rows.ValidationMaterials.AsNoTracking().Where(m => m.ObjectId == id).OrderBy(m => m.FetchedAt).ThenBy(m => m.Id).ToListAsync(cancellationToken);
        var files = FilesOf(material);
        var plan = VersionPlan.Create(null, $"urn:uuid:{id}",
            files.Select(f => new PlannedFile(f.Key, f.Value.Length, DigestAlgorithm.Sha512.Compute(f.Value), [DigestAlgorithm.Sha256.Compute(f.Value)])),
            material[^1].FetchedAt, $"validation material, {material.Count} files", new VersionUser(Events.Software, "info:preservation/server"));
        var proven = await copies.WriteAsync(plan, (path, _) => Task.FromResult<Stream>(new MemoryStream(files[path], writable: false)), cancellationToken);
        if (proven.Any(c => c.Problem is not null)) throw new CopiesIncompleteException(proven);
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
        {
            await using (var mark = session.Command("UPDATE validation_material SET stored_at = $2 WHERE object_id = $1 AND stored_at IS NULL", id, session.Now))
                if (await mark.ExecuteNonQueryAsync(cancellationToken) == 0) return true; // another process was faster, with the same bytes
            await CopyWriter.RecordAsync(session, id, plan, proven, cancellationToken);
            await session.CommitAsync(cancellationToken);
        }
        return true;
    }

    // What goes into an object is fixed before its first byte is written: a process that dies is followed by one that writes the same.
    private async Task<Guid?> NextObjectAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        if (await session.Rows.ValidationMaterials.AsNoTracking().Where(m => m.ObjectId != null && m.StoredAt == null).Select(m => m.ObjectId).FirstOrDefaultAsync(cancellationToken) is { } begun) return begun;
        var id = Guid.CreateVersion7(session.Now);
        await using (var fix = session.Command("""
            UPDATE validation_material SET object_id = $1 WHERE object_id IS NULL AND id IN (
                SELECT id FROM (
                    SELECT id, row_number() OVER w AS number, sum(length(content)) OVER w AS bytes FROM validation_material WHERE object_id IS NULL WINDOW w AS (ORDER BY fetched_at, id)) AS open
                WHERE number = 1 OR (number <= $2 AND bytes <= $3))
            """, id, MostInObject, MostBytesInObject))
            if (await fix.ExecuteNonQueryAsync(cancellationToken) == 0) return null;
        await session.CommitAsync(cancellationToken);
        return id;
    }

    private static SortedDictionary<string, byte[]> FilesOf(List<ValidationMaterial> material)
    {
        var list = new StringBuilder("file\tkind\tsource\tfetchedAt\tthisUpdate\tnextUpdate\n");
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var one in material)
        {
            var name = Convert.ToHexStringLower(DigestAlgorithm.Sha256.Compute(one.Content).Bytes.AsSpan()) + one.Kind switch { "CRL" => ".crl", "OCSP" => ".ocsp", TrustListHarvest.MaterialKind => ".xtsl", AnchorSets.MaterialKind => ".json", _ => ".crt" };
            files["material/" + name] = one.Content;
            list.Append(CultureInfo.InvariantCulture, $"material/{name}\t{one.Kind}\t{one.Source}\t{one.FetchedAt:O}\t{one.ThisUpdate:O}\t{one.NextUpdate:O}\n");
        }
        files["material.tsv"] = Encoding.UTF8.GetBytes(list.ToString());
        return files;
    }
}
