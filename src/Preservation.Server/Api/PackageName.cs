using Microsoft.Net.Http.Headers;

namespace Preservation.Server.Api;

/// <summary>The name under which a sender gives a package.</summary>
internal static class PackageName
{
    private const int MaxCharacters = 255;
    private const string Default = "package";

    /// <summary>The name of a part of a form.</summary>
    public static string Of(ContentDispositionHeaderValue disposition) =>
        Clean(HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value);

    /// <summary>The name without folders and control characters; <c>package</c> when nothing useful is left of it.</summary>
    public static string Clean(string? name)
    {
        name ??= Default;
        name = new string([.. name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Where(c => !char.IsControl(c))]);
        return name.Length is > 0 and <= MaxCharacters ? name : Default;
    }
}
