using System.Security.Cryptography;
using Preservation.Core.Digests;
using Preservation.Core.Findings;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Xml;

/// <summary>Checks the references of a signature, and of the manifests it signs (XMLDSig §3.2.1, §5.1).</summary>
internal sealed class ReferenceCheck(Dereferencing document, string file)
{
    private readonly HashSet<int> _manifests = [];

    /// <summary>Everything checked: a manifest's entries follow the reference to it.</summary>
    public async Task<List<ReferenceOutcome>> CheckAllAsync(IEnumerable<XmlReference> references, CancellationToken cancellationToken)
    {
        var outcomes = new List<ReferenceOutcome>();
        var waiting = new Queue<(XmlReference Reference, bool IsEntry)>(references.Select(r => (r, false)));
        while (waiting.TryDequeue(out var next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var outcome = await CheckAsync(next.Reference, cancellationToken).ConfigureAwait(false) with { IsEntry = next.IsEntry };
            outcomes.Add(outcome);
            if (outcome.Outcome != VerificationOutcome.Intact) continue;
            foreach (var manifest in Manifests(outcome))
                foreach (var entry in document.Tree.Elements(manifest, XmlSignatureNames.Signature, "Reference"))
                {
                    document.Budget.Reference();
                    waiting.Enqueue((XmlReference.Read(document.Tree, entry), true));
                }
        }
        return outcomes;
    }

    private async Task<ReferenceOutcome> CheckAsync(XmlReference reference, CancellationToken cancellationToken)
    {
        try
        {
            if (reference.Digest.IsEmpty) return Refuse(reference, SubIndication.FormatFailure, "no digest");
            if (reference.Hash is not { IsSupported: true } hash) return Unsupported(reference, reference.Hash?.Name ?? reference.HashUri);
            var data = await document.ResolveAsync(reference, cancellationToken).ConfigureAwait(false);
            var source = SourceOf(reference);
            var digest = await document.DigestAsync(data, hash, cancellationToken).ConfigureAwait(false);
            return CryptographicOperations.FixedTimeEquals(digest, reference.Digest.Span)
                ? new ReferenceOutcome(reference, VerificationOutcome.Intact, data) { File = source }
                : new ReferenceOutcome(reference, VerificationOutcome.Broken, data, (Indication.TotalFailed, SubIndication.HashFailure),
                    new Finding(SignatureRules.XmlDigest, file, Convert.ToHexStringLower(reference.Digest.Span), reference.Shown)) { File = source };
        }
        catch (XmlSourceMissingException)
        {
            return await FindByDigestAsync(reference, cancellationToken).ConfigureAwait(false);
        }
        catch (XmlUnsupportedException exception)
        {
            return Unsupported(reference, exception.Message);
        }
        catch (XmlRefusedException exception)
        {
            return Refuse(reference, SubIndication.SignedDataNotFound, exception.Message);
        }
    }

    private SignedFile? SourceOf(XmlReference reference) => reference.Uri is null or not ([] or ['#', ..]) ? document.Sources.Find(reference.Uri) : null;

    // Nothing has the name. What has the digest is what was signed, be it a file under another name or a digest that was given in its stead, as
    // long as nothing must be made of the content first.
    private async Task<ReferenceOutcome> FindByDigestAsync(XmlReference reference, CancellationToken cancellationToken)
    {
        var sources = document.Sources;
        if (reference.Transforms.IsEmpty && sources.Digests.Any(d => Matches(d, reference))) return new ReferenceOutcome(reference, VerificationOutcome.Intact);
        foreach (var source in reference.Transforms.IsEmpty ? sources.Unnamed : [])
        {
            var data = new ReferencedContent.File(source);
            var digest = await document.DigestAsync(data, reference.Hash!, cancellationToken).ConfigureAwait(false);
            if (CryptographicOperations.FixedTimeEquals(digest, reference.Digest.Span)) return new ReferenceOutcome(reference, VerificationOutcome.Intact, data) { File = source };
        }
        return new ReferenceOutcome(reference, VerificationOutcome.Broken, null, (Indication.Indeterminate, SubIndication.SignedDataNotFound),
            new Finding(SignatureRules.XmlReference, file, null, reference.Shown)) { IsMissing = true };
    }

    private static bool Matches(Digest digest, XmlReference reference) =>
        digest.Algorithm.MetsName == reference.Hash?.Name && CryptographicOperations.FixedTimeEquals(digest.Bytes.AsSpan(), reference.Digest.Span);

    private ReferenceOutcome Refuse(XmlReference reference, SubIndication sub, string why) => new(
        reference, VerificationOutcome.Broken, null, (sub == SubIndication.FormatFailure ? Indication.TotalFailed : Indication.Indeterminate, sub),
        new Finding(SignatureRules.XmlReference, file, null, $"{reference.Shown}: {why}"));

    private ReferenceOutcome Unsupported(XmlReference reference, string what) => new(
        reference, VerificationOutcome.Unsupported, null, (Indication.Indeterminate, SubIndication.CryptoConstraintsFailure),
        new Finding(SignatureRules.XmlTransform, file, null, $"{reference.Shown}: {what}"));

    // §5.1: by the type, or within an object that is signed. Only what lies in the signed nodes is followed.
    private IEnumerable<int> Manifests(ReferenceOutcome outcome)
    {
        var set = outcome.Data switch
        {
            ReferencedContent.Nodes nodes => nodes.Set,
            ReferencedContent.Canonical canonical => canonical.Set,
            _ => null,
        };
        var tree = document.Tree;
        if (set is null || set.Tree != tree || set.Apex == 0 || !set.Contains(set.Apex)) return [];
        if (tree.IsElement(set.Apex, XmlSignatureNames.Signature, "Manifest")) return _manifests.Add(set.Apex) ? [set.Apex] : [];
        return tree.IsElement(set.Apex, XmlSignatureNames.Signature, "Object")
            ? tree.Elements(set.Apex, XmlSignatureNames.Signature, "Manifest").Where(m => set.Contains(m) && _manifests.Add(m)) : [];
    }
}
