using System.Text.Json;
using System.Text.Json.Serialization;

namespace Preservation.Server.Api.Submissions;

/// <summary>What is said of a package that came as an upload.</summary>
/// <param name="Upload">The upload's id.</param>
/// <param name="Sha256">The package's SHA-256 by its sender, hexadecimal.</param>
internal sealed record UploadedPackage(Guid Upload, string? Sha256)
{
    /// <summary>Unknown members are refused, so that a misspelt one is noticed.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Code of the agreement; not needed where there is only one.</summary>
    public string? Agreement { get; init; }

    /// <summary>NEW (the default), SUPPLEMENT, REPLACEMENT or TEST.</summary>
    public string? RecordStatus { get; init; }

    public string? RegistrationCode { get; init; }

    /// <summary>A detached CMS signature over the package, in base64.</summary>
    public string? PackageSignature { get; init; }

    /// <summary>The package's name; that of the upload when not given.</summary>
    public string? FileName { get; init; }
}
