using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Validation;

/// <summary>One inventory of an object, read and compared with its sidecar.</summary>
internal sealed record InventoryFile(string Folder, InventoryDocument Document, ContentDigests Digests)
{
    /// <summary>
    /// The inventory of an object that lies in a folder, read before anything is known of the folder; null when anything is odd, and it is to be read in
    /// its turn.
    /// </summary>
    public static async Task<InventoryFile?> ReadAheadAsync(FolderTree tree, OcflOptions options, CancellationToken cancellationToken)
    {
        var log = new FindingLog(options.Limits);
        try
        {
            var file = await ReadAsync(await tree.OpenAsync(Sidecar.InventoryName, cancellationToken).ConfigureAwait(false), "", OcflVersion.V11, options, log, cancellationToken).ConfigureAwait(false);
            return log.ToList().Count == 0 ? file : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public static async Task<InventoryFile?> ReadAsync(
        ObjectFiles files, string folder, OcflVersion specification, OcflOptions options, FindingLog log, CancellationToken cancellationToken)
    {
        var path = folder + Sidecar.InventoryName;
        try
        {
            return await ReadAsync(await files.OpenAsync(path, cancellationToken).ConfigureAwait(false), folder, specification, options, log, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            log.Add(new Finding(ArchiveRules.DamagedEntry, path));
            return null;
        }
    }

    private static async Task<InventoryFile?> ReadAsync(Stream stream, string folder, OcflVersion specification, OcflOptions options, FindingLog log, CancellationToken cancellationToken)
    {
        await using (stream.ConfigureAwait(false))
        {
            var (document, digests) = await InventoryReader.ReadDocumentAsync(stream, folder + Sidecar.InventoryName, specification, options.Limits, log, cancellationToken).ConfigureAwait(false);
            return document is null ? null : new InventoryFile(folder, document, digests);
        }
    }

    public async Task CheckSidecarAsync(ObjectFiles files, FindingLog log, CancellationToken cancellationToken)
    {
        if (Document.DigestAlgorithm is not ("sha512" or "sha256")) return;
        var algorithm = DigestAlgorithm.FindInPackage(Document.DigestAlgorithm)!;
        var path = Folder + Sidecar.NameFor(algorithm);
        if (!files.HasFile(path))
        {
            log.Add("E058", path);
            var other = Sidecar.NameFor(algorithm == DigestAlgorithm.Sha512 ? DigestAlgorithm.Sha256 : DigestAlgorithm.Sha512);
            if (files.HasFile(Folder + other)) log.Add("E059", Folder + other, Document.DigestAlgorithm, other);
            return;
        }
        var bytes = await files.ReadSmallAsync(path, Sidecar.MaxBytes, log, cancellationToken).ConfigureAwait(false);
        if (bytes is null) return;
        if (!Sidecar.TryParse(algorithm, bytes, out var stated)) log.Add("E061", path);
        else if (stated != Digests[algorithm]) log.Add("E060", path, stated.Hex, Digests[algorithm].Hex);
    }
}
