using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Preservation.Core.Findings;
using Preservation.Evidence.Records;
using Preservation.Signatures;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Xml;

namespace Preservation.Evidence.Xml;

/// <summary>Reads an EvidenceRecord element, as a rule a document's root (RFC 6283 §2, §3.1, §4.1).</summary>
internal sealed class XmlRecordReader
{
    private readonly XmlTree _tree;
    private readonly EvidenceLimits _limits;
    private readonly string _path;
    private readonly List<ReadOnlyMemory<byte>> _certificates = [];
    private readonly List<ReadOnlyMemory<byte>> _crls = [];
    private readonly List<ReadOnlyMemory<byte>> _ocsps = [];
    private int _timeStamps;
    private int _nodes;

    private XmlRecordReader(XmlTree tree, EvidenceLimits limits, string path) => (_tree, _limits, _path) = (tree, limits, path);

    /// <exception cref="EvidenceRefusedException">It must be refused.</exception>
    public static EvidenceRecord Read(ReadOnlyMemory<byte> encoded, EvidenceLimits limits, string path) => XmlTreeReader.Read(encoded, SignatureLimits.Default) switch
    {
        XmlParse.Parsed parsed => new XmlRecordReader(parsed.Tree, limits, path).Read(parsed.Tree.Root, encoded),
        XmlParse.DocumentType => throw new EvidenceRefusedException(VerificationOutcome.RejectDtd, new Finding(SignatureRules.Dtd, path)),
        XmlParse.TooLarge large => throw new EvidenceRefusedException(VerificationOutcome.ErMalformed,
            new Finding(EvidenceRules.Limit, path, string.Create(CultureInfo.InvariantCulture, $"{large.Limit} {large.Allowed}"), "more")),
        XmlParse.Malformed malformed => throw new EvidenceRefusedException(VerificationOutcome.ErMalformed, new Finding(EvidenceRules.Malformed, path, null, malformed.Reason)),
        _ => throw new InvalidOperationException("a parse of no kind"),
    };

    /// <summary>Reads an element of a larger document.</summary>
    /// <exception cref="EvidenceRefusedException">It must be refused.</exception>
    public static EvidenceRecord Read(XmlTree tree, int element, EvidenceLimits limits, string path) => new XmlRecordReader(tree, limits, path).Read(element, default);

    private EvidenceRecord Read(int root, ReadOnlyMemory<byte> encoded)
    {
        if (!_tree.IsElement(root, XmlErs.Namespace, "EvidenceRecord")) throw Malformed("the root is no EvidenceRecord");
        if (_tree.ValueOf(root, "Version") is not "1.0" and var version)
            throw new EvidenceRefusedException(VerificationOutcome.ErMalformed, new Finding(EvidenceRules.Version, _path, "1.0", Short(version ?? "none")));
        foreach (var encryption in _tree.Elements(root, XmlErs.Namespace, "EncryptionInformation"))
            throw new EvidenceRefusedException(VerificationOutcome.Unsupported, new Finding(EvidenceRules.Encryption, _path, null,
                Short(Child(encryption, "EncryptionInformationType") is var type and >= 0 ? _tree.ValueOf(type, "Type") ?? "EncryptionInformation" : "EncryptionInformation")));
        var sequence = Only(root, "ArchiveTimeStampSequence");
        var chains = Ordered(sequence, "ArchiveTimeStampChain");
        var read = ImmutableArray.CreateBuilder<ImmutableArray<ArchiveTimeStamp>>();
        var elements = ImmutableArray.CreateBuilder<ImmutableArray<int>>();
        var forms = ImmutableArray.CreateBuilder<CanonicalForm>();
        foreach (var chain in chains)
        {
            var algorithm = Algorithm(Only(chain, "DigestMethod"));
            var method = Only(chain, "CanonicalizationMethod");
            forms.Add(CanonicalForm.Read(_tree, method) ?? throw new EvidenceRefusedException(VerificationOutcome.Unsupported,
                new Finding(EvidenceRules.Canonicalization, _path, null, Short(_tree.ValueOf(method, "Algorithm") ?? "none"))));
            var stamps = Ordered(chain, "ArchiveTimeStamp");
            read.Add([.. stamps.Select(s => ReadTimeStamp(s, algorithm))]);
            elements.Add([.. stamps.Select(s => Only(s, "TimeStamp"))]);
        }
        return new EvidenceRecord("RFC6283", encoded, read.ToImmutable(), new EmbeddedMaterial([.. _certificates], [.. _crls], [.. _ocsps]),
            new XmlOctets(_tree, sequence, chains, elements.ToImmutable(), forms.ToImmutable()));
    }

