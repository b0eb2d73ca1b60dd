namespace Preservation.Cli;

/// <summary>What a script may rely on (contracts.md).</summary>
internal static class ExitCodes
{
    /// <summary>All well.</summary>
    public const int Well = 0;

    /// <summary>The content is at fault.</summary>
    public const int AtFault = 1;

    /// <summary>It could not be judged.</summary>
    public const int NotJudged = 2;

    /// <summary>Wrong usage.</summary>
    public const int Usage = 64;
}
