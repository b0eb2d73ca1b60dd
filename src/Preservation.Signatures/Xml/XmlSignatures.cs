using Preservation.Core.Findings;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Xml;

/// <summary>An XML file: every signature in it, enveloped, enveloping or over files beside it.</summary>
internal static class XmlSignatures
{
    /// <summary>Reads the file. Nothing it names is fetched: references to other resources are resolved against the contents given.</summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static async Task<FileFacts> ReadAsync(
        SignedFile file, IReadOnlyList<SignedFile> contents, VerificationPolicy policy, PathMaterial material, CancellationToken cancellationToken)
    {
        var budget = new XmlBudget(material.Limits);
        var (tree, refused) = await ParseAsync(file, budget, cancellationToken).ConfigureAwait(false);
        if (tree is null) return refused!;
        try
        {
            var document = new Dereferencing(tree, XmlSources.Beside(contents, policy.Digests), budget);
            var signatures = await new XmlSignatureReader(document, material.Known, file.Path).ReadAllAsync(1, cancellationToken).ConfigureAwait(false);
            return signatures.Count == 0 ? FileFacts.Refused(VerificationOutcome.NoSignature) : new FileFacts { Signatures = [.. signatures.Select(s => ShowScope(s.Facts, file))] };
        }
        catch (XmlLimitException exception)
        {
            return FileFacts.Refused(VerificationOutcome.Unsupported, exception.ToFinding(file.Path));
        }
    }

    /// <summary>Reads a file into a tree; or says why not.</summary>
    public static async Task<(XmlTree? Tree, FileFacts? Refused)> ParseAsync(SignedFile file, XmlBudget budget, CancellationToken cancellationToken)
    {
        var parse = await XmlTreeReader.ReadAsync(file, budget.Limits, cancellationToken).ConfigureAwait(false);
        return parse is XmlParse.Parsed parsed ? (parsed.Tree, null) : (null, Refuse(file, parse));
    }

    /// <summary>A finding beside a scope that is not full.</summary>
    public static SignatureFacts ShowScope(SignatureFacts facts, SignedFile file) =>
        facts.Scope == "FULL" || facts.Findings.Any(f => f.Rule == SignatureRules.XmlManifestEntry || f.Rule == SignatureRules.ContainerNotCovered) ? facts
            : facts with { Findings = facts.Findings.Add(new Finding(SignatureRules.XmlNotCovered, file.Path, null, "PARTIAL")) };

    private static FileFacts Refuse(SignedFile file, XmlParse parse) => parse switch
    {
        XmlParse.DocumentType => FileFacts.Refused(VerificationOutcome.RejectDtd, new Finding(SignatureRules.Dtd, file.Path)),
        XmlParse.TooLarge large => FileFacts.Refused(VerificationOutcome.Unsupported, new XmlLimitException(large.Limit, large.Allowed).ToFinding(file.Path)),
        XmlParse.Malformed malformed => FileFacts.Refused(VerificationOutcome.Malformed, new Finding(SignatureRules.Malformed, file.Path, null, malformed.Reason)),
        _ => throw new InvalidOperationException("unknown parse"),
    };
}
