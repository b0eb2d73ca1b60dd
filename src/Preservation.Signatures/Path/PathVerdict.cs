using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Path;

/// <summary>What is to be said of a certificate at a time; the path runs from the certificate to its anchor.</summary>
internal sealed record PathVerdict(
    Indication Indication, SubIndication? SubIndication, ImmutableArray<Certificate> Path, ImmutableArray<Finding> Findings);
