using Preservation.Core.Findings;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Xml;

/// <summary>What checking a reference gave.</summary>
/// <param name="Reference">The reference.</param>
/// <param name="Outcome">Intact, broken, or unsupported.</param>
/// <param name="Data">What it is over, where that was found.</param>
/// <param name="Fault">Why it does not hold.</param>
/// <param name="Finding">The same for people.</param>
internal sealed record ReferenceOutcome(
    XmlReference Reference, VerificationOutcome Outcome, ReferencedContent? Data = null, (Indication Indication, SubIndication Sub)? Fault = null, Finding? Finding = null)
{
    /// <summary>It names another resource that is not at hand.</summary>
    public bool IsMissing { get; init; }

    /// <summary>It stands in a manifest.</summary>
    public bool IsEntry { get; init; }

    /// <summary>The file it is over, if it is over one.</summary>
    public SignedFile? File { get; init; }
}
