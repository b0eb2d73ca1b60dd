namespace Preservation.Catalogue.Model;

/// <summary>The root of a complete subtree of the audit log.</summary>
public sealed class AuditNode
{
    /// <summary>Rows above the leaves; a multiple of eight.</summary>
    public required int Height { get; init; }

    /// <summary>Which of its row, from 0.</summary>
    public required long Number { get; init; }

    public required byte[] Hash { get; init; }
}
