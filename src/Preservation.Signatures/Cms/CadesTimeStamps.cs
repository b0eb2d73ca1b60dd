using System.Collections.Immutable;
using System.Formats.Asn1;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Signatures.Cms;

/// <summary>The time-stamps in a signer's attributes, each held against the octets that it must be over (EN 319 122-1 §5.2.8, §5.3, §5.5, annex A).</summary>
internal sealed class CadesTimeStamps(CmsSignedData cms, SignedContent content, CmsContext context, ImmutableArray<Certificate> certificates)
{
    private const byte UnsignedTag = 0xA1;

    // Those that cover the least first; archive time-stamps cover each other by their time.
    private static readonly (string Oid, string Kind)[] Kinds =
    [
        (CmsOids.ContentTimeStamp, "content"), (CmsOids.SignatureTimeStamp, "signature"), (CmsOids.ReferencesTimeStamp, "references"),
        (CmsOids.CadesCTimeStamp, "references"), (CmsOids.ArchiveTimeStampV1, "archive"), (CmsOids.ArchiveTimeStampV2, "archive"),
        (CmsOids.ArchiveTimeStampV3, "archive"),
    ];

    /// <summary>The functions by which a signer's time-stamps need the content digested.</summary>
    public static IEnumerable<HashFunction> ContentHashes(CmsSigner signer, SignatureLimits limits) =>
        signer.SignedAttributes.Where(a => a.Oid == CmsOids.ContentTimeStamp).Concat(signer.UnsignedAttributes.Where(a => a.Oid == CmsOids.ArchiveTimeStampV3))
            .SelectMany(a => a.Values).Take(limits.MaxSignatures)
            .Select(v => TryDecode(v, limits, out var token, out _) && token.ImprintHash is { IsSupported: true } hash ? hash : null).OfType<HashFunction>();

    /// <param name="signer">Whose attributes.</param>
    /// <param name="signed">Digests of what the signer signs.</param>
    /// <param name="isOuter">False for a counter-signature: archive time-stamps belong to the outermost signer.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task<ImmutableArray<TimeStampFacts>> ReadAsync(CmsSigner signer, DigestSet signed, bool isOuter, CancellationToken cancellationToken)
    {
        var found = new List<(int Rank, TimeStampFacts Facts)>();
        for (var rank = 0; rank < Kinds.Length; rank++)
        {
            var (oid, kind) = Kinds[rank];
            var attributes = kind == "content" ? signer.SignedAttributes : signer.UnsignedAttributes;
            foreach (var attribute in attributes.Where(a => a.Oid == oid))
                foreach (var value in attribute.Values)
                {
                    if (found.Count >= context.Limits.MaxSignatures) break;
                    found.Add((kind == "archive" ? Kinds.Length : rank, await ReadAsync(kind, attribute, value, signer, signed, isOuter, cancellationToken).ConfigureAwait(false)));
                }
        }
        return [.. found.OrderBy(f => f.Rank).ThenBy(f => f.Facts.Token?.Time).Select(f => f.Facts)];
    }

    private async Task<TimeStampFacts> ReadAsync(
        string kind, CmsAttribute attribute, ReadOnlyMemory<byte> value, CmsSigner signer, DigestSet signed, bool isOuter, CancellationToken cancellationToken)
    {
        if (!TryDecode(value, context.Limits, out var token, out var reason)) return TimeStampReader.Malformed(kind, context.File, reason);
        var hash = token.ImprintHash is { IsSupported: true } supported ? supported : null;
        IReadOnlyCollection<byte[]> digests = hash is null ? [] : attribute.Oid switch
        {
            CmsOids.ContentTimeStamp => [.. signed.By(hash)],
            CmsOids.SignatureTimeStamp => [hash.Compute(signer.SignatureValue.Span)],
            CmsOids.ReferencesTimeStamp => [hash.Compute(References(signer))],
            CmsOids.CadesCTimeStamp => [hash.Compute([.. signer.SignatureValue.Span, .. Attributes(signer, CmsOids.SignatureTimeStamp), .. References(signer)])],
            CmsOids.ArchiveTimeStampV3 when isOuter => ArchiveV3(token, hash, signer),
            CmsOids.ArchiveTimeStampV1 or CmsOids.ArchiveTimeStampV2 when isOuter => await ArchiveV2Async(token, hash, signer, cancellationToken).ConfigureAwait(false),
            _ => [],
        };
        var facts = TimeStampReader.Read(kind, token, _ => digests, context.File, certificates);
        return attribute.Oid == CmsOids.ArchiveTimeStampV3 && isOuter ? CheckIndex(facts, token, signer) : facts;
    }

