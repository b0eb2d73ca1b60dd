namespace Preservation.Catalogue.Model;

/// <summary>One copy of an OCFL object in one store: the unit of a fixity check. Evidence and journal objects are kept and checked alike.</summary>
public sealed class PackageCopy
{
    public required Guid PackageId { get; set; }
    public required string ObjectId { get; set; }
    public required string Store { get; set; }
    public required int Version { get; set; }
    public required CopyState State { get; set; }
    public required DateTimeOffset VerifiedAt { get; set; }
    public required DateTimeOffset LastReadAt { get; set; }
    public required FixityOutcome LastResult { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>No key of it can be deleted before; null when that is not so for every key, or not known.</summary>
    public DateTimeOffset? LockUntil { get; set; }

    /// <summary>Every key was under a legal hold when the holds were set and read back last.</summary>
    public bool Held { get; set; }

    public DateTimeOffset? LockLeaseUntil { get; set; }

    /// <summary>The fixity plan it is read under; null until it was planned.</summary>
    public string? Plan { get; set; }

    /// <summary>When it is to be read by its plan at the latest; null until it was planned.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>How many keys it has; the database counts.</summary>
    public long Keys { get; private set; }

    /// <summary>The bytes of all its keys; the database adds them up.</summary>
    public long Bytes { get; private set; }
}
