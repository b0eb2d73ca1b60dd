using Microsoft.Extensions.Options;
using Preservation.Core.Digests;
using Preservation.Workflow.Changes;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Mail;
using Preservation.Workflow.Options;

namespace Preservation.Server.Hosting;

/// <summary>What a configuration must have before the server starts, and what production refuses.</summary>
internal sealed class ProductionRules(IConfiguration configuration) : IValidateOptions<PreservationOptions>
{
    public ValidateOptionsResult Validate(string? name, PreservationOptions options)
    {
        var problems = new List<string>();
        void Need(bool holds, string problem)
        {
            if (!holds) problems.Add(problem);
        }
        Need(options.Database.Application.Length > 0, "Preservation:Database:Application is not set");
        Need(options.Stores.Count >= options.Copies.Verified, $"Preservation:Stores has {options.Stores.Count} stores, the copies policy needs {options.Copies.Verified}");
        Need(options.Stores.Select(s => s.Name).Distinct().Count() == options.Stores.Count, "two stores have one name");
        Need(options.Copies.Waiver.Length > 0 || options.Stores.Select(s => (s.FailureDomain.Provider, s.FailureDomain.Region)).Distinct().Count() >= options.Copies.Verified,
            "the stores do not lie in enough distinct failure domains; name provider and region of each, or record a waiver in Preservation:Copies:Waiver");
        CheckStores(options, Need);
        CheckSeal(options.Seal, Need);
        Need(options.VirusScan.Socket.Length > 0 || options.VirusScan.Host.Length > 0, "Preservation:VirusScan names no clamd");
        CheckTimeStamps(options.TimeStamps, Need);
        CheckPeople(options.People, options.Production, Need);
        problems.AddRange(FixityPlans.Problems(options));
        Need(options.Webhooks.KeyFile.Length == 0 || new FileInfo(options.Webhooks.KeyFile) is { Exists: true, Length: >= WebhookSecrets.LeastKeyBytes }, $"Preservation:Webhooks:KeyFile is not a file of {WebhookSecrets.LeastKeyBytes} bytes or more");
        CheckMail(options.Mail, options.Production, Need);
        CheckEscrows(options, Need);
        if (options.Production)
        {
            Need(!options.TimeStamps.IsDevelopment, "production refuses the development TSA");
            Need(options.TimeStamps.Authorities.All(a => a.User.Length == 0 || a.Url.StartsWith("https:", StringComparison.OrdinalIgnoreCase)), "production sends a time-stamping authority's password over HTTPS alone");
            Need(options.Copies.Waiver.Length == 0, "production refuses a waiver of distinct failure domains");
            Need(!Urls().Any(u => u.Scheme == "http" && !u.IsLoopback), "production refuses plain HTTP beyond loopback");
        }
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckPeople(PeopleOptions people, bool isProduction, Action<bool, string> need)
    {
        need(people.IdleAfter > TimeSpan.Zero && people.AdministratorIdleAfter > TimeSpan.Zero && people.SessionAtMost > TimeSpan.Zero, "sessions of Preservation:People last no time at all");
        need(people.BackOff > TimeSpan.Zero && people.BackOffAtMost >= people.BackOff && people.FailuresForgotten > TimeSpan.Zero, "Preservation:People:BackOff, :BackOffAtMost or :FailuresForgotten cannot be used");
        need(people.Proxies.All(p => System.Net.IPAddress.TryParse(p, out _)), "Preservation:People:Proxies holds something that is no address");
        need(people.CertificateAnchors.Length == 0 || Directory.Exists(people.CertificateAnchors), "there is no folder Preservation:People:CertificateAnchors");
        if (people.OpenId is { Authority.Length: > 0 } openId)
        {
            need(Uri.TryCreate(openId.Authority, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback)), "Preservation:People:OpenId:Authority is no HTTPS address");
            need(openId.ClientId.Length > 0 && openId.ClientSecret.Length + openId.ClientSecretFile.Length > 0, "Preservation:People:OpenId lacks the client or its secret");
            need(openId.ClientSecretFile.Length == 0 || File.Exists(openId.ClientSecretFile), "there is no file Preservation:People:OpenId:ClientSecretFile");
            need(openId.ClockSkew >= TimeSpan.Zero && openId.ClockSkew <= TimeSpan.FromMinutes(5), "Preservation:People:OpenId:ClockSkew is more than five minutes");
        }
        if (!isProduction) return;
        need(people.IdleAfter <= TimeSpan.FromMinutes(15) && people.AdministratorIdleAfter <= TimeSpan.FromMinutes(5), "production locks sessions after 15 minutes at most, administrators' after 5");
        need(people.DisabledAfterDays <= 45, "production switches accounts off after 45 idle days at most");
    }

    private static void CheckMail(MailOptions mail, bool isProduction, Action<bool, string> need)
    {
        if (mail.Host.Length == 0) return;
        need(MailPost.IsSender(mail.From), "Preservation:Mail:From is no address");
        need(Uri.TryCreate(mail.Link, UriKind.Absolute, out var link) && link.Scheme is "https" or "http" && !mail.Link.Any(char.IsControl), "Preservation:Mail:Link is not the address of the pages");
        need(mail.UserName.Length == 0 || File.Exists(mail.PasswordFile), "there is no file Preservation:Mail:PasswordFile");
        need(mail.TlsAnchorsFile.Length == 0 || File.Exists(mail.TlsAnchorsFile), "there is no file Preservation:Mail:TlsAnchorsFile");
        need(mail.Every > TimeSpan.Zero && mail.AtOnceEvery >= TimeSpan.Zero && mail.Timeout > TimeSpan.Zero && mail.Timeout <= TimeSpan.FromMinutes(10), "Preservation:Mail:Every, :AtOnceEvery or :Timeout cannot be used");
        need(mail.RetryAfter > TimeSpan.Zero && mail.RetryAtMost >= mail.RetryAfter, "Preservation:Mail:RetryAfter or :RetryAtMost cannot be used");
        if (!isProduction) return;
        need(mail.Security != MailSecurity.None || mail.Host == "localhost" || (System.Net.IPAddress.TryParse(mail.Host, out var address) && System.Net.IPAddress.IsLoopback(address)), "production sends mail without TLS to the machine itself alone");
        need(link?.Scheme == "https" || link?.IsLoopback == true, "production's links in mails are HTTPS");
    }

