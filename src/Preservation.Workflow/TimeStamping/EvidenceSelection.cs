namespace Preservation.Workflow.TimeStamping;

/// <summary>What of a package goes into an evidence zip.</summary>
/// <param name="Paths">Logical paths of files; null for every file.</param>
/// <param name="WithContent">The files themselves too, and not their records alone.</param>
public sealed record EvidenceSelection(IReadOnlySet<string>? Paths, bool WithContent)
{
    /// <summary>Every file's record.</summary>
    public static EvidenceSelection Records { get; } = new(null, WithContent: false);

    /// <summary>Ids of entries of the audit log whose place in the time-stamped log is to be proven; the caller must be allowed to see them.</summary>
    public IReadOnlyCollection<long> AuditEntries { get; init; } = [];

    /// <summary>Only what was there in this version of the package; null for every version.</summary>
    public int? Version { get; init; }
}
