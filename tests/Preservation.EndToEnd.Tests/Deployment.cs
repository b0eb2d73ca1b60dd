using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Amazon.Runtime;
using Amazon.S3;
using Npgsql;

namespace Preservation.EndToEnd.Tests;

/// <summary>
/// The service as an operator runs it: the built program as a process of its own, a database of its own, two buckets of a real S3 server (or two
/// folders, where stores are not what is tested), real clamd. It can be killed and started again.
/// </summary>
internal sealed class Deployment : IAsyncDisposable
{
    private readonly Dictionary<string, string> _environment = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("preservation-e2e-").FullName;
    private readonly Lazy<AmazonS3Client> _s3 = new(OpenS3);
    private Process? _process;

    private readonly DeploymentPlan _plan;
    private readonly string _owner;

    private Deployment(DeploymentPlan plan)
    {
        _plan = plan;
        _owner = plan.Database?.Owner ?? Machine.Setting("Preservation__Database__Owner");
        Database = In(_owner, $"e2e_{Guid.NewGuid():N}");
        Stores = [.. Names.Take(plan.Buckets + plan.Folders)];
    }

    private static readonly string[] Names = ["first", "second", "third", "fourth"];

    /// <summary>Names of the stores, those in buckets first.</summary>
    public string[] Stores { get; }

    /// <summary>Connection string of the owner role: for the tests' own look at the catalogue.</summary>
    public string Database { get; }

    public Uri Address { get; private set; } = null!;

    public string TraceFile => Path.Join(_folder, "trace");

    public string LogFile => Path.Join(_folder, "server.log");

    public string SealCertificate => Path.Join(_folder, "seal.crt");

    /// <summary>A file for the tests of this deployment; it goes with it.</summary>
    public string Scratch(string name) => Path.Join(_folder, name);

    /// <summary>Where a store lies that was started in folders.</summary>
    public string FolderOf(int store) => Place($"store-{store}");

    /// <summary>True when the store is a bucket, false when it is a folder.</summary>
    public bool IsBucket(int store) => store < _plan.Buckets;

    public string[] Buckets { get; } = [$"a-{Guid.NewGuid():N}", $"b-{Guid.NewGuid():N}"];

    public AmazonS3Client S3 => _s3.Value;

    /// <summary>Connection string of the application role: what the service itself is allowed.</summary>
    public string Application => _environment["Preservation__Database__Application"];

    /// <summary>Makes database, buckets and keys, and starts the server. Stores can be reached through other endpoints (a proxy).</summary>
    public static Task<Deployment> StartAsync(Func<int, string>? endpointOf = null, string? trace = null, bool inFolders = false) =>
        StartAsync(new DeploymentPlan { EndpointOf = endpointOf, IsTraced = trace is not null, Buckets = inFolders ? 0 : 2, Folders = inFolders ? 2 : 0 });

    /// <summary>Makes what the plan says, and starts the server.</summary>
    public static async Task<Deployment> StartAsync(DeploymentPlan plan)
    {
        var deployment = new Deployment(plan);
        await deployment.ExecuteAsync("CREATE DATABASE {0} TEMPLATE template0");
        deployment.Configure();
        for (var i = 0; i < deployment.Stores.Length; i++) await deployment.AddStoreAsync(i);
        foreach (var (name, value) in plan.Settings) deployment._environment[name] = value;
        await deployment.RunAsync("migrate");
        await deployment.StartServerAsync();
        return deployment;
    }

