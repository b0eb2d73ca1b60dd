namespace Preservation.Storage.Objects;

/// <summary>Tries puts under conditions on a key of its own. Some servers answer 200 and overwrite.</summary>
internal static class ConditionProbe
{
    private static readonly TimeSpan RemovedWithin = TimeSpan.FromSeconds(30);

    public delegate Task<StoredObject> Put(string key, Stream content, PutCondition condition, CancellationToken cancellationToken);

    public static async Task<ProbedCapability> RunAsync(Put put, Func<string, CancellationToken, Task> delete, string prefix, CancellationToken cancellationToken)
    {
        var key = prefix + "condition-" + Path.GetRandomFileName();
        try
        {
            var first = await PutAsync(put, key, [(byte)'1'], PutCondition.OnlyIfAbsent, cancellationToken).ConfigureAwait(false);
            if (!await IsRefusedAsync(put, key, PutCondition.OnlyIfAbsent, cancellationToken).ConfigureAwait(false)) return Of(CapabilityStanding.Pretended, "an existing object was put again although only an absent one was to be");
            if (await IsRefusedAsync(put, key, PutCondition.OnlyIfUnchanged(first.ETag), cancellationToken).ConfigureAwait(false)) return Of(CapabilityStanding.Absent, "a put over the unchanged object was refused");
            if (!await IsRefusedAsync(put, key, PutCondition.OnlyIfUnchanged(first.ETag), cancellationToken).ConfigureAwait(false)) return Of(CapabilityStanding.Pretended, "a put over a changed object was taken although only the unchanged one was to be replaced");
            return Of(CapabilityStanding.Proven, "puts whose condition did not hold were refused");
        }
        catch (StoreUnavailableException e) when (e.InnerException is Amazon.S3.AmazonS3Exception { StatusCode: System.Net.HttpStatusCode.NotImplemented or System.Net.HttpStatusCode.BadRequest })
        {
            return Of(CapabilityStanding.Absent, e.Message);
        }
        finally
        {
            using var limit = new CancellationTokenSource(RemovedWithin);
            await delete(key, limit.Token).ConfigureAwait(false);
        }
    }

    /// <summary>What a store that is not asked over a network can do: the conditions are tried, the rest it has no way for.</summary>
    public static async Task<IReadOnlyList<ProbedCapability>> AloneAsync(IObjectStore store, string prefix, string why, CancellationToken cancellationToken) =>
        [await RunAsync((key, content, condition, token) => store.PutAsync(key, content, content.Length, condition, token), store.DeleteAsync, prefix, cancellationToken).ConfigureAwait(false),
            .. Enum.GetValues<StoreCapability>().Where(c => c != StoreCapability.ConditionalPut).Select(c => new ProbedCapability(c, CapabilityStanding.Absent, why))];

    private static ProbedCapability Of(CapabilityStanding standing, string detail) => new(StoreCapability.ConditionalPut, standing, detail);

    private static async Task<StoredObject> PutAsync(Put put, string key, byte[] bytes, PutCondition condition, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream(bytes, writable: false);
        return await put(key, body, condition, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> IsRefusedAsync(Put put, string key, PutCondition condition, CancellationToken cancellationToken)
    {
        try
        {
            await PutAsync(put, key, [(byte)'2'], condition, cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (PreconditionFailedException)
        {
            return true;
        }
    }
}
