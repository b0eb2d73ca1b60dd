using System.Globalization;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Storage.Ocfl;

namespace Preservation.Workflow.Rebuild;

/// <summary>
/// Makes the catalogue again from one complete copy on a store: in an empty database, or on top of a dump that is older than the store. May be stopped at
/// any instant and run again; it goes on where it was. No server may run on the database meanwhile.
/// </summary>
/// <param name="owner">Connection of the database's owner; the database is at this program's version (<see cref="Migrator"/>).</param>
/// <param name="from">The store.</param>
/// <param name="others">Stores that are asked for what is damaged there.</param>
/// <param name="clock">The time.</param>
public sealed class CatalogueRebuild(NpgsqlDataSource owner, OcflStore from, IReadOnlyList<OcflStore> others, TimeProvider clock)
{
    /// <summary>Rebuilds.</summary>
    /// <param name="isOverDump">The database holds a dump, and what the store knows later is added. Without it a database that is not empty is refused.</param>
    /// <param name="isStaged">Are the bytes of a submission still in staging here? Those of which they are not are returned to their senders.</param>
    /// <param name="progress">What is done now, in a few words.</param>
    /// <param name="cancellationToken">Ends the work; it can be gone on with.</param>
    /// <exception cref="InvalidOperationException">The database is not empty.</exception>
    /// <exception cref="IOException">The store cannot be listed.</exception>
    public async Task<RebuildReport> RunAsync(bool isOverDump, Func<string, bool> isStaged, Action<string> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(isStaged);
        ArgumentNullException.ThrowIfNull(progress);
        var database = new RebuildDatabase(owner);
        await AssertFitAsync(isOverDump, cancellationToken);
        await database.PrepareAsync(cancellationToken);
        var contents = new ProvenContents(from, others);
        progress("listing the store and reading inventories");
        await new ObjectListing(database, contents).RunAsync(cancellationToken);
        progress("reading the journal");
        await new JournalReading(database, contents).RunAsync(cancellationToken);
        progress("applying the journal");
        var application = new JournalApplication(database);
        await application.RunAsync(cancellationToken);
        progress("entering objects");
        await new ObjectRebuild(database, contents).RunAsync(cancellationToken);
        progress("finishing");
        await application.FinishAsync(cancellationToken);
        return await new RebuildEnd(database, owner, from.Objects.Name, clock).RunAsync(isOverDump, isStaged, cancellationToken);
    }

    /// <summary>Was a rebuild begun in this database and not brought to its end?</summary>
    public static async Task<bool> IsUnfinishedAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await RebuildDatabase.ScalarAsync(connection, "SELECT true FROM pg_namespace WHERE nspname = 'rebuild'", cancellationToken) is true;

    private async Task AssertFitAsync(bool isOverDump, CancellationToken cancellationToken)
    {
        await using var connection = await owner.OpenConnectionAsync(cancellationToken);
        if (await Migrator.CurrentVersionAsync(connection, cancellationToken) is var version && version != Migrator.NewestVersion)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"the database is at version {version}, not {Migrator.NewestVersion}: migrate it first"));
        if (await IsUnfinishedAsync(connection, cancellationToken)) return; // goes on
        if (!isOverDump && await RebuildDatabase.ScalarAsync(connection, "SELECT EXISTS (SELECT FROM principal) OR EXISTS (SELECT FROM package) OR EXISTS (SELECT FROM journal_segment)", cancellationToken) is true)
            throw new InvalidOperationException("the database is not empty; say so if it holds a dump that is to be brought up to date");
    }
}
