using System.Reflection;
using System.Runtime.CompilerServices;

namespace Preservation.Architecture.Tests;

/// <summary>The repository as the rules look at it: folders, project files and built assemblies of <c>src/</c>.</summary>
internal static class SourceTree
{
    /// <summary>Projects of <c>src/</c> with the names of their assemblies.</summary>
    public static IReadOnlyDictionary<string, string> Projects { get; } = Names("Core", "Packages", "Ocfl", "Formats", "Signatures", "Evidence", "Storage", "Catalogue", "Workflow", "Server", "Cli");

    /// <summary>Libraries that know no store, database, logger, container or clock.</summary>
    public static IReadOnlyList<string> FormatLibraries { get; } = ["Preservation.Core", "Preservation.Packages", "Preservation.Ocfl", "Preservation.Formats", "Preservation.Signatures", "Preservation.Evidence"];

    public static string Root { get; } = FindRoot();

    public static Assembly Load(string project) => Assembly.Load(Projects[project]);

    /// <summary>Types a person wrote, nested ones included.</summary>
    public static IEnumerable<Type> TypesOf(string project) => Load(project).GetTypes().Where(t =>
        t.GetCustomAttribute<CompilerGeneratedAttribute>() is null && t.DeclaringType?.GetCustomAttribute<CompilerGeneratedAttribute>() is null
        && !t.Name.Contains('<', StringComparison.Ordinal) && t.Namespace?.StartsWith("Preservation", StringComparison.Ordinal) == true && !IsGenerated(t));

    public static IEnumerable<string> FilesOf(string project) =>
        Directory.EnumerateFiles(Path.Join(Root, "src", project), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static bool IsGenerated(Type type)
    {
        for (var at = type; at is not null; at = at.DeclaringType)
            if (at.CustomAttributes.Any(a => a.AttributeType.FullName == "System.CodeDom.Compiler.GeneratedCodeAttribute")) return true;
        return false;
    }

    private static Dictionary<string, string> Names(params string[] names) =>
        names.ToDictionary(n => "Preservation." + n, n => n switch { "Server" => "preservation-server", "Cli" => "preserve", _ => "Preservation." + n });

    private static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Join(at.FullName, "Preservation.sln"))) at = at.Parent;
        return at?.FullName ?? throw new DirectoryNotFoundException("not within the repository");
    }
}
