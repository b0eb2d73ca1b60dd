using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Access;

/// <summary>
/// Proves keys that come over the network. Whoever presents wrong ones waits longer and longer, by address and by key, whichever process is asked; the first wait is told
/// to the administrators.
/// </summary>
public sealed partial class KeyProofs(CatalogueSessions sessions, IOptions<PreservationOptions> options, ILogger<KeyProofs> logger)
{
    private const string Address = "Address";
    private const string Key = "Key";

    /// <summary>Looks at one key.</summary>
    public async Task<ProofOutcome> ProveAsync(string? apiKey, IPAddress? from, CancellationToken cancellationToken)
    {
        var isKey = ApiKey.TryParse(apiKey, out var lookup, out var hash);
        var address = Place(from);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var now = session.Now;
        var failures = await session.Rows.ProofFailures.AsNoTracking().Where(f => (f.Kind == Address && f.Subject == address) || (isKey && f.Kind == Key && f.Subject == lookup)).ToListAsync(cancellationToken);
        if (failures.Max(f => f.BlockedUntil) is { } until && until > now) return new ProofOutcome.Later(until - now);
        var caller = isKey ? await Callers.LoadAsync(session, c => c.Lookup == lookup && c.Kind == CredentialKind.ApiKey, kept => kept is not null && ApiKey.Matches(hash, kept), cancellationToken) : null;
        if (caller is null)
        {
            await FailAsync(session, Address, address, cancellationToken);
            // Only of keys that exist: names that somebody made up leave nothing behind but the count of their address.
            if (isKey && await session.Rows.Credentials.AnyAsync(c => c.Lookup == lookup, cancellationToken)) await FailAsync(session, Key, lookup, cancellationToken);
        }
        else if (failures.Exists(f => f.Kind == Key))
        {
            await using var forget = session.Command("DELETE FROM proof_failure WHERE kind = $1 AND subject = $2", Key, lookup);
            await forget.ExecuteNonQueryAsync(cancellationToken);
        }
        await session.CommitAsync(cancellationToken);
        return caller is null ? new ProofOutcome.Unknown() : new ProofOutcome.Proven(caller);
    }

    // Counted by the database, so that attempts at once are counted each.
    private async Task FailAsync(CatalogueSession session, string kind, string subject, CancellationToken cancellationToken)
    {
        var terms = options.Value.People;
        var now = session.Now;
        await using var count = session.Command("""
            INSERT INTO proof_failure AS f (kind, subject, failures, last_at) VALUES ($1, $2, 1, $3)
            ON CONFLICT (kind, subject) DO UPDATE SET last_at = $3, failures = CASE WHEN f.last_at < $4 THEN 1 ELSE least(f.failures, 1000000) + 1 END,
                blocked_until = CASE WHEN f.last_at < $4 OR f.failures < $5 THEN NULL ELSE $3 + least($7::interval, $6::interval * power(2, least(f.failures - $5, 30))) END
            RETURNING failures
            """, kind, subject, now, now - terms.FailuresForgotten, terms.FailuresBeforeBackOff, terms.BackOff, terms.BackOffAtMost);
        if ((int)(await count.ExecuteScalarAsync(cancellationToken))! != terms.FailuresBeforeBackOff + 1) return;
        LogStuffing(kind, terms.FailuresBeforeBackOff + 1);
        var told = $"{(kind == Address ? "address" : "key")} {subject}";
        if (await session.Rows.Tasks.AnyAsync(t => t.Kind == TaskKinds.KeyStuffing && t.State == TaskState.Open && t.Subject == told, cancellationToken)) return;
        session.Rows.Tasks.Add(new PreservationTask { Id = Guid.CreateVersion7(now), Kind = TaskKinds.KeyStuffing, State = TaskState.Open, Role = Role.Administrator, Subject = told, CreatedAt = now });
        session.Audit(null, null, "credential.stuffing", kind == Address ? "address" : "credential", subject, new { failures = terms.FailuresBeforeBackOff + 1 });
    }

    /// <summary>An address; of IPv6 the network, which one sender has to himself.</summary>
    internal static string Place(IPAddress? address)
    {
        if (address is null) return "unknown";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPNetwork(new IPAddress([.. address.GetAddressBytes().Take(8), .. new byte[8]]), 64).ToString() : address.ToString();
    }

    [LoggerMessage(7101, LogLevel.Warning, "{Failures} wrong keys of one {Kind}: the next ones have to wait")]
    private partial void LogStuffing(string kind, int failures);
}
