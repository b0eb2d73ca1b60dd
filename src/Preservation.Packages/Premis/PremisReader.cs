using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Preservation.Core;

namespace Preservation.Packages.Premis;

/// <summary>
/// Reads PREMIS 3.0 and, tolerantly, documents of the 2.x namespaces and such that name the category in an
/// <c>objectCategory</c> element, as the samples of Circular 05/2025 do.
/// </summary>
public static class PremisReader
{
    /// <summary>Reads a whole PREMIS document, object by object; the stream stays open.</summary>
    /// <exception cref="XmlException">Malformed, hostile (DTD), or not a PREMIS document.</exception>
    public static async Task<PremisDocument> ReadAsync(Stream stream, Limits limits, CancellationToken cancellationToken) =>
        await ReadOrNullAsync(stream, limits, cancellationToken).ConfigureAwait(false) ?? throw new XmlException("not a PREMIS document");

    internal static async Task<PremisDocument?> ReadOrNullAsync(Stream stream, Limits limits, CancellationToken cancellationToken)
    {
        var objects = ImmutableArray.CreateBuilder<PremisObject>();
        var events = ImmutableArray.CreateBuilder<PremisEvent>();
        var agents = ImmutableArray.CreateBuilder<PremisAgent>();
        if (!await ReadAsync(stream, new PremisVisitor(objects.Add, events.Add, agents.Add), limits, cancellationToken).ConfigureAwait(false)) return null;
        return new PremisDocument { Objects = objects.ToImmutable(), Events = events.ToImmutable(), Agents = agents.ToImmutable() };
    }

