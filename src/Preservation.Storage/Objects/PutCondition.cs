namespace Preservation.Storage.Objects;

/// <summary>When a put may take effect.</summary>
public abstract record PutCondition
{
    private PutCondition() { }

    /// <summary>Always: an object of that key is replaced.</summary>
    public static PutCondition Any { get; } = new AnyState();

    /// <summary>Only where no object has the key; of several writers one wins.</summary>
    public static PutCondition OnlyIfAbsent { get; } = new Absent();

    /// <summary>Only where the object is still the one with this ETag.</summary>
    public static PutCondition OnlyIfUnchanged(string etag) => new Unchanged(etag);

    internal sealed record AnyState : PutCondition;

    internal sealed record Absent : PutCondition;

    internal sealed record Unchanged(string ETag) : PutCondition;
}
