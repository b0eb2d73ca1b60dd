using Microsoft.Extensions.Logging;
using Preservation.Catalogue.Model;
using Preservation.Core;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
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
        _client = options.Url.Length > 0 ? new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = EscrowLetters.MaxAnswerBytes } : null;
    }

    /// <summary>One pass; its report is kept, and sent where a service is named.</summary>
    /// <exception cref="IOException">The escrow's own store failed. The next pass goes on.</exception>
    public async Task<EscrowReport> RunOnceAsync(CancellationToken cancellationToken)
    {
        var (last, digest) = await _reports.LastAsync(cancellationToken);
        var orders = await OrdersAsync(cancellationToken);
        var report = await new EscrowPass(_source, _store, _options, _clock, orders).RunAsync(last, digest, cancellationToken);
        await _reports.AddAsync(report, cancellationToken);
        foreach (var finding in report.Findings.Concat(report.Orders.SelectMany(o => o.Findings)).Select(f => f.ToFinding()!)) LogFinding(finding.Message.En);
        foreach (var order in report.Orders) LogOrder(order.Order, order.State, order.Destroyed);
        LogPass(report.Number, report.Objects, report.Counts.TakenVersions, report.Counts.TakenBytes, report.Counts.Refused, report.Counts.Vanished + report.Counts.History, report.Counts.Rotten);
        if (Letters is { } letters && await letters.SendAsync(_reports, cancellationToken) is { } problem) LogUnsent(problem);
        return report;
    }

    /// <summary>The operator's word that an order of destruction be carried out with the next pass after it is due.</summary>
    /// <returns>The order; null when none was received under this name, or its seal does not hold.</returns>
    /// <exception cref="IOException">The escrow's own store failed.</exception>
    public Task<OrderOfDestruction?> ConfirmAsync(Guid order, CancellationToken cancellationToken)
    {
        var held = new OcflStore(_store, StoreSet.RootPrefix, Limits.Default);
        return new EscrowOrders(new OcflStore(_source, StoreSet.RootPrefix, Limits.Default), held, new EscrowGrave(_store, held, _clock), _options, _clock).ConfirmAsync(order, cancellationToken);
    }

    // Null where the service was not asked or did not answer: then no order counts in this pass.
    private async Task<IReadOnlyList<OfferedOrder>?> OrdersAsync(CancellationToken cancellationToken)
    {
        if (_options.OrdersCertificateFile.Length == 0 || Letters is not { } letters) return null;
        var (orders, problem) = await letters.OrdersAsync(cancellationToken);
        if (problem is not null) LogNoOrders(problem);
        return orders;
    }

    private EscrowLetters? Letters => _client is null ? null : new EscrowLetters(new Uri(_options.Url), _options.ApiKeyFile, _client);

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

    [LoggerMessage(2505, LogLevel.Information, "order of destruction {Order}: {State}; {Destroyed} of its objects are destroyed")]
    private partial void LogOrder(Guid order, DestructionState state, int destroyed);

    [LoggerMessage(2506, LogLevel.Warning, "the service gave out no orders of destruction: {Problem}; none is carried out in this pass")]
    private partial void LogNoOrders(string problem);

    [LoggerMessage(2504, LogLevel.Error, "the pass failed; the next one goes on")]
    private partial void LogFailed(Exception exception);
}
