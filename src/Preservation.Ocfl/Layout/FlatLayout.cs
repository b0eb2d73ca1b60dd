namespace Preservation.Ocfl.Layout;

/// <summary>Extensions 0002 (the identifier is the folder) and 0006 (what follows the last delimiter in it is).</summary>
/// <param name="Delimiter">Up to which the identifier is left out; null keeps all of it.</param>
public sealed record FlatLayout(string? Delimiter) : StorageLayout
{
    /// <inheritdoc/>
    public override string? PathOf(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var name = Delimiter is null ? id : WithoutPrefix(id, Delimiter);
        return name.Length == 0 || name is "." or ".." || name.Contains('/', StringComparison.Ordinal) ? null : name;
    }
}
