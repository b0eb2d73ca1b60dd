using System.Collections.Immutable;
using System.Security.Cryptography;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Xml;

namespace Preservation.Signatures.Containers;

/// <summary>An ASiCManifest (EN 319 162-1 §A.4): names a signature or time-stamp, and the digests of what that is over.</summary>
/// <param name="Path">Where it stands in the container.</param>
/// <param name="SignaturePath">The file that signs it.</param>
/// <param name="Entries">The files it lists; null where a URI leads to none.</param>
internal sealed record AsicManifest(string Path, string SignaturePath, ImmutableArray<(string Uri, SignedFile? File, HashFunction? Hash, ReadOnlyMemory<byte> Digest)> Entries)
{
    /// <summary>Null for anything that is no manifest.</summary>
    public static AsicManifest? Read(string path, XmlTree tree, SignedContainer container, XmlBudget budget)
    {
        if (tree.Root == 0 || tree.NameOf(tree.Root).Local != "ASiCManifest") return null;
        var signed = Children(tree, tree.Root, "SigReference").FirstOrDefault(-1);
        if (signed < 0 || ContainerSources.Find(container, tree.ValueOf(signed, "URI")) is not { } signature) return null;
        var entries = ImmutableArray.CreateBuilder<(string, SignedFile?, HashFunction?, ReadOnlyMemory<byte>)>();
        foreach (var entry in Children(tree, tree.Root, "DataObjectReference"))
        {
            budget.Reference();
            var uri = tree.ValueOf(entry, "URI") ?? "";
            var method = tree.Element(entry, XmlSignatureNames.Signature, "DigestMethod");
            var value = tree.Element(entry, XmlSignatureNames.Signature, "DigestValue");
            entries.Add((uri, ContainerSources.Find(container, uri), method < 0 ? null : XmlAlgorithms.Hash(tree.ValueOf(method, "Algorithm")), value < 0 ? [] : Base64Text.Decode(tree, value) ?? []));
        }
        return new AsicManifest(path, signature.Path, entries.ToImmutable());
    }

    /// <summary>Entries that do not hold, each with the outcome that follows.</summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public async Task<List<(VerificationOutcome Outcome, SubIndication Sub, Finding Finding)>> CheckAsync(AsicDigests digests, string file, CancellationToken cancellationToken)
    {
        var faults = new List<(VerificationOutcome, SubIndication, Finding)>();
        if (Entries.IsEmpty) faults.Add((VerificationOutcome.Broken, SubIndication.FormatFailure, new Finding(SignatureRules.AsicManifest, file, null, Path)));
        foreach (var (uri, listed, hash, digest) in Entries)
        {
            if (listed is null) faults.Add((VerificationOutcome.Broken, SubIndication.SignedDataNotFound, new Finding(SignatureRules.XmlReference, file, null, uri)));
            else if (digest.IsEmpty) faults.Add((VerificationOutcome.Broken, SubIndication.FormatFailure, new Finding(SignatureRules.AsicManifest, file, null, $"{Path}: {uri}")));
            else if (hash is not { IsSupported: true }) faults.Add((VerificationOutcome.Unsupported, SubIndication.CryptoConstraintsFailure, new Finding(SignatureRules.UnsupportedAlgorithm, file, null, hash?.Name ?? Path)));
            else if (!CryptographicOperations.FixedTimeEquals(await digests.OfAsync(listed, hash, cancellationToken).ConfigureAwait(false), digest.Span))
                faults.Add((VerificationOutcome.Broken, SubIndication.HashFailure, new Finding(SignatureRules.XmlDigest, file, Convert.ToHexStringLower(digest.Span), uri)));
        }
        return [.. faults.OrderBy(f => f.Item1 == VerificationOutcome.Broken ? 0 : 1)];
    }

    private static IEnumerable<int> Children(XmlTree tree, int parent, string local) =>
        tree.Elements(parent).Where(e => tree.NameOf(e).Local == local && tree.NameOf(e).Namespace == tree.NameOf(parent).Namespace);
}
