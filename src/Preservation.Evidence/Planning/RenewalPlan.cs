using System.Collections.Immutable;

namespace Preservation.Evidence.Planning;

/// <summary>What must be renewed, how and by when. Made by <see cref="RenewalPlanning"/>.</summary>
/// <param name="MadeAt">The time it was made for.</param>
/// <param name="Steps">Every renewal that is known to come, the earliest first.</param>
/// <param name="Alarms">What a person must know.</param>
public sealed record RenewalPlan(DateTimeOffset MadeAt, ImmutableArray<RenewalStep> Steps, ImmutableArray<RenewalAlarm> Alarms)
{
    /// <summary>The steps that may begin now.</summary>
    public IEnumerable<RenewalStep> Due => Steps.Where(s => s.IsDue(MadeAt));
}
