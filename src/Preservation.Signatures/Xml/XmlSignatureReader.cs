using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Xml.Xades;

namespace Preservation.Signatures.Xml;

/// <summary>Makes facts of the signatures in one document (XMLDSig §3.2, EN 319 132-1), with their time-stamps and counter-signatures.</summary>
internal sealed class XmlSignatureReader(Dereferencing document, ImmutableArray<Certificate> known, string file)
{
    private const int MaxCounterDepth = 3;
    private int _left = document.Budget.Limits.MaxSignatures;

    /// <summary>Every signature that is no counter-signature, in the order of the document, with what its references gave.</summary>
    /// <exception cref="XmlLimitException">The document costs too much.</exception>
    public async Task<List<XmlSignature>> ReadAllAsync(int firstId, CancellationToken cancellationToken)
    {
        var found = new List<XmlSignature>();
        var elements = Signatures(document.Tree).Take(_left + 1).ToList();
        if (elements.Count > _left) throw new XmlLimitException(nameof(SignatureLimits.MaxSignatures), document.Budget.Limits.MaxSignatures);
        foreach (var element in elements)
            found.Add(await ReadAsync(element, (firstId + found.Count).ToString(CultureInfo.InvariantCulture), 0, cancellationToken).ConfigureAwait(false));
        return found;
    }

    /// <summary>Signature elements that do not stand in a CounterSignature property.</summary>
    public static IEnumerable<int> Signatures(XmlTree tree)
    {
        for (var i = 1; i < tree.Count; i++)
            if (tree.IsElement(i, XmlSignatureNames.Signature, "Signature") && !IsCounter(tree, tree.ParentOf(i))) yield return i;
    }

    private static bool IsCounter(XmlTree tree, int parent) =>
        parent > 0 && tree.NameOf(parent).Local == "CounterSignature" && XmlSignatureNames.IsXades(tree.NameOf(parent).Namespace);

    private async Task<XmlSignature> ReadAsync(int element, string id, int depth, CancellationToken cancellationToken)
    {
        if (--_left < 0) throw new XmlLimitException(nameof(SignatureLimits.MaxSignatures), document.Budget.Limits.MaxSignatures);
        var parts = XmlSignatureParts.Read(document.Tree, element, document.Budget);
        var facts = new SignatureFacts { Id = id, Format = "XMLDSig", Level = "BASIC" };
        if (parts.SignedInfo < 0 || parts.SignatureValue < 0 || parts.References.IsEmpty)
            return new XmlSignature(parts, [], facts.Fails(VerificationOutcome.Malformed, Indication.TotalFailed, SubIndication.FormatFailure, new Finding(SignatureRules.Malformed, file, null, "parts of ds:Signature")));
        var outcomes = await new ReferenceCheck(document, file).CheckAllAsync(parts.References, cancellationToken).ConfigureAwait(false);
        facts = AddReferences(facts, parts, outcomes);
        var keyInfo = XmlKeyInfo.Read(document.Tree, parts.KeyInfo);
        if (parts.SignedProperties >= 0 && !AreSigned(parts, outcomes))
        {
            parts = parts with { CoversProperties = false };
            facts = facts with { Findings = facts.Findings.Add(new Finding(SignatureRules.XadesNotSigned, file)) };
        }
        var material = XadesMaterial.Of(parts, keyInfo, document.Budget);
        facts = VerifyValue(facts with { Material = material.Found }, parts, keyInfo, material);
        facts = facts with { ClaimedTime = ClaimedTimes.Read(parts) };
        var certificates = Decode(material.Found).AddRange(known);
        facts = facts with { TimeStamps = await new XadesTimeStamps(document, parts, keyInfo, certificates, file).ReadAsync(Math.Max(0, _left), cancellationToken).ConfigureAwait(false) };
        _left -= facts.TimeStamps.Length;
        facts = facts with
        {
            Format = facts.ProtectsCertificate ? "XAdES" : "XMLDSig",
            Level = XadesLevel.Of(parts, facts),
            CounterSignatures = await ReadCounterSignaturesAsync(parts, id, depth, cancellationToken).ConfigureAwait(false),
        };
        return new XmlSignature(parts, outcomes, AddEvidence(facts, parts));
    }

