namespace Preservation.Packages.Mets;

/// <summary><c>altRecordID</c>: another identifier, for instance of type <c>SUBMISSIONAGREEMENT</c>.</summary>
public sealed record MetsAltRecordId(string? Type, string Value);
