using System.Collections.Immutable;
using System.Formats.Asn1;
using Preservation.Core.Digests;
using Preservation.Evidence.TimeStamps;
using Preservation.Signatures.Cms;

namespace Preservation.Evidence.Records;

/// <summary>
/// Puts a record together from trees and tokens that an archive keeps apart: chain by chain, oldest first (RFC 4998 §5.1). The bytes depend on the parts
/// alone, so that what a renewal covered can be made again whenever it is asked for.
/// </summary>
public sealed class EvidenceSequence
{
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag One = new(TagClass.ContextSpecific, 1);
    private readonly List<(DigestAlgorithm Algorithm, List<byte[]> Stamps)> _chains = [];

    /// <summary>What a time-stamp renewal is over: the digest of the earlier token as records hold it (RFC 4998 §5.2).</summary>
    public static Digest DigestOf(DigestAlgorithm algorithm, ReadOnlyMemory<byte> token)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return algorithm.Compute(DerEncoding.TryNormalise(token, EvidenceLimits.Default.MaxEncodingDepth) ?? token.Span);
    }

    /// <summary>Begins a chain with the archive time-stamp of a tree over the object (or over the object and the chains before).</summary>
    public void BeginChain(DigestAlgorithm algorithm, IReadOnlyList<ImmutableArray<Digest>> reduced, ReadOnlyMemory<byte> token) =>
        _chains.Add((algorithm, [EvidenceRecordWriter.TimeStamp(algorithm, reduced, token)]));

    /// <summary>Goes on with the newest chain: a further archive time-stamp, of a tree over the token before.</summary>
    /// <exception cref="InvalidOperationException">There is no chain yet.</exception>
    public void Renew(IReadOnlyList<ImmutableArray<Digest>> reduced, ReadOnlyMemory<byte> token)
    {
        if (_chains.Count == 0) throw new InvalidOperationException("a chain begins with its object");
        _chains[^1].Stamps.Add(EvidenceRecordWriter.TimeStamp(_chains[^1].Algorithm, reduced, token));
    }

    /// <summary>The digest of all chains so far by the function of a hash-tree renewal.</summary>
    public Digest Digest(DigestAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence()) WriteChains(writer);
        return algorithm.Compute(writer.Encode());
    }

    /// <summary>The leaf of a hash-tree renewal: the object's digest and that of the chains so far, digested together (RFC 4998 §5.2).</summary>
    /// <exception cref="ArgumentException">The two are of different functions.</exception>
    public static Digest LeafOf(Digest content, Digest sequence)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(sequence);
        if (content.Algorithm != sequence.Algorithm) throw new ArgumentException("a leaf is made of digests by one function", nameof(sequence));
        return content.Algorithm.Compute([.. content.Bytes, .. sequence.Bytes]);
    }

    /// <summary>The record (DER).</summary>
    /// <param name="certificates">Certificates a later verifier may need and that no token holds (cryptoInfos, RFC 4998 §3.1); may be none.</param>
    /// <param name="crls">Revocation lists, likewise.</param>
    /// <param name="ocspResponses">OCSP responses, likewise.</param>
    public ImmutableArray<byte> ToRecord(
        IReadOnlyCollection<ReadOnlyMemory<byte>> certificates, IReadOnlyCollection<ReadOnlyMemory<byte>> crls, IReadOnlyCollection<ReadOnlyMemory<byte>> ocspResponses)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        ArgumentNullException.ThrowIfNull(crls);
        ArgumentNullException.ThrowIfNull(ocspResponses);
        return EvidenceRecordWriter.Record(_chains.Select(c => HashOids.Find(c.Algorithm)!), Preamble(certificates, crls, ocspResponses), _chains.Select(c => c.Stamps));
    }

    private void WriteChains(AsnWriter writer)
    {
        foreach (var (_, stamps) in _chains)
            using (writer.PushSequence())
                foreach (var stamp in stamps) writer.WriteEncodedValue(stamp);
    }

    private static byte[] Preamble(
        IReadOnlyCollection<ReadOnlyMemory<byte>> certificates, IReadOnlyCollection<ReadOnlyMemory<byte>> crls, IReadOnlyCollection<ReadOnlyMemory<byte>> ocspResponses)
    {
        if (certificates.Count + crls.Count + ocspResponses.Count == 0) return [];
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence(Zero))
        {
            if (certificates.Count > 0)
                WriteAttribute(writer, CmsOids.CertificateValues, () =>
                {
                    foreach (var certificate in certificates) writer.WriteEncodedValue(certificate.Span);
                });
            if (crls.Count + ocspResponses.Count > 0) WriteAttribute(writer, CmsOids.RevocationValues, () => WriteRevocation(writer, crls, ocspResponses));
        }
        return writer.Encode();
    }

    /// <summary>The content of RevocationValues (EN 319 122-1 §A.1.2.2).</summary>
    internal static void WriteRevocation(AsnWriter writer, IReadOnlyCollection<ReadOnlyMemory<byte>> crls, IReadOnlyCollection<ReadOnlyMemory<byte>> ocspResponses)
    {
        if (crls.Count > 0)
            using (writer.PushSequence(Zero))
            using (writer.PushSequence())
                foreach (var crl in crls) writer.WriteEncodedValue(crl.Span);
        if (ocspResponses.Count == 0) return;
        using (writer.PushSequence(One))
        using (writer.PushSequence())
            foreach (var response in ocspResponses) writer.WriteEncodedValue(BasicOcsp.Of(response).Span);
    }

    private static void WriteAttribute(AsnWriter writer, string oid, Action values)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            using (writer.PushSetOf())
            using (writer.PushSequence()) values();
        }
    }
}
