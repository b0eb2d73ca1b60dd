using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Server.Pages.Packages;
using Preservation.Testing.Databases;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Options;
using Preservation.Workflow.Reconciliation;

namespace Preservation.Server.Tests.Plans;

/// <summary>Something the catalogue is asked again and again, asked as the service asks it.</summary>
/// <param name="Name">What it is called, also as the file of its plans.</param>
/// <param name="MostMilliseconds">How long the answer may take over ten million files.</param>
/// <param name="Indexes">What it must be answered by.</param>
/// <param name="AskAsync">Asks and reads the answer.</param>
internal sealed record CatalogueAnswer(string Name, int MostMilliseconds, ImmutableArray<string> Indexes, Func<CatalogueSessions, Task> AskAsync)
{
    /// <summary>Tables with a row or more for each package: whatever reads them is to be found in the plans.</summary>
    public static readonly string[] Tables = ["package", "copy", "file", "document", "dossier", "submission", "fixity", "reconciliation"];

    private static readonly CatalogueScope Agency = new(false, [GeneratedHoldings.Agency], [], []);

    /// <summary>Whose rows the question sees.</summary>
    public CatalogueScope Scope { get; init; } = CatalogueScope.All;

    /// <summary>It goes through the rows of all copies, and of the readings of a month.</summary>
    public bool IsSummary { get; init; }

    public static IReadOnlyList<CatalogueAnswer> All(GeneratedHoldings holdings, StoreSet stores, IOptions<PreservationOptions> options, DateTimeOffset now)
    {
        var (due, ill) = (Run(RunKind.Scheduled, now, now), Run(RunKind.OnDemand, now, now - TimeSpan.FromDays(1_000)));
        var package = GeneratedHoldings.Package(holdings.Packages / 2);
        return
        [
            new("due-selection", 100, ["package_copy_planned"], s => new FixityClaims(s, stores, options.Value).NextAsync(due, 64, default)),
            new("due-selection-when-none-is-due", 100, ["package_copy_due", "package_copy_ill"], s => new FixityClaims(s, stores, options.Value).NextAsync(ill, 64, default)),
            new("report", 2_000, ["fixity_problem_key"], async sessions =>
            {
                await using var session = await sessions.BeginAsync(CatalogueScope.All, default);
                await new FixityReport(options).MakeAsync(session, default);
            }) { IsSummary = true },
            new("package-page", 100, ["file_", "document_package", "package_copy_pkey"], async sessions =>
            {
                await using var session = await sessions.BeginAsync(Agency, default);
                await session.Rows.Packages.AsNoTracking().SingleAsync(p => p.Id == package);
                await session.Rows.PackageCopies.Where(c => c.PackageId == package).OrderBy(c => c.Store).AsNoTracking().ToListAsync();
                await PackageListing.LoadAsync(session, package, 1, null, default);
                await VerdictHistory.LoadAsync(session, package, default);
            }) { Scope = Agency },
            new("reconciliation", 100, [], async sessions =>
            {
                await using var session = await sessions.BeginAsync(CatalogueScope.All, default);
                await ReconciliationReport.MakeAsync(session, default);
            }),
            new("reconciliation-keys-of-a-part", 100, ["Index Only Scan using copy_key"], async sessions =>
            {
                await using var session = await sessions.BeginAsync(CatalogueScope.All, default);
                await using var known = session.Command(PartComparison.Known, "first", "ocfl/7f", StoreParts.After("ocfl/7f"));
                await using var reader = await known.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                {
                }
            }),
        ];
    }

    private static FixityRun Run(RunKind kind, DateTimeOffset at, DateTimeOffset cutoff) => new() { Id = Guid.CreateVersion7(at), Kind = kind, State = RunState.Running, CreatedAt = at, Cutoff = cutoff };
}
