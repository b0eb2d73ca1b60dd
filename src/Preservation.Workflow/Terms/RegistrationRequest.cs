namespace Preservation.Workflow.Terms;

/// <summary>What an agency asks for.</summary>
/// <param name="Agreement">Code of the agreement under which packages will come; may be left out where the agency has one only.</param>
/// <param name="Fonds">Code of the fonds; null where it is not known yet.</param>
/// <param name="Year">Year of the transfer.</param>
/// <param name="Title">What is transferred, 1 to 500 characters.</param>
/// <param name="PlannedPackages">How many packages, 1 or more.</param>
/// <param name="PlannedBytes">How large they are together; null where it is not known.</param>
/// <param name="PlannedFrom">From which day, in Vietnam.</param>
public sealed record RegistrationRequest(string? Agreement, string? Fonds, int Year, string Title, int PlannedPackages, long? PlannedBytes, DateOnly PlannedFrom);
