using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;

namespace Preservation.Packages.Dip;

/// <summary>Makes what is given to a reader: a DIP of Circular 05/2025 Annex V or of E-ARK DIP 2.2.0, from an AIP of either.</summary>
public static class DipPacker
{
    /// <summary>
    /// Writes the DIP into a zip. Every file that is given is read once and compared with the AIP's METS; when one is not as promised there is an
    /// error, no identifier, and what the stream holds is worth nothing. An AIP that breaks other rules can be given all the same.
    /// </summary>
    /// <param name="aip">The AIP as it lies unpacked: a package, or one version of an OCFL object as it shows itself.</param>
    /// <param name="kind">Circular 05 or E-ARK.</param>
    /// <param name="request">Who asks for what.</param>
    /// <param name="zip">Takes the zip; stays open, need not be seekable.</param>
    /// <param name="options">Instant, identifiers, software.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no DIPs of this kind, or the submission is asked for with a selection.</exception>
    /// <exception cref="IOException">The surroundings failed. This says nothing about the package.</exception>
    public static async Task<PackResult> PackAsync(IFileTree aip, PackageKind kind, DipRequest request, Stream zip, PackOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(aip);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(options);
        if (kind is not (PackageKind.Tt05 or PackageKind.Eark)) throw new ArgumentException("DIPs are made for Circular 05 and E-ARK", nameof(kind));
        if (request.IncludesSubmission && request.Documents.Length > 0) throw new ArgumentException("the submission holds more than the selection", nameof(request));
        var files = await PackageFiles.ListAsync(aip, Limits.Default, cancellationToken).ConfigureAwait(false);
        if (HasError(files) || await DipSource.ReadAsync(files, cancellationToken).ConfigureAwait(false) is not { } source) return Refused(files);
        var selection = DipSelection.Of(source, request.Documents);
        var draft = kind == PackageKind.Tt05 ? await Tt05DipDraft.MakeAsync(source, selection, request, Tt05.Tt05Editions.BuiltIn.On(options.Now), cancellationToken).ConfigureAwait(false) : null;
        if (draft is not null) files.Findings.AddRange(draft.Findings);
        if (HasError(files)) return Refused(files);
        var id = (kind == PackageKind.Tt05 ? "urn:uuid:" : "uuid-") + options.NewId().ToString().ToUpperInvariant();
        var name = id.Replace(':', '_');
        var archive = new ZipWriter(zip);
        await using (archive.ConfigureAwait(false))
        {
            var target = new DipZip(source, new PackageZip(archive, name, options.Now), options);
            try
            {
                if (draft is not null) await new Tt05Dip(source, selection, draft, request, target, id, options).WriteAsync(cancellationToken).ConfigureAwait(false);
                else await new EarkDip(source, selection, request, target, id, options).WriteAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (InvalidDataException)
            {
                files.Findings.Add(PackageRules.Unreadable, target.Reading);
            }
            files.Findings.AddRange(target.Broken);
        }
        return HasError(files) ? Refused(files) : new PackResult(id, name + ".zip", files.Findings.ToSorted());
    }

    private static bool HasError(PackageFiles files) => files.Findings.ToSorted().Any(f => f.Rule.Severity == Severity.Error);

    private static PackResult Refused(PackageFiles files) => new(null, null, files.Findings.ToSorted());
}
