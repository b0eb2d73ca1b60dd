using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Packages.Aip;
using Preservation.Packages.Eark;
using Preservation.Packages.Mets;
using Preservation.Packages.Premis;
using Preservation.Packages.Tests.Aip;
using Preservation.Packages.Tests.Tt05;

namespace Preservation.Packages.Tests.Eark;

/// <summary>Which good package a mutant is made from.</summary>
public enum EarkSample
{
    /// <summary>A SIP that has everything the specification names, the optional too.</summary>
    Sip,

    /// <summary>The AIP made of it.</summary>
    Aip,

    /// <summary>The same content as a DIP.</summary>
    Dip,
}

/// <summary>Packages that break no rule of any level.</summary>
internal static class EarkSamples
{
    public const string Root = "METS.xml";
    public const string Rep = "representations/rep1/METS.xml";
    public const string Premis = "metadata/preservation/PREMIS.xml";
    public const string RepPremis = "representations/rep1/metadata/preservation/PREMIS_rep1.xml";
    private const string Created = "2026-05-04T03:02:01Z";
    private static readonly Lazy<Task<MemoryTree>> Sip = new(MakeSipAsync);
    private static readonly Lazy<Task<MemoryTree>> Aip = new(MakeAipAsync);

    /// <summary>A copy to change.</summary>
    public static async Task<MemoryTree> GetAsync(EarkSample sample) => sample switch
    {
        EarkSample.Sip => (await Sip.Value).Copy(),
        EarkSample.Aip => (await Aip.Value).Copy(),
        _ => (await Sip.Value).Copy().Replace(Root, "OAISPACKAGETYPE=\"SIP\"", "OAISPACKAGETYPE=\"DIP\"")
            .Replace(Root, MetsNames.SipProfile, "https://earkdip.dilcis.eu/profile/E-ARK-DIP.xml"),
    };

    public static Task<PackageReport> CheckAsync(MemoryTree tree) => EarkValidator.CheckAsync(tree, Limits.Default, default);

    /// <summary>What <see cref="EarkPacker"/> makes, as it is.</summary>
    public static async Task<MemoryTree> PackedAsync()
    {
        using var zip = new MemoryStream();
        var options = Tt05Samples.Options() with { OfficialSchemas = new MemoryTree("s").With("a.xsd", "<x/>") };
        await EarkPacker.PackAsync(new MemoryTree("f").With("a.txt", "x"), new EarkSource("T", "A", "C", "NL.1"), zip, options, default);
        return MemoryTree.FromZip(zip.ToArray());
    }

