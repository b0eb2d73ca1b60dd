using Npgsql;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Sealing;

namespace Preservation.Server.Hosting;

/// <summary><c>key</c>: the keys that seal receipts. One person announces with their key that one is revoked, another one confirms it with theirs.</summary>
internal static class KeyCommands
{
    private const string Syntax = "usage: key list | key revoke ID --revoked-from TIME [--key-not-lost] --reason TEXT --key-file FILE | key confirm REVOCATION --key-file FILE";

    public static async Task<int> RunAsync(string[] args)
    {
        await using var source = NpgsqlDataSource.Create(Administration.Options([.. args.Where(a => a != "--key-not-lost")]).Database.Application);
        var sessions = new CatalogueSessions(source, TimeProvider.System);
        if (args is ["list", ..]) return await ListAsync(sessions);
        if (args is not ["revoke" or "confirm", var id, ..]) return Administration.Fail(Syntax);
        // The key comes from a file: a command line is seen by others.
        var key = Administration.Value(args, "--key-file") is { } file ? (await File.ReadAllTextAsync(file)).Trim() : null;
        if (await new Callers(sessions).FindAsync(key, CancellationToken.None) is not { } caller || !caller.ScopeOf(Role.PreservationOfficer, Role.Administrator).Everything)
            return Administration.Fail("--key-file does not hold the key of a preservation officer or an administrator of the whole archive.");
        if (args[0] == "confirm")
            return Guid.TryParse(id, out var revocation) && await SealKeys.ConfirmAsync(sessions, caller.PrincipalId, revocation, CancellationToken.None) ? 0 : Administration.Fail("There is no such revocation to confirm, or it is your own.");
        if (Administration.Value(args, "--reason") is not { Length: > 0 and <= 2000 } reason || Administration.Time(args, "--revoked-from") is not { } from) return Administration.Fail(Syntax);
        if (await SealKeys.AnnounceAsync(sessions, caller.PrincipalId, id, from, !args.Contains("--key-not-lost"), reason, CancellationToken.None) is not { } announced) return Administration.Fail("There is no such key; key list names them.");
        Console.WriteLine(announced);
        return 0;
    }

    private static async Task<int> ListAsync(CatalogueSessions sessions)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, CancellationToken.None);
        foreach (var (key, revocations) in await SealKeys.AllAsync(session, CancellationToken.None))
        {
            Console.WriteLine($"{key.Id} {key.Algorithm} from {key.ValidFrom:O} until {key.ValidUntil:O}");
            foreach (var one in revocations)
                Console.WriteLine($"  {one.Id} revoked from {one.RevokedAt:O}{(one.Compromise ? ", the key lost" : "")}, {(one.ConfirmedAt is { } at ? $"confirmed {at:O}" : "not confirmed")}: {one.Reason}");
        }
        return 0;
    }
}
