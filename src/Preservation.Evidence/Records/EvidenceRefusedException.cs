using Preservation.Core.Findings;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence.Records;

/// <summary>Ends the reading of a record; caught in <see cref="EvidenceRecordReader"/>, never past it.</summary>
internal sealed class EvidenceRefusedException(VerificationOutcome outcome, Finding finding) : Exception(finding.Rule.Code)
{
    public VerificationOutcome Outcome => outcome;
    public Finding Finding => finding;
}
