using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Tt05;

/// <summary>The editions of the circular's tables; each package is judged by the one that held when it was made.</summary>
public sealed class Tt05Editions
{
    private const string Index = "editions.json";
    private static readonly TimeSpan Vietnam = TimeSpan.FromHours(7);

    private Tt05Editions(ImmutableArray<Tt05Edition> all) => All = all;

    /// <summary>Those this library carries, <c>schemas/tt05</c>.</summary>
    public static Tt05Editions BuiltIn { get; } = Load(Embedded());

    /// <summary>Oldest first.</summary>
    public ImmutableArray<Tt05Edition> All { get; }

    /// <summary>The newest.</summary>
    public Tt05Edition Newest => All[^1];

    /// <summary>Reads editions from files by path: <c>editions.json</c>, and a folder each.</summary>
    /// <exception cref="InvalidOperationException">A file is missing or an edition has no day to begin: the data is broken.</exception>
    /// <exception cref="JsonException">A file is no JSON, or not of the form wanted.</exception>
    public static Tt05Editions Load(IReadOnlyDictionary<string, byte[]> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var index = files.TryGetValue(Index, out var json) ? JsonSerializer.Deserialize(json, Tt05Json.Default.EditionIndex) : null;
        if (index?.Editions is not { Count: > 0 } entries) throw new InvalidOperationException($"{Index} names no edition");
        return new Tt05Editions([.. entries.OrderBy(e => e.ValidFrom).Select(e => new Tt05Edition(e.Folder, e.ValidFrom, e.ValidUntil,
            files.Where(f => f.Key.StartsWith(e.Folder + "/", StringComparison.Ordinal)).ToDictionary(f => f.Key[(e.Folder.Length + 1)..], f => f.Value, StringComparer.Ordinal)))]);
    }

    /// <summary>The edition of a day: the last that began and has not ended; the newest when none holds.</summary>
    public Tt05Edition On(DateOnly day) => All.LastOrDefault(e => e.ValidFrom <= day && (e.ValidUntil is not { } until || day <= until)) ?? Newest;

    /// <summary>The edition of an instant, by the day it is in Vietnam.</summary>
    public Tt05Edition On(DateTimeOffset instant) => On(DateOnly.FromDateTime(instant.ToOffset(Vietnam).DateTime));

    /// <summary>The edition a package is judged by: that of its <c>CREATEDATE</c>, or the newest when there is none that can be read.</summary>
    internal Tt05Edition Of(MetsDocument? root) =>
        DateTimeOffset.TryParse(root?.Header?.Created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created) ? On(created) : Newest;

    internal static Dictionary<string, byte[]> Embedded()
    {
        const string root = "tt05/";
        var assembly = typeof(Tt05Editions).Assembly;
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(root, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var buffer = new MemoryStream();
            stream.CopyTo(buffer);
            files[name[root.Length..]] = buffer.ToArray();
        }
        return files;
    }
}
