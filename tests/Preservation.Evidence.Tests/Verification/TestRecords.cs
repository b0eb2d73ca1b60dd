using System.Formats.Asn1;
using System.Text;
using Preservation.Core.Digests;
using Preservation.Evidence.Records;
using Preservation.Evidence.Tests.TimeStamps;
using Preservation.Evidence.TimeStamps;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;
using Preservation.Signatures.Validation;
using Preservation.Testing.Certificates;

namespace Preservation.Evidence.Tests.Verification;

/// <summary>Makes records, right ones and wrong ones, with a time-stamping authority of its own.</summary>
internal sealed class TestRecords : IDisposable
{
    public static readonly DateTimeOffset Time = new(2024, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Now = new(2033, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TestAuthority _root = new();
    private readonly DevelopmentTimeStampAuthority _authority;

    /// <summary>ETSI's rules with Vietnam's catalogue of algorithms beside ETSI's: RSA by PKCS #1 v1.5 ends on 2025-08-15.</summary>
    public static ValidationPolicy TwoCatalogues { get; } = ValidationPolicy.Load(Encoding.UTF8.GetBytes(
        Encoding.UTF8.GetString(ValidationPolicy.Etsi.Encoded.Span).Replace("[\"etsi-ts-119-312\"]", "[\"etsi-ts-119-312\", \"vn-tt15-2025\"]", StringComparison.Ordinal)));

    public TestRecords() => _authority = DevelopmentTimeStampAuthorityTests.Create(_root);

    public TestAuthority Root => _root;

    public ReadOnlyMemory<byte> Token(Digest imprint, DateTimeOffset time)
    {
        Assert.That(TimeStampResponse.TryDecode(_authority.Answer(TimeStampRequest.Create(imprint).Encoded.AsMemory(), time), out var response));
        return response!.Token!.Encoded;
    }

    public static EvidenceReport Judge(ReadOnlyMemory<byte> record, params IEnumerable<byte[]> data) =>
        Judge(record, new VerificationPolicy(), data);

    public static EvidenceReport Judge(ReadOnlyMemory<byte> record, VerificationPolicy policy, params IEnumerable<byte[]> data)
    {
        var reading = EvidenceRecordReader.Read(record, EvidenceLimits.Default, "r.ers");
        if (reading.Record is not { } read) return reading.ToReport();
        var report = EvidenceRecordVerification.Verify(
            read, [.. data.Select((d, i) => ProtectedObject.Of($"data {i}", DigestAlgorithm.All.Concat(DigestAlgorithm.Further).Select(a => a.Compute(d))))], policy, Now, "r.ers");
        return report with { Findings = [.. reading.Findings, .. report.Findings] };
    }

    public static EvidenceRecord Read(ReadOnlyMemory<byte> record)
    {
        var reading = EvidenceRecordReader.Read(record, EvidenceLimits.Default, "r.ers");
        return reading.Record ?? throw new InvalidOperationException(string.Join('\n', reading.Findings.Select(f => f.Message.En)));
    }

    /// <summary>An archive time-stamp with anything in it.</summary>
    public static byte[] Stamp(string? algorithm, byte[][][] lists, ReadOnlyMemory<byte> token)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER, (1 << 14) + lists.Sum(l => l.Sum(v => v.Length + 8)));
        using (writer.PushSequence())
        {
            if (algorithm is not null)
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) writer.WriteObjectIdentifier(algorithm);
            if (lists.Length > 0)
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2)))
                    foreach (var list in lists)
                        using (writer.PushSequence())
                            foreach (var value in list) writer.WriteOctetString(value);
            writer.WriteEncodedValue(token.Span);
        }
        return writer.Encode();
    }

    /// <summary>A record with anything in it.</summary>
    public static byte[] Record(byte[][][] chains, int version = 1, string declared = "2.16.840.1.101.3.4.2.3", string? encryption = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER, (1 << 14) + chains.Sum(c => c.Sum(t => t.Length + 8)));
        using (writer.PushSequence())
        {
            writer.WriteInteger(version);
            using (writer.PushSequence())
            using (writer.PushSequence()) writer.WriteObjectIdentifier(declared);
            if (encryption is not null)
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
                {
                    writer.WriteObjectIdentifier(encryption);
                    writer.WriteNull();
                }
            using (writer.PushSequence())
                foreach (var chain in chains)
                    using (writer.PushSequence())
                        foreach (var stamp in chain) writer.WriteEncodedValue(stamp);
        }
        return writer.Encode();
    }

    /// <summary>Where a record holds digests of trees, and of its tokens the statement, the signed attributes and the signature's value.</summary>
    public static List<(int Start, int Length)> Protected(byte[] record, IEnumerable<Digest> nodes, IEnumerable<ReadOnlyMemory<byte>> tokens)
    {
        var places = nodes.Select(n => (record.AsSpan().IndexOf(n.Bytes.AsSpan()), n.Bytes.Length)).ToList();
        foreach (var encoded in tokens)
        {
            Assert.That(TimeStampToken.TryDecode(encoded, out var token));
            foreach (var part in new[] { token!.SignedData.Content!.Value, token.SignedData.Signers[0].SignedAttributesEncoded!.Value[1..], token.SignedData.Signers[0].SignatureValue })
                places.Add((record.AsSpan().IndexOf(part.Span), part.Length));
        }
        Assert.That(places.TrueForAll(p => p.Item1 > 0));
        return places;
    }

    public static async Task<byte[]> ReadAsync(string path)
    {
        var bytes = new MemoryStream();
        await using var file = File.OpenRead(path);
        await file.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public void Dispose()
    {
        _authority.Dispose();
        _root.Dispose();
    }
}
