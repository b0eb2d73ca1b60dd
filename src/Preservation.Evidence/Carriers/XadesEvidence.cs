using System.Collections.Immutable;
using Preservation.Evidence.Records;
using Preservation.Evidence.Verification;
using Preservation.Evidence.Xml;
using Preservation.Signatures;
using Preservation.Signatures.Cms;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Xml;

namespace Preservation.Evidence.Carriers;

/// <summary>
/// Evidence records in the unsigned properties of XML signatures (ETSI TS 119 132-3 §5.2, SealingEvidenceRecords): over all that the signature refers
/// to, its own parts, and the unsigned properties before them.
/// </summary>
internal sealed class XadesEvidence
{
    private const string Namespace = "http://uri.etsi.org/19132/v1.1.1#";
    private readonly Dereferencing _document;
    private readonly string _path;
    private readonly EvidenceLimits _limits;
    private readonly ImmutableArray<EvidenceReport>.Builder _reports = ImmutableArray.CreateBuilder<EvidenceReport>();

    private XadesEvidence(Dereferencing document, string path, EvidenceLimits limits) => (_document, _path, _limits) = (document, path, limits);

    /// <summary>Reports on every record in the document; nothing on one that cannot be read, which is refused as a signature.</summary>
    /// <exception cref="IOException">The file or a content could not be read.</exception>
    public static async Task<ImmutableArray<EvidenceReport>> VerifyAsync(
        SignedFile file, IReadOnlyList<SignedFile> contents, VerificationPolicy policy, DateTimeOffset now, EvidenceLimits limits, CancellationToken cancellationToken)
    {
        var budget = new XmlBudget(policy.SignatureLimits);
        var (tree, _) = await XmlSignatures.ParseAsync(file, budget, cancellationToken).ConfigureAwait(false);
        if (tree is null) return [];
        var evidence = new XadesEvidence(new Dereferencing(tree, XmlSources.Beside(contents, policy.Digests), budget), file.Path, limits);
        try
        {
            await evidence.VerifyAllAsync(policy, now, cancellationToken).ConfigureAwait(false);
        }
        catch (XmlLimitException beyond)
        {
            evidence._reports.Add(new EvidenceReport("RFC6283", VerificationOutcome.Unsupported, null, [], [beyond.ToFinding(file.Path)]));
        }
        return evidence._reports.ToImmutable();
    }

    private async Task VerifyAllAsync(VerificationPolicy policy, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var tree = _document.Tree;
        for (var element = 1; element < tree.Count && _reports.Count < _limits.MaxRecords; element++)
        {
            if (!tree.IsElement(element, XmlSignatureNames.Signature, "Signature")) continue;
            var parts = XmlSignatureParts.Read(tree, element, _document.Budget);
            var properties = parts.UnsignedProperties.ToList();
            for (var i = 0; i < properties.Count; i++)
                if (tree.IsElement(properties[i], Namespace, "SealingEvidenceRecords"))
                    await VerifyPropertyAsync(parts, properties.GetRange(0, i), properties[i], policy, now, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task VerifyPropertyAsync(
        XmlSignatureParts parts, List<int> before, int property, VerificationPolicy policy, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var group = new SealedObjects(_document, parts, before, _path);
        foreach (var element in _document.Tree.Elements(property).Take(_limits.MaxRecords - _reports.Count))
        {
            if (Read(element) is not { } reading) continue;
            var report = reading.Record is { } record ? await JudgeAsync(group, record, policy, now, cancellationToken).ConfigureAwait(false) : reading.ToReport();
            _reports.Add(report with { Findings = [.. reading.Findings, .. report.Findings] });
        }
    }

    // A record in XML stands in its document: canonical forms are those of its elements here, with the namespaces around them.
    private EvidenceReading? Read(int element)
    {
        var tree = _document.Tree;
        if (tree.IsElement(element, XmlErs.Namespace, "EvidenceRecord")) return EvidenceRecordReader.Read(tree, element, _limits, _path);
        if (!tree.IsElement(element, Namespace, "ASN1EvidenceRecord")) return null;
        var bytes = Base64Text.Decode(tree, element) ?? [];
        return EvidenceRecordReader.Read(CmsFiles.Unwrap(bytes) ?? bytes, _limits, _path);
    }

    private async Task<EvidenceReport> JudgeAsync(
        SealedObjects group, EvidenceRecord record, VerificationPolicy policy, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var digests = new DigestSet();
        var members = new List<ProtectedObject>();
        foreach (var hash in record.DataAlgorithms)
        {
            if (await group.DigestsAsync(hash, cancellationToken).ConfigureAwait(false) is not { } values) continue;
            digests.Add(hash, PartialTrees.Node([.. values.Select(v => (ReadOnlyMemory<byte>)v)], hash));
            for (var i = 0; i < values.Count; i++)
            {
                if (i == members.Count) members.Add(new ProtectedObject($"{_path} ({i + 1})", new DigestSet()));
                members[i].Digests.Add(hash, values[i]);
            }
        }
        // The standard's words allow the digest of the group as the leaf, and its members as the first list.
        var report = EvidenceRecordVerification.Verify(record, [new ProtectedObject(_path, digests)], policy, now, _path);
        if (report.Outcome == VerificationOutcome.ErDataMismatch && members.Count > 1
            && EvidenceRecordVerification.Verify(record, members, policy, now, _path) is { Outcome: VerificationOutcome.ErValid } apart) report = apart;
        return report with { Findings = [.. report.Findings, .. group.Findings] };
    }
}
