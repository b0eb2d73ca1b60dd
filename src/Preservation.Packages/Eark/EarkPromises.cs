using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Packages.Eark;

/// <summary>What the METS documents of a package promise of its files. The package's own document names the edition of the rules.</summary>
internal sealed class EarkPromises(FileIndex index)
{
    private readonly Dictionary<(string, string, string), int> _sources = [];

    public FilePromises Promises { get; } = new(index);

    /// <summary>Whose rules are told; the findings are made after the edition is known.</summary>
    public string Edition { get; set; } = EarkRules.Newest;

    public void Add(int file, string mets, string sizeRule, string digestRule, long? size, DigestAlgorithm? algorithm, ReadOnlySpan<byte> digest)
    {
        if (!_sources.TryGetValue((mets, sizeRule, digestRule), out var source))
            _sources[(mets, sizeRule, digestRule)] = source = Promises.AddSource(mets, EarkRules.Get(sizeRule, Edition), EarkRules.Get(digestRule, Edition));
        Promises.Add(file, source, size, algorithm, digest);
    }
}
