using NUnit.Framework;

namespace Preservation.Testing;

/// <summary>
/// The corpora and schemas that lie beside the repository (<c>../shared</c>) or where PRESERVATION_CORPUS and
/// PRESERVATION_SCHEMAS say. Without them a test is ignored at a desk and fails in CI.
/// </summary>
public static class SharedFiles
{
    /// <summary>A file or folder of the corpora.</summary>
    public static string Corpus(string path = "") => Find("PRESERVATION_CORPUS", "corpus", path);

    /// <summary>A file or folder of the schemas.</summary>
    public static string Schemas(string path = "") => Find("PRESERVATION_SCHEMAS", "schemas", path);

    /// <summary>Ends the test: ignored at a desk, failed in CI.</summary>
    public static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(what + " is missing");
        Assert.Ignore(what + " is missing");
    }

    private static string Find(string variable, string folder, string path)
    {
        var root = Environment.GetEnvironmentVariable(variable) ?? BesideRepository(folder);
        var full = root is null ? null : Path.Join(root, path);
        if (full is null || !Path.Exists(full)) Missing($"{variable} ({path})");
        return full!;
    }

    private static string? BesideRepository(string folder)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Join(at.FullName, "Preservation.sln")))
                return Path.Join(at.Parent?.FullName, "shared", folder);
        return null;
    }
}
