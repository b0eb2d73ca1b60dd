namespace Preservation.Packages.Tt05;

/// <summary>What the receiver knows and the package does not say.</summary>
public sealed record Tt05CheckOptions
{
    private readonly Tt05Editions? _editions;

    /// <summary>An agency archive, connected to the Internet.</summary>
    public static Tt05CheckOptions Default { get; } = new();

    /// <summary>The circular's tables; the package is judged by those that held when it was made.</summary>
    public Tt05Editions Editions { get => _editions ?? Tt05Editions.BuiltIn; init => _editions = value; }

    /// <summary>True at a historical archive: only permanent records are taken (VN-C08).</summary>
    public bool IsHistoricalArchive { get; init; }

    /// <summary>True only in an isolated deployment: secret records are allowed (VN-SEC-01).</summary>
    public bool AllowsSecret { get; init; }
}
