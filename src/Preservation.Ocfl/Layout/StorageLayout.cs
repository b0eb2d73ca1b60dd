using System.Text.Json;
using Preservation.Core.Digests;

namespace Preservation.Ocfl.Layout;

/// <summary>Where objects lie in a storage root (OCFL §4.2): one of the registered layouts. 0004 is written; the others are read.</summary>
public abstract record StorageLayout
{
    /// <summary>Path of an object's root, relative to the storage root; null when the layout has no place for this identifier.</summary>
    public abstract string? PathOf(string id);

    /// <summary>A registered layout by its name and parameters; null when we do not compute it, or nobody could follow the parameters.</summary>
    /// <param name="extensionName">Name of the extension.</param>
    /// <param name="parameters">Its <c>config.json</c>; an object, or undefined when there is none.</param>
    public static StorageLayout? Find(string extensionName, JsonElement parameters)
    {
        try
        {
            var p = new Parameters(parameters);
            return extensionName switch
            {
                "0002-flat-direct-storage-layout" => new FlatLayout(Delimiter: null),
                "0003-hash-and-id-n-tuple-storage-layout" => p.Algorithm is { } a ? new HashAndIdLayout(a, p.Number("tupleSize", 3), p.Number("numberOfTuples", 3)) : null,
                HashedNTupleLayout.ExtensionName => p.Algorithm is { } a ? new HashedNTupleLayout(a, p.Number("tupleSize", 3), p.Number("numberOfTuples", 3), p.Flag("shortObjectRoot")) : null,
                "0006-flat-omit-prefix-storage-layout" => p.Text("delimiter") is { Length: > 0 } d ? new FlatLayout(d) : null,
                "0007-n-tuple-omit-prefix-storage-layout" => p.Text("delimiter") is { Length: > 0 } d
                    ? new OmitPrefixLayout(d, p.Number("tupleSize", 3), p.Number("numberOfTuples", 3), p.Text("zeroPadding") == "right", p.Flag("reverseObjectRoot")) : null,
                _ => null,
            };
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>What follows the last occurrence of the delimiter, in any case of letters; all of it when there is none.</summary>
    internal static string WithoutPrefix(string id, string delimiter) =>
        id.LastIndexOf(delimiter, StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? id[(at + delimiter.Length)..] : id;

    internal static void ThrowUnlessTuples(int tupleSize, int numberOfTuples)
    {
        if (tupleSize is < 0 or > 32) throw new ArgumentException("0 to 32 characters", nameof(tupleSize));
        if (numberOfTuples is < 0 or > 32) throw new ArgumentException("0 to 32 tuples", nameof(numberOfTuples));
        if (tupleSize == 0 != (numberOfTuples == 0)) throw new ArgumentException("both are 0 or none", nameof(tupleSize));
    }

    private readonly struct Parameters(JsonElement json)
    {
        public DigestAlgorithm? Algorithm => Member("digestAlgorithm") is { } m ? DigestAlgorithm.FindInPackage(m.GetString()) : DigestAlgorithm.Sha256;

        public string? Text(string name) => Member(name)?.GetString();

        public int Number(string name, int absent) => Member(name)?.GetInt32() ?? absent;

        public bool Flag(string name) => Member(name)?.GetBoolean() ?? false;

        private JsonElement? Member(string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var m) ? m : null;
    }
}
