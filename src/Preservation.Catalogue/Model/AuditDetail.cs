namespace Preservation.Catalogue.Model;

/// <summary>The salted detail of an audit entry; it can be erased without breaking a proof.</summary>
public sealed class AuditDetail
{
    public required long EntryId { get; set; }
    public required byte[] Salt { get; set; }
    public string? Detail { get; set; }
    public DateTimeOffset? ErasedAt { get; set; }
}
