using Preservation.Core.Digests;
using Preservation.Packages.Premis;

namespace Preservation.Packages.Aip;

/// <summary>The PREMIS documents of an AIP: one for the package, one for each representation.</summary>
internal static class AipPremis
{
    /// <summary>The intellectual entity with its other codes, the representations, all events and agents.</summary>
    public static PremisDocument Package(AipRequest request, IEnumerable<string> representations)
    {
        var entity = AipPlanner.PackageObject(request.Id);
        var aliases = request.Description.Aliases.Where(a => a.Value != request.Id).Select(a => new PremisIdentifier(a.Scheme, a.Value)).Distinct();
        return new PremisDocument
        {
            Objects =
            [
                new PremisObject
                {
                    Category = PremisObjectCategory.IntellectualEntity, Identifiers = [entity, .. aliases], OriginalName = request.Description.ObjId,
                },
                .. representations.Select(rep => Representation(request.Id, rep)),
            ],
            Events = request.Events,
            Agents = request.Agents,
        };
    }

    /// <summary>The representation and its files, which are asked for while the document is written.</summary>
    public static PremisDocument OfRepresentation(AipRequest request, string rep, IEnumerable<(string Path, SubmittedFile File)> files)
    {
        var documents = request.Description.Documents.SelectMany(d => d.FilePaths.Select(p => (p, d.Id))).ToLookup(d => d.p, d => d.Id, StringComparer.Ordinal);
        return new PremisDocument
        {
            Objects = [Representation(request.Id, rep)],
            WrittenObjects = files.Select(f => new PremisObject
            {
                Category = PremisObjectCategory.File,
                Identifiers = [AipPlanner.FileObject(request.Id, f.Path), .. documents[f.Path].Take(1).Select(id => new PremisIdentifier("docId", id))],
                Fixity =
                [
                    new PremisFixity(DigestAlgorithm.Sha256.MetsName, f.File.Sha256.Hex), new PremisFixity(DigestAlgorithm.Sha512.MetsName, f.File.Sha512.Hex),
                ],
                SizeBytes = f.File.Bytes,
                Formats = f.File.Puid is null && f.File.FormatName is null ? []
                    : [new PremisFormat(f.File.FormatName, f.File.FormatVersion, f.File.Puid is null ? null : "PRONOM", f.File.Puid)],
                OriginalName = f.File.Path,
                Signatures = f.File.Signatures,
                Relationships = [new PremisRelationship("structural", "is Part Of", [AipPlanner.RepresentationObject(request.Id, rep)]), .. Signing(request, rep, f.File)],
            }),
        };
    }

    // A detached signature is an object of its own (data dictionary §1.13): it documents what it signs, whose signatureInformation repeats it. Within the
    // representation only, since each PREMIS document describes what it names.
    private static IEnumerable<PremisRelationship> Signing(AipRequest request, string rep, SubmittedFile file)
    {
        if (file.Signs is { } signed && InRepresentation(request, rep, signed) is { } content) yield return new PremisRelationship("reference", "documents", [content]);
        foreach (var carrier in file.SignedIn)
            if (InRepresentation(request, rep, carrier) is { } signature) yield return new PremisRelationship("reference", "is Documented In", [signature]);
    }

    private static PremisIdentifier? InRepresentation(AipRequest request, string rep, string path) =>
        AipPlanner.PathInAip(request.Description.Kind, path) is { } shown && shown.StartsWith($"representations/{rep}/", StringComparison.Ordinal) ? AipPlanner.FileObject(request.Id, shown) : null;

    private static PremisObject Representation(string id, string rep) => new()
    {
        Category = PremisObjectCategory.Representation,
        Identifiers = [AipPlanner.RepresentationObject(id, rep)],
        Relationships = [new PremisRelationship("structural", "represents", [AipPlanner.PackageObject(id)])],
    };
}