    private static async Task<MemoryTree> MakeSipAsync()
    {
        var sip = (await PackedAsync()).With("documentation/manual.txt", "m").With("metadata/preservation/rights.xml", "<rights xmlns=\"http://www.loc.gov/premis/v3\"/>")
            .With("representations/rep1/metadata/descriptive/dc.xml", "<dc/>");
        sip.Files["metadata/preservation/agents.xml"] = PremisWriter.ToBytes(new PremisDocument { Agents = [new PremisAgent(new PremisIdentifier("local", "a0"), "A", "organization")] });
        var rep = await ReadAsync(sip, Rep);
        sip.Files[Rep] = MetsWriter.ToBytes(Formatted(rep with
        {
            Descriptive = [Section(sip, MetsSection.Descriptive, "representations/rep1/metadata/descriptive/dc.xml", "metadata/descriptive/dc.xml", "DC")],
        }));
        var root = await ReadAsync(sip, Root);
        var rights = Section(sip, MetsSection.Rights, "metadata/preservation/rights.xml", "metadata/preservation/rights.xml", "PREMIS:RIGHTS");
        var provenance = Section(sip, MetsSection.Provenance, "metadata/preservation/agents.xml", "metadata/preservation/agents.xml", "PREMIS") with { Id = "id-premis" };
        var map = root.StructMaps[0];
        var divs = map.Root!.Divs.Select(d => d.Label == "Metadata" ? d with { AdmIds = [rights.Id!, provenance.Id!] } : d)
            .Append(new MetsDiv { Id = "id-div-documentation", Label = "Documentation", FileIds = ["id-documentation"] });
        var entry = new MetsFile
        {
            Id = "id-manual", MimeType = "text/plain", Size = "1", Created = Created, ChecksumType = "SHA-256", Checksum = Sha256(sip, "documentation/manual.txt"),
            Location = new MetsPointer("URL", "simple", "documentation/manual.txt"),
        };
        var documentation = new MetsFileGroup { Id = "id-documentation", Use = "Documentation", Files = [entry] };
        sip.Files[Root] = MetsWriter.ToBytes(Formatted(root with
        {
            Header = root.Header! with
            {
                Agents =
                [
                    .. root.Header.Agents, new MetsAgent("CREATOR", "INDIVIDUAL", null, "P", [new MetsNote("p@example.org", null)]),
                    CsipFrame.Organisation("PRESERVATION", "L", "H49"),
                ],
                AltRecordIds =
                [
                    .. root.Header.AltRecordIds, new MetsAltRecordId("PREVIOUSSUBMISSIONAGREEMENT", "0"), new MetsAltRecordId("REFERENCECODE", "R"),
                    new MetsAltRecordId("PREVIOUSREFERENCECODE", "Q"),
                ],
            },
            Administrative = [new MetsAdministration("id-amd", [rights, provenance])],
            FileSection = root.FileSection! with { Groups = [documentation, .. root.FileSection.Groups] },
            StructMaps = [map with { Root = map.Root with { Divs = [.. divs] } }],
        }));
        return await SealAsync(sip);
    }

    private static async Task<MemoryTree> MakeAipAsync()
    {
        var sip = await Sip.Value;
        var report = await CheckAsync(sip);
        return AipSamples.Build(AipPlanner.Plan(AipSamples.Request(sip, report.Description!)), sip);
    }

    /// <summary>Makes the package's METS promise its other METS as it now is, so that a change there breaks no digest.</summary>
    public static async Task<MemoryTree> SealAsync(MemoryTree tree)
    {
        var root = await ReadAsync(tree, Root);
        var old = root.Files.Single(f => f.Location!.Href == Rep);
        return tree.Replace(Root, old.Checksum!, Sha256(tree, Rep)).Replace(Root, $"SIZE=\"{old.Size}\" CREATED=\"{old.Created}\" CHECKSUM=\"{Sha256(tree, Rep)}\"",
            $"SIZE=\"{tree.Files[Rep].Length}\" CREATED=\"{old.Created}\" CHECKSUM=\"{Sha256(tree, Rep)}\"");
    }

    public static Task<MetsDocument> ReadAsync(MemoryTree tree, string path) => MetsReader.ReadAsync(new MemoryStream(tree.Files[path]), Limits.Default, default);

    private static MetsDocument Formatted(MetsDocument mets) => mets with
    {
        FileSection = mets.FileSection! with
        {
            Groups = [.. mets.FileSection.Groups.Select(g => g with
            {
                Files = [.. g.Files.Select(f => f with { FormatName = "Text", FormatVersion = "1", FormatRegistry = "PRONOM", FormatKey = "x-fmt/111" })],
            })],
        },
    };

    private static MetsSection Section(MemoryTree tree, string element, string path, string href, string type) => new(element, "id-" + element, Created, "CURRENT", new MetsReference
    {
        LocType = "URL", LinkType = "simple", Href = href, MdType = type, MdTypeVersion = "3.0", MimeType = "text/xml", Size = tree.Files[path].Length.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Created = Created, ChecksumType = "SHA-256", Checksum = Sha256(tree, path),
    });

    private static string Sha256(MemoryTree tree, string path) => DigestAlgorithm.Sha256.Compute(tree.Files[path]).Hex.ToUpperInvariant();
}
