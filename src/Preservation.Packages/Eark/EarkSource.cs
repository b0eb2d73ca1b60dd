namespace Preservation.Packages.Eark;

/// <summary>What is said about content to be packed as an E-ARK SIP.</summary>
/// <param name="Title">Title of the content.</param>
/// <param name="AgencyName">Name of the organisation that created and submits it.</param>
/// <param name="AgencyCode">Its identification code.</param>
/// <param name="RegistrationCode">Submission agreement or registration code, when there is one.</param>
public sealed record EarkSource(string Title, string AgencyName, string AgencyCode, string? RegistrationCode = null);
