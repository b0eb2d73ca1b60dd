using System.Xml;
using Preservation.Core;

namespace Preservation.Packages.Tt05;

/// <summary>What the optional extension <c>VNSIP.xml</c> says that nothing else in a package does.</summary>
/// <param name="AgencyCode">Code of the submitting agency, which the circular's own header tells by its fonds only.</param>
internal sealed record Tt05Extension(string? AgencyCode)
{
    private const string Namespace = "urn:vn:ltdp:vnsip:1";

    /// <summary>Reads the extension and holds it against its schema; null when there is none, or it is malformed.</summary>
    public static async Task<Tt05Extension?> ReadAsync(PackageFiles files, Tt05Edition edition, CancellationToken cancellationToken)
    {
        if (!files.Has(Tt05Layout.Extension)) return null;
        var extension = await files.ParseAsync(Tt05Layout.Extension, s => ParseAsync(s, files.Limits, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (extension is null) return null;
        if (extension.IsOfItsNamespace) await SchemaCheck.CheckAsync(files, Tt05Layout.Extension, edition.Extension, Tt05Rules.Get("VN-EXT-01"), cancellationToken).ConfigureAwait(false);
        else files.Findings.Add(Tt05Rules.Get("VN-EXT-01"), Tt05Layout.Extension, null, "xmlns");
        return extension;
    }

    private bool IsOfItsNamespace { get; init; }

    private static async Task<Tt05Extension> ParseAsync(Stream stream, Limits limits, CancellationToken cancellationToken)
    {
        using var xml = SafeXml.Read(stream, limits);
        await xml.MoveToContentAsync().ConfigureAwait(false);
        var isOwn = xml is { LocalName: "vnsip", NamespaceURI: Namespace };
        string? code = null;
        var (isAgency, isCode) = (false, false);
        while (await xml.ReadAsync().ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (xml.NodeType == XmlNodeType.Element) (isAgency, isCode) = (xml.LocalName == "submittingAgency" || (isAgency && xml.Depth > 2), xml.LocalName == "code");
            else if (xml.NodeType == XmlNodeType.Text && isOwn && isAgency && isCode) code ??= xml.Value.Trim();
        }
        return new Tt05Extension(code) { IsOfItsNamespace = isOwn };
    }
}
