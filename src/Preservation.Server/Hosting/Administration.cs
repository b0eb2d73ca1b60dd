using Microsoft.EntityFrameworkCore;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Options;

namespace Preservation.Server.Hosting;

/// <summary>Commands an operator runs beside the server.</summary>
internal static class Administration
{
    public static async Task<int> MigrateAsync(string[] args)
    {
        var database = Options(args).Database;
        if (database.Owner.Length == 0) return Fail("Preservation:Database:Owner is not set.");
        var applied = await Migrator.MigrateAsync(database.Owner, CancellationToken.None);
        await Preservation.Workflow.Schedule.QuartzSchema.MigrateAsync(database.Owner, CancellationToken.None);
        Console.WriteLine(applied.Count == 0 ? $"The database is at version {Migrator.NewestVersion}." : $"Applied {string.Join(", ", applied)}.");
        return 0;
    }

    /// <summary>Makes the first administrator. Refused once there is one: later ones are made by an administrator, and audited as such.</summary>
    public static async Task<int> BootstrapAsync(string[] args)
    {
        var name = args.SkipWhile(a => a != "--name").Skip(1).FirstOrDefault() ?? "First administrator";
        await using var source = NpgsqlDataSource.Create(Options(args).Database.Application);
        await using var session = await new CatalogueSessions(source, TimeProvider.System).BeginAsync(CatalogueScope.All, CancellationToken.None);
        await using (var hold = session.Command("SELECT pg_advisory_xact_lock(4242)")) await hold.ExecuteNonQueryAsync();
        if (await session.Rows.RoleGrants.AnyAsync(g => g.Role == Role.Administrator)) return Fail("There is an administrator already.");
        var now = session.Now;
        var principal = new Principal { Id = Guid.CreateVersion7(now), Kind = PrincipalKind.Person, Name = name, ValidFrom = now, CreatedAt = now };
        var (key, lookup, hash) = ApiKey.Create();
        session.Rows.Principals.Add(principal);
        await session.FlushAsync(CancellationToken.None);
        session.Rows.Credentials.Add(new Credential { Id = Guid.CreateVersion7(now), PrincipalId = principal.Id, Kind = CredentialKind.ApiKey, Lookup = lookup, SecretHash = hash, CreatedAt = now });
        session.Rows.RoleGrants.Add(new RoleGrant
        {
            Id = Guid.CreateVersion7(now), PrincipalId = principal.Id, Role = Role.Administrator, Scope = GrantScope.Everything, ValidFrom = now, Basis = "bootstrap", CreatedAt = now,
        });
        session.Audit(principal.Id, null, "bootstrap", "principal", principal.Id.ToString(), new { name });
        await session.CommitAsync(CancellationToken.None);
        Console.WriteLine(key);
        return 0;
    }

    private static PreservationOptions Options(string[] args)
    {
        var configuration = new ConfigurationBuilder().SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true)
            .AddEnvironmentVariables().AddCommandLine(args).Build();
        return configuration.GetSection(PreservationOptions.Section).Get<PreservationOptions>() ?? new PreservationOptions();
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 1;
    }
}
