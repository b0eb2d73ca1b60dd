using Npgsql;
using Preservation.Invariants.Checks;
using Preservation.Invariants.Stores;

namespace Preservation.Invariants;

/// <summary>
/// Checks the invariants of the architecture on stores and catalogue as they lie there. Shares no line with the product: what an inventory, a sidecar, a Merkle
/// tree or a storage path is, it knows from the specifications alone. Nothing may write meanwhile.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args is not [var path])
        {
            await Console.Error.WriteLineAsync("usage: preservation-invariants SETTINGS.json     exit: 0 all hold, 1 one is violated, 2 could not be checked");
            return 2;
        }
        var report = new Report();
        try
        {
            await RunAsync(await Settings.ReadAsync(path), report);
        }
        catch (Exception e) when (e is IOException or NpgsqlException or Amazon.Runtime.AmazonClientException or System.Text.Json.JsonException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"could not be checked: {e.Message}");
            return 2;
        }
        report.Write(Console.Out);
        return report.IsClean ? 0 : 1;
    }

    private static async Task RunAsync(Settings settings, Report report)
    {
        await using var source = NpgsqlDataSource.Create(settings.Database);
        await using var catalogue = await Catalogue.OpenAsync(source);
        await new SubmissionChecks(catalogue, report).RunAsync(await Acknowledgement.ReadAsync(settings.Acknowledged));
        await new HistoryChecks(catalogue, report).RunAsync();
        await new AuditChecks(catalogue, report).RunAsync();
        await new CopyChecks(catalogue, report).RunAsync([.. settings.Stores.Select(s => s.Name)]);
        foreach (var store in settings.Stores)
        {
            using var reader = StoreReader.Open(store);
            var holding = await Holding.ReadAsync(store.Name, reader);
            var keys = await catalogue.KeysAsync(store.Name);
            new ByteChecks(report).Run(holding, keys);
            await new UnknownKeyChecks(catalogue, report).RunAsync(holding, keys);
            await new ObjectChecks(catalogue, report).RunAsync(holding, keys);
        }
    }
}
