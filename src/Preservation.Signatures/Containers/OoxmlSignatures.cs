using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Xml;

namespace Preservation.Signatures.Containers;

/// <summary>
/// Office Open XML packages (ECMA-376-2 §13, [MS-OFFCRYPTO] §2.5.2): the digests of the parts stand in a manifest within each signature, and
/// what no manifest lists is not signed, though Office shows it.
/// </summary>
internal sealed class OoxmlSignatures
{
    private const string DigitalSignature = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/";
    private const string SignatureType = "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml";
    private readonly SignedContainer _container;
    private readonly SignedFile _file;
    private readonly XmlBudget _budget;
    private readonly Dictionary<string, string> _parts = new(StringComparer.OrdinalIgnoreCase);
    private OoxmlContentTypes _types = new();

    private OoxmlSignatures(SignedContainer container, SignedFile file, PathMaterial material)
    {
        (_container, _file, _budget) = (container, file, new XmlBudget(material.Limits));
        // OPC §6.2.2: names that differ in case alone must not occur; the container's finding says so.
        foreach (var name in container.Names) _parts.TryAdd(name, name);
    }

    public static async Task<FileFacts> ReadAsync(SignedContainer container, SignedFile file, PathMaterial material, CancellationToken cancellationToken)
    {
        var package = new OoxmlSignatures(container, file, material);
        if (await package.ParseAsync("[Content_Types].xml", cancellationToken).ConfigureAwait(false) is { } types) package._types = OoxmlContentTypes.Read(types);
        var signatures = new XmlContainerSignatures(package._budget, material, file);
        foreach (var part in await package.FindSignaturesAsync(cancellationToken).ConfigureAwait(false))
            await signatures.AddAsync(container.Find(part)!, package.Sources, cancellationToken).ConfigureAwait(false);
        if (signatures.Count == 0) return FileFacts.Refused(VerificationOutcome.NoSignature);
        var facts = new List<SignatureFacts>();
        foreach (var (_, signature) in signatures.Found) facts.Add(await package.JudgeAsync(signature, cancellationToken).ConfigureAwait(false));
        return new FileFacts { Signatures = [.. facts, .. signatures.Unread.Select(s => s with { Format = "OOXML" })] };
    }

    private XmlSources Sources => new(FindPart, []) { IsComplete = true };

    // §13.2.4.12: the part's name, and its content type, which tells a reader what the part is.
    private SignedFile? FindPart(string? uri)
    {
        if (uri is null) return null;
        var mark = uri.IndexOf('?', StringComparison.Ordinal);
        var name = (mark < 0 ? uri : uri[..mark]).TrimStart('/');
        var part = _parts.GetValueOrDefault(name) ?? _parts.GetValueOrDefault(Uri.UnescapeDataString(name));
        if (part is null) return null;
        const string Query = "?ContentType=";
        if (mark >= 0 && (!uri.AsSpan(mark).StartsWith(Query, StringComparison.Ordinal)
            || !string.Equals(Uri.UnescapeDataString(uri[(mark + Query.Length)..]), _types.Of(part), StringComparison.OrdinalIgnoreCase)))
            throw new XmlRefusedException("the content type of the part is not the one that was signed");
        return _container.Find(part);
    }

    // By relationships, as Office looks; then by content type, so that a signature whose relationship was taken away is not passed over.
    private async Task<List<string>> FindSignaturesAsync(CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var origin in await RelatedAsync("", "origin", cancellationToken).ConfigureAwait(false))
            found.AddRange(await RelatedAsync(origin, "signature", cancellationToken).ConfigureAwait(false));
        found.AddRange(_container.Names.Where(n => _types.Of(n) == SignatureType));
        return [.. found.Distinct()];
    }

    private async Task<List<string>> RelatedAsync(string source, string kind, CancellationToken cancellationToken)
    {
        var relationships = await ReadRelationshipsAsync(RelationshipsOf(source), cancellationToken).ConfigureAwait(false);
        return [.. relationships.Where(r => r.Type == DigitalSignature + kind && !r.IsExternal).Select(r => _parts.GetValueOrDefault(r.Resolve(source))).OfType<string>()];
    }

    private static string RelationshipsOf(string source)
    {
        var slash = source.LastIndexOf('/') + 1;
        return $"{source[..slash]}_rels/{source[slash..]}.rels";
    }

    private static string SourceOf(string relationships)
    {
        var at = relationships.LastIndexOf("_rels/", StringComparison.OrdinalIgnoreCase);
        return relationships[..at] + relationships[(at + "_rels/".Length)..^".rels".Length];
    }

    private async Task<List<OoxmlRelationship>> ReadRelationshipsAsync(string part, CancellationToken cancellationToken) =>
        await ParseAsync(part, cancellationToken).ConfigureAwait(false) is { } tree ? [.. OoxmlRelationship.ReadAll(tree)] : [];

    private async Task<XmlTree?> ParseAsync(string part, CancellationToken cancellationToken)
    {
        if (_parts.GetValueOrDefault(part) is not { } name) return null;
        var (tree, _) = await XmlSignatures.ParseAsync(_container.Find(name)!, _budget, cancellationToken).ConfigureAwait(false);
        return tree;
    }

    private async Task<SignatureFacts> JudgeAsync(XmlSignature signature, CancellationToken cancellationToken)
    {
        var covered = ContainerCoverage.Covered(signature);
        var uncovered = _container.Names.Where(n => !covered.Contains(n) && !IsExempt(n)).ToList();
        foreach (var relationships in covered.Where(IsRelationships))
            uncovered.AddRange((await UnsignedAsync(signature, relationships, cancellationToken).ConfigureAwait(false)).Select(r => $"{relationships}#{r.Id}"));
        return ContainerCoverage.Mark(signature.Facts with { Format = "OOXML", Scope = "FULL" }, uncovered, _file);
    }

    // Office never signs the list of types, the signatures, or the properties of the document.
    private static bool IsExempt(string name) => name.Equals("[Content_Types].xml", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("_xmlsignatures/", StringComparison.OrdinalIgnoreCase) || name.StartsWith("docProps/", StringComparison.OrdinalIgnoreCase);

    private static bool IsRelationships(string name) => name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase) && name.Contains("_rels/", StringComparison.OrdinalIgnoreCase);

    // Relationships that the transform left out can bring in parts that nobody signed.
    private async Task<List<OoxmlRelationship>> UnsignedAsync(XmlSignature signature, string part, CancellationToken cancellationToken)
    {
        var (ids, types, hasWhole) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal), false);
        foreach (var outcome in signature.Outcomes.Where(o => o.File?.Path == part && o.Outcome == VerificationOutcome.Intact))
        {
            var transforms = outcome.Reference.Transforms.Where(t => signature.Parts.Tree.ValueOf(t, "Algorithm") == XmlSignatureNames.RelationshipTransform).ToList();
            hasWhole |= transforms.Count == 0;
            foreach (var transform in transforms)
            {
                var selection = RelationshipTransform.ReadSelection(signature.Parts.Tree, transform);
                ids.UnionWith(selection.Ids);
                types.UnionWith(selection.Types);
            }
        }
        if (hasWhole) return [];
        var source = SourceOf(part);
        return [.. (await ReadRelationshipsAsync(part, cancellationToken).ConfigureAwait(false))
            .Where(r => !ids.Contains(r.Id) && !types.Contains(r.Type) && (r.IsExternal || !IsExempt(r.Resolve(source))))];
    }
}
