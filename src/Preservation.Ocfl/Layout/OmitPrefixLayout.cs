using System.Text;

namespace Preservation.Ocfl.Layout;

/// <summary>Extension 0007: folders from the characters of the identifier that follow the last delimiter.</summary>
public sealed record OmitPrefixLayout : StorageLayout
{
    private readonly string _delimiter;
    private readonly int _tupleSize;
    private readonly int _numberOfTuples;
    private readonly bool _padsRight;
    private readonly bool _reverses;

    /// <param name="delimiter">Up to which the identifier is left out.</param>
    /// <param name="tupleSize">Characters of one folder's name.</param>
    /// <param name="numberOfTuples">Folders above an object.</param>
    /// <param name="padsRight">Where zeros are added when there are too few characters: at the end, or before the first.</param>
    /// <param name="reverses">True when the folders are taken from the padded characters in reverse.</param>
    /// <exception cref="ArgumentException">The parameters are outside the extension's rules.</exception>
    public OmitPrefixLayout(string delimiter, int tupleSize, int numberOfTuples, bool padsRight, bool reverses)
    {
        ArgumentException.ThrowIfNullOrEmpty(delimiter);
        if (tupleSize < 1 || numberOfTuples < 1) throw new ArgumentException("at least one tuple of one character", nameof(tupleSize));
        ThrowUnlessTuples(tupleSize, numberOfTuples);
        (_delimiter, _tupleSize, _numberOfTuples, _padsRight, _reverses) = (delimiter, tupleSize, numberOfTuples, padsRight, reverses);
    }

    /// <inheritdoc/>
    public override string? PathOf(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var name = WithoutPrefix(id, _delimiter);
        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal)) return null;
        var length = _tupleSize * _numberOfTuples;
        var characters = _padsRight ? name.PadRight(length, '0') : name.PadLeft(length, '0');
        if (_reverses) characters = string.Concat(characters.Reverse());
        var path = new StringBuilder();
        for (var i = 0; i < _numberOfTuples; i++) path.Append(characters, i * _tupleSize, _tupleSize).Append('/');
        return path.Append(name).ToString();
    }
}
