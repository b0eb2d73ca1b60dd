using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Path;

namespace Preservation.Signatures.Validation;

/// <summary>
/// The rules a verdict is made by: a file in the form of <c>schemas/policies</c>. Its digest is pinned with each verdict, so that the verdict can be
/// made again.
/// </summary>
public sealed class ValidationPolicy
{
    private const int MaxBytes = 64 << 10;

    private ValidationPolicy(ReadOnlyMemory<byte> encoded, Func<string, AlgorithmCatalogue?> find)
    {
        using var json = JsonDocument.Parse(encoded);
        var root = json.RootElement;
        Encoded = encoded;
        Id = Text(root, "id");
        Version = Text(root, "version");
        (English, Vietnamese) = (Text(root.GetProperty("name"), "en"), Text(root.GetProperty("name"), "vi"));
        TakesClaimedTime = Text(root, "signingTime") switch { "claimed" => true, "proven" => false, var other => throw new FormatException(other) };
        Model = Text(root, "pathModel") switch { "chain" => ValidityModel.Chain, "shell" => ValidityModel.Shell, var other => throw new FormatException(other) };
        BelievesTimeStampsAtTheirTime = Text(root, "timeStamps") switch { "ownTime" => true, "proven" => false, var other => throw new FormatException(other) };
        RequiresRevocation = root.GetProperty("revocationRequired").GetBoolean();
        Catalogues = [.. root.GetProperty("algorithms").EnumerateArray().Select(a => find(a.GetString() ?? "") ?? throw new FormatException($"no catalogue of algorithms {a}"))];
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(encoded.Span));
    }

    /// <summary>What can be proven today: ETSI EN 319 102-1 as it stands.</summary>
    public static ValidationPolicy Etsi { get; } = Embedded("etsi");

    /// <summary>The certificate was valid at signing time: Circular 41/2017/TT-BTTTT, for signatures of Vietnam's state agencies.</summary>
    public static ValidationPolicy Vietnam { get; } = Embedded("vn-tt41-2017");

    /// <summary>Its short name.</summary>
    public string Id { get; }

    /// <summary>Its edition.</summary>
    public string Version { get; }

    /// <summary>What it is called, in English.</summary>
    public string English { get; }

    /// <summary>What it is called, in Vietnamese.</summary>
    public string Vietnamese { get; }

    /// <summary>SHA-256 of the file, hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>The file.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The catalogues of algorithms it goes by: name and file.</summary>
    public IEnumerable<(string Name, ReadOnlyMemory<byte> Encoded)> AlgorithmFiles => Catalogues.Select(c => (c.Name, c.Encoded));

    internal bool TakesClaimedTime { get; }
    internal ValidityModel Model { get; }
    internal bool BelievesTimeStampsAtTheirTime { get; }
    internal bool RequiresRevocation { get; }
    internal ImmutableArray<AlgorithmCatalogue> Catalogues { get; }

    /// <summary>Reads a policy that an operator wrote.</summary>
    /// <exception cref="InvalidDataException">It is malformed, larger than 64 KiB, or names a catalogue of algorithms that is not known.</exception>
    public static ValidationPolicy Load(ReadOnlyMemory<byte> encoded) => Load(encoded, AlgorithmCatalogue.Find);

    /// <summary>Reads a policy as it was kept with a verdict, with the catalogues of algorithms that were kept with it; no others are known to it.</summary>
    /// <exception cref="InvalidDataException">It or a catalogue is malformed, it is larger than 64 KiB, or it names a catalogue that is not given.</exception>
    public static ValidationPolicy Load(ReadOnlyMemory<byte> encoded, IEnumerable<ReadOnlyMemory<byte>> catalogues)
    {
        ArgumentNullException.ThrowIfNull(catalogues);
        var all = catalogues.Select(AlgorithmCatalogue.Load).ToList();
        return Load(encoded, name => all.Find(c => c.Name == name));
    }

    private static ValidationPolicy Load(ReadOnlyMemory<byte> encoded, Func<string, AlgorithmCatalogue?> find)
    {
        if (encoded.Length > MaxBytes) throw new InvalidDataException("the validation policy is too large");
        try
        {
            return new ValidationPolicy(encoded, find);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"the validation policy is malformed: {exception.Message}", exception);
        }
    }

    internal IEnumerable<AlgorithmFault> Faults(IEnumerable<AlgorithmUse> uses, DateTimeOffset at)
    {
        var all = uses.Distinct().ToList();
        return Catalogues.SelectMany(c => c.Faults(all, at));
    }

    private static ValidationPolicy Embedded(string id)
    {
        using var stream = typeof(ValidationPolicy).Assembly.GetManifestResourceStream($"policies.{id}.json")
            ?? throw new InvalidOperationException($"policies.{id}.json is not embedded");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new ValidationPolicy(bytes, AlgorithmCatalogue.Find);
    }

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new InvalidOperationException($"{name} is null");
}
