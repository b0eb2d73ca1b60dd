using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Mail;

/// <summary>Hands mails to the server (RFC 5321), a connection each and all of it within one time limit, so that a slow server holds up nothing but its mail.</summary>
public sealed class MailPost(IOptions<PreservationOptions> options)
{
    private const int ClosingDown = 421; // RFC 5321 §3.8
    private const int FirstPermanent = 500; // RFC 5321 §4.2.1
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1"; // RFC 5280 §4.2.1.12
    private readonly MailOptions _options = options.Value.Mail;

    /// <summary>Is there a server? Without one nothing is sent.</summary>
    public bool IsConfigured => _options.Host.Length > 0;

    /// <summary>What the server is called where it is told of.</summary>
    internal string Server => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_options.Host}:{_options.Port}");

    /// <summary>May mails come from this sender?</summary>
    public static bool IsSender(string sender) => MailboxAddress.TryParse(sender, out var mailbox) && MailChoices.IsAddress(mailbox.Address);

    internal async Task<MailAnswer> SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        var password = _options.UserName.Length > 0 ? (await File.ReadAllTextAsync(_options.PasswordFile, cancellationToken)).TrimEnd('\r', '\n') : "";
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.Timeout);
        // The limit is that of the whole; each reading by itself may take twice as long. Whether a certificate was revoked is not asked on the way, as with every other connection of the service.
        using var client = new SmtpClient { Timeout = (int)_options.Timeout.TotalMilliseconds * 2, CheckCertificateRevocation = false, ServerCertificateValidationCallback = (_, certificate, chain, errors) => Trusts(certificate, chain, errors) };
        try
        {
            var security = _options.Security switch { MailSecurity.None => SecureSocketOptions.None, MailSecurity.Tls => SecureSocketOptions.SslOnConnect, _ => SecureSocketOptions.StartTls };
            await client.ConnectAsync(_options.Host, _options.Port, security, deadline.Token);
            if (_options.UserName.Length > 0) await client.AuthenticateAsync(_options.UserName, password, deadline.Token);
            await client.SendAsync(message, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new MailAnswer(MailFate.ServerAway, null, "timeout");
        }
        catch (SmtpCommandException e)
        {
            return Judge((int)e.StatusCode, e.ErrorCode);
        }
        catch (Exception e) when (e is AuthenticationException or ServiceNotAuthenticatedException or SslHandshakeException or NotSupportedException)
        {
            return new MailAnswer(MailFate.ServerRefuses, null, e is SslHandshakeException ? "tls" : e is NotSupportedException ? "unsupported" : "authentication");
        }
        catch (Exception e) when (e is SocketException or IOException or ProtocolException or ServiceNotConnectedException or TimeoutException)
        {
            return new MailAnswer(MailFate.ServerAway, null, e is ProtocolException ? "protocol" : e is TimeoutException ? "timeout" : "connection");
        }
        await LeaveAsync(client, deadline.Token);
        return new MailAnswer(MailFate.Taken, null, null);
    }

    private static MailAnswer Judge(int status, SmtpErrorCode code)
    {
        var isPermanent = status >= FirstPermanent;
        return code switch
        {
            SmtpErrorCode.RecipientNotAccepted when status != ClosingDown => new MailAnswer(isPermanent ? MailFate.Refused : MailFate.Later, status, "recipient"),
            SmtpErrorCode.MessageNotAccepted when status != ClosingDown => new MailAnswer(isPermanent ? MailFate.Refused : MailFate.Later, status, "message"),
            SmtpErrorCode.SenderNotAccepted => new MailAnswer(isPermanent ? MailFate.ServerRefuses : MailFate.ServerAway, status, "sender"),
            _ => new MailAnswer(isPermanent ? MailFate.ServerRefuses : MailFate.ServerAway, status, "status"),
        };
    }

    // A mail that was taken is taken, whatever becomes of the farewell.
    private static async Task LeaveAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ProtocolException or CommandException)
        {
        }
    }

    private bool Trusts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        // A name that does not fit, or no certificate, is mended by no anchor.
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || _options.TlsAnchorsFile.Length == 0 || certificate is not X509Certificate2 own) return false;
        var anchors = new X509Certificate2Collection();
        anchors.ImportFromPemFile(_options.TlsAnchorsFile);
        using var path = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, ApplicationPolicy = { new Oid(ServerAuthentication) } } };
        path.ChainPolicy.CustomTrustStore.AddRange(anchors);
        if (chain is not null) path.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        var holds = path.Build(own);
        foreach (var anchor in anchors) anchor.Dispose();
        return holds;
    }
}
