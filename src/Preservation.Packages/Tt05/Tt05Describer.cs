using System.Collections.Immutable;
using Preservation.Packages.Description;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Tt05;

/// <summary>Turns what a package of the circular says into the description the catalogue keeps.</summary>
internal static class Tt05Describer
{
    public static PackageDescription Describe(Tt05Package package, Tt05Links? links, Func<string, bool> exists)
    {
        var dossier = package.Dossier ?? new SimpleDc([]);
        var header = package.Root?.Header;
        var agency = header?.Agents.FirstOrDefault(a => a.Type == "ORGANIZATION");
        var documents = package.Documents.Select(d => Document(package, d, links)).ToImmutableArray();
        return new PackageDescription
        {
            Kind = PackageKind.Tt05,
            ObjId = package.Root?.ObjId,
            ContentCategory = package.Root?.Type,
            Title = dossier["title"] ?? package.Root?.Label,
            FondsCode = agency?.Note("IDENTIFICATIONCODE"),
            AgencyName = agency?.Name,
            RecordStatus = header?.RecordStatus,
            RegistrationCode = header?.AltRecordIds.FirstOrDefault(i => i.Type == "SUBMISSIONAGREEMENT")?.Value,
            RetentionCode = dossier["maintenance"],
            AccessMode = dossier["mode"],
            Start = Date(dossier["startDate"]),
            End = Date(dossier["endDate"]),
            Fields = dossier.Fields,
            Documents = documents,
            Aliases = [.. Aliases(package, dossier, documents).Where(a => !string.IsNullOrWhiteSpace(a.Value)).Distinct()],
            Metadata = [.. Metadata(package.Root, "", exists), .. Metadata(package.Rep, Tt05Layout.Rep, exists)],
        };
    }

    internal static IEnumerable<DescribedMetadata> Metadata(MetsDocument? mets, string folder, Func<string, bool> exists) =>
        from section in mets?.Sections ?? []
        let path = MetsHref.Resolve(section.Reference?.Href, folder, exists)
        where path is not null
        select new DescribedMetadata(path, section.Element, section.Reference!.MdType ?? "OTHER", section.Reference.OtherMdType, section.Reference.MdTypeVersion);

    private static DocumentDescription Document(Tt05Package package, Tt05Described document, Tt05Links? links)
    {
        var fields = document.Descriptor;
        var files = links?.Files(document.Path) ?? [];
        var code = Tt05CrossCheck.Code(fields);
        return new DocumentDescription
        {
            Id = document.Id,
            Kind = document.Kind,
            Code = code,
            Ordinal = int.TryParse(fields["docOrdinal"], out var ordinal) ? ordinal : code is null ? null : Tt05CrossCheck.Ordinal(code),
            Number = fields["codeNumber"],
            Notation = fields["codeNotation"],
            Issued = Date(fields["issuedDate"] ?? fields["photoTime"] ?? fields["recordDate"]),
            Issuer = fields["organName"] ?? fields["photographer"] ?? fields["recorder"],
            TypeCode = fields["typeName"] ?? fields["typePic"] ?? fields["typeMedia"],
            Abstract = fields["subject"] ?? fields["imageTitle"] ?? fields["movieTitle"],
            RetentionCode = fields["maintenance"],
            AccessMode = fields["mode"],
            DescriptorPath = document.Path,
            FilePaths = files,
            AttachmentPaths = links?.Attachments(document.Path) ?? [],
            FetchReferences = [.. package.Fetches.Where(f => files.Contains(f.Scheme))],
            Fields = fields.Fields,
        };
    }

    private static IEnumerable<PackageAlias> Aliases(Tt05Package package, SimpleDc dossier, ImmutableArray<DocumentDescription> documents)
    {
        yield return new PackageAlias("OBJID", package.Root?.ObjId ?? "");
        foreach (var name in (string[])["fileCode", "arcFileCode", "paperFileCode"]) yield return new PackageAlias(name, dossier[name] ?? "");
        foreach (var document in documents) yield return new PackageAlias("docCode", document.Code ?? "");
    }

    private static TextDate? Date(string? text) => text is null ? null : TextDate.Parse(text);
}
