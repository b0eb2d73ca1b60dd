namespace Preservation.Storage.Ocfl;

/// <summary>How writing a version to one of several stores ended.</summary>
public abstract record StoreWriteResult
{
    private StoreWriteResult(OcflStore store) => Store = store;

    /// <summary>Which store.</summary>
    public OcflStore Store { get; }

    /// <summary>The version is committed there. It counts as a copy only after it was read back.</summary>
    public sealed record Written(OcflStore To) : StoreWriteResult(To);

    /// <summary>The version is not committed there; the same plan can be written again.</summary>
    public sealed record Failed(OcflStore To, Exception Cause) : StoreWriteResult(To);
}
