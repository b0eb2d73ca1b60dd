namespace Preservation.Storage.Objects;

/// <summary>What a store may do beyond keeping bytes. Each is tried on the store itself; no configuration and no answer alone is believed.</summary>
public enum StoreCapability
{
    /// <summary>A put under a condition is refused when the condition does not hold.</summary>
    ConditionalPut,

    /// <summary>Content with a wrong <c>Content-MD5</c> is refused.</summary>
    ContentMd5,

    /// <summary>Content with a wrong <c>x-amz-checksum-sha256</c> is refused.</summary>
    ChecksumSha256,

    /// <summary>What a put replaces stays readable by its version.</summary>
    Versioning,

    /// <summary>A version under retention (COMPLIANCE) cannot be deleted, nor its retention shortened, nor passed by with a header.</summary>
    RetentionLock,

    /// <summary>A version under a legal hold cannot be deleted until the hold is lifted.</summary>
    LegalHold,

    /// <summary>A version that was sent in parts can be put under retention when it is complete.</summary>
    MultipartLock,

    /// <summary>Retention that is asked for when an upload in parts begins is there when it is complete.</summary>
    MultipartLockAtStart,
}
