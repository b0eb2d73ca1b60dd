using System.Globalization;
using System.Text;
using System.Text.Json;
using Preservation.Core.Digests;

namespace Preservation.Ocfl.Layout;

/// <summary>
/// Where objects lie in a storage root: extension 0004, hashed n-tuples. With the defaults (sha256, 3 × 3, long root) an
/// identifier becomes <c>abc/def/012/abcdef012…</c>.
/// </summary>
public sealed record HashedNTupleLayout : StorageLayout
{
    /// <summary>The registered name.</summary>
    public const string ExtensionName = "0004-hashed-n-tuple-storage-layout";

    /// <exception cref="ArgumentException">The parameters are outside the extension's rules.</exception>
    public HashedNTupleLayout(DigestAlgorithm digestAlgorithm, int tupleSize, int numberOfTuples, bool shortObjectRoot)
    {
        ArgumentNullException.ThrowIfNull(digestAlgorithm);
        ThrowUnlessTuples(tupleSize, numberOfTuples);
        var used = tupleSize * numberOfTuples;
        if (used > digestAlgorithm.LengthBytes * 2) throw new ArgumentException("more characters than the digest has", nameof(tupleSize));
        if (shortObjectRoot && used == digestAlgorithm.LengthBytes * 2) throw new ArgumentException("nothing left for the root", nameof(shortObjectRoot));
        DigestAlgorithm = digestAlgorithm;
        TupleSize = tupleSize;
        NumberOfTuples = numberOfTuples;
        ShortObjectRoot = shortObjectRoot;
    }

    /// <summary>The extension's defaults, which we write.</summary>
    public static HashedNTupleLayout Default { get; } = new(DigestAlgorithm.Sha256, 3, 3, shortObjectRoot: false);

    /// <summary>What hashes the identifier.</summary>
    public DigestAlgorithm DigestAlgorithm { get; }

    /// <summary>Characters of one folder's name.</summary>
    public int TupleSize { get; }

    /// <summary>Folders above an object.</summary>
    public int NumberOfTuples { get; }

    /// <summary>True when the object's folder leaves out the characters that the folders above it have.</summary>
    public bool ShortObjectRoot { get; }

    /// <inheritdoc/>
    public override string PathOf(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var hex = DigestAlgorithm.Compute(Encoding.UTF8.GetBytes(id)).Hex;
        var path = new StringBuilder(hex.Length * 2);
        for (var i = 0; i < NumberOfTuples; i++) path.Append(hex, i * TupleSize, TupleSize).Append('/');
        return path.Append(ShortObjectRoot ? hex.AsSpan(TupleSize * NumberOfTuples) : hex).ToString();
    }

    /// <summary>The files that make a folder an OCFL 1.1 storage root of this layout (§4.1, §4.2); paths relative to it.</summary>
    public IReadOnlyList<(string Path, byte[] Bytes)> StorageRootFiles() =>
    [
        ("0=" + OcflVersion.V11.RootDeclaration, Encoding.ASCII.GetBytes(OcflVersion.V11.RootDeclaration + "\n")),
        ("ocfl_layout.json", Json(json =>
        {
            json.WriteString("extension", ExtensionName);
            json.WriteString("description", string.Create(CultureInfo.InvariantCulture,
                $"Objects lie under {NumberOfTuples} folders named by the first characters of the {DigestAlgorithm.Name} digest of their identifier."));
        })),
        ($"extensions/{ExtensionName}/config.json", Json(json =>
        {
            json.WriteString("extensionName", ExtensionName);
            json.WriteString("digestAlgorithm", DigestAlgorithm.Name);
            json.WriteNumber("tupleSize", TupleSize);
            json.WriteNumber("numberOfTuples", NumberOfTuples);
            json.WriteBoolean("shortObjectRoot", ShortObjectRoot);
        })),
    ];

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }
}
