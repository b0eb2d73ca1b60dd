using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Cms;

/// <summary>Where a CMS structure stands and what is known beside it.</summary>
/// <param name="File">Path for findings.</param>
/// <param name="Limits">Bounds on the structure.</param>
/// <param name="Known">Certificates beside the embedded ones in which signers may be found.</param>
internal sealed record CmsContext(string File, SignatureLimits Limits, ImmutableArray<Certificate> Known)
{
    /// <summary>Names of the form without and with a protected certificate.</summary>
    public (string Plain, string Advanced) Names { get; init; } = ("CMS", "CAdES");

    /// <summary>Part of the file that is signed.</summary>
    public Coverage Coverage { get; init; }

    /// <summary>What holds for each signature here.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];
}
