using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Storage.Objects;
using Preservation.Workflow.Copies;

namespace Preservation.Workflow.Access;

/// <summary>Opens preserved files from a good copy.</summary>
public sealed class PackageContent(CatalogueSessions sessions, StoreSet stores)
{
    /// <summary>Opens a file, or a range of it, from the first store whose copy is good and answers.</summary>
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
                var content = await stores.Stores[copy.Store].OpenReadAsync(copy.Key, range is { } r ? new ByteRange(r.From, r.Length) : null, cancellationToken);
                return content.Stream;
            }
            catch (IOException e)
            {
                last = e;
            }
        }
        throw new IOException($"no store could give {file.LogicalPath}", last);
    }
}
