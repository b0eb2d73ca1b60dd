namespace Preservation.Catalogue.Model;

/// <summary>One row change that the packages cannot tell.</summary>
public sealed class JournalEntry
{
    public long Id { get; set; }
    public required DateTimeOffset At { get; set; }
    public required string TableName { get; set; }
    public required string Operation { get; set; }
    public required string RowData { get; set; }
    public long? Segment { get; set; }
}
