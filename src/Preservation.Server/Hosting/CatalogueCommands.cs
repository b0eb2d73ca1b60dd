using Npgsql;
using Preservation.Catalogue;
using Preservation.Storage.Ocfl;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;
using Preservation.Workflow.Rebuild;
using Preservation.Workflow.Schedule;

namespace Preservation.Server.Hosting;

/// <summary><c>catalogue rebuild</c>: from any one complete copy the whole catalogue comes back. It needs the stores and this program alone.</summary>
internal static class CatalogueCommands
{
    private const int MostShown = 1000;

    /// <summary>0: everything fits together; 3: the catalogue stands, but something was damaged or lacking beyond the last minutes; 1 or 64: nothing was done.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not ["rebuild", ..] || Administration.Value(args, "--from") is not { } from)
        {
            await Console.Error.WriteLineAsync("usage: catalogue rebuild --from STORE [--into CONNECTION] [--newer]");
            return 64;
        }
        var options = Administration.Options([.. args.Where(a => a != "--newer")]);
        var owner = Administration.Value(args, "--into") ?? options.Database.Owner;
        if (owner.Length == 0) return Administration.Fail("Neither --into nor Preservation:Database:Owner says where to.");
        var settings = Microsoft.Extensions.Options.Options.Create(options);
        await using var stores = new StoreSet(settings, new WorkTrace(settings));
        if (!stores.Roots.TryGetValue(from, out var root)) return Administration.Fail($"No store is called {from}: {string.Join(", ", stores.Roots.Keys)}.");
        using var stopping = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stopping.Cancel();
        };
        try
        {
            return await RebuildAsync(args, options, owner, root, [.. stores.Roots.Values.Where(r => r != root)], stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return Administration.Fail("Stopped; run it again to go on.");
        }
        catch (InvalidOperationException e)
        {
            return Administration.Fail(e.Message);
        }
    }

    private static async Task<int> RebuildAsync(string[] args, PreservationOptions options, string owner, OcflStore from, OcflStore[] others, CancellationToken cancellationToken)
    {
        await Migrator.MigrateAsync(owner, cancellationToken);
        await QuartzSchema.MigrateAsync(owner, cancellationToken);
        await using var source = NpgsqlDataSource.Create(owner);
        var report = await new CatalogueRebuild(source, from, others, TimeProvider.System).RunAsync(
            args.Contains("--newer"), key => options.Staging.Path.Length > 0 && File.Exists(Path.Join(options.Staging.Path, "received", key)), Console.Error.WriteLine, cancellationToken);
        Console.WriteLine($"{report.Segments} journal segments with {report.Entries} entries, {report.Objects} objects.");
        Console.WriteLine(report.JournaledUntil is { } until ? $"Journaled until {until:O}: what was done later, besides what the objects tell, is lacking." : "No journal was found.");
        foreach (var gap in report.Gaps) Console.WriteLine($"lacking: {gap}");
        foreach (var problem in report.Problems.Take(MostShown)) Console.WriteLine($"problem: {problem.Subject}: {problem.Problem}");
        if (report.Problems.Length > MostShown) Console.WriteLine($"and {report.Problems.Length - MostShown} more problems.");
        return report.Problems.Length == 0 ? 0 : 3;
    }
}
