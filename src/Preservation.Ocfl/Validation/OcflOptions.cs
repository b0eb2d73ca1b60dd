using Preservation.Core;

namespace Preservation.Ocfl.Validation;

/// <summary>How thoroughly to validate.</summary>
public sealed record OcflOptions
{
    /// <summary>Everything, within the ordinary limits.</summary>
    public static OcflOptions Default { get; } = new();

    /// <summary>False leaves the digests of contents (not those of inventories) unchecked.</summary>
    public bool ChecksContent { get; init; } = true;

    /// <summary>Contents read at once.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Bounds on what is read.</summary>
    public Limits Limits { get; init; } = Limits.Default;
}
