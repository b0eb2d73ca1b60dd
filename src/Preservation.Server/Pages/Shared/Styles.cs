using System.Security.Cryptography;

namespace Preservation.Server.Pages.Shared;

/// <summary>The one style sheet, under a path that changes with its content so that browsers may keep it.</summary>
internal static class Styles
{
    private static readonly byte[] Content = Load();

    public static string Path { get; } = $"/style-{Convert.ToHexStringLower(SHA256.HashData(Content))[..16]}.css";

    public static IResult Write(HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Bytes(Content, "text/css; charset=utf-8");
    }

    private static byte[] Load()
    {
        using var stream = typeof(Styles).Assembly.GetManifestResourceStream("pages.style.css") ?? throw new InvalidOperationException("pages.style.css is not embedded");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
