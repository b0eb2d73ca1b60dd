using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Xml;

namespace Preservation.Signatures.Containers;

/// <summary>OpenDocument packages (ODF 1.3 part 2 §5): files of META-INF whose name contains <c>signatures</c>.</summary>
internal static class OdfSignatures
{
    public static async Task<FileFacts> ReadAsync(SignedContainer container, SignedFile file, PathMaterial material, CancellationToken cancellationToken)
    {
        var signatures = new XmlContainerSignatures(new XmlBudget(material.Limits), material, file);
        foreach (var name in container.Names.Where(IsSignatureFile))
            await signatures.AddAsync(container.Find(name)!, ContainerSources.Of(container), cancellationToken).ConfigureAwait(false);
        if (signatures.Count == 0) return FileFacts.Refused(VerificationOutcome.NoSignature);
        // §5.3: a document is signed as a whole when every file is, but the signatures themselves.
        var content = container.Names.Where(n => !IsSignatureFile(n)).ToList();
        return new FileFacts { Signatures = [.. signatures.Found.Select(s => ContainerCoverage.Judge(s.Signature, content, file)), .. signatures.Unread] };
    }

    private static bool IsSignatureFile(string name) => name.StartsWith("META-INF/", StringComparison.Ordinal)
        && name.Contains("signatures", StringComparison.Ordinal) && name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase);
}
