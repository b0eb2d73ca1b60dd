using System.Collections.Immutable;
using System.Text;
using Preservation.Packages.Description;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Tt05;

/// <summary>A package of the circular as far as it could be read; what was missing or malformed is null.</summary>
internal sealed record Tt05Package
{
    private const int MaxFetchBytes = 64 * 1024;

    public MetsDocument? Root { get; init; }

    public MetsDocument? Rep { get; init; }

    public SimpleDc? Dossier { get; init; }

    public ImmutableArray<Tt05Described> Documents { get; init; } = [];

    public ImmutableArray<PackageAlias> Fetches { get; init; } = [];

    /// <summary>What the header says it is. The annex's own example of a DIP says SIP: there its profile and its descriptor tell.</summary>
    public Tt05Form Form => Root?.Header?.OaisPackageType switch
    {
        "AIP" => IsCollection ? Tt05Form.AipCollection : Tt05Form.AipDossier,
        "DIP" => Tt05Form.Dip,
        _ when Root?.Profile == MetsNames.Tt05DipProfile || Dossier?["requestID"] is not null => Tt05Form.Dip,
        _ => IsCollection ? Tt05Form.SipCollection : Tt05Form.SipDossier,
    };

    public bool IsAip => Form is Tt05Form.AipDossier or Tt05Form.AipCollection;

    private bool IsCollection => string.Equals(Root?.Type, "Collection", StringComparison.OrdinalIgnoreCase) || Dossier?["source"] is not null;

    public static Task<Tt05Package> ReadAsync(PackageFiles files, CancellationToken cancellationToken) => ReadAsync(files, null, cancellationToken);

    /// <summary>The same, with the files of the package's own METS handed over instead of kept.</summary>
    public static async Task<Tt05Package> ReadAsync(PackageFiles files, MetsVisitor? root, CancellationToken cancellationToken)
    {
        var described = ImmutableArray.CreateBuilder<Tt05Described>();
        foreach (var path in files.Under(Tt05Layout.RepDescriptive))
            if (Tt05Layout.ReadDescriptor(path) is { } name && await DescriptorAsync(files, path, cancellationToken).ConfigureAwait(false) is { } descriptor)
                described.Add(new Tt05Described(name.Kind, descriptor["docId"] ?? name.Id, path, descriptor));
        var fetches = ImmutableArray.CreateBuilder<PackageAlias>();
        foreach (var path in files.Under(Tt05Layout.Data).Where(p => p.EndsWith(Tt05Layout.FetchSuffix, StringComparison.OrdinalIgnoreCase)))
            if (await files.ReadAsync(path, MaxFetchBytes, cancellationToken).ConfigureAwait(false) is { } text)
                fetches.Add(new PackageAlias(path, Encoding.UTF8.GetString(text).Trim()));
        return new Tt05Package
        {
            Root = await MetsAsync(files, MetsNames.FileName, root, cancellationToken).ConfigureAwait(false),
            Rep = await MetsAsync(files, Tt05Layout.RepMets, null, cancellationToken).ConfigureAwait(false),
            Dossier = await DescriptorAsync(files, Tt05Layout.Ead, cancellationToken).ConfigureAwait(false),
            Documents = [.. described.OrderBy(d => Tt05CrossCheck.Code(d.Descriptor) ?? d.Path, StringComparer.Ordinal).ThenBy(d => d.Path, StringComparer.Ordinal)],
            Fetches = fetches.ToImmutable(),
        };
    }

    private static async Task<MetsDocument?> MetsAsync(PackageFiles files, string path, MetsVisitor? visitor, CancellationToken cancellationToken) =>
        files.Has(path)
            ? await files.ParseAsync(path, s => MetsReader.ReadAsync(s, files.Limits, visitor, cancellationToken), cancellationToken).ConfigureAwait(false)
            : null;

    private static async Task<SimpleDc?> DescriptorAsync(PackageFiles files, string path, CancellationToken cancellationToken) =>
        files.Has(path)
            ? await files.ParseAsync(path, s => SimpleDc.ReadAsync(s, files.Limits, cancellationToken), cancellationToken).ConfigureAwait(false)
            : null;
}
