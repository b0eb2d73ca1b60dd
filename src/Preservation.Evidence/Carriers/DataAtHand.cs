using System.Globalization;
using Preservation.Evidence.Records;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Cms;

namespace Preservation.Evidence.Carriers;

/// <summary>The data objects that a caller gave, as contents and as digests.</summary>
internal static class DataAtHand
{
    /// <summary>Each content is an object. Of the digests, the n-th of every function belong to the n-th object.</summary>
    /// <exception cref="IOException">A content could not be read.</exception>
    public static async Task<IReadOnlyList<ProtectedObject>> ReadAsync(
        IReadOnlyList<SignedFile> contents, VerificationPolicy policy, EvidenceRecord record, CancellationToken cancellationToken)
    {
        var data = new List<ProtectedObject>();
        foreach (var content in contents)
            data.Add(await ProtectedObject.ReadAsync(content, record, Array.Empty<HashFunction>(), cancellationToken).ConfigureAwait(false));
        var digests = policy.Digests.Select(d => (Hash: HashFunction.All.First(h => h.Name == d.Algorithm.MetsName), d.Bytes))
            .Concat(policy.NamedDigests.Select(d => (d.Hash, Bytes: d.Value)));
        var sets = new List<DigestSet>();
        foreach (var function in digests.GroupBy(d => d.Hash))
        {
            var n = 0;
            foreach (var (hash, bytes) in function)
            {
                if (n == sets.Count) sets.Add(new DigestSet());
                sets[n++].Add(hash, [.. bytes]);
            }
        }
        data.AddRange(sets.Select((s, i) => new ProtectedObject(string.Create(CultureInfo.InvariantCulture, $"digest {i + 1}"), s)));
        return data;
    }
}