    // What is broken goes before what is not supported: a digest that differs needs no further algorithm to be wrong.
    private SignatureFacts AddReferences(SignatureFacts facts, XmlSignatureParts parts, List<ReferenceOutcome> outcomes)
    {
        var uses = outcomes.Select(o => o.Reference.Hash?.Name).OfType<string>().Distinct().Select(n => new AlgorithmUse(n, 0));
        facts = facts with { Algorithms = [.. uses] };
        foreach (var outcome in outcomes.Where(o => o.Fault is not null).OrderBy(o => o.Outcome == VerificationOutcome.Broken ? 0 : 1))
        {
            if (outcome is { IsEntry: true, IsMissing: true } && !document.Sources.IsComplete)
                facts = facts with { Scope = "PARTIAL", Findings = facts.Findings.Add(new Finding(SignatureRules.XmlManifestEntry, file, null, outcome.Reference.Shown)) };
            else facts = facts.Fails(outcome.Outcome, outcome.Fault!.Value.Indication, outcome.Fault.Value.Sub, outcome.Finding!);
        }
        return facts with { Coverage = Coverage.Full, Scope = SignatureScope.IsPartial(parts, outcomes, document.Budget) ? "PARTIAL" : facts.Scope };
    }

    // EN 319 132-1 §4.3.1: a reference must cover SignedProperties; else anyone may have written them.
    private bool AreSigned(XmlSignatureParts parts, List<ReferenceOutcome> outcomes)
    {
        var properties = parts.SignedProperties;
        foreach (var outcome in outcomes.Where(o => !o.IsEntry))
        {
            var set = outcome.Data switch
            {
                ReferencedContent.Nodes nodes => nodes.Set,
                ReferencedContent.Canonical canonical => canonical.Set,
                _ => null,
            };
            if (set?.Tree != parts.Tree || !parts.Tree.Contains(set.Apex, properties)) continue;
            var isWhole = true;
            document.Budget.Steps(parts.Tree.EndOf(properties) - properties);
            for (var i = properties; i < parts.Tree.EndOf(properties) && isWhole; i++) isWhole = set.Contains(i) || parts.Tree.KindOf(i) == XmlNodeKind.Comment;
            if (isWhole) return true;
        }
        return false;
    }

    private SignatureFacts VerifyValue(SignatureFacts facts, XmlSignatureParts parts, XmlKeyInfo keyInfo, XadesMaterial material)
    {
        var tree = parts.Tree;
        var signed = XadesCertificateReference.ReadAll(parts);
        var embedded = Decode(material.Found);
        if (material.HasUnread || embedded.Length < material.Found.Certificates.Length) facts = facts with { Findings = facts.Findings.Add(new Finding(SignatureRules.CertificateMalformed, file)) };
        var candidates = SigningKey.Candidates(keyInfo, signed, embedded, known);
        facts = facts with { Certificate = candidates.FirstOrDefault().Certificate, ProtectsCertificate = signed.Count > 0 };
        var method = XmlSignatureMethod.Read(tree, parts.SignedInfo);
        facts = facts with { Method = method.Uri, Value = Base64Text.Decode(tree, parts.SignatureValue) };
        if (CanonicalForm.Read(tree, Math.Max(0, tree.Element(parts.SignedInfo, XmlSignatureNames.Signature, "CanonicalizationMethod"))) is not { } form) return Unsupported(facts, "CanonicalizationMethod");
        if (method.Scheme.Unsupported is { } unsupported) return Unsupported(facts, unsupported);
        if (method.Scheme.Hash is not { IsSupported: true } hash) return Unsupported(facts, method.Uri);
        facts = facts with { Algorithms = facts.Algorithms.Add(new AlgorithmUse(hash.Name, 0)) };
        if (candidates.Count == 0)
            return facts.Fails(VerificationOutcome.Broken, Indication.Indeterminate, SubIndication.NoSigningCertificateFound, new Finding(SignatureRules.NoCertificate, file));
        if (facts.Value.IsEmpty)
            return facts.Fails(VerificationOutcome.Broken, Indication.TotalFailed, SubIndication.FormatFailure, new Finding(SignatureRules.Malformed, file, null, "SignatureValue"));
        var (digest, value) = (Digest(parts.SignedInfo, form, hash), facts.Value.ToArray());
        var answers = new List<KeyAnswer>();
        foreach (var (key, certificate) in candidates)
        {
            answers.Add(method.Verify(key, digest, value));
            if (answers[^1] != KeyAnswer.Yes) continue;
            return AddSigner(facts with { Certificate = certificate ?? facts.Certificate }, key, certificate, method, signed);
        }
        facts = AddKeyUse(facts, candidates[0].Key, method);
        return answers.Contains(KeyAnswer.No)
            ? facts.Fails(VerificationOutcome.Broken, Indication.TotalFailed, SubIndication.SigCryptoFailure, new Finding(SignatureRules.Value, file))
            : Unsupported(facts, "key");
    }

