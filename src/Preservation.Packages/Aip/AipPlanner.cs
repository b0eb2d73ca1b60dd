using Preservation.Packages.Premis;

namespace Preservation.Packages.Aip;

/// <summary>
/// Decides what an AIP consists of. Pure: no clock, no store, no randomness. The AIP lies unpacked, what was received lies
/// byte for byte under <c>submission/</c>, and METS lists every file but itself.
/// </summary>
public static class AipPlanner
{
    /// <summary>The PREMIS identifier of the package as an intellectual entity.</summary>
    public static PremisIdentifier PackageObject(string id) => new("URI", id);

    /// <summary>The PREMIS identifier of a representation (<c>rep1</c>).</summary>
    public static PremisIdentifier RepresentationObject(string id, string rep) => new("local", $"{id}/representations/{rep}");

    /// <summary>The PREMIS identifier of a file by its path in the AIP (<c>representations/rep1/data/…</c>).</summary>
    public static PremisIdentifier FileObject(string id, string path) => new("local", $"{id}/{path}");

    /// <summary>
    /// The path in the AIP under which a file of the submission lies beside <c>submission/</c>; null when it lies there only.
    /// </summary>
    public static string? PathInAip(PackageKind kind, string submissionPath)
    {
        ArgumentNullException.ThrowIfNull(submissionPath);
        return kind == PackageKind.BagIt
            ? submissionPath.StartsWith("data/", StringComparison.Ordinal) ? "representations/rep1/" + submissionPath : null
            : submissionPath.StartsWith("representations/", StringComparison.Ordinal) ? submissionPath : null;
    }

    /// <summary>Plans a version of an AIP, the caller's to close: the first, or one that continues earlier submissions.</summary>
    /// <exception cref="ArgumentException">The id is no <c>urn:uuid:</c>, a path is unsafe, or two contents want one path.</exception>
    public static AipPlan Plan(AipRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.Id.StartsWith("urn:uuid:", StringComparison.Ordinal) || !Guid.TryParse(request.Id[9..], out _))
            throw new ArgumentException("an AIP's id is urn:uuid:…", nameof(request));
        using var draft = new AipDraft(request);
        foreach (var file in request.Generated) draft.Add(file.Path, file.Content);
        return draft.ToPlan(request.Description.Kind == PackageKind.Tt05 ? new Tt05AipPlanner(request, draft).Plan() : new CsipAipPlanner(request, draft).Plan());
    }
}
