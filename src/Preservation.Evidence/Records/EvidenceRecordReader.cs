using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Evidence.Xml;
using Preservation.Signatures;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Cms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;
using Preservation.Signatures.Xml;

namespace Preservation.Evidence.Records;

/// <summary>Reads evidence records, RFC 4998 (BER or DER) and RFC 6283 (XML), told apart by their first bytes.</summary>
public sealed class EvidenceRecordReader
{
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag One = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag Two = new(TagClass.ContextSpecific, 2, isConstructed: true);
    private readonly EvidenceLimits _limits;
    private readonly string _path;
    private readonly List<Finding> _findings = [];
    private readonly List<string> _declared = [];
    private EmbeddedMaterial _material = EmbeddedMaterial.None;
    private ReadOnlyMemory<byte> _preamble;
    private int _timeStamps;
    private int _nodes;

    private EvidenceRecordReader(EvidenceLimits limits, string path) => (_limits, _path) = (limits, path);

    /// <summary>Reads one record; whatever is wrong with it comes back as findings.</summary>
    /// <param name="encoded">All bytes of the file.</param>
    /// <param name="limits">Bounds on the record.</param>
    /// <param name="path">The file's name for findings.</param>
    public static EvidenceReading Read(ReadOnlyMemory<byte> encoded, EvidenceLimits limits, string path)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(path);
        var isXml = SignatureCarriers.LooksLikeXml(encoded.Span);
        return Read(isXml ? "RFC6283" : "RFC4998", path, () =>
        {
            if (encoded.Length > limits.MaxRecordBytes) throw Beyond(path, nameof(EvidenceLimits.MaxRecordBytes), limits.MaxRecordBytes, encoded.Length);
            if (isXml) return (XmlRecordReader.Read(encoded, limits, path), []);
            var reader = new EvidenceRecordReader(limits, path);
            return (reader.ReadRecord(encoded), reader._findings);
        });
    }

    /// <summary>Reads a record that is an element of a document.</summary>
    internal static EvidenceReading Read(XmlTree tree, int element, EvidenceLimits limits, string path) =>
        Read("RFC6283", path, () => (XmlRecordReader.Read(tree, element, limits, path), []));

    private static EvidenceReading Read(string kind, string path, Func<(EvidenceRecord, List<Finding>)> read)
    {
        try
        {
            var (record, findings) = read();
            return new EvidenceReading(kind, record, null, [.. findings]);
        }
        catch (EvidenceRefusedException refused)
        {
            return new EvidenceReading(kind, null, refused.Outcome, [refused.Finding]);
        }
        catch (AsnContentException malformed)
        {
            return new EvidenceReading(kind, null, VerificationOutcome.ErMalformed, [new Finding(EvidenceRules.Malformed, path, null, malformed.Message)]);
        }
    }

    internal static EvidenceRefusedException Beyond(string path, string limit, long allowed, long found) => new(VerificationOutcome.ErMalformed,
        new Finding(EvidenceRules.Limit, path, string.Create(CultureInfo.InvariantCulture, $"{limit} {allowed}"), found.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The token in its place, which must be one whole signed data structure of at least version 3.</summary>
    internal static TimeStampToken ReadToken(ReadOnlyMemory<byte> encoded, string path)
    {
        if (!CmsSignedData.TryDecode(encoded, SignatureLimits.Default, out var cms, out var reason) || !TimeStampToken.TryFrom(cms, out var token, out reason))
            throw new EvidenceRefusedException(VerificationOutcome.ErMalformed, new Finding(EvidenceRules.Malformed, path, null, $"time-stamp token: {reason}"));
        if (cms.TrailingBytes > 0)
            throw new EvidenceRefusedException(VerificationOutcome.ErMalformed, new Finding(EvidenceRules.Malformed, path, null, "bytes follow a time-stamp token"));
        // RFC 5652 §5.1: content of any type but id-data makes it version 3 at least.
        if (cms.Version is < 3 or > 5)
            throw new EvidenceRefusedException(VerificationOutcome.ErMalformed,
                new Finding(EvidenceRules.TokenVersion, path, "3", cms.Version.ToString(CultureInfo.InvariantCulture)));
        return token;
    }

    private EvidenceRecord ReadRecord(ReadOnlyMemory<byte> encoded)
    {
        var outer = new AsnReader(encoded, AsnEncodingRules.BER);
        var record = outer.ReadSequence();
        if (outer.HasData)
        {
            outer = new AsnReader(encoded, AsnEncodingRules.BER);
            var rest = encoded.Length - outer.ReadEncodedValue().Length;
            throw new EvidenceRefusedException(VerificationOutcome.ErMalformed, new Finding(EvidenceRules.Trailing, _path, "0", rest.ToString(CultureInfo.InvariantCulture)));
        }
        var version = record.ReadInteger();
        if (version != 1)
            throw new EvidenceRefusedException(VerificationOutcome.ErMalformed,
                new Finding(EvidenceRules.Version, _path, "1", version.GetBitLength() > 64 ? "very large" : version.ToString(CultureInfo.InvariantCulture)));
        var algorithms = record.ReadSequence();
        while (algorithms.HasData) _declared.Add(AlgorithmId.Read(algorithms).Oid);
        if (record.HasData && record.PeekTag().HasSameClassAndValue(Zero)) 
        {
            _preamble = record.PeekEncodedValue();
            AddMaterial(CmsAttribute.ReadAll(record.ReadSequence(Zero)));
        }
        if (record.HasData && record.PeekTag().HasSameClassAndValue(One))
            throw new EvidenceRefusedException(VerificationOutcome.Unsupported,
                new Finding(EvidenceRules.Encryption, _path, null, record.ReadSequence(One).ReadObjectIdentifier()));
        var sequence = record.ReadSequence();
        record.ThrowIfNotEmpty();
        return ReadSequence(encoded, sequence);
    }

    private EvidenceRecord ReadSequence(ReadOnlyMemory<byte> encoded, AsnReader sequence)
    {
        var chains = ImmutableArray.CreateBuilder<ImmutableArray<ArchiveTimeStamp>>();
        var raw = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        while (sequence.HasData)
        {
            raw.Add(sequence.PeekEncodedValue());
            var chain = sequence.ReadSequence();
            var stamps = ImmutableArray.CreateBuilder<ArchiveTimeStamp>();
            while (chain.HasData) stamps.Add(ReadTimeStamp(chain.PeekEncodedValue(), chain.ReadSequence()));
            if (stamps.Count == 0) throw new AsnContentException("a chain without archive time-stamps");
            chains.Add(stamps.ToImmutable());
        }
        if (chains.Count == 0) throw new AsnContentException("no archive time-stamp");
        Declare(chains);
        var octets = new DerOctets(raw.ToImmutable(), [.. chains.Select(c => c.Select(t => t.TokenEncoded).ToImmutableArray())],
            [.. chains.Select(c => c.Select(t => (t.AlgorithmName, t.Encoded)).ToImmutableArray())], _preamble, _limits);
        return new EvidenceRecord("RFC4998", encoded, chains.ToImmutable(), _material, octets);
    }

    private ArchiveTimeStamp ReadTimeStamp(ReadOnlyMemory<byte> whole, AsnReader reader)
    {
        if (++_timeStamps > _limits.MaxTimeStamps) throw Beyond(_path, nameof(EvidenceLimits.MaxTimeStamps), _limits.MaxTimeStamps, _timeStamps);
        string? algorithm = null;
        if (reader.HasData && reader.PeekTag().HasSameClassAndValue(Zero))
        {
            var id = reader.ReadSequence(Zero);
            algorithm = id.ReadObjectIdentifier();
            if (id.HasData) id.ReadEncodedValue();
            id.ThrowIfNotEmpty();
        }
        if (reader.HasData && reader.PeekTag().HasSameClassAndValue(One)) AddMaterial(CmsAttribute.ReadAll(reader.ReadSetOf(skipSortOrderValidation: true, One)));
        var lists = reader.HasData && reader.PeekTag().HasSameClassAndValue(Two) ? ReadTree(reader.ReadSequence(Two)) : [];
        var encoded = reader.ReadEncodedValue();
        reader.ThrowIfNotEmpty();
        var token = ReadToken(encoded, _path);
        // RFC 4998 §4.1: a missing digestAlgorithm is the token's.
        algorithm ??= token.ImprintAlgorithm;
        return new ArchiveTimeStamp(algorithm, HashFunction.Find(algorithm), lists, token, encoded, whole);
    }

    private ImmutableArray<ImmutableArray<ReadOnlyMemory<byte>>> ReadTree(AsnReader tree)
    {
        var lists = ImmutableArray.CreateBuilder<ImmutableArray<ReadOnlyMemory<byte>>>();
        while (tree.HasData)
        {
            var list = tree.ReadSequence();
            var values = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
            while (list.HasData)
            {
                if (++_nodes > _limits.MaxNodes) throw Beyond(_path, nameof(EvidenceLimits.MaxNodes), _limits.MaxNodes, _nodes);
                values.Add(list.TryReadPrimitiveOctetString(out var value) ? value : list.ReadOctetString());
            }
            if (values.Count == 0) throw new AsnContentException("a partial hash tree without values");
            lists.Add(values.ToImmutable());
        }
        if (lists.Count == 0) throw new AsnContentException("a reduced hash tree without lists");
        return lists.ToImmutable();
    }

    private void AddMaterial(IEnumerable<CmsAttribute> attributes) => _material = _material.With(CmsMaterial.Of([], [], attributes));

    private void Declare(IEnumerable<ImmutableArray<ArchiveTimeStamp>> chains)
    {
        foreach (var used in chains.SelectMany(c => c).Select(t => t.AlgorithmName).Distinct())
            if (!_declared.Contains(used)) _findings.Add(new Finding(EvidenceRules.DeclaredAlgorithm, _path, null, HashFunction.Find(used)?.Name ?? used));
    }
}
