namespace Preservation.Catalogue.Model;

/// <summary>Material that a verdict lacked and that could not be had yet.</summary>
public sealed class ValidationWant
{
    public required Guid Id { get; set; }

    /// <summary><c>Issuer</c>, <c>Crl</c> or <c>Ocsp</c>.</summary>
    public required string Kind { get; set; }

    /// <summary>SHA-256 of the certificate it is lacking for.</summary>
    public required string Subject { get; set; }

    public required byte[] Certificate { get; set; }
    public required byte[] Issuer { get; set; }
    public required string[] Urls { get; set; }
    public required DateTimeOffset Since { get; set; }

    /// <summary>The certificate's end: authorities may drop it from their sources then.</summary>
    public required DateTimeOffset TooLateAt { get; set; }

    public DateTimeOffset? TriedAt { get; set; }
    public string? Problem { get; set; }
    public DateTimeOffset? DoneAt { get; set; }
}