    private ArchiveTimeStamp ReadTimeStamp(int element, string algorithm)
    {
        if (++_timeStamps > _limits.MaxTimeStamps) throw EvidenceRecordReader.Beyond(_path, nameof(EvidenceLimits.MaxTimeStamps), _limits.MaxTimeStamps, _timeStamps);
        var tree = Child(element, "HashTree");
        var lists = tree < 0 ? [] : Ordered(tree, "Sequence").Select(ReadList).ToImmutableArray();
        var stamp = Only(element, "TimeStamp");
        var tokenElement = Only(stamp, "TimeStampToken");
        if (_tree.ValueOf(tokenElement, "Type") is not "RFC3161" and var type)
            throw new EvidenceRefusedException(VerificationOutcome.Unsupported, new Finding(SignatureRules.UnsupportedForm, _path, "RFC3161", Short($"TimeStampToken {type}")));
        var encoded = Binary(tokenElement);
        ReadMaterial(stamp);
        return new ArchiveTimeStamp(algorithm, XmlAlgorithms.Hash(algorithm), lists, EvidenceRecordReader.ReadToken(encoded, _path), encoded, default);
    }

    private ImmutableArray<ReadOnlyMemory<byte>> ReadList(int sequence)
    {
        var values = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        foreach (var value in _tree.Elements(sequence, XmlErs.Namespace, "DigestValue"))
        {
            if (++_nodes > _limits.MaxNodes) throw EvidenceRecordReader.Beyond(_path, nameof(EvidenceLimits.MaxNodes), _limits.MaxNodes, _nodes);
            values.Add(Binary(value));
        }
        return values.Count > 0 ? values.ToImmutable() : throw Malformed("a Sequence without DigestValue");
    }

    // RFC 6283 §3.1.3: what helps to verify the token, beside it.
    private void ReadMaterial(int stamp)
    {
        var list = Child(stamp, "CryptographicInformationList");
        if (list < 0) return;
        foreach (var information in _tree.Elements(list, XmlErs.Namespace, "CryptographicInformation"))
        {
            var target = _tree.ValueOf(information, "Type") switch { "CERT" => _certificates, "CRL" => _crls, "OCSP" => _ocsps, _ => null };
            target?.Add(Binary(information));
        }
    }

    // Order is what counts, not the place in the document (RFC 6283 §2.1); it begins at 1 and is not used twice.
    private ImmutableArray<int> Ordered(int parent, string name)
    {
        var found = new SortedDictionary<BigInteger, int>();
        foreach (var element in _tree.Elements(parent, XmlErs.Namespace, name))
        {
            if (!BigInteger.TryParse(_tree.ValueOf(element, "Order"), NumberStyles.None, CultureInfo.InvariantCulture, out var order) || order < 1)
                throw Malformed($"{name} without an Order");
            if (!found.TryAdd(order, element)) throw Malformed($"two {name} of the same Order");
            if (found.Count > _limits.MaxNodes) throw EvidenceRecordReader.Beyond(_path, nameof(EvidenceLimits.MaxNodes), _limits.MaxNodes, found.Count);
        }
        return found.Count > 0 ? [.. found.Values] : throw Malformed($"no {name}");
    }

    private string Algorithm(int element) => _tree.ValueOf(element, "Algorithm") ?? throw Malformed("DigestMethod without Algorithm");

    private int Child(int parent, string name) => _tree.Element(parent, XmlErs.Namespace, name);

    private int Only(int parent, string name)
    {
        var found = -1;
        foreach (var element in _tree.Elements(parent, XmlErs.Namespace, name)) found = found < 0 ? element : throw Malformed($"more than one {name}");
        return found >= 0 ? found : throw Malformed($"no {name}");
    }

    private byte[] Binary(int element)
    {
        foreach (var _ in _tree.Elements(element)) throw Malformed("an element within base64");
        var text = _tree.TextWithin(element);
        if (!Base64.IsValid(text)) throw Malformed("a value is no base64");
        return Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(text));
    }

    private EvidenceRefusedException Malformed(string reason) => new(VerificationOutcome.ErMalformed, new Finding(EvidenceRules.Malformed, _path, null, reason));

    private static string Short(string text) => text.Length > 200 ? text[..200] : text;
}
