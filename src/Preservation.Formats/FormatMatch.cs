namespace Preservation.Formats;

/// <summary>How sure an identification is, strongest first.</summary>
public enum MatchBasis
{
    /// <summary>Bytes at places the format fixes.</summary>
    Signature,

    /// <summary>The inside of a container (zip) as far as its first entries show it.</summary>
    Container,

    /// <summary>The text reads as this kind of text.</summary>
    Text,

    /// <summary>Only the file name says so.</summary>
    Extension,
}

/// <summary>A format a file may be in.</summary>
/// <param name="Puid">PRONOM unique identifier.</param>
/// <param name="Name">PRONOM's name of the format.</param>
/// <param name="Version">Version, or empty.</param>
/// <param name="MediaType">Media type.</param>
/// <param name="Basis">What the match rests on.</param>
public sealed record FormatMatch(string Puid, string Name, string Version, string MediaType, MatchBasis Basis);
