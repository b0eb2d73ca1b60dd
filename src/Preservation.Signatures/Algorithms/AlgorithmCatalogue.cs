using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Preservation.Signatures.Algorithms;

/// <summary>Until when digests, schemes and key lengths are relied on: data with source and date (<c>schemas/algorithms</c>), chosen by a policy.</summary>
internal sealed class AlgorithmCatalogue
{
    private AlgorithmCatalogue(ReadOnlyMemory<byte> encoded)
    {
        using var json = JsonDocument.Parse(encoded);
        var root = json.RootElement;
        Name = Text(root, "name");
        Source = Text(root, "source");
        SourceDate = DateOnly.ParseExact(Text(root, "sourceDate"), "yyyy-MM-dd", CultureInfo.InvariantCulture);
        Entries = [.. root.GetProperty("algorithms").EnumerateArray().Select(Read)];
        if (Entries.DistinctBy(e => (e.Name, e.FromBits)).Count() != Entries.Length) throw new InvalidOperationException("an algorithm is listed twice");
        Encoded = encoded;
        Digest = Convert.ToHexStringLower(SHA256.HashData(encoded.Span));
    }

    /// <summary>ETSI TS 119 312.</summary>
    public static AlgorithmCatalogue Etsi { get; } = Embedded("etsi-ts-119-312");

    /// <summary>Circular 15/2025/TT-BKHCN: what signing software of Vietnam uses from 2025-08-15.</summary>
    public static AlgorithmCatalogue Vietnam { get; } = Embedded("vn-tt15-2025");

    public static ImmutableArray<AlgorithmCatalogue> All { get; } = [Etsi, Vietnam];

    public string Name { get; }
    public string Source { get; }
    public DateOnly SourceDate { get; }
    public ImmutableArray<AlgorithmEntry> Entries { get; }

    /// <summary>The file.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>SHA-256 of the file, hexadecimal: what is pinned with a verdict.</summary>
    public string Digest { get; }

    public static AlgorithmCatalogue? Find(string name) => All.FirstOrDefault(c => c.Name == name);

    /// <summary>Reads a catalogue that an operator wrote in the form of <c>schemas/algorithms</c>.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public static AlgorithmCatalogue Load(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            return new AlgorithmCatalogue(encoded);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("the catalogue of algorithms is malformed", exception);
        }
    }

    /// <summary>Those of the uses that were no longer relied on at a time. One that is not listed never is: nothing is guessed.</summary>
    public IEnumerable<AlgorithmFault> Faults(IEnumerable<AlgorithmUse> uses, DateTimeOffset at) =>
        uses.Distinct().Select(use => (Use: use, Entry: Find(use))).Where(f => f.Entry is null || at >= (f.Entry.ReliableUntil ?? DateTimeOffset.MaxValue))
            .Select(f => new AlgorithmFault(f.Use, f.Entry?.ReliableUntil ?? DateTimeOffset.MinValue, f.Entry?.Source ?? Source));

    /// <summary>The line that speaks of a use: that of the longest key not longer than it. Null when it is not listed or too short.</summary>
    public AlgorithmEntry? Find(AlgorithmUse use) =>
        Entries.Where(e => e.Name == use.Name && e.FromBits <= use.Bits).MaxBy(e => e.FromBits);

    /// <summary>What must be renewed by then: lines whose reliance ends before a date.</summary>
    public IEnumerable<AlgorithmEntry> WhatExpiresBefore(DateTimeOffset date) =>
        Entries.Where(e => e.ReliableUntil < date).OrderBy(e => e.ReliableUntil).ThenBy(e => e.Name, StringComparer.Ordinal);

    private static AlgorithmCatalogue Embedded(string name)
    {
        using var stream = typeof(AlgorithmCatalogue).Assembly.GetManifestResourceStream($"algorithms.{name}.json")
            ?? throw new InvalidOperationException($"algorithms.{name}.json is not embedded");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new AlgorithmCatalogue(bytes);
    }

    private AlgorithmEntry Read(JsonElement entry)
    {
        var until = entry.GetProperty("reliableUntil").GetString();
        return new AlgorithmEntry(
            Text(entry, "name"), entry.TryGetProperty("fromBits", out var bits) ? bits.GetInt32() : 0,
            until is null ? null : DateTimeOffset.ParseExact(until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            entry.TryGetProperty("source", out var source) ? source.GetString() ?? Source : Source);
    }

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new InvalidOperationException($"{name} is null");
}
