using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Transfers;

/// <summary>What a round's minutes and list say (Decree 30/2020 Annex V; VN-ING-07): who gave what to whom, how much, of which time, in what state.</summary>
/// <param name="Registration">Code of the registration.</param>
/// <param name="Title">What was registered.</param>
/// <param name="Round">Its number.</param>
/// <param name="OpensOn">First day.</param>
/// <param name="ClosesOn">Last day that was planned.</param>
/// <param name="ClosedAt">When it was closed.</param>
/// <param name="MadeAt">When this was made.</param>
/// <param name="Deliverer">Who gives.</param>
/// <param name="Receivers">Who keeps it from now on.</param>
/// <param name="Fonds">Fonds of the registration; null where it named none.</param>
/// <param name="DeliveredBy">Those who sent.</param>
/// <param name="ApprovedBy">Those who decided.</param>
/// <param name="Planned">How many packages were planned.</param>
/// <param name="Came">How many came.</param>
/// <param name="Taken">What was taken, in the order it was preserved.</param>
/// <param name="Left">What came and was not taken, with the reason.</param>
/// <param name="Decisions">Decisions on the round as a whole.</param>
public sealed record TransferRecord(
    string Registration, string Title, int Round, DateOnly OpensOn, DateOnly ClosesOn, DateTimeOffset ClosedAt, DateTimeOffset MadeAt, string Deliverer, IReadOnlyList<string> Receivers, string? Fonds,
    IReadOnlyList<string> DeliveredBy, IReadOnlyList<string> ApprovedBy, int Planned, int Came, IReadOnlyList<TakenPackage> Taken, IReadOnlyList<LeftPackage> Left, IReadOnlyList<Guid> Decisions)
{
    /// <summary>Documents of all that was taken.</summary>
    public long Documents => Taken.Sum(t => (long)t.Documents);

    /// <summary>Files of all that was taken.</summary>
    public long Files => Taken.Sum(t => (long)t.Files);

    /// <summary>Their bytes.</summary>
    public long Bytes => Taken.Sum(t => t.Bytes);

    /// <summary>The first day that any of it speaks of.</summary>
    public DateOnly? From => Taken.Min(t => t.From);

    /// <summary>The last day.</summary>
    public DateOnly? Until => Taken.Max(t => t.Until);
}

/// <summary>A dossier that was taken.</summary>
/// <param name="Submission">In which submission.</param>
/// <param name="Package">Into which package.</param>
/// <param name="Version">Which version of it this submission made.</param>
/// <param name="Code">Number and notation of the dossier.</param>
/// <param name="Title">Its title.</param>
/// <param name="Start">The beginning of its time, as the package says it.</param>
/// <param name="End">The end of its time, as the package says it.</param>
/// <param name="From">The beginning as a day.</param>
/// <param name="Until">The end as a day.</param>
/// <param name="Retention">Code of the retention period; null where the package has none.</param>
/// <param name="Documents">Documents in this version.</param>
/// <param name="Files">Files of its content.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="RecordStatus">NEW, SUPPLEMENT or REPLACEMENT.</param>
/// <param name="Copies">Proven copies.</param>
/// <param name="Warnings">Findings that did not refuse it.</param>
/// <param name="Waiver">Why its copies may share a failure domain; null when they do not.</param>
/// <param name="Sha256">Of the package as it was received, hexadecimal.</param>
/// <param name="PreservedAt">When it was proven on its copies.</param>
public sealed record TakenPackage(
    Guid Submission, Guid Package, int Version, string Code, string Title, string? Start, string? End, DateOnly? From, DateOnly? Until, string? Retention, int Documents, int Files, long Bytes, string RecordStatus,
    int Copies, int Warnings, string? Waiver, string Sha256, DateTimeOffset PreservedAt);

/// <summary>A submission of the round that was not taken.</summary>
/// <param name="Submission">Which.</param>
/// <param name="Title">Its title, or the file's name.</param>
/// <param name="State">Rejected, returned, or a test.</param>
/// <param name="Reason">What a person said.</param>
/// <param name="Errors">How many findings refuse it.</param>
public sealed record LeftPackage(Guid Submission, string Title, SubmissionState State, string? Reason, int Errors);