    private SignatureFacts AddSigner(SignatureFacts facts, PublicKey key, Certificate? certificate, XmlSignatureMethod method, List<XadesCertificateReference> signed)
    {
        facts = AddKeyUse(facts, key, method) with { Certificate = certificate };
        if (certificate is null)
            return facts.Fails(facts.Cryptographic, Indication.Indeterminate, SubIndication.NoSigningCertificateFound, new Finding(SignatureRules.XmlKeyOnly, file));
        if (signed.Count == 0) return facts with { Findings = facts.Findings.Add(new Finding(SignatureRules.EssMissing, file)) };
        if (signed.Find(s => s.Matches(certificate)) is not { } reference)
            return facts.Fails(facts.Cryptographic, Indication.Indeterminate, SubIndication.NoSigningCertificateFound, new Finding(SignatureRules.XadesCertificate, file));
        return reference.StatesOtherSerial(certificate) ? facts with { Findings = facts.Findings.Add(new Finding(SignatureRules.XadesIssuerSerial, file)) } : facts;
    }

    private static SignatureFacts AddKeyUse(SignatureFacts facts, PublicKey key, XmlSignatureMethod method)
    {
        var (name, bits) = key.Strength();
        return name.Length == 0 ? facts : facts with { Algorithms = facts.Algorithms.Add(new AlgorithmUse(method.Scheme.Family == SchemeFamily.RsaPss ? "RSASSA-PSS" : name, bits)) };
    }

    private byte[] Digest(int element, CanonicalForm form, HashFunction hash)
    {
        using var state = hash.Start();
        var sink = new OctetSink(state.AppendData, document.Budget);
        Canonicalisation.Write(new NodeSet(document.Tree, element, form.WithComments), form, sink, document.Budget);
        sink.Flush();
        return state.GetHashAndReset();
    }

    // EN 319 132-1 §5.2.7.2: a counter-signature has a reference to the value of the signature it stands in.
    private async Task<ImmutableArray<SignatureFacts>> ReadCounterSignaturesAsync(XmlSignatureParts parts, string id, int depth, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<SignatureFacts>();
        foreach (var property in parts.UnsignedProperties.Where(p => parts.Tree.NameOf(p).Local == "CounterSignature"))
            foreach (var element in parts.Tree.Elements(property, XmlSignatureNames.Signature, "Signature"))
            {
                if (depth >= MaxCounterDepth) throw new XmlLimitException("depth of counter-signatures", MaxCounterDepth);
                var counter = await ReadAsync(element, string.Create(CultureInfo.InvariantCulture, $"{id}.{found.Count + 1}"), depth + 1, cancellationToken).ConfigureAwait(false);
                var covers = counter.Outcomes.Exists(o => o.Data is ReferencedContent.Nodes { Set: var set } ? IsValue(set, parts) : o.Data is ReferencedContent.Canonical canonical && IsValue(canonical.Set, parts));
                found.Add(covers ? counter.Facts with { Scope = "FULL" } : counter.Facts.Fails(counter.Facts.Cryptographic, Indication.TotalFailed, SubIndication.SigConstraintsFailure, new Finding(SignatureRules.XadesCounterSignature, file)));
            }
        return found.ToImmutable();
    }

    private static bool IsValue(NodeSet set, XmlSignatureParts parts) =>
        set.Tree == parts.Tree && set.Contains(parts.SignatureValue) && Enumerable.Range(parts.SignatureValue, parts.Tree.EndOf(parts.SignatureValue) - parts.SignatureValue).All(set.Contains);

    private SignatureFacts AddEvidence(SignatureFacts facts, XmlSignatureParts parts) =>
        parts.UnsignedProperties.Any(p => parts.Tree.NameOf(p).Local == "SealingEvidenceRecords")
            ? facts with { Findings = facts.Findings.Add(new Finding(SignatureRules.EvidenceNotJudged, file, null, "SealingEvidenceRecords")) } : facts;

    private static ImmutableArray<Certificate> Decode(EmbeddedMaterial material) =>
        [.. material.Certificates.Select(c => Certificate.TryDecode(c, out var certificate) ? certificate : null).OfType<Certificate>()];

    private SignatureFacts Unsupported(SignatureFacts facts, string what) =>
        facts.Fails(VerificationOutcome.Unsupported, Indication.Indeterminate, SubIndication.CryptoConstraintsFailure, new Finding(SignatureRules.UnsupportedAlgorithm, file, null, what));
}
