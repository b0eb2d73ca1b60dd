using System.Buffers.Text;
using System.Formats.Asn1;
using Preservation.Core.Findings;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Signatures.Cms;

/// <summary>A file that is a CMS structure (DER, BER, PEM or bare base64), a time-stamp token or a time-stamp response.</summary>
internal static class CmsFileVerification
{
    public static async Task<VerificationReport> VerifyAsync(
        SignedFile file, IReadOnlyList<SignedFile> contents, VerificationPolicy policy, PathMaterial material, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var limit = material.Limits.MaxCmsBytes;
        if (file.Bytes > limit) return Refuse(file, VerificationOutcome.Unsupported, Limit(file, "MaxCmsBytes", limit, file.Bytes));
        var bytes = await SignatureVerification.ReadHeadAsync(file, limit, cancellationToken).ConfigureAwait(false);
        if (Unwrap(bytes) is not { } encoded) return Malformed(file, "no ASN.1");
        if (TryUnwrapResponse(encoded) is { } token) encoded = token;
        if (!CmsSignedData.TryDecode(encoded, material.Limits, out var cms, out var reason)) return Malformed(file, reason);
        if (cms.Signers.Length > material.Limits.MaxSignatures)
            return Refuse(file, VerificationOutcome.Unsupported, Limit(file, "MaxSignatures", material.Limits.MaxSignatures, cms.Signers.Length));
        var trailing = cms.TrailingBytes > 0
            ? [new Finding(SignatureRules.TrailingBytes, file.Path, "0", cms.TrailingBytes.ToString(System.Globalization.CultureInfo.InvariantCulture))]
            : System.Collections.Immutable.ImmutableArray<Finding>.Empty;
        if (cms.ContentType == CmsOids.TstInfo)
            return await VerifyTokenAsync(file, cms, contents, policy, material, now, cancellationToken).ConfigureAwait(false);
        DigestSet digests;
        if (cms.Content is { } content)
        {
            digests = DigestSet.Of(content, DigestSet.Needed(cms.Signers));
            if (contents.Count > 0) trailing = trailing.Add(new Finding(SignatureRules.ContentNotUsed, file.Path));
        }
        else digests = await DigestAsync(contents, policy, DigestSet.Needed(cms.Signers), cancellationToken).ConfigureAwait(false);
        var reports = new SignatureJudge(cms, material, now, file.Path)
            .JudgeAll(digests, 1, ("CMS", "CAdES"), Coverage.Full, trailing, laterProof: null);
        return new VerificationReport
        {
            File = file.Path,
            Outcome = VerificationReport.Sum([.. reports.Select(r => r.Cryptographic)]),
            Signatures = [.. reports],
        };
    }

    private static async Task<VerificationReport> VerifyTokenAsync(
        SignedFile file, CmsSignedData cms, IReadOnlyList<SignedFile> contents, VerificationPolicy policy, PathMaterial material,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        TimeStampReport report;
        if (!TimeStampToken.TryFrom(cms, out var token, out var reason)) report = SignatureJudge.MalformedTimeStamp("token", file.Path, reason);
        else
        {
            var digests = await DigestAsync(
                contents, policy, token.ImprintHash is { IsSupported: true } hash ? [hash] : [], cancellationToken).ConfigureAwait(false);
            report = token.Verify("token", digests, material, now, file.Path);
        }
        return new VerificationReport { File = file.Path, Outcome = report.Cryptographic, Timestamps = [report] };
    }

    private static async Task<DigestSet> DigestAsync(
        IReadOnlyList<SignedFile> contents, VerificationPolicy policy, IReadOnlyCollection<Algorithms.HashFunction> hashes,
        CancellationToken cancellationToken)
    {
        var digests = new DigestSet();
        foreach (var digest in policy.Digests) digests.Add(digest);
        foreach (var content in contents)
        {
            if (hashes.Count == 0) break;
            var stream = await content.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
                await digests.AddAsync(stream, hashes, cancellationToken).ConfigureAwait(false);
        }
        return digests;
    }

    private static ReadOnlyMemory<byte>? Unwrap(byte[] bytes)
    {
        if (bytes.Length == 0) return null;
        if (bytes[0] == 0x30) return bytes;
        try
        {
            var pem = Pem.Decode(bytes, "PKCS7", "CMS", "PKCS #7 SIGNED DATA");
            if (!pem.IsEmpty) return pem[0];
            var bare = bytes.Where(b => b is not ((byte)'\r' or (byte)'\n' or (byte)' ')).ToArray();
            if (!Base64.IsValid(bare)) return null;
            Base64.DecodeFromUtf8InPlace(bare, out var written);
            return bare.AsMemory(0, written);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // TimeStampResp (RFC 3161 §2.4.2): status, then the token. A ContentInfo begins with an object identifier instead.
    private static ReadOnlyMemory<byte>? TryUnwrapResponse(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            var body = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
            if (!body.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)) return null;
            body.ReadSequence();
            return body.HasData ? body.ReadEncodedValue() : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static VerificationReport Malformed(SignedFile file, string reason) =>
        Refuse(file, VerificationOutcome.Malformed, new Finding(SignatureRules.Malformed, file.Path, null, reason));

    private static Finding Limit(SignedFile file, string name, long allowed, long found) =>
        new(SignatureRules.Limit, file.Path, $"{name} {allowed}", found.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static VerificationReport Refuse(SignedFile file, VerificationOutcome outcome, Finding finding) =>
        new() { File = file.Path, Outcome = outcome, Findings = [finding] };
}
