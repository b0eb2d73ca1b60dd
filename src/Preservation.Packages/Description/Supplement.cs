using System.Collections.Immutable;
using System.Globalization;

namespace Preservation.Packages.Description;

/// <summary>What a package says after a SUPPLEMENT: what it said before, and on top of it what the supplement says.</summary>
public static class Supplement
{
    /// <summary>
    /// The description of both together. What the supplement says of the dossier or of a document holds, its fields as a whole, since some of them
    /// depend on others; documents it does not speak of stay as they were. Counts of documents and pages are those of the whole.
    /// </summary>
    public static PackageDescription Merge(PackageDescription before, PackageDescription supplement)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(supplement);
        var documents = Documents(before.Documents, supplement.Documents);
        return supplement with
        {
            ObjId = supplement.ObjId ?? before.ObjId,
            Title = supplement.Title ?? before.Title,
            FondsCode = supplement.FondsCode ?? before.FondsCode,
            AgencyCode = supplement.AgencyCode ?? before.AgencyCode,
            AgencyName = supplement.AgencyName ?? before.AgencyName,
            ContentCategory = supplement.ContentCategory ?? before.ContentCategory,
            RegistrationCode = supplement.RegistrationCode ?? before.RegistrationCode,
            RetentionCode = supplement.RetentionCode ?? before.RetentionCode,
            AccessMode = supplement.AccessMode ?? before.AccessMode,
            Start = supplement.Start ?? before.Start,
            End = supplement.End ?? before.End,
            Fields = Counted(supplement.Fields.IsEmpty ? before.Fields : supplement.Fields, documents),
            Documents = documents,
            Aliases = [.. before.Aliases.Concat(supplement.Aliases).Distinct()],
            Metadata = [.. supplement.Metadata, .. before.Metadata.ExceptBy(supplement.Metadata.Select(m => m.Path), m => m.Path)],
        };
    }

    /// <summary>The documents of a supplement that an earlier submission has under the same code, each with the earlier one.</summary>
    public static IEnumerable<(DocumentDescription Before, DocumentDescription Now)> Repeated(PackageDescription before, PackageDescription supplement)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(supplement);
        return before.Documents.Join(supplement.Documents, Key, Key, (b, n) => (b, n));
    }

    private static ImmutableArray<DocumentDescription> Documents(ImmutableArray<DocumentDescription> before, ImmutableArray<DocumentDescription> supplement)
    {
        var now = supplement.GroupBy(Key).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var known = before.Select(Key).ToHashSet(StringComparer.Ordinal);
        return [.. before.Select(d => now.GetValueOrDefault(Key(d), d)).Concat(supplement.Where(d => !known.Contains(Key(d)))).OrderBy(d => d.Ordinal ?? int.MaxValue)];
    }

    private static ImmutableArray<KeyValuePair<string, string>> Counted(ImmutableArray<KeyValuePair<string, string>> fields, ImmutableArray<DocumentDescription> documents)
    {
        var pages = documents.Select(d => int.TryParse(PackageDescription.Find(d.Fields, "numberOfPage"), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : (int?)null).ToList();
        return [.. fields.Select(f => f.Key switch
        {
            "totalDoc" => KeyValuePair.Create(f.Key, documents.Length.ToString(CultureInfo.InvariantCulture)),
            "numberOfPage" when pages.TrueForAll(p => p is not null) => KeyValuePair.Create(f.Key, pages.Sum()!.Value.ToString(CultureInfo.InvariantCulture)),
            _ => f,
        })];
    }

    private static string Key(DocumentDescription document) => document.Code ?? document.Id;
}
