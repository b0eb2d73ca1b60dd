using System.Collections.Immutable;
using System.Text;
using System.Xml;
using Preservation.Core;

namespace Preservation.Packages.Mets;

/// <summary>
/// Reads METS 1.x. Elements it has no use for (wrapped metadata, behaviours, structLinks) are passed over; nothing is judged.
/// </summary>
public static class MetsReader
{
    private static readonly char[] Blanks = [' ', '\t', '\r', '\n'];

    /// <summary>Reads a whole METS document; the stream stays open.</summary>
    /// <exception cref="XmlException">Malformed, hostile (DTD), too deep, or not a METS document.</exception>
    public static Task<MetsDocument> ReadAsync(Stream stream, Limits limits, CancellationToken cancellationToken) =>
        ReadAsync(stream, limits, visitor: null, cancellationToken);

    /// <summary>
    /// Reads a METS document and hands over its files, and the pointers to them, as they come: memory does not grow with their number.
    /// </summary>
    internal static async Task<MetsDocument> ReadAsync(Stream stream, Limits limits, MetsVisitor? visitor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        using var xml = SafeXml.Read(stream, limits);
        var read = new Reading(xml, limits, visitor, cancellationToken);
        return await read.DocumentAsync().ConfigureAwait(false);
    }

    private sealed class Reading(XmlReader xml, Limits limits, MetsVisitor? visitor, CancellationToken cancellationToken)
    {
        private readonly ImmutableArray<MetsSection>.Builder _descriptive = ImmutableArray.CreateBuilder<MetsSection>();
        private readonly ImmutableArray<MetsAdministration>.Builder _administrative = ImmutableArray.CreateBuilder<MetsAdministration>();
        private MetsDocument _mets = new();
        private int _groups;

        public async Task<MetsDocument> DocumentAsync()
        {
            await xml.MoveToContentAsync().ConfigureAwait(false);
            if (xml.LocalName != "mets" || xml.NamespaceURI != MetsNames.Mets) throw new XmlException("not a METS document");
            var maps = ImmutableArray.CreateBuilder<MetsStructMap>();
            MetsFileSection? files = null;
            _mets = new MetsDocument
            {
                ObjId = Get("OBJID"), Type = Get("TYPE"), Label = Get("LABEL"), Profile = Get("PROFILE"), OtherType = Csip("OTHERTYPE"),
                ContentInformationType = Csip("CONTENTINFORMATIONTYPE"), OtherContentInformationType = Csip("OTHERCONTENTINFORMATIONTYPE"),
            };
            await ChildrenAsync(async name =>
            {
                switch (name)
                {
                    case "metsHdr": _mets = _mets with { Header = await HeaderAsync().ConfigureAwait(false) }; break;
                    case "dmdSec": _descriptive.Add(await SectionAsync().ConfigureAwait(false)); break;
                    case "amdSec": _administrative.Add(await AdministrationAsync().ConfigureAwait(false)); break;
                    case "fileSec":
                        _mets = _mets with { Descriptive = _descriptive.ToImmutable(), Administrative = _administrative.ToImmutable() };
                        files = await FileSectionAsync(files).ConfigureAwait(false);
                        break;
                    case "structMap": maps.Add(await StructMapAsync().ConfigureAwait(false)); break;
                    default: await SkipAsync().ConfigureAwait(false); break;
                }
            }).ConfigureAwait(false);
            while (await xml.ReadAsync().ConfigureAwait(false)) cancellationToken.ThrowIfCancellationRequested();
            return _mets with
            {
                Descriptive = _descriptive.ToImmutable(), Administrative = _administrative.ToImmutable(), FileSection = files, StructMaps = maps.ToImmutable(),
            };
        }

        private async Task<MetsHeader> HeaderAsync()
        {
            var agents = ImmutableArray.CreateBuilder<MetsAgent>();
            var ids = ImmutableArray.CreateBuilder<MetsAltRecordId>();
            var header = new MetsHeader
            {
                Created = Get("CREATEDATE"), LastModified = Get("LASTMODDATE"), RecordStatus = Get("RECORDSTATUS"),
                OaisPackageType = Csip("OAISPACKAGETYPE"),
            };
            await ChildrenAsync(async name =>
            {
                var type = Get("TYPE");
                if (name == "agent") agents.Add(await AgentAsync().ConfigureAwait(false));
                else if (name == "altRecordID") ids.Add(new MetsAltRecordId(type, await TextAsync().ConfigureAwait(false)));
                else await SkipAsync().ConfigureAwait(false);
            }).ConfigureAwait(false);
            return header with { Agents = agents.ToImmutable(), AltRecordIds = ids.ToImmutable() };
        }

