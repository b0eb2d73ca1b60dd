using Npgsql;
using Preservation.Catalogue;

namespace Preservation.Testing.Databases;

/// <summary>
/// A database of its own, made by the owner role of a real PostgreSQL and migrated; sessions run as the application role. Dropped when disposed.
/// The server is the one <c>deploy/test</c> starts.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const string OwnerVariable = "Preservation__Database__Owner";
    private const string ApplicationVariable = "Preservation__Database__Application";
    private readonly string _name;
    private readonly string _admin;

    private TestDatabase(string name, string admin, string owner, string application, TimeProvider clock)
    {
        _name = name;
        _admin = admin;
        Owner = owner;
        Application = application;
        Source = NpgsqlDataSource.Create(application);
        Sessions = new CatalogueSessions(Source, clock);
    }

    /// <summary>Connection string of the owner role.</summary>
    public string Owner { get; }

    /// <summary>Connection string of the application role.</summary>
    public string Application { get; }

    /// <summary>The application role's connections.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Sessions as the application has them.</summary>
    public CatalogueSessions Sessions { get; }

    /// <summary>Makes the database; without a server the test is not run here, and fails in CI.</summary>
    public static async Task<TestDatabase> CreateAsync(TimeProvider? clock = null)
    {
        var owner = Environment.GetEnvironmentVariable(OwnerVariable);
        var application = Environment.GetEnvironmentVariable(ApplicationVariable);
        if (string.IsNullOrEmpty(owner) || string.IsNullOrEmpty(application))
            Prerequisite.Missing($"{OwnerVariable} and {ApplicationVariable} are not set: run ./deploy/test");
        var name = $"test_{Guid.NewGuid():N}";
        await using (var source = NpgsqlDataSource.Create(owner!))
        await using (var create = source.CreateCommand($"CREATE DATABASE {name} TEMPLATE template0")) await create.ExecuteNonQueryAsync();
        var ownerHere = new NpgsqlConnectionStringBuilder(owner!) { Database = name, Pooling = false }.ToString();
        var applicationHere = new NpgsqlConnectionStringBuilder(application!) { Database = name, MaxPoolSize = 30 }.ToString();
        await Migrator.MigrateAsync(ownerHere, CancellationToken.None);
        return new TestDatabase(name, owner!, ownerHere, applicationHere, clock ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await using var source = NpgsqlDataSource.Create(_admin);
        for (var left = 5; !await DropAsync(source, force: true, left == 0); left--)
            if (await DropAsync(source, force: false, left == 0)) return;
    }

    // An autovacuum worker may be at the database just then. Its owner may not end it by force, but a plain drop asks the worker to leave.
    private async Task<bool> DropAsync(NpgsqlDataSource source, bool force, bool isLast)
    {
        try
        {
            await using var drop = source.CreateCommand($"DROP DATABASE {_name}" + (force ? " WITH (FORCE)" : ""));
            await drop.ExecuteNonQueryAsync();
            return true;
        }
        catch (PostgresException e) when (!isLast && e.SqlState is (PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ObjectInUse))
        {
            return false;
        }
    }
}
