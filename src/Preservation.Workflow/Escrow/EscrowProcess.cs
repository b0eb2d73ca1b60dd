using Microsoft.Extensions.Logging;
using Preservation.Storage.Objects;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Options;
using Preservation.Workflow.Sealing;

namespace Preservation.Workflow.Escrow;

/// <summary>The escrow: pass after pass it pulls what the archive has into a store of its own, signs what it saw, and tells the service. It knows no database.</summary>
public sealed partial class EscrowProcess : IAsyncDisposable
{
    private readonly EscrowOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SoleWriter _alone = new();
    private readonly IObjectStore _store;
    private readonly EscrowSource _source;
    private readonly SealingKey _key;
    private readonly EscrowReports _reports;
    private readonly HttpClient? _client;

    /// <summary>Opens both stores and the key; nothing is contacted yet.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Certificate or key cannot be read, or do not belong together.</exception>
    public EscrowProcess(EscrowOptions options, TimeProvider clock, ILogger<EscrowProcess> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _clock, _logger) = (options, clock, logger);
        _key = new SealingKey(options.Key);
        _key.Prove(clock.GetUtcNow());
        _store = StoreSet.Open(options.Store, _alone.TakeAsync, makesRoot: true);
        _source = new EscrowSource(StoreSet.Open(options.Source, exclusive: null, makesRoot: false), options.BytesPerHour, options.RequestsPerHour, clock, (pause, token) => Task.Delay(pause, clock, token));
        _reports = new EscrowReports(_store, _key, clock);
        _client = options.Url.Length > 0 ? new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan } : null;
    }

    /// <summary>One pass; its report is kept, and sent where a service is named.</summary>
    /// <exception cref="IOException">The escrow's own store failed. The next pass goes on.</exception>
    public async Task<EscrowReport> RunOnceAsync(CancellationToken cancellationToken)
    {
        var (last, digest) = await _reports.LastAsync(cancellationToken);
        var report = await new EscrowPass(_source, _store, _options, _clock).RunAsync(last, digest, cancellationToken);
        await _reports.AddAsync(report, cancellationToken);
        foreach (var finding in report.Findings.Select(f => f.ToFinding()!)) LogFinding(finding.Message.En);
        LogPass(report.Number, report.Objects, report.Counts.TakenVersions, report.Counts.TakenBytes, report.Counts.Refused, report.Counts.Vanished + report.Counts.History, report.Counts.Rotten);
        if (_client is not null && await new EscrowLetters(new Uri(_options.Url), _options.ApiKeyFile, _client).SendAsync(_reports, cancellationToken) is { } problem) LogUnsent(problem);
        return report;
    }

    /// <summary>Pass after pass until it is stopped. What fails is logged and tried again with the next pass.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await RunOnceAsync(cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                LogFailed(e);
            }
            await Task.Delay(_options.Every, _clock, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        _key.Dispose();
        await _source.DisposeAsync();
        await _store.DisposeAsync();
        _alone.Dispose();
    }

    [LoggerMessage(2501, LogLevel.Information, "report {Number}: {Objects} objects are held; {Versions} versions with {Bytes} bytes were taken, {Refused} objects were not; {Alarms} are gone or told otherwise; {Rotten} held keys are bad")]
    private partial void LogPass(long number, long objects, long versions, long bytes, long refused, long alarms, long rotten);

    [LoggerMessage(2502, LogLevel.Warning, "{Finding}")]
    private partial void LogFinding(string finding);

    [LoggerMessage(2503, LogLevel.Warning, "the service was not told: {Problem}; it is with the next pass")]
    private partial void LogUnsent(string problem);

    [LoggerMessage(2504, LogLevel.Error, "the pass failed; the next one goes on")]
    private partial void LogFailed(Exception exception);
}