        private async Task<MetsAgent> AgentAsync()
        {
            string? name = null;
            var notes = ImmutableArray.CreateBuilder<MetsNote>();
            var agent = new MetsAgent(Get("ROLE"), Get("TYPE"), Get("OTHERTYPE"), null, []) { OtherRole = Get("OTHERROLE") };
            await ChildrenAsync(async element =>
            {
                var noteType = Csip("NOTETYPE");
                var text = await TextAsync().ConfigureAwait(false);
                if (element == "name") name = text;
                else if (element == "note") notes.Add(new MetsNote(text, noteType));
            }).ConfigureAwait(false);
            return agent with { Name = name, Notes = notes.ToImmutable() };
        }

        private async Task<MetsAdministration> AdministrationAsync()
        {
            var id = Get("ID");
            var sections = ImmutableArray.CreateBuilder<MetsSection>();
            await ChildrenAsync(async _ => sections.Add(await SectionAsync().ConfigureAwait(false))).ConfigureAwait(false);
            return new MetsAdministration(id, sections.ToImmutable());
        }

        private async Task<MetsSection> SectionAsync()
        {
            MetsReference? reference = null;
            var section = new MetsSection(xml.LocalName, Get("ID"), Get("CREATED"), Get("STATUS"), null);
            await ChildrenAsync(async name =>
            {
                if (name == "mdRef")
                    reference ??= new MetsReference
                    {
                        Id = Get("ID"), LocType = Get("LOCTYPE"), LinkType = XLink("type"), Href = XLink("href"), MdType = Get("MDTYPE"),
                        OtherMdType = Get("OTHERMDTYPE"), MdTypeVersion = Get("MDTYPEVERSION"), MimeType = Get("MIMETYPE"),
                        Size = Get("SIZE"), Created = Get("CREATED"), Checksum = Get("CHECKSUM"), ChecksumType = Get("CHECKSUMTYPE"),
                    };
                await SkipAsync().ConfigureAwait(false);
            }).ConfigureAwait(false);
            return section with { Reference = reference };
        }

        private async Task<MetsFileSection> FileSectionAsync(MetsFileSection? earlier)
        {
            var id = earlier?.Id ?? Get("ID");
            var groups = ImmutableArray.CreateBuilder<MetsFileGroup>();
            await ChildrenAsync(async name =>
            {
                if (name == "fileGrp") groups.Add(await GroupAsync().ConfigureAwait(false));
                else await SkipAsync().ConfigureAwait(false);
            }).ConfigureAwait(false);
            return new MetsFileSection(id, [.. earlier?.Groups ?? [], .. groups]);
        }

        private async Task<MetsFileGroup> GroupAsync()
        {
            CheckDepth();
            var files = ImmutableArray.CreateBuilder<MetsFile>();
            var groups = ImmutableArray.CreateBuilder<MetsFileGroup>();
            var handedOver = 0;
            var group = new MetsFileGroup
            {
                Number = _groups++, Id = Get("ID"), Use = Get("USE"), AdmIds = Ids("ADMID"), ContentInformationType = Csip("CONTENTINFORMATIONTYPE"),
                OtherContentInformationType = Csip("OTHERCONTENTINFORMATIONTYPE"),
            };
            await ChildrenAsync(async name =>
            {
                if (name == "file")
                {
                    var file = await FileAsync().ConfigureAwait(false);
                    if (visitor is null) files.Add(file);
                    else
                    {
                        visitor.File(_mets, group, file);
                        handedOver++;
                    }
                }
                else if (name == "fileGrp") groups.Add(await GroupAsync().ConfigureAwait(false));
                else await SkipAsync().ConfigureAwait(false);
            }).ConfigureAwait(false);
            return group with { Files = files.ToImmutable(), Groups = groups.ToImmutable(), HandedOver = handedOver };
        }

        private async Task<MetsFile> FileAsync()
        {
            MetsPointer? location = null;
            var count = 0;
            var file = new MetsFile
            {
                Id = Get("ID"), MimeType = Get("MIMETYPE"), Size = Get("SIZE"), Created = Get("CREATED"), Checksum = Get("CHECKSUM"),
                ChecksumType = Get("CHECKSUMTYPE"), OwnerId = Get("OWNERID"), AdmIds = Ids("ADMID"), DmdIds = Ids("DMDID"),
                FormatName = Sip("FILEFORMATNAME"), FormatVersion = Sip("FILEFORMATVERSION"),
                FormatRegistry = Sip("FILEFORMATREGISTRY") ?? Sip("FORMATREGISTRY"),
                FormatKey = Sip("FILEFORMATKEY") ?? Sip("FORMATREGISTRYKEY"),
            };
            await ChildrenAsync(async name =>
            {
                if (name == "FLocat")
                {
                    location ??= Pointer();
                    count++;
                }
                await SkipAsync().ConfigureAwait(false);
            }).ConfigureAwait(false);
            return file with { Location = location, LocationCount = count };
        }

