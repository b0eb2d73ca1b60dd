using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Validation;
using Preservation.Signatures.Xml;

namespace Preservation.Signatures.TrustLists;

/// <summary>A list's own signature (TS 119 612 §5.7.1, annex B): one, enveloped, over the whole document, by somebody who was named for it.</summary>
internal sealed class TrustListSignature(XmlTree tree, XmlBudget budget, string name)
{
    /// <summary>The certificate that signed; or why it cannot be believed.</summary>
    /// <param name="known">Certificates in which the signer may be found that the list does not carry.</param>
    /// <param name="issuedAt">When the list was issued: its algorithms and its signer's certificate are judged then.</param>
    /// <exception cref="XmlLimitException">The document costs too much.</exception>
    public (Certificate? Signer, Finding? Refused) Verify(IReadOnlyList<Certificate> known, DateTimeOffset issuedAt)
    {
        var elements = XmlSignatureReader.Signatures(tree).Take(2).ToList();
        if (elements.Count == 0) return Refuse(TrustListRules.Unsigned);
        if (elements.Count > 1 || tree.ParentOf(elements[0]) != tree.Root) return Refuse(TrustListRules.Coverage, "ds:Signature");
        var signature = Read([.. known]);
        var facts = signature.Facts;
        if (facts.Cryptographic != VerificationOutcome.Intact || facts.Fault is not null)
            return Refuse(TrustListRules.Signature, string.Join(", ", facts.Findings.Where(f => f.Rule.Severity == Severity.Error).Select(f => f.Rule.Code).Distinct().DefaultIfEmpty(facts.Cryptographic.ToString().ToUpperInvariant())));
        if (!signature.Outcomes.Any(o => !o.IsEntry && CoversAll(o, elements[0]))) return Refuse(TrustListRules.Coverage, "ds:Reference");
        if (facts.Certificate is not { } signer) return Refuse(TrustListRules.Signer, "?");
        if (ValidationPolicy.Etsi.Faults(facts.Algorithms, issuedAt).FirstOrDefault() is { } weak) return Refuse(TrustListRules.WeakAlgorithm, weak.Use.ToString());
        if (issuedAt < signer.NotBefore || issuedAt > signer.NotAfter) return Refuse(TrustListRules.Signer, string.Create(CultureInfo.InvariantCulture, $"{signer.Report.Subject}, {PathProcessing.Text(signer.NotBefore)} – {PathProcessing.Text(signer.NotAfter)}"));
        return (signer, null);
    }

    // Everything is in memory: what the list references elsewhere is not at hand, and nothing is waited for.
    private XmlSignature Read(System.Collections.Immutable.ImmutableArray<Certificate> known)
    {
        var document = new Dereferencing(tree, XmlSources.Beside([], []), budget);
        var reading = new XmlSignatureReader(document, known, name).ReadAllAsync(1, CancellationToken.None);
        return reading.IsCompleted ? reading.GetAwaiter().GetResult()[0] : throw new InvalidOperationException("a signature over a document in memory was waited for");
    }

    // Annex B.1: a reference to the document, its transforms the enveloped-signature transform and a canonical form. Whatever a reader would be shown and the
    // reference leaves out is no part of the list, so that a list with such a part is none.
    private bool CoversAll(ReferenceOutcome outcome, int signature)
    {
        if (outcome.Reference.Transforms.Any(t => tree.ValueOf(t, "Algorithm") != XmlSignatureNames.Enveloped && CanonicalForm.Read(tree, t) is null)) return false;
        var set = outcome.Data switch
        {
            ReferencedContent.Nodes nodes => nodes.Set,
            ReferencedContent.Canonical canonical => canonical.Set,
            _ => null,
        };
        if (set is null || set.Tree != tree) return false;
        budget.Steps(tree.Count);
        for (var i = tree.Root; i < tree.EndOf(tree.Root); i++)
            if (!tree.Contains(signature, i) && tree.KindOf(i) != XmlNodeKind.Comment && !Covers(set, i)) return false;
        return true;
    }

    private bool Covers(NodeSet set, int node)
    {
        if (!set.Contains(node)) return false;
        if (!tree.IsElement(node)) return true;
        var range = tree.AttributesOf(node);
        for (var a = range.Start.Value; a < range.End.Value; a++)
            if (!set.ContainsAttribute(a)) return false;
        return set.ContainsNamespaces(node);
    }

    private (Certificate?, Finding?) Refuse(Rule rule, string? found = null) => (null, new Finding(rule, name, null, found));
}
