using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Xml;

namespace Preservation.Evidence.Carriers;

/// <summary>
/// The data objects that a record in an XML signature is over (ETSI TS 119 132-3 §5.2.2): what the references give, SignedInfo, SignatureValue, KeyInfo,
/// the unsigned properties before the record, objects beside those with properties, and what signed manifests refer to. Nodes are canonicalised by
/// the method of SignedInfo.
/// </summary>
internal sealed class SealedObjects(Dereferencing document, XmlSignatureParts parts, IReadOnlyList<int> before, string path)
{
    private readonly List<Finding> _findings = [];
    private List<ReferenceOutcome>? _outcomes;

    /// <summary>What of it is not at hand.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>A digest for each object; null when one is not at hand.</summary>
    public async Task<IReadOnlyList<byte[]>?> DigestsAsync(HashFunction hash, CancellationToken cancellationToken)
    {
        var tree = document.Tree;
        if (parts.SignedInfo < 0 || parts.SignatureValue < 0) return null;
        var method = tree.Element(parts.SignedInfo, XmlSignatureNames.Signature, "CanonicalizationMethod");
        var form = (method < 0 ? null : CanonicalForm.Read(tree, method)) ?? CanonicalForm.Default;
        _outcomes ??= await new ReferenceCheck(document, path).CheckAllAsync(parts.References, cancellationToken).ConfigureAwait(false);
        var digests = new List<byte[]>();
        foreach (var outcome in _outcomes)
        {
            if (await DigestAsync(outcome, form, hash, cancellationToken).ConfigureAwait(false) is { } digest) digests.Add(digest);
            else
            {
                _findings.Add(new Finding(EvidenceRules.DigestMissing, path, hash.Name, outcome.Reference.Shown));
                return null;
            }
        }
        var others = parts.Objects.Where(o => !tree.Elements(o).Contains(parts.QualifyingProperties));
        foreach (var node in new[] { parts.SignedInfo, parts.SignatureValue, parts.KeyInfo }.Where(n => n >= 0).Concat(before).Concat(others))
            digests.Add(await DigestAsync(new ReferencedContent.Nodes(new NodeSet(tree, node, form.WithComments)), form, hash, cancellationToken).ConfigureAwait(false));
        return digests;
    }

    private async Task<byte[]?> DigestAsync(ReferenceOutcome outcome, CanonicalForm form, HashFunction hash, CancellationToken cancellationToken)
    {
        if (outcome.Data is { } data) return await DigestAsync(data, form, hash, cancellationToken).ConfigureAwait(false);
        return outcome.Outcome == VerificationOutcome.Intact && outcome.Reference.Hash == hash ? outcome.Reference.Digest.ToArray() : null;
    }

    private async Task<byte[]> DigestAsync(ReferencedContent data, CanonicalForm form, HashFunction hash, CancellationToken cancellationToken)
    {
        using var state = hash.Start();
        var sink = new OctetSink(state.AppendData, document.Budget);
        await document.WriteAsync(data, form, sink, cancellationToken).ConfigureAwait(false);
        sink.Flush();
        return state.GetHashAndReset();
    }
}
