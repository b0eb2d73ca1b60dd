using System.Globalization;
using Preservation.Core.Digests;

namespace Preservation.Server.Api.Uploads;

/// <summary>The words of the protocol tus 1.0.0 (https://tus.io/protocols/resumable-upload): headers, and how their values are read.</summary>
internal static class Tus
{
    public const string Version = "1.0.0";
    public const string Extensions = "creation,creation-with-upload,checksum,expiration,termination";
    public const string PieceType = "application/offset+octet-stream";
    public const string Resumable = "Tus-Resumable";
    public const string UploadOffset = "Upload-Offset";
    public const string UploadLength = "Upload-Length";
    public const string UploadMetadata = "Upload-Metadata";
    public const string UploadChecksum = "Upload-Checksum";
    public const string UploadExpires = "Upload-Expires";
    public const string UploadDeferLength = "Upload-Defer-Length";
    public const string UploadConcat = "Upload-Concat";
    public const string MethodOverride = "X-HTTP-Method-Override";

    /// <summary>Checksum Mismatch, a status of the protocol's own.</summary>
    public const int ChecksumMismatch = 460;

    /// <summary>What a piece may be checked with; the protocol asks for SHA-1.</summary>
    public static readonly DigestAlgorithm[] Checksums = [DigestAlgorithm.Sha1, DigestAlgorithm.Sha256, DigestAlgorithm.Sha512];

    /// <summary>Their names, as a header lists them.</summary>
    public static string ChecksumNames { get; } = string.Join(',', Checksums.Select(c => c.Name));

    /// <summary>Reads a number of bytes: digits alone, and one value.</summary>
    public static bool TryNumber(string? text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>Reads <c>Upload-Checksum</c>: an algorithm that is offered, a space, its value in base64.</summary>
    public static bool TryChecksum(string? text, out Digest? checksum)
    {
        checksum = null;
        if (text is null) return true;
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || Array.Find(Checksums, c => c.Name == text[..space]) is not { } algorithm) return false;
        var value = new byte[Digest.MaxBytes + 3];
        if (!Convert.TryFromBase64String(text[(space + 1)..], value, out var length) || length != algorithm.LengthBytes) return false;
        checksum = new Digest(algorithm, [.. value.AsSpan(0, length)]);
        return true;
    }

    /// <summary>A date as HTTP writes it.</summary>
    public static string Date(DateTimeOffset at) => at.ToString("R", CultureInfo.InvariantCulture);
}
