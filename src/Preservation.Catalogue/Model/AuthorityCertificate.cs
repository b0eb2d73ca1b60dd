namespace Preservation.Catalogue.Model;

/// <summary>A certificate above tokens.</summary>
public sealed class AuthorityCertificate
{
    public required byte[] Sha256 { get; set; }

    /// <summary>DER.</summary>
    public required byte[] Certificate { get; set; }

    public required string Subject { get; set; }
    public required DateTimeOffset NotAfter { get; set; }

    /// <summary>When lists and responders were last asked about it.</summary>
    public DateTimeOffset? LookedAt { get; set; }
}
