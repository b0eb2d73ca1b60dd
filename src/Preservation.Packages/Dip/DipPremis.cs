using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Packages.Aip;
using Preservation.Packages.Mets;
using Preservation.Packages.Premis;

namespace Preservation.Packages.Dip;

/// <summary>The provenance of a DIP: from which archival package it comes, on whose request and by whose act, and what files it has.</summary>
internal sealed class DipPremis(string id, string aip, DipRequest request, PackOptions options)
{
    private readonly PremisIdentifier _event = new("UUID", options.NewId().ToString());
    private readonly PremisIdentifier _software = new("local", $"{options.Software.Name} {options.Software.Version}");

    public byte[] Package(IEnumerable<string> representations) => PremisWriter.ToBytes(new PremisDocument
    {
        Objects =
        [
            new PremisObject
            {
                Category = PremisObjectCategory.IntellectualEntity, Identifiers = [AipPlanner.PackageObject(id)], Relationships = [From(AipPlanner.PackageObject(aip))], Events = [_event],
            },
            .. representations.Select(Representation),
        ],
        Events =
        [
            new PremisEvent
            {
                Identifier = _event, Type = "dissemination", DateTime = PackageZip.VietnameseTime(options.Now), Detail = request.Summary is { Length: > 0 } summary ? summary : null, Outcome = "success",
                Agents = [new PremisLink(_software, ["executing program"]), .. Persons().Select(p => new PremisLink(p.Id, [p.Role]))],
                Objects = [new PremisLink(AipPlanner.PackageObject(aip), ["source"]), new PremisLink(AipPlanner.PackageObject(id), ["outcome"])],
            },
        ],
        Agents = [new PremisAgent(_software, options.Software.Name, "software", options.Software.Version), .. Persons().Select(p => new PremisAgent(p.Id, p.Name, "person"))],
    });

    public Action<Stream> OfRepresentation(string rep, IEnumerable<ReferencedFile> files) => stream => PremisWriter.Write(stream, new PremisDocument
    {
        Objects = [Representation(rep)],
        WrittenObjects = files.Select(f => new PremisObject
        {
            Category = PremisObjectCategory.File,
            Identifiers = [AipPlanner.FileObject(id, f.Path)],
            Fixity = [new PremisFixity(DigestAlgorithm.Sha256.MetsName, f.Sha256.Hex)],
            SizeBytes = f.Bytes,
            Formats = f.Puid is null && f.FormatName is null ? [] : [new PremisFormat(f.FormatName, f.FormatVersion, f.Puid is null ? null : "PRONOM", f.Puid)],
            OriginalName = f.Path,
            Relationships = [new PremisRelationship("structural", "is Part Of", [AipPlanner.RepresentationObject(id, rep)]), From(AipPlanner.FileObject(aip, f.Path))],
        }),
    });

    private PremisObject Representation(string rep) => new()
    {
        Category = PremisObjectCategory.Representation,
        Identifiers = [AipPlanner.RepresentationObject(id, rep)],
        Relationships = [new PremisRelationship("structural", "represents", [AipPlanner.PackageObject(id)])],
    };

    private PremisRelationship From(PremisIdentifier source) => new("derivation", "has source", [source]) { Events = [_event] };

    private IEnumerable<(PremisIdentifier Id, string Name, string Role)> Persons()
    {
        foreach (var (name, role) in (ImmutableArray<(string?, string)>)[(request.Authorizer, "authorizer"), (request.Recipient, "recipient")])
            if (!string.IsNullOrWhiteSpace(name)) yield return (new PremisIdentifier("local", $"{role}: {name}"), name, role);
    }
}
