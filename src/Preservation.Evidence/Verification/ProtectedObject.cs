using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Evidence.Records;
using Preservation.Evidence.Xml;
using Preservation.Signatures;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Cms;
using Preservation.Signatures.Xml;

namespace Preservation.Evidence.Verification;

/// <summary>One data object that a record should cover, as its digests by every function that the record needs.</summary>
public sealed class ProtectedObject
{
    internal ProtectedObject(string name, DigestSet digests) => (Name, Digests) = (name, digests);

    /// <summary>What findings call it.</summary>
    public string Name { get; }

    /// <summary>Its digests; several of one function where several encodings are the same object.</summary>
    internal DigestSet Digests { get; }

    /// <summary>An object of which digests are known, one of each function.</summary>
    public static ProtectedObject Of(string name, IEnumerable<Digest> digests)
    {
        ArgumentNullException.ThrowIfNull(digests);
        var set = new DigestSet();
        foreach (var digest in digests) set.Add(digest);
        return new ProtectedObject(name, set);
    }

    /// <summary>
    /// Reads the content once for every function the record uses. For an XMLERS a content that is XML is read once more: its canonical form
    /// by each chain's method counts as the object too (RFC 6283 §3.2).
    /// </summary>
    /// <param name="content">The object.</param>
    /// <param name="record">Which functions are needed.</param>
    /// <param name="more">A further function, as of a renewal to come.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="IOException">The content could not be read.</exception>
    public static Task<ProtectedObject> ReadAsync(SignedFile content, EvidenceRecord record, DigestAlgorithm? more, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        return ReadAsync(content, record, HashFunction.All.Where(h => h.Name == more?.MetsName), cancellationToken);
    }

    internal static async Task<ProtectedObject> ReadAsync(
        SignedFile content, EvidenceRecord record, IEnumerable<HashFunction> more, CancellationToken cancellationToken)
    {
        var hashes = record.DataAlgorithms.Union(more).ToArray();
        var digests = new DigestSet();
        var stream = await content.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
            await digests.AddAsync(stream, hashes, cancellationToken).ConfigureAwait(false);
        if (record.Octets is XmlOctets { Forms: var forms }) await AddCanonicalAsync(content, forms, hashes, digests, cancellationToken).ConfigureAwait(false);
        return new ProtectedObject(content.Path, digests);
    }

    private static async Task AddCanonicalAsync(
        SignedFile content, ImmutableArray<CanonicalForm> forms, HashFunction[] hashes, DigestSet digests, CancellationToken cancellationToken)
    {
        if (content.Bytes > SignatureLimits.Default.MaxXmlBytes) return;
        var bytes = await SignatureVerification.ReadHeadAsync(content, SignatureLimits.Default.MaxXmlBytes, cancellationToken).ConfigureAwait(false);
        if (!SignatureCarriers.LooksLikeXml(bytes) || XmlTreeReader.Read(bytes, SignatureLimits.Default) is not XmlParse.Parsed { Tree: var tree }) return;
        foreach (var form in forms.DistinctBy(f => (f.Kind, f.WithComments, string.Join(' ', f.InclusivePrefixes))))
        {
            try
            {
                var octets = XmlErs.Canonical(tree, 0, form, null, SignatureLimits.Default);
                foreach (var hash in hashes) digests.Add(hash, hash.Compute(octets));
            }
            catch (XmlLimitException)
            {
                return;
            }
        }
    }
}