    private static void CheckStores(PreservationOptions options, Action<bool, string> need)
    {
        foreach (var store in options.Stores)
        {
            need(!store.Locked || store.Kind == StoreKind.S3, $"the store {store.Name} is to lock its copies, which a folder cannot");
            need(!store.Locked || store.LockMarginDays < store.LockDays, $"the store {store.Name} extends its locks more days before their end than they last");
            need(store.Access != StoreAccess.None || (store.AccessKey.Length == 0 && store.SecretKey.Length == 0), $"this process has the keys of the store {store.Name}, which it must not use: take them out of its configuration");
            need(store.Access == StoreAccess.None || store.Kind != StoreKind.S3 || (store.Endpoint.Length > 0 && store.AccessKey.Length > 0 && store.SecretKey.Length > 0), $"the store {store.Name} lacks its endpoint or its keys");
        }
        // Count and domains are told above.
        var unmet = CopyPolicy.OfConfiguration(options).Where(f => f.Rule != CopyRules.Count && f.Rule != CopyRules.Domains).ToList();
        need(unmet.Count == 0, CopyPolicy.Say(unmet));
    }

    private static void CheckEscrows(PreservationOptions options, Action<bool, string> need)
    {
        need(options.Escrow.Store.AccessKey.Length + options.Escrow.Store.SecretKey.Length == 0, "this process has the keys of an escrow's own store, which the service must never have: take Preservation:Escrow out of its configuration");
        need(options.EscrowCopies.Select(e => e.Name).Distinct().Count() == options.EscrowCopies.Count && options.EscrowCopies.All(e => e.Name.Length > 0), "an escrow of Preservation:EscrowCopies has no name, or two have one");
        foreach (var escrow in options.EscrowCopies)
        {
            need(File.Exists(escrow.CertificateFile), $"there is no file with the certificate of the escrow {escrow.Name}");
            need(escrow.SilentAfter > TimeSpan.Zero && escrow.BehindAfter > TimeSpan.Zero && escrow.DestroyedWithin > TimeSpan.Zero, $"the escrow {escrow.Name} may be silent, behind or late for no time at all");
        }
    }

    private static void CheckSeal(SealOptions options, Action<bool, string> need)
    {
        var keys = options.InOrder;
        need(keys.Count > 0, "Preservation:Seal is not set");
        need(options.Keys.Count == 0 || options.CertificateFile.Length == 0, "Preservation:Seal:CertificateFile and :Keys are both set");
        need(keys.All(k => k.CertificateFile.Length > 0 && (k.KeyFile.Length > 0) != (k.Pkcs11 is not null)), "a key of Preservation:Seal lacks its certificate, or has neither or both of a key file and a token");
        need(keys.All(k => k.Pkcs11 is not { } token || (token.Module.Length > 0 && token.Token.Length > 0 && token.KeyLabel.Length + token.KeyId.Length > 0 && token.KeyId.All(char.IsAsciiHexDigit) && token.KeyId.Length % 2 == 0)),
            "a token of Preservation:Seal lacks its library, its label, or the label or id of its key");
        need(keys.All(k => k.Pkcs11 is not { } token || token.PinFile.Length + token.Pin.Length > 0), "a token of Preservation:Seal lacks its PIN or the file with it");
        need(keys.All(k => k.From is not { } from || k.Until is not { } until || from < until), "a key of Preservation:Seal ends before it begins");
    }

    private static void CheckTimeStamps(TimeStampOptions options, Action<bool, string> need)
    {
        var authorities = options.InOrder;
        need(authorities.Count > 0, "neither Preservation:TimeStamps:Url nor :Authorities is set");
        need(options.Url.Length == 0 || options.Authorities.Count == 0, "Preservation:TimeStamps:Url and :Authorities are both set");
        need(authorities.All(a => a.Name.Length > 0 && Uri.TryCreate(a.Url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"), "a time-stamping authority lacks its name or its address");
        need(authorities.Select(a => a.Name).Distinct().Count() == authorities.Count, "two time-stamping authorities have one name");
        need(authorities.Select(a => a.Independence).Distinct().Count() >= options.TokensPerBatch, "Preservation:TimeStamps:TokensPerBatch asks for more independent authorities than there are");
        need(options.Algorithms.Count == 0 || options.Algorithms.Any(a => DigestAlgorithm.Find(a) == DigestAlgorithm.Sha512), "Preservation:TimeStamps:Algorithms must hold SHA-512");
        need(options.Algorithms.Append(options.RenewalAlgorithm).All(a => DigestAlgorithm.Find(a) is { IsWeak: false }), "Preservation:TimeStamps:Algorithms or :RenewalAlgorithm names a function that is not relied on");
    }

    private IEnumerable<Uri> Urls() => (configuration["urls"] ?? "http://localhost:5000").Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(u => Uri.TryCreate(u.Replace("*", "0.0.0.0", StringComparison.Ordinal).Replace("+", "0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri) ? uri : null)
        .OfType<Uri>();
}
