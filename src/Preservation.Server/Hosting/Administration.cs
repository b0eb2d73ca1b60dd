using Microsoft.EntityFrameworkCore;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Options;
using Preservation.Workflow.Renewal;
using Material = Preservation.Signatures.Path.ValidationMaterial;

namespace Preservation.Server.Hosting;

/// <summary>Commands an operator runs beside the server.</summary>
internal static class Administration
{
    // Words that stand alone: the configuration would take the one after it for its value.
    private static readonly string[] Flags = ["--key-not-lost", "--newer"];

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

    /// <summary>The emergency switch: an algorithm is broken. One person announces it with their key, another one confirms it with theirs.</summary>
    public static async Task<int> AlarmAsync(string[] args)
    {
        await using var source = NpgsqlDataSource.Create(Options(args).Database.Application);
        var sessions = new CatalogueSessions(source, TimeProvider.System);
        var alarms = new AlgorithmAlarms(sessions);
        if (args is ["list", ..])
        {
            foreach (var alarm in await alarms.AllAsync(CancellationToken.None))
                Console.WriteLine($"{alarm.Id} {alarm.Algorithm}{(alarm.BelowBits is { } bits ? $" below {bits} bits" : "")} broken from {alarm.BrokenAt:O}, {(alarm.ConfirmedAt is { } at ? $"confirmed {at:O}" : "not confirmed")}: {alarm.Reason}");
            foreach (var one in await AuthorityRevocations.AllAsync(sessions, CancellationToken.None))
                Console.WriteLine($"{one.Id} certificate {Convert.ToHexStringLower(one.Certificate)} revoked from {one.RevokedAt:O}{(one.Compromise ? ", its key lost" : "")}, {(one.ConfirmedAt is { } at ? $"{(one.Source is null ? "confirmed" : "found")} {at:O}" : "not confirmed")}: {one.Reason}");
            return 0;
        }
        // The key comes from a file: a command line is seen by others.
        var key = Value(args, "--key-file") is { } file ? (await File.ReadAllTextAsync(file)).Trim() : null;
        if (await new Callers(sessions).FindAsync(key, CancellationToken.None) is not { } caller || !caller.ScopeOf(Role.PreservationOfficer, Role.Administrator).Everything)
            return Fail("--key-file does not hold the key of a preservation officer or an administrator of the whole archive.");
        if (args is ["confirm", var id, ..] && Guid.TryParse(id, out var confirmed))
            return await alarms.ConfirmAsync(caller.PrincipalId, confirmed, CancellationToken.None) || await AuthorityRevocations.ConfirmAsync(sessions, caller.PrincipalId, confirmed, CancellationToken.None) ? 0 : Fail("There is no such alarm to confirm, or it is your own.");
        if (args is ["revoke", ..] && Value(args, "--certificate") is { } certificate && Value(args, "--reason") is { } why && Time(args, "--revoked-from") is { } since)
        {
            var bytes = File.Exists(certificate) ? await File.ReadAllBytesAsync(certificate) : [];
            if (!Material.ReadAll(bytes).Any(m => m.Kind == "CERTIFICATE")) return Fail($"{certificate} does not hold a certificate, DER or PEM.");
            Console.WriteLine(await AuthorityRevocations.AnnounceAsync(sessions, caller.PrincipalId, bytes, since, !args.Contains("--key-not-lost"), why, CancellationToken.None));
            return 0;
        }
        if (args is not ["announce", ..] || Value(args, "--algorithm") is not { } algorithm || Value(args, "--reason") is not { } reason
            || Time(args, "--broken-from") is not { } from)
            return Fail("usage: alarm announce --algorithm NAME [--below-bits N] --broken-from TIME --reason TEXT --key-file FILE | alarm revoke --certificate FILE --revoked-from TIME [--key-not-lost] --reason TEXT --key-file FILE | alarm confirm ID --key-file FILE | alarm list");
        int? below = int.TryParse(Value(args, "--below-bits"), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
        Console.WriteLine(await alarms.AnnounceAsync(caller.PrincipalId, algorithm, below, from, reason, CancellationToken.None));
        return 0;
    }

    internal static DateTimeOffset? Time(string[] args, string name) =>
        DateTimeOffset.TryParse(Value(args, name), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary><c>store init NAME</c>: puts onto a medium that is absent by design what it is known by.</summary>
    public static async Task<int> StoreAsync(string[] args)
    {
        if (args is not ["init", var name, .. var rest]) return Fail("usage: store init NAME");
        if (Options(rest).Stores.FirstOrDefault(s => s.Name == name) is not { Offline: true, Access: StoreAccess.ReadWrite } store) return Fail($"{name} is no store that is absent by design and that this process writes to.");
        await StoreSet.InitialiseAsync(store, CancellationToken.None);
        Console.WriteLine($"{name} is known from now on by the object {StoreSet.MarkKey}.");
        return 0;
    }

    internal static string? Value(string[] args, string name) => args.SkipWhile(a => a != name).Skip(1).FirstOrDefault();

    internal static PreservationOptions Options(string[] args)
    {
        var configuration = new ConfigurationBuilder().SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true)
            .AddEnvironmentVariables().AddCommandLine([.. args.Where(a => !Flags.Contains(a))]).Build();
        return configuration.GetSection(PreservationOptions.Section).Get<PreservationOptions>() ?? new PreservationOptions();
    }

    internal static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 1;
    }
}
