using System.Collections.Immutable;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;

namespace Preservation.Workflow.Fixity;

/// <summary>What one stored key is now.</summary>
/// <param name="Key">The key and what it must be.</param>
/// <param name="Outcome">Ok, mismatch, missing or unreadable: four different things.</param>
/// <param name="ObservedSha512">What was read; null when nothing was read to its end.</param>
/// <param name="ObservedBytes">How much was read; null likewise.</param>
/// <param name="Detail">Why it could not be read.</param>
public sealed record KeyReading(StoredCopy Key, FixityOutcome Outcome, byte[]? ObservedSha512, long? ObservedBytes, string? Detail)
{
    /// <summary>Digests by further functions, when the key was read and is as it must be.</summary>
    public ImmutableArray<Digest> More { get; init; } = [];

    /// <summary>The first reading was not as it must be, the second was: the store or the way to it slipped.</summary>
    public bool IsSlip { get; init; }

    /// <summary>It lies in an archive tier and is being restored: whoever wants to read it comes again.</summary>
    public bool IsWaking { get; init; }
}
