namespace Preservation.Catalogue.Model;

/// <summary>A part of the journal written to every store.</summary>
public sealed class JournalSegment
{
    public required long Number { get; set; }
    public required string ObjectId { get; set; }
    public required long Entries { get; set; }
    public required byte[] Sha512 { get; set; }
    public byte[]? Content { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? StoredAt { get; set; }
}
