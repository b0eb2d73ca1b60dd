using System.Formats.Asn1;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;
using Preservation.Evidence.Tests.HashTrees;
using Preservation.Evidence.Tests.TimeStamps;
using Preservation.Evidence.TimeStamps;
using Preservation.Testing.Certificates;

namespace Preservation.Evidence.Tests.Records;

public sealed class EvidenceRecordWriterTests
{
    [Test, Property("Clause", "RFC 4998 §3.1")]
    public void An_initial_record_has_the_rfc_s_structure_in_der()
    {
        using var root = new TestAuthority();
        using var authority = DevelopmentTimeStampAuthorityTests.Create(root);
        var tree = HashTree.Build(DigestAlgorithm.Sha512, HashTreeTests.Leaves(5));
        var request = TimeStampRequest.Create(tree.Root);
        Assert.That(TimeStampResponse.TryDecode(authority.Answer(request.Encoded.AsMemory(), DevelopmentTimeStampAuthorityTests.Now), out var response));
        var encoded = EvidenceRecordWriter.Initial(DigestAlgorithm.Sha512, tree.ReducedTree(1), response!.Token!.Encoded);

        var outer = new AsnReader(encoded.AsMemory(), AsnEncodingRules.DER);
        var record = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        Assert.That((int)record.ReadInteger(), Is.EqualTo(1));
        Assert.That(record.ReadSequence().ReadSequence().ReadObjectIdentifier(), Is.EqualTo("2.16.840.1.101.3.4.2.3"));
        var stamp = record.ReadSequence().ReadSequence().ReadSequence();
        record.ThrowIfNotEmpty();
        Assert.That(stamp.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadObjectIdentifier(), Is.EqualTo("2.16.840.1.101.3.4.2.3"));
        var lists = stamp.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 2));
        var read = new List<IReadOnlyList<Digest>>();
        while (lists.HasData)
        {
            var list = lists.ReadSequence();
            var values = new List<Digest>();
            while (list.HasData) values.Add(new Digest(DigestAlgorithm.Sha512, [.. list.ReadOctetString()]));
            read.Add(values);
        }
        Assert.That(HashTree.Verify(HashTreeTests.Leaf(1), read, tree.Root));
        Assert.That(stamp.ReadEncodedValue().Span.SequenceEqual(response.Token.Encoded.Span));
        stamp.ThrowIfNotEmpty();
    }

    [Test]
    public void Weak_algorithms_and_empty_lists_are_not_written() => Assert.Multiple(() =>
    {
        Assert.That(() => EvidenceRecordWriter.Initial(DigestAlgorithm.Sha1, [], default), Throws.ArgumentException);
        Assert.That(() => EvidenceRecordWriter.Initial(DigestAlgorithm.Sha512, [[]], default), Throws.ArgumentException);
    });
}
