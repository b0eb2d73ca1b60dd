using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Reconciliation;

/// <summary>A key on which a store's listing and the catalogue differ.</summary>
internal sealed record Find(FindKind Kind, string Key, Guid? Package, long? Expected, long? Found, string? ETag)
{
    private const int FoldersOfAnObject = 4;

    /// <summary>Where the key's object lies: the storage root's prefix, three folders and the digest; of anything else the key's folder.</summary>
    public string ObjectPrefix(string root)
    {
        var end = root.Length;
        for (var folder = 0; folder < FoldersOfAnObject; folder++)
        {
            var slash = Key.IndexOf('/', end);
            if (slash < 0) return Key[..(Key.LastIndexOf('/') + 1)];
            end = slash + 1;
        }
        return Key[..end];
    }
}
