namespace Preservation.Server.Api.Ts119512;

/// <summary>A preservation object, a preservation evidence or a report (ETSI TS 119 512 §5.4.4, §5.4.5).</summary>
internal sealed record PreservationObject
{
    public BinaryContent? BinaryData { get; init; }

    /// <summary>URI of its format.</summary>
    public string? FormatId { get; init; }

    public string? MimeType { get; init; }

    public string? PronomId { get; init; }

    public string? Id { get; init; }

    /// <summary>Identifiers of what it belongs to.</summary>
    public IReadOnlyList<string>? RelObj { get; init; }

    /// <summary>Of an evidence: what it is about.</summary>
    public string? PoId { get; init; }

    /// <summary>Of an evidence: which version of that.</summary>
    public string? VerId { get; init; }
}

/// <summary>Bytes: within the message, or in a part of a multipart message.</summary>
/// <param name="Value">The bytes; base64 in JSON.</param>
/// <param name="AttRef">Name of the part that has them.</param>
/// <param name="MimeType">Their media type.</param>
internal sealed record BinaryContent(byte[]? Value = null, string? AttRef = null, string? MimeType = null);
