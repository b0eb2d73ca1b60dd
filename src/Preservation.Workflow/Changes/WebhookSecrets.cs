using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Changes;

/// <summary>
/// Secrets of receivers: worked out of the service's key, the receiver's identifier and a number that rises with each new secret (HKDF, RFC 5869). None is kept, so that neither
/// a dump nor the journal tells one.
/// </summary>
public sealed class WebhookSecrets(IOptions<PreservationOptions> options)
{
    /// <summary>The shortest key.</summary>
    public const int LeastKeyBytes = 32;

    /// <summary>Is there a key? Without one there are no receivers.</summary>
    public bool IsConfigured => options.Value.Webhooks.KeyFile.Length > 0;

    /// <summary>The secret of the receiver as it is shown, once; its characters are the HMAC's key.</summary>
    /// <exception cref="IOException">The service's key cannot be read.</exception>
    public string Of(Webhook webhook)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        using var file = File.OpenRead(options.Value.Webhooks.KeyFile);
        Span<byte> key = stackalloc byte[1024];
        var length = file.ReadAtLeast(key, key.Length, throwOnEndOfStream: false);
        if (length < LeastKeyBytes) throw new InvalidDataException($"Preservation:Webhooks:KeyFile holds fewer than {LeastKeyBytes} bytes");
        Span<byte> secret = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key[..length], secret, [], Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"webhook {webhook.Id} {webhook.SecretNumber}")));
        CryptographicOperations.ZeroMemory(key);
        return "whs_" + Convert.ToHexStringLower(secret);
    }

    /// <summary>HMAC-SHA256 over the date, a line feed and the body, in hexadecimal.</summary>
    public string Sign(Webhook webhook, string date, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.ASCII.GetBytes(Of(webhook)));
        hash.AppendData(Encoding.ASCII.GetBytes(date + "\n"));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
