using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Xml;

namespace Preservation.Signatures.Containers;

/// <summary>Reads the XML signature files of a container one after the other: ids go on, the limits are those of one file.</summary>
internal sealed class XmlContainerSignatures(XmlBudget budget, PathMaterial material, SignedFile container)
{
    /// <summary>The signatures, and the path of the file each stands in.</summary>
    public List<(string Path, XmlSignature Signature)> Found { get; } = [];

    /// <summary>Facts of signature files that cannot be read: each counts as a signature that is refused.</summary>
    public List<SignatureFacts> Unread { get; } = [];

    public int Count => Found.Count + Unread.Count;

    public async Task AddAsync(SignedFile file, XmlSources sources, CancellationToken cancellationToken)
    {
        var shown = $"{container.Path}!{file.Path}";
        var (tree, refused) = await XmlSignatures.ParseAsync(file, budget, cancellationToken).ConfigureAwait(false);
        if (tree is null)
        {
            Unread.Add(new SignatureFacts { Id = NextId(), Format = "XMLDSig", Level = "BASIC" }
                .Fails(refused!.Outcome!.Value, Indication.TotalFailed, SubIndication.FormatFailure, refused.Findings[0] with { Path = shown }));
            return;
        }
        var reader = new XmlSignatureReader(new Dereferencing(tree, sources, budget), material.Known, shown);
        foreach (var signature in await reader.ReadAllAsync(Count + 1, cancellationToken).ConfigureAwait(false)) Found.Add((file.Path, signature));
    }

    private string NextId() => (Count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
