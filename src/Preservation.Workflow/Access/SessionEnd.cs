namespace Preservation.Workflow.Access;

/// <summary>Why a session of the pages ended, as the catalogue writes it.</summary>
internal static class SessionEnd
{
    public const string SignedOut = "signedOut";
    public const string Rested = "rested";
    public const string TooLong = "tooLong";
    public const string TooMany = "tooMany";
    public const string Revoked = "revoked";
}
