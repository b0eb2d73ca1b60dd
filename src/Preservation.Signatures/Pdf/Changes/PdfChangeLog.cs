using Preservation.Signatures.Pdf.Structure;

namespace Preservation.Signatures.Pdf.Changes;

/// <summary>Gathers differences and counts what they cost.</summary>
/// <param name="maxCost">Objects that may still be looked at.</param>
internal sealed class PdfChangeLog(int maxCost)
{
    private const int MaxChanges = 500;
    private readonly HashSet<PdfChange> _changes = [];

    public IReadOnlyCollection<PdfChange> Changes => _changes;

    /// <summary>What is left of the cost.</summary>
    public int Left { get; private set; } = maxCost;

    /// <exception cref="PdfException">The cost is used up.</exception>
    public void Count()
    {
        if (--Left < 0) throw new PdfException("too many objects to compare");
    }

    public void Add(PdfChangeKind kind, PdfPlace place, string? field = null)
    {
        // The worst is never crowded out by what is allowed.
        if (_changes.Count < MaxChanges || !_changes.Any(c => c.Kind == kind)) _changes.Add(new PdfChange(kind, place.ToString(), place.ObjectNumber, field));
    }
}