        private async Task<MetsStructMap> StructMapAsync()
        {
            MetsDiv? root = null;
            var map = new MetsStructMap(Get("ID"), Get("TYPE"), Get("LABEL"), null);
            await ChildrenAsync(async name =>
            {
                if (name == "div" && root is null) root = await DivAsync().ConfigureAwait(false);
                else await SkipAsync().ConfigureAwait(false);
            }).ConfigureAwait(false);
            return map with { Root = root };
        }

        private async Task<MetsDiv> DivAsync()
        {
            CheckDepth();
            var files = ImmutableArray.CreateBuilder<string?>();
            var pointers = ImmutableArray.CreateBuilder<MetsPointer>();
            var divs = ImmutableArray.CreateBuilder<MetsDiv>();
            var div = new MetsDiv
            {
                Id = Get("ID"), Type = Get("TYPE"), Label = Get("LABEL"), DmdIds = Ids("DMDID"), AdmIds = Ids("ADMID"),
            };
            await ChildrenAsync(async name =>
            {
                if (name == "div")
                {
                    divs.Add(await DivAsync().ConfigureAwait(false));
                    return;
                }
                if (name == "fptr")
                {
                    var id = Get("FILEID");
                    if (id is null || visitor is null || !visitor.Pointer(div, id)) files.Add(id);
                }
                else if (name == "mptr") pointers.Add(Pointer());
                await SkipAsync().ConfigureAwait(false);
            }).ConfigureAwait(false);
            return div with { FileIds = files.ToImmutable(), Pointers = pointers.ToImmutable(), Divs = divs.ToImmutable() };
        }

        // Calls the handler with the reader on each child element; the handler leaves it on the element's end.
        private async Task ChildrenAsync(Func<string, Task> handle)
        {
            if (xml.IsEmptyElement) return;
            var depth = xml.Depth;
            while (await xml.ReadAsync().ConfigureAwait(false) && xml.Depth > depth)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (xml.NodeType != XmlNodeType.Element) continue;
                if (xml.NamespaceURI == MetsNames.Mets) await handle(xml.LocalName).ConfigureAwait(false);
                else await SkipAsync().ConfigureAwait(false);
            }
        }

        private async Task SkipAsync()
        {
            if (xml.IsEmptyElement) return;
            var depth = xml.Depth;
            while (await xml.ReadAsync().ConfigureAwait(false) && xml.Depth > depth) CheckDepth();
        }

        private async Task<string> TextAsync()
        {
            if (xml.IsEmptyElement) return "";
            var depth = xml.Depth;
            var text = new StringBuilder();
            while (await xml.ReadAsync().ConfigureAwait(false) && xml.Depth > depth)
            {
                CheckDepth();
                if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace) text.Append(xml.Value);
            }
            return text.ToString().Trim();
        }

        private void CheckDepth()
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (xml.Depth > limits.MaxMarkupDepth) throw new XmlException($"elements are nested more than {limits.MaxMarkupDepth} deep");
        }

        private MetsPointer Pointer() => new(Get("LOCTYPE"), XLink("type"), XLink("href"), XLink("title"));

        private string? Get(string name) => xml.GetAttribute(name);

        private string? Csip(string name) => xml.GetAttribute(name, MetsNames.Csip) ?? xml.GetAttribute(name, LowerCsip);

        private string? Sip(string name) => xml.GetAttribute(name, MetsNames.Sip) ?? xml.GetAttribute(name, LowerSip);

        private string? XLink(string name) => xml.GetAttribute(name, MetsNames.XLink);

        private ImmutableArray<string> Ids(string name) =>
            Get(name) is { } text ? [.. text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries)] : [];

        private static readonly string LowerCsip = MetsNames.Csip.Replace("DILCIS.eu", "dilcis.eu", StringComparison.Ordinal);
        private static readonly string LowerSip = MetsNames.Sip.Replace("DILCIS.eu", "dilcis.eu", StringComparison.Ordinal);
    }
}
