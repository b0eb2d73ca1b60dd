using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Core;
using Preservation.Core.Findings;
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

    /// <summary>Prefix of what a probe of the store makes for its own use.</summary>
    public const string ProbePrefix = "probe/";

    /// <summary>What a medium that is absent by design is known by: an object that holds the store's name.</summary>
    public const string MarkKey = "preservation-store";

    private readonly List<StoreOptions> _options;
    private readonly Dictionary<string, IObjectStore> _stores;
    private readonly Dictionary<string, OcflStore> _roots;

    /// <summary>Opens every configured store that this process may read; nothing is contacted yet.</summary>
    /// <param name="options">The stores.</param>
    /// <param name="trace">Where calls are noted.</param>
    /// <param name="database">Makes puts under a condition safe where a server does not honour conditions; without it such stores are not to be written to.</param>
    public StoreSet(IOptions<PreservationOptions> options, WorkTrace trace, NpgsqlDataSource? database = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(trace);
        _options = [.. options.Value.Stores];
        _stores = _options.Where(o => o.Access != StoreAccess.None).ToDictionary(o => o.Name, o =>
        {
            var store = Open(o, database is null ? null : new CatalogueExclusion(database, o.Name).TakeAsync, o is { Offline: false, Access: StoreAccess.ReadWrite });
            return trace.IsOn ? new TracedStore(store, trace) : store;
        });
        _roots = _stores.ToDictionary(s => s.Key, s => new OcflStore(s.Value, RootPrefix, Limits.Default));
    }

    /// <summary>The configured stores.</summary>
    public IReadOnlyList<StoreOptions> Configured => _options;

    /// <summary>Names of the stores that this process writes to and checks.</summary>
    public IReadOnlyList<string> Written => [.. _options.Where(o => o.Access == StoreAccess.ReadWrite).Select(o => o.Name)];

    /// <summary>This process writes to every store; no other has a part of the work.</summary>
    public bool IsWhole => _options.TrueForAll(o => o.Access == StoreAccess.ReadWrite);

    /// <summary>All OCFL roots that can be read, by store name.</summary>
    public IReadOnlyDictionary<string, OcflStore> Roots => _roots;

    /// <summary>All stores that can be read, by name.</summary>
    public IReadOnlyDictionary<string, IObjectStore> Stores => _stores;

    /// <summary>The options of a store.</summary>
    /// <exception cref="InvalidOperationException">None has the name.</exception>
    public StoreOptions OptionsOf(string store) => _options.Single(o => o.Name == store);

    /// <summary>What these copies do not meet of the policy; empty when they make a package preserved.</summary>
    public ImmutableArray<Finding> Unmet(CopiesOptions policy, IEnumerable<ProvenCopy> copies)
    {
        var good = copies.Where(c => c.Problem is null).ToList();
        return CopyPolicy.Judge(policy, _options, [.. good.Select(c => c.Store)], [.. good.Where(c => c.LockedUntil is not null).Select(c => c.Store)]);
    }

    /// <summary>Goes on only when no copy failed; one that is awaited may be wanting when the others meet the policy.</summary>
    /// <exception cref="CopiesIncompleteException">A copy failed, or too many are awaited.</exception>
    public void Require(CopiesOptions policy, ImmutableArray<ProvenCopy> copies)
    {
        if (copies.Any(c => c.Problem is not null && !c.IsAwaited)) throw new CopiesIncompleteException(copies);
        if (copies.Any(c => c.IsAwaited) && Unmet(policy, copies) is { IsEmpty: false } unmet) throw new CopiesIncompleteException(copies, unmet);
    }

    /// <summary>Is the store there? One that is absent by design is known by what was put on it when it was made; of others it is assumed.</summary>
    public async Task<bool> IsConnectedAsync(string store, CancellationToken cancellationToken)
    {
        if (!OptionsOf(store).Offline) return true;
        if (!_stores.TryGetValue(store, out var found)) return false;
        try
        {
            await using var mark = await found.OpenReadAsync(MarkKey, null, cancellationToken);
            using var reader = new StreamReader(mark.Stream);
            var text = new char[256];
            return new string(text, 0, await reader.ReadBlockAsync(text, cancellationToken)).Trim() == store;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Of the stores this process writes to, those that are there.</summary>
    public async Task<ImmutableArray<string>> ConnectedAsync(CancellationToken cancellationToken)
    {
        var connected = ImmutableArray.CreateBuilder<string>();
        foreach (var store in Written)
            if (await IsConnectedAsync(store, cancellationToken)) connected.Add(store);
        return connected.ToImmutable();
    }

    /// <summary>Puts onto a medium that is absent by design what it is known by. The one call that makes its folder.</summary>
    public static async Task InitialiseAsync(StoreOptions option, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(option);
        await using var store = Open(option, null, makesRoot: true);
        using var mark = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(option.Name + "\n"));
        await store.PutAsync(MarkKey, mark, mark.Length, PutCondition.Any, cancellationToken);
    }

    /// <summary>Enters the stores into the catalogue without contacting them.</summary>
    public async Task RegisterAsync(CatalogueSessions sessions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        foreach (var option in _options)
        {
            // A process that has no keys need not know where the store is.
            var address = option.Kind == StoreKind.S3 ? $"{option.Endpoint}/{option.Bucket}" : option.Path.Length == 0 ? "" : Path.GetFullPath(option.Path);
            await using var upsert = session.Command("""
                INSERT INTO store (name, kind, address, failure_domain, registered_at, offline, present) VALUES ($1, $2, $3, $4::jsonb, $5, $6, NOT $6)
                ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, address = CASE WHEN $7 THEN store.address ELSE excluded.address END, failure_domain = excluded.failure_domain, offline = excluded.offline
                """, option.Name, option.Kind.ToString(), address, JsonSerializer.Serialize(option.FailureDomain, AuditJson.Options), session.Now, option.Offline, option.Access == StoreAccess.None);
            await upsert.ExecuteNonQueryAsync(cancellationToken);
        }
        await session.CommitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores.Values) await store.DisposeAsync();
    }

    /// <summary>Opens one store; nothing is contacted yet.</summary>
    /// <param name="option">Which.</param>
    /// <param name="exclusive">Makes its caller the only writer of a key, where a server does not honour conditions.</param>
    /// <param name="makesRoot">Whether a folder that is not there is made.</param>
    internal static IObjectStore Open(StoreOptions option, Func<string, CancellationToken, Task<IAsyncDisposable>>? exclusive, bool makesRoot) => option.Kind switch
    {
        StoreKind.S3 => new S3Store(new S3StoreOptions
        {
            Name = option.Name, Endpoint = new Uri(option.Endpoint), Region = option.Region, Bucket = option.Bucket, AccessKey = option.AccessKey, SecretKey = option.SecretKey,
            Exclusive = exclusive, WakeDays = option.WakeDays,
        }),
        _ => new FileSystemStore(option.Name, option.Path, option.Fsync, makesRoot),
    };
}
