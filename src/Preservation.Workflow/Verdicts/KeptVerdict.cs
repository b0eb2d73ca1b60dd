using System.Collections.Immutable;
using Preservation.Signatures;
using Preservation.Signatures.Reports;

namespace Preservation.Workflow.Verdicts;

/// <summary>A verdict as the stores keep it.</summary>
/// <param name="File">The signed file, as the report names it.</param>
/// <param name="Report">The report's bytes.</param>
/// <param name="Basis">What it rests on.</param>
/// <param name="Policy">The same, read back: rules, anchors and material.</param>
/// <param name="Missing">What of it is not kept, or not as its digest says.</param>
internal sealed record KeptVerdict(string File, ReadOnlyMemory<byte> Report, VerificationBasis Basis, VerificationPolicy Policy, ImmutableArray<string> Missing);
