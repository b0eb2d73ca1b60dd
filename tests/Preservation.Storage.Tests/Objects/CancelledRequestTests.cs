using Preservation.Storage.Objects;
using Preservation.Testing.Storage;

namespace Preservation.Storage.Tests.Objects;

/// <summary>Puts to a bucket that are cancelled, or whose requests fail, at each request in turn: what is read afterwards is the old object or the new, whole.</summary>
public sealed class CancelledRequestTests
{
    private const int Bytes = (5 * 1024 * 1024 * 2) + 1;
    private readonly string _key = $"t{Guid.NewGuid():n}/cancelled";

    [OneTimeSetUp]
    public async Task MakeBucket() => await (await S3Bucket.OpenAsync()).DisposeAsync();

    [Test]
    public async Task A_put_in_parts_cancelled_at_any_request_is_whole_or_has_not_been([Values] bool afterwards)
    {
        var requests = await CountAsync();
        Assert.That(requests, Is.GreaterThanOrEqualTo(5), "begin, three parts, completion");
        for (var at = 1; at <= requests; at++)
        {
            await PutOldAsync();
            using var cancel = new CancellationTokenSource();
            using var wire = new Wire(at, afterwards, cancel.Cancel);
            await using (var store = new S3Store(S3Bucket.Options(), wire))
                try
                {
                    await PutAsync(store, cancel.Token);
                }
                catch (OperationCanceledException) when (cancel.IsCancellationRequested)
                {
                    // what the caller asked for; after the last request there is nothing left to cancel
                }
            await AssertWholeAsync($"request {at} of {requests}");
        }
    }

    [Test]
    public async Task A_put_in_parts_whose_connection_fails_for_good_from_any_request_on_is_whole_or_has_not_been([Values(1, 3, 5)] int from)
    {
        await PutOldAsync();
        using var wire = new Wire(from, afterwards: false, () => throw new HttpRequestException("the cable is out"));
        await using (var store = new S3Store(S3Bucket.Options() with { Timeout = TimeSpan.FromSeconds(5) }, wire))
            Assert.That(async () => await PutAsync(store, default), Throws.InstanceOf<StoreUnavailableException>());
        await AssertWholeAsync($"from request {from}");
    }

    private async Task<int> CountAsync()
    {
        using var wire = new Wire(int.MaxValue, afterwards: false, () => { });
        await using var store = new S3Store(S3Bucket.Options(), wire);
        await PutAsync(store, default);
        return wire.Requests;
    }

    private async Task PutOldAsync()
    {
        await using var store = new S3Store(S3Bucket.Options());
        await store.PutAsync(_key, new MemoryStream([1, 2, 3]), 3, PutCondition.Any, default);
    }

    private Task<StoredObject> PutAsync(S3Store store, CancellationToken cancellationToken) =>
        store.PutAsync(_key, new FaultyStream(Bytes, long.MaxValue, () => { }), Bytes, PutCondition.Any, cancellationToken);

    private async Task AssertWholeAsync(string where)
    {
        await using var store = new S3Store(S3Bucket.Options());
        var head = await store.HeadAsync(_key, default);
        Assert.That(head!.Bytes, Is.EqualTo(3).Or.EqualTo(Bytes), where);
        Assert.That(await store.RemoveUnfinishedAsync(DateTimeOffset.MinValue, default), Is.Zero, where);
    }

    private sealed class Wire(int at, bool afterwards, Action act) : DelegatingHandler
    {
        private int _requests;

        public int Requests => _requests;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var number = Interlocked.Increment(ref _requests);
            if (number >= at && !afterwards) act();
            cancellationToken.ThrowIfCancellationRequested();
            var answer = await base.SendAsync(request, cancellationToken);
            if (number >= at && afterwards) act();
            return answer;
        }
    }
}