    /// <summary>Runs one of the server's other commands; returns what it printed.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(Start(arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, await error);
        return await output;
    }

    public async Task StartServerAsync()
    {
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        _environment["Preservation__TimeStamps__Url"] = new Uri(Address, "/development/tsa").ToString();
        var start = Start(["--urls", Address.ToString(), .. _plan.Roles is { } roles ? new[] { "--role", roles } : []]);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) => Log(e.Data);
        _process.ErrorDataReceived += (_, e) => Log(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var client = new HttpClient { BaseAddress = Address };
        await Eventually.TrueAsync("the server is ready", async () =>
        {
            Assert.That(_process.HasExited, Is.False, () => "the server ended: " + Tail());
            try
            {
                return (await client.GetAsync("/health/ready")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    /// <summary>The most memory the server held since it started, in MiB, as the kernel counts it.</summary>
    public long PeakMemoryMiB() => Machine.PeakMemoryMiB(_process!.Id);

    /// <summary>What the server holds now, in MiB.</summary>
    public long ResidentMemoryMiB() => Machine.MemoryMiB(_process!.Id, "VmRSS:");

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Starts one more process that works and answers nobody; it writes where its work stands into a file of its own, if one is named.</summary>
    /// <param name="trace">The file.</param>
    /// <param name="core">The one core it may use; all of them when null.</param>
    /// <param name="clockAhead">By how much its clock differs from the machine's; null for not at all.</param>
    public WorkerProcess StartWorker(string? trace, int? core = null, TimeSpan? clockAhead = null)
    {
        var start = Start(["--role", "worker", "--urls", $"http://127.0.0.1:{FreePort()}"]);
        if (trace is not null) start.Environment["Preservation__Diagnostics__TraceFile"] = trace;
        if (core is { } one)
        {
            foreach (var argument in new[] { Machine.Server, one.ToString(System.Globalization.CultureInfo.InvariantCulture), "-c" }) start.ArgumentList.Insert(0, argument);
            start.FileName = "taskset";
        }
        if (clockAhead is { } ahead)
        {
            start.Environment["LD_PRELOAD"] = Directory.EnumerateFiles("/usr/lib", "libfaketime.so.1", SearchOption.AllDirectories).First();
            start.Environment["FAKETIME"] = ahead.TotalSeconds.ToString("+0;-0", System.Globalization.CultureInfo.InvariantCulture);
            start.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        }
        return new WorkerProcess(start, trace ?? "", Log);
    }

    public string Tail() => string.Join('\n', File.Exists(LogFile) ? File.ReadLines(LogFile).Where(l => !l.Contains("\"Information\"", StringComparison.Ordinal)).Where(l => !l.Contains("\"Warning\"", StringComparison.Ordinal)).TakeLast(6).Select(l => l.Length > 1500 ? l[..1500] : l) : []);

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) await KillAsync();
        if (_s3.IsValueCreated) S3.Dispose();
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync("DROP DATABASE {0} WITH (FORCE)");
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_owner);
        await using var command = source.CreateCommand(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, new NpgsqlConnectionStringBuilder(Database).Database));
        await command.ExecuteNonQueryAsync();
    }

    private string Place(string name) => _plan.PlaceOf?.Invoke(name) ?? Path.Join(_folder, name);

    private static AmazonS3Client OpenS3() => new(
        new BasicAWSCredentials(Machine.Setting("S3_ACCESS_KEY"), Machine.Setting("S3_SECRET_KEY")),
        new AmazonS3Config
        {
            ServiceURL = Machine.Setting("S3_ENDPOINT"), ForcePathStyle = true, AuthenticationRegion = Machine.Setting("S3_REGION"),
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });

    private static string In(string connection, string database) => new NpgsqlConnectionStringBuilder(connection) { Database = database }.ToString();

    private void Configure()
    {
        MakeCertificate("seal", null);
        MakeCertificate("tsa", "1.3.6.1.5.5.7.3.8");
        _environment["Preservation__Database__Owner"] = Database;
        _environment["Preservation__Database__Application"] = new NpgsqlConnectionStringBuilder(_plan.Database?.Application ?? Machine.Setting("Preservation__Database__Application")) { Database = new NpgsqlConnectionStringBuilder(Database).Database, MaxPoolSize = 30 }.ToString();
        _environment["Preservation__VirusScan__Socket"] = Machine.Setting("Preservation__VirusScan__Socket");
        _environment["Preservation__Staging__Path"] = Place("staging");
        File.WriteAllBytes(Path.Join(_folder, "webhooks.key"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        _environment["Preservation__Webhooks__KeyFile"] = Path.Join(_folder, "webhooks.key");
        _environment["Preservation__Seal__CertificateFile"] = SealCertificate;
        _environment["Preservation__Seal__KeyFile"] = Path.Join(_folder, "seal.key");
        _environment["Preservation__TimeStamps__DevelopmentCertificateFile"] = Path.Join(_folder, "tsa.crt");
        _environment["Preservation__TimeStamps__DevelopmentKeyFile"] = Path.Join(_folder, "tsa.key");
        Directory.CreateDirectory(Path.Join(_folder, "tsa-anchors"));
        File.Copy(Path.Join(_folder, "tsa.crt"), Path.Join(_folder, "tsa-anchors", "tsa.crt"));
        _environment["Preservation__TimeStamps__Anchors"] = Path.Join(_folder, "tsa-anchors");
        _environment["Preservation__TimeStamps__MaxAge"] = "00:00:01";
        _environment["Preservation__TimeStamps__Every"] = "00:00:01";
        _environment["Preservation__Record__SealEvery"] = "00:00:01";
        _environment["Preservation__Record__JournalEvery"] = "00:00:02";
        _environment["Preservation__Terms__MinutesEvery"] = "00:00:01";
        _environment["Preservation__Ingest__Lease"] = "00:00:06";
        _environment["Preservation__Ingest__Poll"] = "00:00:01";
        _environment["Preservation__Ingest__RetryAfter"] = "00:00:01";
        _environment["Preservation__Ingest__RetryAtMost"] = "00:00:02";
        _environment["Preservation__TimeStamps__Lease"] = "00:00:06";
        _environment["Preservation__Fixity__Lease"] = "00:00:10";
        if (_plan.IsTraced) _environment["Preservation__Diagnostics__TraceFile"] = TraceFile;
    }

    private async Task AddStoreAsync(int i)
    {
        _environment[$"Preservation__Stores__{i}__Name"] = Stores[i];
        _environment[$"Preservation__Stores__{i}__FailureDomain__Provider"] = $"provider-{i}";
        _environment[$"Preservation__Stores__{i}__Kind"] = IsBucket(i) ? "S3" : "FileSystem";
        if (!IsBucket(i))
        {
            _environment[$"Preservation__Stores__{i}__Path"] = FolderOf(i);
            return;
        }
        await S3.PutBucketAsync(Buckets[i]);
        _environment[$"Preservation__Stores__{i}__Endpoint"] = _plan.EndpointOf?.Invoke(i) ?? Machine.Setting("S3_ENDPOINT");
        _environment[$"Preservation__Stores__{i}__Region"] = Machine.Setting("S3_REGION");
        _environment[$"Preservation__Stores__{i}__Bucket"] = Buckets[i];
        _environment[$"Preservation__Stores__{i}__AccessKey"] = Machine.Setting("S3_ACCESS_KEY");
        _environment[$"Preservation__Stores__{i}__SecretKey"] = Machine.Setting("S3_SECRET_KEY");
    }

    private ProcessStartInfo Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Machine.Server, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var key in start.Environment.Keys.Where(k => k.StartsWith("Preservation__", StringComparison.Ordinal)).ToList()) start.Environment.Remove(key);
        foreach (var (key, value) in _environment) start.Environment[key] = value;
        return start;
    }

    private void Log(string? line)
    {
        if (line is null) return;
        lock (_environment) File.AppendAllText(LogFile, line + "\n");
    }

    private void MakeCertificate(string name, string? extendedKeyUsage)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=End-to-end {name}, O=DEVELOPMENT ONLY", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        if (extendedKeyUsage is not null) request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(extendedKeyUsage)], critical: true));
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(30));
        File.WriteAllText(Path.Join(_folder, name + ".crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Join(_folder, name + ".key"), key.ExportPkcs8PrivateKeyPem());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
