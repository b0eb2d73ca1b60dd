using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using Preservation.Core.Digests;

namespace Preservation.Evidence.TimeStamps;

/// <summary>TimeStampReq (RFC 3161 §2.4.1).</summary>
public sealed record TimeStampRequest
{
    /// <exception cref="ArgumentException">The algorithm is not one a time-stamp may rest on (MD5, SHA-1).</exception>
    public TimeStampRequest(Digest imprint, BigInteger? nonce, string? policy = null, bool wantsCertificates = true)
    {
        ArgumentNullException.ThrowIfNull(imprint);
        if (imprint.Algorithm.IsWeak || HashOids.Find(imprint.Algorithm) is null)
            throw new ArgumentException($"{imprint.Algorithm} is not relied on", nameof(imprint));
        Imprint = imprint;
        Nonce = nonce;
        Policy = policy;
        WantsCertificates = wantsCertificates;
        Encoded = [.. Encode()];
    }

    /// <summary>Digest of the data, or the root of a hash tree.</summary>
    public Digest Imprint { get; }

    /// <summary>A number the answer must repeat; null asks for none.</summary>
    public BigInteger? Nonce { get; }

    /// <summary>OID of the policy asked for; null leaves it to the authority.</summary>
    public string? Policy { get; }

    /// <summary>Should the token hold the authority's certificate.</summary>
    public bool WantsCertificates { get; }

    /// <summary>The request as DER.</summary>
    public ImmutableArray<byte> Encoded { get; }

    /// <summary>A request with a random 128-bit nonce that asks for certificates.</summary>
    public static TimeStampRequest Create(Digest imprint, string? policy = null) =>
        new(imprint, new BigInteger(RandomNumberGenerator.GetBytes(16), isUnsigned: true), policy);

    /// <summary>Reads a request; false for anything else, also for digest functions that are not relied on.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out TimeStampRequest? request)
    {
        request = null;
        try
        {
            var outer = new AsnReader(encoded, AsnEncodingRules.BER);
            var reader = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (!reader.TryReadInt32(out var version) || version != 1) return false;
            var imprint = reader.ReadSequence();
            var algorithm = HashOids.Find(imprint.ReadSequence().ReadObjectIdentifier());
            var value = imprint.ReadOctetString();
            if (algorithm is null || algorithm.IsWeak || value.Length != algorithm.LengthBytes) return false;
            string? policy = reader.HasData && reader.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier) ? reader.ReadObjectIdentifier() : null;
            BigInteger? nonce = reader.HasData && reader.PeekTag().HasSameClassAndValue(Asn1Tag.Integer) ? reader.ReadInteger() : null;
            var wants = reader.HasData && reader.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && reader.ReadBoolean();
            // Extensions have no meaning here, and a critical one must not be passed over.
            if (reader.HasData) return false;
            request = new TimeStampRequest(new Digest(algorithm, [.. value]), nonce, policy, wants);
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private byte[] Encode()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(HashOids.Find(Imprint.Algorithm)!);
                    writer.WriteNull();
                }
                writer.WriteOctetString(Imprint.Bytes.AsSpan());
            }
            if (Policy is not null) writer.WriteObjectIdentifier(Policy);
            if (Nonce is { } nonce) writer.WriteInteger(nonce);
            if (WantsCertificates) writer.WriteBoolean(true);
        }
        return writer.Encode();
    }
}
