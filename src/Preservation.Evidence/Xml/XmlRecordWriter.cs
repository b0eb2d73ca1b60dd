using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Preservation.Core.Digests;
using Preservation.Core.Findings;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;
using Preservation.Evidence.TimeStamps;
using Preservation.Signatures;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Xml;

namespace Preservation.Evidence.Xml;

/// <summary>
/// Writes evidence records as XML (RFC 6283 §2, §3.1), in canonical form without a white space more: what a later renewal digests is there
/// literally. Trees and tokens are those of RFC 4998; renewals are not, since each form digests its own encoding of what was before.
/// </summary>
public static class XmlRecordWriter
{
    /// <summary>The canonicalisation method of new records: Exclusive XML Canonicalization 1.0.</summary>
    internal const string Method = CanonicalForm.ExclusiveNamespace;

    /// <summary>The record of one leaf of a time-stamped tree: of that leaf alone, not of its neighbour.</summary>
    public static ImmutableArray<byte> Initial(HashTree tree, int leafIndex, ReadOnlyMemory<byte> token)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return Initial(tree, leafIndex, new DataGroup([tree.Leaf(leafIndex)]), token);
    }

    /// <summary>The record of a declared group whose digest is a leaf of a time-stamped tree.</summary>
    public static ImmutableArray<byte> Initial(HashTree tree, int leafIndex, DataGroup group, ReadOnlyMemory<byte> token)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(group);
        return Initial(tree.Algorithm, group.ReducedTree(tree, leafIndex), token);
    }

    /// <summary>The record: one chain with one archive time-stamp.</summary>
    /// <param name="algorithm">Function of the hash tree.</param>
    /// <param name="reduced">The object's partial hash trees; empty when its digest itself was time-stamped.</param>
    /// <param name="token">The time-stamp token over the root, as DER.</param>
    /// <exception cref="ArgumentException">The algorithm is not relied on, or a list is empty or of another algorithm.</exception>
    public static ImmutableArray<byte> Initial(DigestAlgorithm algorithm, IReadOnlyList<ImmutableArray<Digest>> reduced, ReadOnlyMemory<byte> token)
    {
        var lists = Lists(algorithm, reduced);
        return Record(Chain(1, XmlAlgorithmNames.Find(FunctionOf(algorithm))!, Method, TimeStamp(1, lists, token, EmbeddedMaterial.None), isWithin: true));
    }

    /// <summary>
    /// A record of RFC 4998 as XML: the same tree, the same token, with the certificates and lists it carries beside. A renewed record cannot be: its
    /// renewals are over the DER encoding of what was before, and a verifier of XML looks for digests of XML (RFC 6283 §4.2). Neither can one whose
    /// function has no name in XML.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="path">Its name for the finding.</param>
    /// <returns>The record, or why there is none (<c>ER-CONVERSION</c>).</returns>
    public static (ImmutableArray<byte>? Record, Finding? Refusal) Convert(EvidenceRecord record, string path)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Kind != "RFC4998") return (null, Refusal("it is no RFC 4998 record"));
        if (record.TimeStampCount > 1) return (null, Refusal("it was renewed, and its renewals are over the DER form"));
        var stamp = record.Chains[0][0];
        if (stamp.Algorithm is not { } function || XmlAlgorithmNames.Find(function) is not { } name) return (null, Refusal($"{stamp.Algorithm?.Name ?? stamp.AlgorithmName} has no name in XML"));
        var lists = stamp.Lists.Select(l => l.Select(v => v));
        return (Record(Chain(1, name, Method, TimeStamp(1, lists, stamp.TokenEncoded, record.Material), isWithin: true)), null);

        Finding Refusal(string reason) => new(EvidenceRules.Conversion, path, null, reason);
    }

    /// <summary>
    /// The digest of a content as a record in XML takes it: of its canonical form by the method of new records where it is XML (RFC 6283 §2.1), of its
    /// bytes otherwise.
    /// </summary>
    /// <exception cref="IOException">It could not be read.</exception>
    public static async Task<Digest> DigestAsync(SignedFile content, DigestAlgorithm algorithm, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(algorithm);
        if (content.Bytes <= SignatureLimits.Default.MaxXmlBytes)
        {
            var bytes = await SignatureVerification.ReadHeadAsync(content, SignatureLimits.Default.MaxXmlBytes, cancellationToken).ConfigureAwait(false);
            if (SignatureCarriers.LooksLikeXml(bytes) && XmlTreeReader.Read(bytes, SignatureLimits.Default) is XmlParse.Parsed { Tree: var tree }
                && XmlErs.TryCanonical(tree, 0, new CanonicalForm(CanonicalKind.Exclusive10, false, []), null) is { } canonical) return algorithm.Compute(canonical);
            return algorithm.Compute(bytes);
        }
        var stream = await content.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false)) return (await StreamDigest.ComputeAsync(stream, [algorithm], cancellationToken).ConfigureAwait(false)).Find(algorithm)!;
    }

    /// <summary>The function that trees are made by, as XML and tokens know it.</summary>
    internal static HashFunction FunctionOf(DigestAlgorithm algorithm) => HashFunction.Find(HashOids.Find(algorithm)!)!;

    internal static IEnumerable<IEnumerable<ReadOnlyMemory<byte>>> Lists(DigestAlgorithm algorithm, IReadOnlyList<ImmutableArray<Digest>> reduced)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentNullException.ThrowIfNull(reduced);
        if (algorithm.IsWeak || HashOids.Find(algorithm) is null) throw new ArgumentException($"{algorithm} is not relied on", nameof(algorithm));
        if (reduced.Any(list => list.IsDefaultOrEmpty || list.Any(d => d.Algorithm != algorithm)))
            throw new ArgumentException($"a partial hash tree is a list of {algorithm} digests", nameof(reduced));
        return reduced.Select(l => l.Select(d => d.Bytes.AsMemory()));
    }

    /// <summary>An ArchiveTimeStamp element without declarations of namespaces.</summary>
    internal static string TimeStamp(System.Numerics.BigInteger order, IEnumerable<IEnumerable<ReadOnlyMemory<byte>>> lists, ReadOnlyMemory<byte> token, EmbeddedMaterial material)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"<ArchiveTimeStamp Order=\"{order}\">");
        var number = 0;
        foreach (var list in lists)
        {
            text.Append(number == 0 ? "<HashTree>" : "").Append(CultureInfo.InvariantCulture, $"<Sequence Order=\"{++number}\">");
            foreach (var value in list) text.Append("<DigestValue>").Append(System.Convert.ToBase64String(value.Span)).Append("</DigestValue>");
            text.Append("</Sequence>");
        }
        if (number > 0) text.Append("</HashTree>");
        var encoded = DerEncoding.TryNormalise(token, EvidenceLimits.Default.MaxEncodingDepth) ?? token.Span;
        text.Append("<TimeStamp><TimeStampToken Type=\"RFC3161\">").Append(System.Convert.ToBase64String(encoded)).Append("</TimeStampToken>");
        AppendMaterial(text, material);
        return text.Append("</TimeStamp></ArchiveTimeStamp>").ToString();
    }

    /// <summary>An ArchiveTimeStampChain element.</summary>
    /// <param name="order">Its place.</param>
    /// <param name="digestMethod">URI of the function.</param>
    /// <param name="method">URI of the canonicalisation.</param>
    /// <param name="timeStamp">The archive time-stamp in it.</param>
    /// <param name="isWithin">Is the namespace declared by what it goes into; otherwise it is declared here.</param>
    internal static string Chain(System.Numerics.BigInteger order, string digestMethod, string method, string timeStamp, bool isWithin) => string.Create(CultureInfo.InvariantCulture,
        $"<ArchiveTimeStampChain{(isWithin ? "" : $" xmlns=\"{XmlErs.Namespace}\"")} Order=\"{order}\"><DigestMethod Algorithm=\"{digestMethod}\"></DigestMethod><CanonicalizationMethod Algorithm=\"{method}\"></CanonicalizationMethod>{timeStamp}</ArchiveTimeStampChain>");

    private static void AppendMaterial(StringBuilder text, EmbeddedMaterial material)
    {
        var all = material.Certificates.Select(c => ("CERT", c)).Concat(material.Crls.Select(c => ("CRL", c))).Concat(material.OcspResponses.Select(o => ("OCSP", o))).ToList();
        if (all.Count == 0) return;
        text.Append("<CryptographicInformationList>");
        for (var i = 0; i < all.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"<CryptographicInformation Order=\"{i + 1}\" Type=\"{all[i].Item1}\">{System.Convert.ToBase64String(all[i].Item2.Span)}</CryptographicInformation>");
        text.Append("</CryptographicInformationList>");
    }

    private static ImmutableArray<byte> Record(string chain) =>
        [.. Encoding.UTF8.GetBytes($"<EvidenceRecord xmlns=\"{XmlErs.Namespace}\" Version=\"1.0\"><ArchiveTimeStampSequence>{chain}</ArchiveTimeStampSequence></EvidenceRecord>")];
}