    // Type and values, without the sequence around them (TS 101 733 §6.3.5, note 2).
    private static byte[] Attributes(CmsSigner signer, string oid) =>
        [.. signer.UnsignedAttributes.Where(a => a.Oid == oid).SelectMany(a => new AsnReader(a.Encoded, AsnEncodingRules.BER).PeekContentBytes().ToArray())];

    private static byte[] References(CmsSigner signer) =>
        [.. Attributes(signer, CmsOids.CompleteCertificateReferences), .. Attributes(signer, CmsOids.CompleteRevocationReferences)];

    // EN 319 122-1 §5.5.3: type, digest of the content, the signer's fields, and the index that names the rest.
    private List<byte[]> ArchiveV3(TimeStampToken token, HashFunction hash, CmsSigner signer)
    {
        if (HashIndex.Of(token) is not { } index) return [];
        var digests = new List<byte[]>();
        IEnumerable<byte[]> contents = content.Attached is { } attached ? [hash.Compute(attached.Span)] : content.Digests.By(hash);
        foreach (var digest in contents)
        {
            using var running = hash.Start();
            running.AppendData(cms.ContentTypeEncoded.Span);
            running.AppendData(digest);
            foreach (var field in signer.SignedFields) running.AppendData(field.Span);
            running.AppendData(index.Encoded.Span);
            digests.Add(running.GetHashAndReset());
        }
        return digests;
    }

    private TimeStampFacts CheckIndex(TimeStampFacts facts, TimeStampToken token, CmsSigner signer)
    {
        if (HashIndex.Of(token) is not { } index)
            return facts.Fails(VerificationOutcome.Broken, Indication.TotalFailed, SubIndication.FormatFailure,
                new Finding(SignatureRules.TstMalformed, context.File, null, "ats-hash-index"));
        var (covers, missing) = index.Match(cms, signer);
        facts = facts with { Covers = covers };
        return missing == 0 ? facts : facts.Fails(VerificationOutcome.Broken, Indication.TotalFailed, SubIndication.HashFailure,
            new Finding(SignatureRules.TstImprint, context.File, null, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ats-hash-index: {missing}")));
    }

    // TS 101 733 §6.4.1. Writers differ in whether the unsigned attributes keep their tag, and later archive time-stamps were not there yet.
    private async Task<IReadOnlyCollection<byte[]>> ArchiveV2Async(TimeStampToken token, HashFunction hash, CmsSigner signer, CancellationToken cancellationToken)
    {
        byte[] before = [.. cms.EncapsulatedEncoded.Span];
        var attributes = signer.UnsignedAttributes.Where(a => !IsLaterArchive(a, token)).SelectMany(a => a.Encoded.ToArray()).ToArray();
        var digests = new List<byte[]>();
        foreach (var unsigned in (byte[][])[attributes, Tagged(attributes)])
        {
            byte[] after = [.. cms.CertificatesEncoded.Span, .. cms.RevocationsEncoded.Span, .. signer.SignedFields.SelectMany(f => f.ToArray()), .. unsigned];
            if (content.Attached is not null) digests.Add(hash.Compute([.. before, .. after]));
            else digests.AddRange(await content.DigestAmidAsync(hash, before, after, cancellationToken).ConfigureAwait(false));
        }
        return digests;
    }

    private bool IsLaterArchive(CmsAttribute attribute, TimeStampToken token) =>
        attribute.Oid is CmsOids.ArchiveTimeStampV1 or CmsOids.ArchiveTimeStampV2 or CmsOids.ArchiveTimeStampV3
        && attribute.Values.Any(v => !TryDecode(v, context.Limits, out var other, out _) || other.Encoded.Span.SequenceEqual(token.Encoded.Span) || other.Time >= token.Time);

    private static byte[] Tagged(byte[] attributes)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(attributes, new Asn1Tag(TagClass.ContextSpecific, 1));
        var encoded = writer.Encode();
        encoded[0] = UnsignedTag;
        return encoded;
    }

    private static bool TryDecode(ReadOnlyMemory<byte> value, SignatureLimits limits, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TimeStampToken? token, out string reason)
    {
        token = null;
        return CmsSignedData.TryDecode(value, limits, out var data, out reason) && TimeStampToken.TryFrom(data, out token, out reason);
    }
}
