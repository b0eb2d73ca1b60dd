using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Uploads;

/// <summary>What became of the wish to begin an upload.</summary>
public abstract record OpeningOutcome
{
    private OpeningOutcome() { }

    /// <summary>It is begun when the session commits.</summary>
    public sealed record Opened(Upload Upload) : OpeningOutcome;

    /// <summary>The agency has so many open.</summary>
    public sealed record TooMany(int Most) : OpeningOutcome;

    /// <summary>The agency's open uploads would announce more bytes than this.</summary>
    public sealed record TooMuch(long MostBytes) : OpeningOutcome;
}
