using System.ComponentModel.DataAnnotations;

namespace Preservation.Workflow.Options;

/// <summary>Mail about tasks, through a mail server of the operator's.</summary>
public sealed class MailOptions
{
    /// <summary>The mail server; empty: no mail is sent.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port.</summary>
    [Range(1, 65535)] public int Port { get; set; } = 587;

    /// <summary>How the connection is protected.</summary>
    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    /// <summary>Certificates (PEM) that the server's may come from, beside those the machine trusts; empty: none.</summary>
    public string TlsAnchorsFile { get; set; } = "";

    /// <summary>Who signs in there; empty: nobody does.</summary>
    public string UserName { get; set; } = "";

    /// <summary>A file with the password.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>The sender: an address, or a name and an address in angle brackets.</summary>
    public string From { get; set; } = "";

    /// <summary>The address at which people open the pages; links in mails begin with it.</summary>
    public string Link { get; set; } = "";

    /// <summary>How often it is looked whether something is to be sent.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>From this time of the day on, in Vietnam, the digest of the day is sent.</summary>
    public TimeOnly DigestAt { get; set; } = new(7, 30);

    /// <summary>A person is sent at most one mail in so long.</summary>
    public TimeSpan AtOnceEvery { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>What is due within so many days is told of as due soon.</summary>
    [Range(0, 60)] public int DueSoonDays { get; set; } = 3;

    /// <summary>How long the server may take for one mail, from connecting to its last answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>First pause after a mail that was not taken; it doubles up to <see cref="RetryAtMost"/>, each drawn a fifth longer or shorter.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest pause.</summary>
    public TimeSpan RetryAtMost { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long it is kept what was sent to whom.</summary>
    public TimeSpan KeepSendings { get; set; } = TimeSpan.FromDays(90);
}

/// <summary>How a connection to the mail server is protected.</summary>
public enum MailSecurity
{
    /// <summary>TLS is asked for after connecting, and must come.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,

    /// <summary>Not at all; in production towards the machine itself alone.</summary>
    None,
}
