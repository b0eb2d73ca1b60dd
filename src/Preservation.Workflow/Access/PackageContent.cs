using System.Buffers;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Files;
using Preservation.Storage.Objects;
using Preservation.Workflow.Copies;

namespace Preservation.Workflow.Access;

/// <summary>
/// Opens preserved files. No byte is handed over before the whole file was read from the store and had the digest the catalogue has: what rotted since the last
/// check, or was lied about on the way, is never served. Such a copy is read by the next check before all others.
/// </summary>
public sealed class PackageContent(CatalogueSessions sessions, StoreSet stores)
{
    // Up to this much is kept while it is digested; more is read from the store a second time, and digested again.
    private const long MostKept = 64 << 20;
    private const int Piece = 1 << 17;

    /// <summary>Opens a file, or a range of it, from the first store whose copy is good, now.</summary>
    /// <exception cref="IOException">No store could give it now.</exception>
    public async Task<Stream> OpenAsync(StoredFile file, (long From, long Length)? range, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        List<StoredCopy> copies;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
            copies = await session.Rows.Copies.AsNoTracking()
                .Where(c => c.PackageId == file.PackageId && c.Sha512 == file.Sha512 && c.Role == CopyRole.Content && c.State == CopyState.Good).OrderBy(c => c.Store).ToListAsync(cancellationToken);
        IOException? last = null;
        foreach (var copy in copies.Where(c => stores.Stores.ContainsKey(c.Store)))
        {
            try
            {
                if (await ProvenAsync(stores.Stores[copy.Store], copy, range ?? (0, copy.Bytes), cancellationToken) is { } content) return content;
                await DueAsync(copy, cancellationToken);
            }
            catch (IOException e)
            {
                if (e is ObjectNotFoundException) await DueAsync(copy, cancellationToken);
                last = e;
            }
        }
        throw new IOException($"no store could give {file.LogicalPath}", last);
    }

    // Null when the bytes are others than they must be.
    private static async Task<Stream?> ProvenAsync(IObjectStore store, StoredCopy copy, (long From, long Length) range, CancellationToken cancellationToken)
    {
        var kept = range.Length <= MostKept ? TemporaryFile.Create() : null;
        try
        {
            if (await DigestAsync(store, copy, range, kept, cancellationToken) is not { } digest) return null;
            if (kept is null)
            {
                var again = await store.OpenReadAsync(copy.Key, range == (0, copy.Bytes) ? null : new ByteRange(range.From, range.Length), cancellationToken);
                return new ProvenStream(again.Stream, range.Length, digest);
            }
            kept.Position = 0;
            var content = kept;
            kept = null;
            return content;
        }
        finally
        {
            if (kept is not null) await kept.DisposeAsync();
        }
    }

    // Reads all of it; the digest of the range, when the whole is as it must be.
    private static async Task<byte[]?> DigestAsync(IObjectStore store, StoredCopy copy, (long From, long Length) range, Stream? kept, CancellationToken cancellationToken)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        using var part = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            await using var content = await store.OpenReadAsync(copy.Key, null, cancellationToken);
            var position = 0L;
            while (await content.Stream.ReadAsync(buffer.AsMemory(0, Piece), cancellationToken) is var read and > 0)
            {
                whole.AppendData(buffer, 0, read);
                var (from, until) = ((int)Math.Clamp(range.From - position, 0, read), (int)Math.Clamp(range.From + range.Length - position, 0, read));
                position += read;
                if (position > copy.Bytes) return null;
                if (until <= from) continue;
                if (kept is not null) await kept.WriteAsync(buffer.AsMemory(from, until - from), cancellationToken);
                else part.AppendData(buffer, from, until - from);
            }
            return position == copy.Bytes && whole.GetHashAndReset().AsSpan().SequenceEqual(copy.Sha512) ? part.GetHashAndReset() : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task DueAsync(StoredCopy copy, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var due = session.Command("UPDATE package_copy SET last_read_at = 'epoch', due_at = 'epoch' WHERE package_id = $1 AND store = $2", copy.PackageId, copy.Store)) await due.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }
}
