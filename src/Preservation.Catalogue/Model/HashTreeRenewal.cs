namespace Preservation.Catalogue.Model;

/// <summary>Everything under trees of one function goes under trees of another.</summary>
public sealed class HashTreeRenewal
{
    public required Guid Id { get; set; }
    public required string FromAlgorithm { get; set; }
    public required string ToAlgorithm { get; set; }
    public required string Reason { get; set; }
    public required DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? DueAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
}
