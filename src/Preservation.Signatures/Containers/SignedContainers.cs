using Preservation.Core.Findings;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Xml;

namespace Preservation.Signatures.Containers;

/// <summary>A zip that may carry signatures: an Office or OpenDocument package or an ASiC container, told by what is in it.</summary>
internal static class SignedContainers
{
    /// <param name="file">The zip.</param>
    /// <param name="carrier">What its name and beginning suggest.</param>
    /// <param name="policy">Digests and limits.</param>
    /// <param name="material">Certificates from elsewhere.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static async Task<FileFacts> ReadAsync(
        SignedFile file, SignatureCarrier carrier, VerificationPolicy policy, PathMaterial material, CancellationToken cancellationToken)
    {
        try
        {
            var (container, refused) = await SignedContainer.OpenAsync(file, policy, cancellationToken).ConfigureAwait(false);
            if (container is null) return refused!;
            await using (container.ConfigureAwait(false))
            {
                var facts = await ReadAsync(container, file, carrier, material, cancellationToken).ConfigureAwait(false);
                return facts with { Findings = [.. container.Findings, .. facts.Findings] };
            }
        }
        catch (XmlLimitException exception)
        {
            return FileFacts.Refused(VerificationOutcome.Unsupported, exception.ToFinding(file.Path));
        }
        catch (InvalidDataException exception)
        {
            // An entry lies about its length or is damaged (IFileTree): its signatures cannot hold.
            return FileFacts.Refused(VerificationOutcome.Malformed, new Finding(SignatureRules.Container, file.Path, null, exception.Message));
        }
    }

    private static async Task<FileFacts> ReadAsync(
        SignedContainer container, SignedFile file, SignatureCarrier carrier, PathMaterial material, CancellationToken cancellationToken)
    {
        var mimetype = await container.ReadMimetypeAsync(cancellationToken).ConfigureAwait(false);
        if (mimetype.StartsWith("application/vnd.etsi.asic-", StringComparison.Ordinal)) carrier = SignatureCarrier.Asic;
        else if (mimetype.StartsWith("application/vnd.oasis.opendocument", StringComparison.Ordinal)) carrier = SignatureCarrier.Odf;
        else if (container.Find("[Content_Types].xml") is not null) carrier = SignatureCarrier.Ooxml;
        return carrier switch
        {
            SignatureCarrier.Ooxml => await OoxmlSignatures.ReadAsync(container, file, material, cancellationToken).ConfigureAwait(false),
            SignatureCarrier.Odf => await OdfSignatures.ReadAsync(container, file, material, cancellationToken).ConfigureAwait(false),
            _ => await AsicSignatures.ReadAsync(container, file, mimetype, material, cancellationToken).ConfigureAwait(false),
        };
    }
}
