using System.Collections.Immutable;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages.Description;

namespace Preservation.Packages.BagIt;

/// <summary>
/// Checks a bag of BagIt 0.93 to 1.0: complete and valid in the sense of RFC 8493 §3. Names that leave the bag are refused on every
/// system; <c>fetch.txt</c> is never followed.
/// </summary>
public static class BagItValidator
{
    private static readonly string[] InfoNames = ["bag-info.txt", "package-info.txt"];

    /// <summary>Reads and digests every file once, whatever the number of manifests.</summary>
    /// <exception cref="IOException">The surroundings failed. This says nothing about the bag.</exception>
    public static async Task<PackageReport> CheckAsync(IFileTree tree, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(limits);
        return await CheckAsync(await PackageFiles.ListAsync(tree, limits, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<PackageReport> CheckAsync(PackageFiles files, CancellationToken cancellationToken)
    {
        var declaration = await DeclareAsync(files, cancellationToken).ConfigureAwait(false);
        files.Findings.Replace(ArchiveRules.UnsafeName, f => PackagePath.Unsafe(f.Path, allowsLineEnds: true) is null ? new Finding(BagItRules.Get("BAGIT-LINE-END-NAME"), f.Path) : null);
        var check = new BagCheck(files, declaration ?? BagDeclaration.Assumed);
        if (files.Has("fetch.txt")) await check.ReadFetchAsync(cancellationToken).ConfigureAwait(false);
        var manifests = files.Index.FilesAtTop.Where(IsManifest).Order(StringComparer.Ordinal).Select(check.AddManifest).ToList();
        await Task.WhenAll(manifests.Select(m => Task.Run(() => check.ReadManifestAsync(m, cancellationToken), cancellationToken))).ConfigureAwait(false);
        var infoPath = InfoNames.FirstOrDefault(files.Has);
        List<KeyValuePair<string, string>> info = [];
        // What is promised is known from here on: the files are read while the rest is looked at.
        await Task.WhenAll(check.CheckDigestsAsync(cancellationToken), LookAsync()).ConfigureAwait(false);
        return new PackageReport(
            PackageKind.BagIt, declaration?.Version, files.Findings.ToSorted(), files.Index.Files, files.Index.TotalBytes, Describe(files.RootName, info));

        async Task LookAsync()
        {
            if (infoPath is not null) info = await new BagTagFiles(files, declaration ?? BagDeclaration.Assumed).InfoAsync(infoPath, cancellationToken).ConfigureAwait(false);
            check.CheckStructure();
            if (infoPath is not null) BagInfoCheck.Check(files, declaration ?? BagDeclaration.Assumed, infoPath, info);
        }
    }

    private static async Task<BagDeclaration?> DeclareAsync(PackageFiles files, CancellationToken cancellationToken)
    {
        if (!files.Has(BagDeclaration.Path))
        {
            files.Findings.Add(BagItRules.Get("BAGIT-NO-DECLARATION"), BagDeclaration.Path);
            return null;
        }
        var content = await files.ReadAsync(BagDeclaration.Path, 4096, cancellationToken).ConfigureAwait(false);
        if (content is null) return null;
        var (declaration, findings) = BagDeclaration.Read(content);
        files.Findings.AddRange(findings);
        return declaration;
    }

    private static bool IsManifest(string path) =>
        path.EndsWith(".txt", StringComparison.Ordinal)
        && (path.StartsWith("manifest-", StringComparison.Ordinal) || path.StartsWith("tagmanifest-", StringComparison.Ordinal));

    private static PackageDescription Describe(string rootName, List<KeyValuePair<string, string>> info)
    {
        var fields = info.ToImmutableArray();
        var id = Field("External-Identifier");
        return new PackageDescription
        {
            Kind = PackageKind.BagIt,
            ObjId = id ?? (rootName.Length == 0 ? null : rootName),
            Title = Field("External-Description") ?? Field("Internal-Sender-Description") ?? id ?? (rootName.Length == 0 ? null : rootName),
            AgencyName = Field("Source-Organization"),
            Fields = fields,
            Aliases =
            [
                .. new[] { "External-Identifier", "Internal-Sender-Identifier" }.Select(n => (n, Field(n))).Where(a => a.Item2 is not null)
                    .Select(a => new PackageAlias(a.n, a.Item2!)),
            ],
        };
        string? Field(string name) => fields.Where(f => f.Key.Equals(name, StringComparison.OrdinalIgnoreCase) && f.Value.Length > 0).Select(f => f.Value).FirstOrDefault();
    }
}
