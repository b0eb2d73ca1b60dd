using System.Buffers.Text;
using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Signatures.Cms;

/// <summary>A file that is a CMS structure (DER, BER, PEM or bare base64), a time-stamp token or a time-stamp response.</summary>
internal static class CmsFiles
{
    public static async Task<FileFacts> ReadAsync(
        SignedFile file, IReadOnlyList<SignedFile> contents, VerificationPolicy policy, PathMaterial material, CancellationToken cancellationToken)
    {
        var limit = material.Limits.MaxCmsBytes;
        if (file.Bytes > limit) return FileFacts.Refused(VerificationOutcome.Unsupported, Limit(file, "MaxCmsBytes", limit, file.Bytes));
        var bytes = await SignatureVerification.ReadHeadAsync(file, limit, cancellationToken).ConfigureAwait(false);
        if (Unwrap(bytes) is not { } encoded) return Malformed(file, "no ASN.1");
        if (TryUnwrapResponse(encoded) is { } token) encoded = token;
        if (!CmsSignedData.TryDecode(encoded, material.Limits, out var cms, out var reason)) return Malformed(file, reason);
        if (cms.Signers.Length > material.Limits.MaxSignatures)
            return FileFacts.Refused(VerificationOutcome.Unsupported, Limit(file, "MaxSignatures", material.Limits.MaxSignatures, cms.Signers.Length));
        if (cms.ContentType == CmsOids.TstInfo) return new FileFacts { TimeStamps = [await ReadTokenAsync(file, cms, contents, policy, material, cancellationToken).ConfigureAwait(false)] };
        return new FileFacts { Signatures = await ReadSignersAsync(file, cms, contents, policy, material, cancellationToken).ConfigureAwait(false) };
    }

    private static async Task<ImmutableArray<SignatureFacts>> ReadSignersAsync(
        SignedFile file, CmsSignedData cms, IReadOnlyList<SignedFile> contents, VerificationPolicy policy, PathMaterial material, CancellationToken cancellationToken)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        if (cms.TrailingBytes > 0) findings.Add(new Finding(SignatureRules.TrailingBytes, file.Path, "0", Text(cms.TrailingBytes)));
        var hashes = CmsReader.NeededHashes(cms, material.Limits);
        SignedContent content;
        if (cms.Content is { } attached)
        {
            content = new SignedContent(DigestSet.Of(attached, hashes), attached, []);
            if (contents.Count > 0) findings.Add(new Finding(SignatureRules.ContentNotUsed, file.Path));
        }
        else content = new SignedContent(
            await DigestAsync(contents, policy, hashes, cancellationToken).ConfigureAwait(false), null, [.. contents.Select(c => c.OpenAsync)]);
        var context = new CmsContext(file.Path, material.Limits, material.Known) { Findings = findings.ToImmutable() };
        return await CmsReader.ReadAsync(cms, content, context, 1, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<TimeStampFacts> ReadTokenAsync(
        SignedFile file, CmsSignedData cms, IReadOnlyList<SignedFile> contents, VerificationPolicy policy, PathMaterial material, CancellationToken cancellationToken)
    {
        if (!TimeStampToken.TryFrom(cms, out var token, out var reason)) return TimeStampReader.Malformed("token", file.Path, reason);
        var digests = await DigestAsync(contents, policy, token.ImprintHash is { IsSupported: true } hash ? [hash] : [], cancellationToken).ConfigureAwait(false);
        return TimeStampReader.Read("token", token, h => [.. digests.By(h)], file.Path, material.Known);
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

    /// <summary>The bytes of a PEM or bare base64 file; null where there is no ASN.1 in it.</summary>
    internal static ReadOnlyMemory<byte>? Unwrap(byte[] bytes)
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

    private static FileFacts Malformed(SignedFile file, string reason) =>
        FileFacts.Refused(VerificationOutcome.Malformed, new Finding(SignatureRules.Malformed, file.Path, null, reason));

    private static Finding Limit(SignedFile file, string name, long allowed, long found) => new(SignatureRules.Limit, file.Path, $"{name} {allowed}", Text(found));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
