using Preservation.Core.Findings;
using Preservation.Workflow.Escrow;

namespace Preservation.Workflow.Stores;

/// <summary>The stores as an officer sees them.</summary>
/// <param name="At">As of when.</param>
/// <param name="Policy">What copies are asked to be.</param>
/// <param name="Stores">Every store the catalogue knows.</param>
/// <param name="Unmet">Packages whose good copies do not meet the policy; empty when all do.</param>
/// <param name="Media">The register of media, what ends first before the others.</param>
/// <param name="Migrations">The newest migrations.</param>
/// <param name="Escrows">The escrows that are configured, as their newest reports show them.</param>
public sealed record StoresReportView(
    DateTimeOffset At, PolicyView Policy, IReadOnlyList<StoreView> Stores, IReadOnlyList<UnmetView> Unmet, IReadOnlyList<MediumView> Media, IReadOnlyList<MigrationView> Migrations,
    IReadOnlyList<EscrowView> Escrows);

/// <summary>The policy; see <see cref="Options.CopiesOptions"/>.</summary>
public sealed record PolicyView(int Verified, int Providers, int Regions, int Media, int Threats, int Locked, string Waiver);

/// <summary>One store.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Folder or bucket.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Provider">Who runs it.</param>
/// <param name="Region">Where it stands.</param>
/// <param name="Medium">On what.</param>
/// <param name="Threat">What may befall it and not others.</param>
/// <param name="IsOffline">Absent by design, connected from time to time.</param>
/// <param name="IsPresent">It was there when it was looked for last.</param>
/// <param name="LastSeenAt">When it was reached last.</param>
/// <param name="LastProblem">Why it could not be reached.</param>
/// <param name="RetiredAt">When it was given up.</param>
/// <param name="LockDays">For how many days its copies are locked; null when they are not.</param>
/// <param name="Good">Copies that are good.</param>
/// <param name="Awaited">Copies that are not written yet and not expected to be.</param>
/// <param name="Unlocked">Good copies that have no lock in force; null where none is asked for.</param>
/// <param name="LocksEnd">When the first lock of a good copy ends.</param>
/// <param name="Capabilities">What it was seen to do; empty until it was probed.</param>
public sealed record StoreView(
    string Name, string Kind, string Address, string Provider, string Region, string Medium, string Threat, bool IsOffline, bool IsPresent, DateTimeOffset? LastSeenAt, string? LastProblem,
    DateTimeOffset? RetiredAt, int? LockDays, long Good, long Awaited, long? Unlocked, DateTimeOffset? LocksEnd, IReadOnlyList<CapabilityView> Capabilities);

/// <summary>One capability of a store.</summary>
/// <param name="Capability">A <see cref="Preservation.Storage.Objects.StoreCapability"/>.</param>
/// <param name="Standing">A <see cref="Preservation.Storage.Objects.CapabilityStanding"/>.</param>
/// <param name="Detail">What was seen, in English.</param>
/// <param name="IsNeeded">The configuration rests on it.</param>
/// <param name="ProbedAt">When it was tried last.</param>
/// <param name="Since">Since when it has been so.</param>
public sealed record CapabilityView(string Capability, string Standing, string Detail, bool IsNeeded, DateTimeOffset ProbedAt, DateTimeOffset Since);

/// <summary>Packages that do not meet the policy.</summary>
/// <param name="Packages">How many.</param>
/// <param name="Stores">Where their good copies are.</param>
/// <param name="Rules">What is not met.</param>
public sealed record UnmetView(long Packages, IReadOnlyList<string> Stores, IReadOnlyList<UnmetRule> Rules);

/// <summary>A rule of the policy that is not met.</summary>
/// <param name="Code">A rule of <see cref="Copies.CopyRules"/>.</param>
/// <param name="Message">What is the matter.</param>
/// <param name="Hint">What to do.</param>
public sealed record UnmetRule(string Code, LocalizedText Message, LocalizedText Hint);

/// <summary>An entry of the register of media.</summary>
/// <param name="Id">Identifies it.</param>
/// <param name="Number">Its number in the register.</param>
/// <param name="Mark">What is written on it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Store">The store that lies on it.</param>
/// <param name="InServiceFrom">Since when it is used.</param>
/// <param name="RatedEnd">To when its maker rates it.</param>
/// <param name="RetiredAt">When it was taken out of use.</param>
public sealed record MediumView(Guid Id, string Number, string Mark, string Kind, string Store, DateOnly InServiceFrom, DateOnly RatedEnd, DateTimeOffset? RetiredAt);

/// <summary>A migration of one store onto another.</summary>
/// <param name="Id">Identifies it.</param>
/// <param name="From">The old store.</param>
/// <param name="To">The new one.</param>
/// <param name="StartedAt">When it was begun.</param>
/// <param name="EndedAt">When the last object was proven on the new store.</param>
/// <param name="Progress">How far it is.</param>
public sealed record MigrationView(Guid Id, string From, string To, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, MigrationProgress Progress);
