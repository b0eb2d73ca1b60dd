using Preservation.Server.Hosting;

namespace Preservation.Server;

/// <summary>The one program of the service: <c>serve</c> (the default), <c>migrate</c>, <c>bootstrap</c>, <c>alarm</c>, <c>store</c>, <c>key</c>, <c>catalogue</c>, <c>escrow</c>.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var command = args is [{ } first, ..] && !first.StartsWith('-') ? first : "serve";
        var rest = command == "serve" && args is not ["serve", ..] ? args : args[1..];
        return command switch
        {
            "serve" => await Serving.RunAsync(rest),
            "migrate" => await Administration.MigrateAsync(rest),
            "bootstrap" => await Administration.BootstrapAsync(rest),
            "alarm" => await Administration.AlarmAsync(rest),
            "store" => await Administration.StoreAsync(rest),
            "key" => await KeyCommands.RunAsync(rest),
            "escrow" => await EscrowCommand.RunAsync(rest),
            "catalogue" => await CatalogueCommands.RunAsync(rest),
            _ => Usage(),
        };
    }

    private static int Usage()
    {
        Console.Error.WriteLine("""
            usage: preservation-server [serve] [--role api,worker,scheduler] [--urls URL] [--Preservation:Section:Key VALUE]...
                   preservation-server migrate      bring the database to this version (owner role)
                   preservation-server bootstrap [--name NAME]   make the first administrator; prints the key once
                   preservation-server store init NAME   put onto a medium that is absent by design what it is known by
                   preservation-server alarm announce|confirm|list ...   an algorithm is broken: said by one person, confirmed by another
                   preservation-server key list|revoke|confirm ...   a key that seals receipts is revoked: said by one person, confirmed by another
                   preservation-server catalogue rebuild --from STORE [--into CONNECTION] [--newer]   make the catalogue again from a store (owner role)
                   preservation-server escrow --destroy ORDER   the escrow's operator confirms an order of destruction
                   preservation-server escrow [--once]   pull what the archive has into a store of another party's (no database; see Preservation:Escrow)
            """);
        return 64;
    }
}
