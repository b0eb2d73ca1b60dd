using Preservation.Core.Findings;

namespace Preservation.Workflow.Escrow;

/// <summary>Counts what a pass does, from several objects at once.</summary>
internal sealed class EscrowTally
{
    private readonly Lock _gate = new();
    private readonly List<EscrowFinding> _findings = [];
    private EscrowCounts _counts = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    private long _objects;
    private DateTimeOffset? _newest;

    /// <summary>Counts, and remembers what is the matter as long as there is room in the report.</summary>
    public void Add(Func<EscrowCounts, EscrowCounts> count, params ReadOnlySpan<Finding> findings)
    {
        lock (_gate)
        {
            _counts = count(_counts);
            foreach (var finding in findings)
                if (_findings.Count < EscrowReport.MostFindings) _findings.Add(EscrowReport.Of(finding));
        }
    }

    public void AddHeld()
    {
        lock (_gate) _objects++;
    }

    public void AddNewest(DateTimeOffset? made)
    {
        lock (_gate)
            if (made > _newest || _newest is null) _newest = made;
    }

    public EscrowReport ToReport(string escrow, EscrowReport? last, string? previous, DateTimeOffset startedAt, DateTimeOffset endedAt)
    {
        lock (_gate)
        {
            var isComplete = _counts is { Refused: 0, History: 0 } && !_findings.Exists(f => f.Code == EscrowRules.Source.Code);
            return new EscrowReport
            {
                Escrow = escrow, Number = (last?.Number ?? 0) + 1, Previous = previous, StartedAt = startedAt, EndedAt = endedAt, CompleteUntil = isComplete ? startedAt : last?.CompleteUntil, RereadUntil = startedAt,
                Objects = _objects, Newest = _newest, Counts = _counts, Findings = [.. _findings.OrderBy(f => f.Code, StringComparer.Ordinal).ThenBy(f => f.Subject, StringComparer.Ordinal)],
            };
        }
    }
}
