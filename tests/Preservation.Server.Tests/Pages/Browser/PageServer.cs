using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue;
using Preservation.Server.Hosting;
using Preservation.Testing;
using Preservation.Testing.Databases;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Sealing;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>The real server over a real database and two folders as stores. It stamps with the development TSA and has a waiver, so that both are shown.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    public const string Waiver = "Hai thư mục trên cùng một đĩa <chỉ để thử>";

    private readonly string _folder;
    private readonly TestDatabase _database;
    private readonly WebApplication _app;

    private PageServer(string folder, TestDatabase database, WebApplication app, ManualClock clock)
    {
        (_folder, _database, _app, Clock) = (folder, database, app, clock);
        Address = app.Urls.Single();
    }

    public string Address { get; }

    public ManualClock Clock { get; }

    public IServiceProvider Services => _app.Services;

    public CatalogueSessions Sessions => _database.Sessions;

    /// <summary>How the application role reaches the database.</summary>
    public string ApplicationConnection => _database.Application;

    /// <summary>How the owner role reaches it.</summary>
    public string OwnerConnection => _database.Owner;

    /// <summary>The folder of the store <c>one</c>.</summary>
    public string FirstStore => Path.Join(_folder, "one");

    /// <summary>The folder of staging.</summary>
    public string Staging => Path.Join(_folder, "staging");

    /// <param name="more">Flags beside those every test has.</param>
    public static Task<PageServer> StartAsync(params string[] more) => StartAsync(new DateTimeOffset(2026, 11, 22, 3, 0, 0, TimeSpan.Zero), more);

    /// <param name="at">The server's time at first.</param>
    /// <param name="more">Flags beside those every test has.</param>
    public static async Task<PageServer> StartAsync(DateTimeOffset at, params string[] more)
    {
        var clock = new ManualClock(at);
        var database = await TestDatabase.CreateAsync(clock);
        var folder = Directory.CreateTempSubdirectory("pages-").FullName;
        try
        {
            var app = Serving.Build([.. Arguments(folder, database.Application), .. more], clock);
            await app.Services.GetRequiredService<SealKeys>().RegisterAsync(CancellationToken.None);
            await app.Services.GetRequiredService<StoreSet>().RegisterAsync(database.Sessions, CancellationToken.None);
            await app.StartAsync();
            return new PageServer(folder, database, app, clock);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    private static string[] Arguments(string folder, string database)
    {
        var (certificate, key) = MakeSeal(folder);
        var receivers = Path.Join(folder, "receivers.key");
        File.WriteAllBytes(receivers, RandomNumberGenerator.GetBytes(32));
        return
        [
            "--role", "api", "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "Warning",
            "--Preservation:Database:Application", database,
            "--Preservation:Staging:Path", Path.Join(folder, "staging"),
            "--Preservation:Stores:0:Name", "one", "--Preservation:Stores:0:Path", Path.Join(folder, "one"), "--Preservation:Stores:0:FailureDomain:Provider", "Trung tâm dữ liệu A",
            "--Preservation:Stores:1:Name", "two", "--Preservation:Stores:1:Path", Path.Join(folder, "two"), "--Preservation:Stores:1:FailureDomain:Provider", "Trung tâm dữ liệu A",
            "--Preservation:Copies:Waiver", Waiver,
            "--Preservation:EscrowCopies:0:Name", "vault", "--Preservation:EscrowCopies:0:CertificateFile", certificate,
            "--Preservation:Seal:CertificateFile", certificate, "--Preservation:Seal:KeyFile", key,
            "--Preservation:VirusScan:Socket", Path.Join(folder, "no-clamd"),
            "--Preservation:TimeStamps:Url", "http://127.0.0.1:9/development/tsa",
            "--Preservation:TimeStamps:DevelopmentCertificateFile", certificate, "--Preservation:TimeStamps:DevelopmentKeyFile", key,
            "--Preservation:Webhooks:KeyFile", receivers,
            "--Preservation:Pages:KeysPath", Path.Join(folder, "keys"),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static (string Certificate, string Key) MakeSeal(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test seal DEVELOPMENT ONLY", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.8")], critical: true));
        using var certificate = request.CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var (certificateFile, keyFile) = (Path.Join(folder, "seal.crt"), Path.Join(folder, "seal.key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }
}
