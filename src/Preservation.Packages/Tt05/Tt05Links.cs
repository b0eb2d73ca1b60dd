using System.Collections.Immutable;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Tt05;

/// <summary>Which descriptor of rep1 belongs to which files, as its structural map says.</summary>
internal sealed class Tt05Links
{
    private readonly Dictionary<string, List<string>> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _attachments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _count = new(StringComparer.Ordinal);

    public Tt05Links(MetsDocument rep, Func<string, bool> exists)
    {
        var descriptors = rep.Descriptive.Where(s => s.Id is not null && s.Reference?.Href is not null)
            .GroupBy(s => s.Id!).ToDictionary(g => g.Key, g => MetsHref.Resolve(g.First().Reference!.Href, Tt05Layout.Rep, exists), StringComparer.Ordinal);
        var files = rep.Files.Where(f => f.Id is not null)
            .GroupBy(f => f.Id!).ToDictionary(g => g.Key, g => MetsHref.Resolve(g.First().Location?.Href, Tt05Layout.Rep, exists), StringComparer.Ordinal);
        foreach (var div in rep.StructMaps.Where(m => m.Root is not null).SelectMany(m => m.Root!.SelfAndBelow))
        {
            var isAttachment = div.Label?.Contains("Attachment", StringComparison.OrdinalIgnoreCase) == true;
            if (!isAttachment && div.Label?.StartsWith("MetadataLink", StringComparison.OrdinalIgnoreCase) != true) continue;
            var descriptor = div.DmdIds.Select(d => descriptors.GetValueOrDefault(d)).FirstOrDefault(d => d is not null);
            foreach (var path in div.FileIds.Select(id => id is null ? null : files.GetValueOrDefault(id)).OfType<string>())
            {
                _count[path] = _count.GetValueOrDefault(path) + 1;
                if (descriptor is not null) Add(isAttachment ? _attachments : _files, descriptor, path);
            }
        }
    }

    /// <summary>In how many link divisions a file stands; it should be one.</summary>
    public int Count(string path) => _count.GetValueOrDefault(path);

    public ImmutableArray<string> Files(string descriptor) => [.. _files.GetValueOrDefault(descriptor) ?? []];

    public ImmutableArray<string> Attachments(string descriptor) => [.. _attachments.GetValueOrDefault(descriptor) ?? []];

    private static void Add(Dictionary<string, List<string>> map, string descriptor, string path)
    {
        if (!map.TryGetValue(descriptor, out var list)) map[descriptor] = list = [];
        list.Add(path);
    }
}
