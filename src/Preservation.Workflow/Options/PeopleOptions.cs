using System.ComponentModel.DataAnnotations;

namespace Preservation.Workflow.Options;

/// <summary>Sessions, keys and accounts. The defaults are those of security level 3 (TCVN 14423:2026); production refuses longer ones.</summary>
public sealed class PeopleOptions
{
    /// <summary>A session of the pages ends when nothing was asked for so long.</summary>
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The same for whoever is an administrator.</summary>
    public TimeSpan AdministratorIdleAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>It ends so long after it began, whatever is asked.</summary>
    public TimeSpan SessionAtMost { get; set; } = TimeSpan.FromHours(10);

    /// <summary>Sessions that one person may have open; a further one ends the oldest.</summary>
    [Range(1, 100)] public int SessionsPerPerson { get; set; } = 3;

    /// <summary>A person who did not sign in for so many days is switched off, but for the last administrator. Programs are not.</summary>
    [Range(1, 3_650)] public int DisabledAfterDays { get; set; } = 45;

    /// <summary>The longest that an API key may hold, and how long it does when nothing else is said.</summary>
    [Range(1, 3_650)] public int KeyDays { get; set; } = 365;

    /// <summary>How long a key goes on beside the one that takes its place, when nothing else is said.</summary>
    [Range(0, 8_760)] public int RotationOverlapHours { get; set; } = 72;

    /// <summary>Wrong keys from one address, or for one key, before the next ones have to wait.</summary>
    [Range(1, 10_000)] public int FailuresBeforeBackOff { get; set; } = 10;

    /// <summary>The first wait; it doubles with each further failure.</summary>
    public TimeSpan BackOff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait.</summary>
    public TimeSpan BackOffAtMost { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Failures are forgotten when none came for so long.</summary>
    public TimeSpan FailuresForgotten { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often idle accounts are looked for.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Sign-in at an OpenID provider.</summary>
    public OpenIdOptions OpenId { get; set; } = new();

    /// <summary>Folder of the certificates (.pem, .crt, .cer) that issue client certificates for the API; empty: none is accepted.</summary>
    public string CertificateAnchors { get; set; } = "";

    /// <summary>Addresses of reverse proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed.</summary>
    public IList<string> Proxies { get; } = [];
}

/// <summary>An OpenID provider that people sign in at. Whom its subjects are is entered by an administrator; nobody gets an account by signing in.</summary>
public sealed class OpenIdOptions
{
    /// <summary>The issuer's address; empty: there is none.</summary>
    public string Authority { get; set; } = "";

    /// <summary>What the provider is called on the sign-in page.</summary>
    public string Name { get; set; } = "OpenID";

    /// <summary>This service at the provider.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Its secret, by environment.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>A file with the secret instead.</summary>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>How far the provider's clock may be off ours; at most five minutes.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>True asks the provider to let people prove themselves each time: a session that was locked for idleness is not opened again by the provider's own.</summary>
    public bool AskAgain { get; set; } = true;
}