    /// <summary>Hands over the objects, events and agents of a document as they come; false for well-formed documents of another kind.</summary>
    internal static async Task<bool> ReadAsync(Stream stream, PremisVisitor visitor, Limits limits, CancellationToken cancellationToken)
    {
        using var xml = SafeXml.Read(stream, limits);
        await xml.MoveToContentAsync().ConfigureAwait(false);
        // A single object, event, agent or rights statement may be a document of its own: its schema declares them as global elements.
        var top = xml.LocalName is "object" or "event" or "agent" or "rights" && xml.NamespaceURI.Contains("premis", StringComparison.Ordinal) ? 0 : 1;
        if (top == 1 && xml.LocalName != "premis") return false;
        if (top == 1) await xml.ReadAsync().ConfigureAwait(false);
        while (!xml.EOF)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (xml.NodeType != XmlNodeType.Element || xml.Depth != top)
            {
                await xml.ReadAsync().ConfigureAwait(false);
                continue;
            }
            var element = await SafeXml.ReadElementAsync(xml, limits, cancellationToken).ConfigureAwait(false);
            switch (element.Name.LocalName)
            {
                case "object": visitor.Object(ReadObject(element)); break;
                case "event": visitor.Event(ReadEvent(element)); break;
                case "agent": visitor.Agent(ReadAgent(element)); break;
                default: break;
            }
        }
        return true;
    }

    private static PremisObject ReadObject(XElement e)
    {
        var characteristics = Children(e, "objectCharacteristics").ToList();
        return new PremisObject
        {
            Category = Category(e),
            Identifiers = [.. Children(e, "objectIdentifier").Select(i => Identifier(i, "objectIdentifier"))],
            Fixity = [.. characteristics.SelectMany(c => Children(c, "fixity")).Select(f => new PremisFixity(
                Text(f, "messageDigestAlgorithm") ?? "", Text(f, "messageDigest") ?? "", Text(f, "messageDigestOriginator")))],
            SizeBytes = characteristics.Select(c => Text(c, "size")).FirstOrDefault(t => t is not null) is { } size
                && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null,
            Formats = [.. characteristics.SelectMany(c => Children(c, "format")).Select(ReadFormat)],
            OriginalName = Text(e, "originalName"),
            Storage = [.. Children(e, "storage").Select(ReadStorage)],
            Signatures = [.. Children(e, "signatureInformation").SelectMany(s => Children(s, "signature")).Select(ReadSignature)],
            Relationships = [.. Children(e, "relationship").Select(r => new PremisRelationship(
                Text(r, "relationshipType") ?? "", Text(r, "relationshipSubType") ?? "",
                [.. Related(r, "relatedObject")])
            {
                Events = [.. Related(r, "relatedEvent")],
            })],
            Events = [.. Children(e, "linkingEventIdentifier").Select(i => Identifier(i, "linkingEventIdentifier"))],
        };
    }

    // PREMIS 2 calls the same element …Identification.
    private static IEnumerable<PremisIdentifier> Related(XElement e, string name) =>
        Children(e, name + "Identifier").Concat(Children(e, name + "Identification")).Select(i => Identifier(i, name + "Identifier"));

    private static PremisStorage ReadStorage(XElement e)
    {
        var location = Children(e, "contentLocation").FirstOrDefault();
        return new PremisStorage(
            location is null ? null : Text(location, "contentLocationType"), location is null ? null : Text(location, "contentLocationValue"), Text(e, "storageMedium"));
    }

    private static PremisFormat ReadFormat(XElement e)
    {
        var designation = Children(e, "formatDesignation").FirstOrDefault();
        var registry = Children(e, "formatRegistry").FirstOrDefault();
        return new PremisFormat(
            designation is null ? null : Text(designation, "formatName"), designation is null ? null : Text(designation, "formatVersion"),
            registry is null ? null : Text(registry, "formatRegistryName"), registry is null ? null : Text(registry, "formatRegistryKey"),
            Text(e, "formatNote"));
    }

    private static PremisSignature ReadSignature(XElement e) => new(
        Text(e, "signatureEncoding") ?? "", Text(e, "signer"), Text(e, "signatureMethod") ?? "", Text(e, "signatureValue") ?? "",
        Text(e, "signatureValidationRules") ?? "", [.. Children(e, "signatureProperties").Select(p => p.Value.Trim())])
    {
        Certificate = Children(e, "keyInformation").SelectMany(k => k.Descendants(XName.Get("X509Certificate", PremisWriter.XmlSignature))).FirstOrDefault()?.Value.Trim(),
    };

    private static PremisEvent ReadEvent(XElement e)
    {
        var detail = Children(e, "eventDetailInformation").Select(d => Text(d, "eventDetail")).FirstOrDefault() ?? Text(e, "eventDetail");
        var outcome = Children(e, "eventOutcomeInformation").FirstOrDefault();
        var outcomeDetail = outcome is null ? null : Children(outcome, "eventOutcomeDetail").FirstOrDefault();
        return new PremisEvent
        {
            Identifier = Children(e, "eventIdentifier").Select(i => Identifier(i, "eventIdentifier")).FirstOrDefault() ?? new("", ""),
            Type = Text(e, "eventType") ?? "",
            DateTime = Text(e, "eventDateTime") ?? "",
            Detail = detail,
            Outcome = outcome is null ? null : Text(outcome, "eventOutcome"),
            OutcomeDetail = outcomeDetail is null ? null : Text(outcomeDetail, "eventOutcomeDetailNote"),
            Agents = [.. Children(e, "linkingAgentIdentifier").Select(l => Link(l, "linkingAgent"))],
            Objects = [.. Children(e, "linkingObjectIdentifier").Select(l => Link(l, "linkingObject"))],
        };
    }

    private static PremisAgent ReadAgent(XElement e) => new(
        Children(e, "agentIdentifier").Select(i => Identifier(i, "agentIdentifier")).FirstOrDefault() ?? new("", ""),
        Text(e, "agentName") ?? "", Text(e, "agentType") ?? "", Text(e, "agentVersion"), Text(e, "agentNote"));

    private static PremisObjectCategory Category(XElement e)
    {
        var type = e.Attribute(XName.Get("type", PremisWriter.Xsi))?.Value ?? Text(e, "objectCategory") ?? "";
        type = type[(type.IndexOf(':', StringComparison.Ordinal) + 1)..].Replace(" ", "", StringComparison.Ordinal);
        return Enum.TryParse<PremisObjectCategory>(type, ignoreCase: true, out var category) ? category : PremisObjectCategory.IntellectualEntity;
    }

    private static PremisLink Link(XElement e, string prefix) => new(
        Identifier(e, prefix + "Identifier"), [.. Children(e, prefix + "Role").Select(r => r.Value.Trim())]);

    private static PremisIdentifier Identifier(XElement e, string name) => new(Text(e, name + "Type") ?? "", Text(e, name + "Value") ?? "");

    private static IEnumerable<XElement> Children(XElement e, string name) => e.Elements().Where(c => c.Name.LocalName == name);

    private static string? Text(XElement e, string name) => Children(e, name).FirstOrDefault()?.Value.Trim();
}
