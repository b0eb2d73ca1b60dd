using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Ocfl.Validation;

namespace Preservation.Ocfl.Inventories;

/// <summary>What reading an inventory's file gave.</summary>
/// <param name="Inventory">The inventory, the caller's to close; null when a finding is an error.</param>
/// <param name="Digests">Length, SHA-512 and SHA-256 of the file.</param>
/// <param name="Findings">Everything found in it.</param>
public sealed record InventoryReading(Inventory? Inventory, ContentDigests Digests, IReadOnlyList<Finding> Findings);

/// <summary>Reads and judges inventories as they stream in.</summary>
public static class InventoryReader
{
    private static readonly DigestAlgorithm[] FileAlgorithms = [DigestAlgorithm.Sha512, DigestAlgorithm.Sha256];

    /// <summary>Reads the inventory of an object's root whose declaration names this edition of OCFL.</summary>
    /// <exception cref="IOException">The stream failed. This says nothing about the inventory.</exception>
    public static async Task<InventoryReading> ReadAsync(
        Stream stream, OcflVersion specification, Limits limits, CancellationToken cancellationToken)
    {
        var log = new FindingLog(limits);
        var bytes = new SpooledBytes();
        try
        {
            var copying = new CopyingStream(stream, bytes.Target);
            var (document, digests) = await ReadDocumentAsync(copying, Sidecar.InventoryName, specification, limits, log, cancellationToken).ConfigureAwait(false);
            if (document is not null) InventoryRules.Check(document, Sidecar.InventoryName, specification, log);
            var findings = log.ToList();
            var isSound = document is not null && findings.All(f => f.Rule.Severity != Severity.Error);
            if (!isSound) return new InventoryReading(null, digests, findings);
            await bytes.Target.FlushAsync(cancellationToken).ConfigureAwait(false);
            var reading = new InventoryReading(Made(document!, specification, digests, bytes), digests, findings);
            bytes = null;
            return reading;
        }
        finally
        {
            bytes?.Dispose();
        }
    }

    /// <summary>
    /// Reads an inventory of which it is known what its bytes hash to, because it was judged or written here: the rules are not asked again, and nothing
    /// that grows with the number of files is held. Null when the bytes are others.
    /// </summary>
    /// <exception cref="IOException">The stream failed. This says nothing about the inventory.</exception>
    public static async Task<Inventory?> ReadKnownAsync(Stream stream, Digest digest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(digest);
        var bytes = new SpooledBytes();
        try
        {
            var found = await StreamDigest.CopyAsync(stream, bytes.Target, [digest.Algorithm], cancellationToken).ConfigureAwait(false);
            if (found[digest.Algorithm] != digest) return null;
            await bytes.Target.FlushAsync(cancellationToken).ConfigureAwait(false);
            var inventory = InventoryHeader.Read(bytes, digest);
            bytes = null;
            return inventory;
        }
        finally
        {
            bytes?.Dispose();
        }
    }

    internal static async Task<(InventoryDocument? Document, ContentDigests Digests)> ReadDocumentAsync(
        Stream stream, string path, OcflVersion specification, Limits limits, FindingLog log, CancellationToken cancellationToken)
    {
        var digesting = new DigestingStream(stream, FileAlgorithms);
        await using (digesting.ConfigureAwait(false))
        {
            var json = new JsonPull(digesting, limits.MaxMarkupDepth, limits.MaxMetadataBytes);
            var document = await new InventoryParser(json, path, specification, log).ParseAsync(cancellationToken).ConfigureAwait(false);
            if (!json.IsTooLarge) await digesting.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            return (document, digesting.Finish());
        }
    }

    private static Inventory Made(InventoryDocument document, OcflVersion specification, ContentDigests digests, SpooledBytes bytes)
    {
        var algorithm = DigestAlgorithm.FindInPackage(document.DigestAlgorithm)!;
        return new Inventory(bytes, digests[algorithm])
        {
            Id = document.Id!,
            Specification = OcflVersion.All.FirstOrDefault(v => v.InventoryType == document.Type) ?? specification,
            DigestAlgorithm = algorithm,
            ContentDirectory = document.ContentFolder,
            DeclaresContentDirectory = document.ContentDirectory is not null,
            Versions = [.. document.Versions!.Select(Version).OrderBy(v => v.Number.Number)],
        };
    }

    private static InventoryVersion Version(VersionDocument version)
    {
        if (!VersionNumber.TryParse(version.Name, out var number)) throw new ArgumentException("the rules let no such name pass", nameof(version));
        return new InventoryVersion(number, version.Created!, version.Message, version.UserName is null ? null : new VersionUser(version.UserName, version.UserAddress));
    }
}
