using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Core;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Copies;

/// <summary>The stores this deployment writes copies to, each with an OCFL storage root and a quarantine beside it.</summary>
public sealed class StoreSet : IAsyncDisposable
{
    /// <summary>Prefix of the OCFL storage root within a store.</summary>
    public const string RootPrefix = "ocfl/";

    /// <summary>Prefix under which bad bytes are kept aside.</summary>
    public const string QuarantinePrefix = "quarantine/";

    private readonly List<StoreOptions> _options;
    private readonly Dictionary<string, IObjectStore> _stores;
    private readonly Dictionary<string, OcflStore> _roots;

    /// <summary>Opens every configured store; nothing is contacted yet.</summary>
    public StoreSet(IOptions<PreservationOptions> options, WorkTrace trace)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(trace);
        _options = [.. options.Value.Stores];
        _stores = _options.ToDictionary(o => o.Name, o => trace.IsOn ? new TracedStore(Open(o), trace) : Open(o));
        _roots = _stores.ToDictionary(s => s.Key, s => new OcflStore(s.Value, RootPrefix, Limits.Default));
    }

    /// <summary>The configured stores.</summary>
    public IReadOnlyList<StoreOptions> Configured => _options;

    /// <summary>All OCFL roots by store name.</summary>
    public IReadOnlyDictionary<string, OcflStore> Roots => _roots;

    /// <summary>All stores by name.</summary>
    public IReadOnlyDictionary<string, IObjectStore> Stores => _stores;

    /// <summary>Do these stores together meet the policy: enough of them, and no two in one failure domain unless waived?</summary>
    public bool Meets(CopiesOptions policy, IReadOnlyCollection<string> verified)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(verified);
        if (policy.Waiver.Length > 0) return verified.Count >= policy.Verified;
        return _options.Where(o => verified.Contains(o.Name)).Select(o => (o.FailureDomain.Provider, o.FailureDomain.Region)).Distinct().Count() >= policy.Verified;
    }

    /// <summary>Enters the stores into the catalogue without contacting them.</summary>
    public async Task RegisterAsync(CatalogueSessions sessions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        foreach (var option in _options)
        {
            var address = option.Kind == StoreKind.S3 ? $"{option.Endpoint}/{option.Bucket}" : Path.GetFullPath(option.Path);
            await using var upsert = session.Command("""
                INSERT INTO store (name, kind, address, failure_domain, registered_at) VALUES ($1, $2, $3, $4::jsonb, $5)
                ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, address = excluded.address, failure_domain = excluded.failure_domain
                """, option.Name, option.Kind.ToString(), address, JsonSerializer.Serialize(option.FailureDomain, AuditJson.Options), session.Now);
            await upsert.ExecuteNonQueryAsync(cancellationToken);
        }
        await session.CommitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores.Values) await store.DisposeAsync();
    }

    private static IObjectStore Open(StoreOptions option) => option.Kind switch
    {
        StoreKind.S3 => new S3Store(new S3StoreOptions
        {
            Name = option.Name, Endpoint = new Uri(option.Endpoint), Region = option.Region, Bucket = option.Bucket, AccessKey = option.AccessKey, SecretKey = option.SecretKey,
        }),
        _ => new FileSystemStore(option.Name, option.Path, option.Fsync),
    };
}
