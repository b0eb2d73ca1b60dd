namespace Preservation.Catalogue.Model;

/// <summary>What the leaves of a batch are.</summary>
public enum BatchKind
{
    /// <summary>Digests of contents.</summary>
    Objects,

    /// <summary>Digests of earlier tokens: a time-stamp renewal (RFC 4998 §5.2).</summary>
    Renewal,

    /// <summary>Digests of contents by another function together with their chains so far: a hash-tree renewal (RFC 4998 §5.2).</summary>
    Rehash,
}
