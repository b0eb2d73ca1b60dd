namespace Preservation.Catalogue.Model;

/// <summary>One hash tree and its time-stamp.</summary>
public sealed class EvidenceBatch
{
    public required Guid Id { get; set; }
    public required EvidenceState State { get; set; }
    public required string Algorithm { get; set; }
    public required int Leaves { get; set; }
    public required byte[] Root { get; set; }
    public required byte[] Nonce { get; set; }
    public required byte[] Request { get; set; }
    public byte[]? Token { get; set; }
    public string? Tsa { get; set; }
    public DateTimeOffset? TokenTime { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? StoredAt { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }
    public string? LastProblem { get; set; }
}
