namespace Preservation.Catalogue.Model;

/// <summary>One token that was asked for a batch.</summary>
public sealed class EvidenceToken
{
    public required Guid Id { get; set; }
    public required Guid BatchId { get; set; }

    /// <summary>Which of the batch's tokens, from 1.</summary>
    public required int Slot { get; set; }

    public required TokenState State { get; set; }

    /// <summary>Name of the authority that answered, or was asked last.</summary>
    public string? Tsa { get; set; }

    public required byte[] Nonce { get; set; }
    public required byte[] Request { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the request went out first.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    /// <summary>The answer as it came.</summary>
    public byte[]? Response { get; set; }

    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>The token as records hold it: DER, with its authority's chain and revocation data; null before it is proven.</summary>
    public byte[]? Token { get; set; }

    public DateTimeOffset? TokenTime { get; set; }
    public string? Policy { get; set; }
    public string? Serial { get; set; }

    /// <summary>Digest functions and keys that the token and its chain rest on.</summary>
    public string[]? Algorithms { get; set; }

    /// <summary>The earliest end of the certificates below the anchor.</summary>
    public DateTimeOffset? CertificatesEndAt { get; set; }

    /// <summary>SHA-256 of the authority's certificate and of those above it; null for tokens of an older version of this program.</summary>
    public byte[][]? Certificates { get; set; }

    /// <summary>The token as the next tree covers it, with the revocation data of that day; null while no tree is over it, or where one of before is.</summary>
    public byte[]? RenewedForm { get; set; }

    /// <summary>The token as records hold it now.</summary>
    public byte[]? Form => RenewedForm ?? Token;

    public DateTimeOffset? ProvenAt { get; set; }
    public DateTimeOffset? StoredAt { get; set; }
    public int Tries { get; set; }
    public DateTimeOffset? NextTryAt { get; set; }
    public string? LastProblem { get; set; }
}
