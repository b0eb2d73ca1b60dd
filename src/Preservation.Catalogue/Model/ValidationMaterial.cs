namespace Preservation.Catalogue.Model;

/// <summary>A certificate, revocation list or OCSP response, as it was fetched.</summary>
public sealed class ValidationMaterial
{
    public required Guid Id { get; set; }

    /// <summary><c>CERTIFICATE</c>, <c>CRL</c>, <c>OCSP</c>, <c>TRUST_LIST</c> or <c>ANCHORS</c> (a set of trust anchors that was in force).</summary>
    public required string Kind { get; set; }

    public required byte[] Sha512 { get; set; }
    public required byte[] Content { get; set; }

    /// <summary>Address or file it came from.</summary>
    public required string Source { get; set; }

    /// <summary>What it answers: the address of a list, or the SHA-256 of the certificate that was asked about.</summary>
    public required string Subject { get; set; }

    public required DateTimeOffset FetchedAt { get; set; }
    public required DateTimeOffset ThisUpdate { get; set; }
    public DateTimeOffset? NextUpdate { get; set; }

    /// <summary>OCFL object it is written in; null before that is fixed.</summary>
    public Guid? ObjectId { get; set; }

    /// <summary>When every store had it; null before.</summary>
    public DateTimeOffset? StoredAt { get; set; }
}
