using System.Globalization;
using System.Text;
using Preservation.Core.Digests;

namespace Preservation.Ocfl.Layout;

/// <summary>Extension 0003: folders from the identifier's digest, above one named by the identifier itself, percent-encoded.</summary>
public sealed record HashAndIdLayout : StorageLayout
{
    private const int MaxName = 100;
    private readonly DigestAlgorithm _algorithm;
    private readonly int _tupleSize;
    private readonly int _numberOfTuples;

    /// <exception cref="ArgumentException">The parameters are outside the extension's rules.</exception>
    public HashAndIdLayout(DigestAlgorithm digestAlgorithm, int tupleSize, int numberOfTuples)
    {
        ArgumentNullException.ThrowIfNull(digestAlgorithm);
        ThrowUnlessTuples(tupleSize, numberOfTuples);
        if (tupleSize * numberOfTuples > digestAlgorithm.LengthBytes * 2) throw new ArgumentException("more characters than the digest has", nameof(tupleSize));
        (_algorithm, _tupleSize, _numberOfTuples) = (digestAlgorithm, tupleSize, numberOfTuples);
    }

    /// <inheritdoc/>
    public override string PathOf(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var hex = _algorithm.Compute(Encoding.UTF8.GetBytes(id)).Hex;
        var path = new StringBuilder();
        for (var i = 0; i < _numberOfTuples; i++) path.Append(hex, i * _tupleSize, _tupleSize).Append('/');
        var name = Encode(id);
        return path.Append(name.Length > MaxName ? $"{name[..MaxName]}-{hex}" : name).ToString();
    }

    private static string Encode(string id)
    {
        var name = new StringBuilder(id.Length);
        foreach (var b in Encoding.UTF8.GetBytes(id))
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_') name.Append((char)b);
            else name.Append(CultureInfo.InvariantCulture, $"%{b:x2}");
        return name.ToString();
    }
}
