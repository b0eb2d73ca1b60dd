using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Workflow.Options;
using Preservation.Workflow.Trust;

namespace Preservation.Workflow.Verdicts;

/// <summary>What verdicts are made by now: the anchors and lists of the operator, read anew each time, since they change while the server runs.</summary>
public sealed class CurrentTrust(AnchorSets anchors, IOptions<PreservationOptions> options)
{
    private readonly TrustOptions _trust = options.Value.Trust;

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">An anchor cannot be read: a trust list with a hole is not used.</exception>
    public async Task<VerificationPolicy> ReadAsync(CancellationToken cancellationToken)
    {
        var crls = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        if (_trust.Crls.Length > 0)
            foreach (var file in Directory.EnumerateFiles(_trust.Crls, "*.crl").Order(StringComparer.Ordinal))
                crls.AddRange(ValidationMaterial.ReadAll(await File.ReadAllBytesAsync(file, cancellationToken)).Where(m => m.Kind == "CRL").Select(m => m.Encoded));
        return new VerificationPolicy { TrustAnchors = await anchors.CurrentAsync(cancellationToken), Crls = crls.ToImmutable() };
    }
}
