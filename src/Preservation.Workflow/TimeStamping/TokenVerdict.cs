using System.Collections.Immutable;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.TimeStamping;

/// <summary>What is to be made of an answer.</summary>
/// <param name="State">Proven, answered (it fits, and its chain cannot be completed yet) or refused.</param>
/// <param name="Problem">Why it is not proven.</param>
/// <param name="Used">Certificates, lists and responses that its proof rests on, DER.</param>
public sealed record TokenVerdict(TokenState State, string? Problem, ImmutableArray<ReadOnlyMemory<byte>> Used)
{
    internal static TokenVerdict Refused(string problem) => new(TokenState.Refused, problem, []);
}
