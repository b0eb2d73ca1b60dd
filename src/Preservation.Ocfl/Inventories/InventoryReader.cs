using System.Collections.Immutable;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Core.Findings;
using Preservation.Ocfl.Validation;

namespace Preservation.Ocfl.Inventories;

/// <summary>What reading an inventory's file gave.</summary>
/// <param name="Inventory">The inventory; null when a finding is an error.</param>
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
        var (document, digests) = await ReadDocumentAsync(stream, Sidecar.InventoryName, specification, limits, log, cancellationToken).ConfigureAwait(false);
        if (document is not null) InventoryRules.Check(document, Sidecar.InventoryName, specification, log);
        var findings = log.ToList();
        var isSound = document is not null && findings.All(f => f.Rule.Severity != Severity.Error);
        return new InventoryReading(isSound ? Model(document!, specification, digests) : null, digests, findings);
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

    private static Inventory Model(InventoryDocument document, OcflVersion specification, ContentDigests digests)
    {
        var algorithm = DigestAlgorithm.Find(document.DigestAlgorithm)!;
        return new Inventory
        {
            Id = document.Id!,
            Specification = OcflVersion.All.FirstOrDefault(v => v.InventoryType == document.Type) ?? specification,
            DigestAlgorithm = algorithm,
            ContentDirectory = document.ContentFolder,
            DeclaresContentDirectory = document.ContentDirectory is not null,
            Manifest = Map(algorithm, document, document.Manifest!),
            Versions = [.. document.Versions!.Select(v => Version(algorithm, document, v)).OrderBy(v => v.Number.Number)],
            Fixity = Fixity(document),
            BytesDigest = digests[algorithm],
            BytesLength = digests.Bytes,
        };
    }

    private static InventoryVersion Version(DigestAlgorithm algorithm, InventoryDocument document, VersionDocument version)
    {
        if (!VersionNumber.TryParse(version.Name, out var number)) throw new ArgumentException("the rules let no such name pass", nameof(version));
        var user = version.UserName is null ? null : new VersionUser(version.UserName, version.UserAddress);
        return new InventoryVersion(number, version.Created!, Map(algorithm, document, version.State!), version.Message, user);
    }

    private static Dictionary<Digest, ImmutableArray<string>> Map(DigestAlgorithm algorithm, InventoryDocument document, DigestMap map)
    {
        var made = new Dictionary<Digest, ImmutableArray<string>>(map.Count);
        foreach (var pairs in map.Pairs.GroupBy(p => p.Digest, p => p.Path))
            if (Digest.TryParse(algorithm, document.Texts.Digest(pairs.Key), out var digest)) made[digest] = [.. pairs.Select(p => document.Texts.Paths[p])];
        return made;
    }

    private static Dictionary<string, IReadOnlyDictionary<string, ImmutableArray<string>>> Fixity(InventoryDocument document) =>
        (document.Fixity ?? []).ToDictionary(
            f => f.Algorithm,
            IReadOnlyDictionary<string, ImmutableArray<string>> (f) => f.Block.Pairs.GroupBy(b => document.Texts.Lower(b.Digest), b => b.Path).ToDictionary(
                b => document.Texts.Digest(b.Key), b => b.Select(p => document.Texts.Paths[p]).ToImmutableArray(), StringComparer.Ordinal),
            StringComparer.Ordinal);
}
