using System.Text.RegularExpressions;

namespace Preservation.Packages.Tests.Eark;

/// <summary>One fault put into a good package, and the rule it breaks.</summary>
/// <param name="Rule">The requirement.</param>
/// <param name="Fault">What is wrong, in a few words.</param>
/// <param name="Sample">What it is made from.</param>
/// <param name="Change">How.</param>
public sealed record EarkMutant(string Rule, string Fault, EarkSample Sample, Action<MemoryTree> Change)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Rule}: {Fault}";

    /// <summary>Replaces every occurrence.</summary>
    internal static Action<MemoryTree> Sub(string old, string @new, string path = EarkSamples.Root) => t => t.Replace(path, old, @new);

    /// <summary>Replaces the first match of a pattern.</summary>
    internal static Action<MemoryTree> Cut(string pattern, string @new = "", string path = EarkSamples.Root) => t =>
    {
        var text = t.Text(path);
        var changed = new Regex(pattern, RegexOptions.Singleline).Replace(text, @new, 1);
        Assert.That(changed, Is.Not.EqualTo(text), "the mutation must hit");
        t.With(path, changed);
    };

    /// <summary>Takes a folder away.</summary>
    internal static Action<MemoryTree> Remove(string prefix) => t =>
    {
        foreach (var path in t.Files.Keys.Where(p => p.StartsWith(prefix, StringComparison.Ordinal)).ToList()) t.Files.Remove(path);
    };

    /// <summary>Gives a file another name; METS goes on naming the old one.</summary>
    internal static Action<MemoryTree> Move(string from, string to) => t =>
    {
        t.Files[to] = t.Files[from];
        t.Files.Remove(from);
    };
}

internal static class MutationExtensions
{
    public static Action<MemoryTree> Then(this Action<MemoryTree> first, Action<MemoryTree> second) => t =>
    {
        first(t);
        second(t);
    };
}
