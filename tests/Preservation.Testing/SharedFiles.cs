namespace Preservation.Testing;

/// <summary>
/// The corpora and schemas that lie beside the repository (<c>../shared</c>) or where PRESERVATION_CORPUS and
/// PRESERVATION_SCHEMAS say. Without them a test is ignored at a desk and fails in CI.
/// </summary>
public static class SharedFiles
{
    /// <summary>A file or folder of the corpora.</summary>
    public static string Corpus(string path = "") => Find("PRESERVATION_CORPUS", "corpus", path);

    /// <summary>False where the corpora are not at hand; then a source of cases gives one case, and that case says so.</summary>
    public static bool HasCorpus => (Environment.GetEnvironmentVariable("PRESERVATION_CORPUS") ?? BesideRepository("corpus")) is { } root && Directory.Exists(root);

    /// <summary>A file or folder of the schemas.</summary>
    public static string Schemas(string path = "") => Find("PRESERVATION_SCHEMAS", "schemas", path);

    private static string Find(string variable, string folder, string path)
    {
        var root = Environment.GetEnvironmentVariable(variable) ?? BesideRepository(folder);
        var full = root is null ? null : Path.Join(root, path);
        if (full is null || !Path.Exists(full)) Prerequisite.Missing($"{variable} ({path}) is missing");
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
