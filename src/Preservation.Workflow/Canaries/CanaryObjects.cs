using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Canaries;

/// <summary>
/// The sacrificial objects: for each store as many as are damaged there in a round, each on every store, so that it can be repaired. They look like any object.
/// </summary>
public sealed class CanaryObjects(CatalogueSessions sessions, CopyWriter copies)
{
    private const int Length = 4096;

    /// <summary>Makes what is not there yet. Its row comes first: one that dies is followed by one that writes the same.</summary>
    /// <param name="stores">The stores that canaries are damaged on.</param>
    /// <param name="perStore">How many on each.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task EnsureAsync(IReadOnlyCollection<string> stores, int perStore, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stores);
        foreach (var canary in await EnterAsync(stores, perStore, cancellationToken)) await WriteAsync(canary, cancellationToken);
    }

    /// <summary>What a canary holds: worked out of its identifier, and like nothing in particular.</summary>
    internal static byte[] ContentOf(Guid id)
    {
        var content = new byte[Length];
        for (var i = 0; i < Length; i += 64) HMACSHA512.HashData(id.ToByteArray(), BitConverter.GetBytes(i)).CopyTo(content, i);
        return content;
    }

    private async Task<List<CanaryObject>> EnterAsync(IReadOnlyCollection<string> stores, int perStore, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var hold = session.Command("SELECT pg_advisory_xact_lock(4246)")) await hold.ExecuteNonQueryAsync(cancellationToken);
        var known = await session.Rows.CanaryObjects.AsNoTracking().ToListAsync(cancellationToken);
        foreach (var store in stores)
            for (var ordinal = 0; ordinal < perStore; ordinal++)
                if (!known.Exists(k => k.Store == store && k.Ordinal == ordinal))
                    session.Rows.CanaryObjects.Add(new CanaryObject { PackageId = Guid.CreateVersion7(session.Now), Store = store, Ordinal = ordinal, MadeAt = session.Now });
        await session.FlushAsync(cancellationToken);
        var unwritten = await session.Rows.CanaryObjects.AsNoTracking().Where(o => !session.Rows.PackageCopies.Any(c => c.PackageId == o.PackageId)).OrderBy(o => o.PackageId).ToListAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        return unwritten;
    }

    private async Task WriteAsync(CanaryObject canary, CancellationToken cancellationToken)
    {
        var content = ContentOf(canary.PackageId);
        using var plan = VersionPlan.Create(null, $"urn:uuid:{canary.PackageId}", [new PlannedFile("data.bin", content.Length, DigestAlgorithm.Sha512.Compute(content), [DigestAlgorithm.Sha256.Compute(content)])],
            canary.MadeAt, "v1", new VersionUser(Events.Software, "info:preservation/server"));
        var proven = await copies.WriteAsync(plan, (_, _) => Task.FromResult<Stream>(new MemoryStream(content, writable: false)), cancellationToken);
        if (proven.All(c => c.Problem is not null)) return;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await CopyWriter.RecordAsync(session, canary.PackageId, plan, proven, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }
}
