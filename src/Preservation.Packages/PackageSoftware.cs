namespace Preservation.Packages;

/// <summary>The software that makes a package, as METS agents name it.</summary>
public sealed record PackageSoftware(string Name, string Version)
{
    /// <summary>This library.</summary>
    public static PackageSoftware Ours { get; } =
        new("Preservation", typeof(PackageSoftware).Assembly.GetName().Version?.ToString(3) ?? "0.0.0");
}
