using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Xml;

namespace Preservation.Signatures.Containers;

/// <summary>Says which of a container's files a signature leaves out.</summary>
internal static class ContainerCoverage
{
    private const int MaxNamed = 5;

    /// <summary>The facts with a scope that fits the files a reader takes for signed.</summary>
    public static SignatureFacts Judge(XmlSignature signature, IEnumerable<string> content, SignedFile container)
    {
        var covered = Covered(signature);
        // Scope within the signature's own file is no question here: the container's files are the content.
        return Mark(signature.Facts with { Scope = "FULL" }, [.. content.Where(n => !covered.Contains(n))], container);
    }

    public static SignatureFacts Mark(SignatureFacts facts, List<string> uncovered, SignedFile container) => uncovered.Count == 0 ? facts : facts with
    {
        Scope = "PARTIAL",
        Findings = facts.Findings.Add(Finding(uncovered, container)),
    };

    public static Finding Finding(List<string> uncovered, SignedFile container)
    {
        var named = string.Join(", ", uncovered.Take(MaxNamed));
        return new Finding(SignatureRules.ContainerNotCovered, container.Path, null,
            uncovered.Count <= MaxNamed ? named : string.Create(CultureInfo.InvariantCulture, $"{named}, … ({uncovered.Count})"));
    }

    /// <summary>Files of which every byte is covered, or every node where it is canonicalised.</summary>
    public static HashSet<string> Covered(XmlSignature signature) =>
        [.. signature.Outcomes.Where(o => o is { Outcome: VerificationOutcome.Intact, File: not null } && IsWhole(o)).Select(o => o.File!.Path)];

    private static bool IsWhole(ReferenceOutcome outcome) => outcome.Data switch
    {
        ReferencedContent.Nodes nodes => nodes.Set.IsWhole && nodes.Set.Apex == 0,
        ReferencedContent.Canonical canonical => canonical.Set.IsWhole && canonical.Set.Apex == 0,
        _ => true,
    };
}
