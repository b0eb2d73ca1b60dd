namespace Preservation.Server.Api.Ts119512;

/// <summary>An object that is about to be written, without its bytes.</summary>
/// <param name="Object">What is said of it.</param>
/// <param name="OpenAsync">Gives its bytes, once.</param>
internal sealed record RetrievedObject(PreservationObject Object, Func<CancellationToken, Task<Stream>> OpenAsync)
{
    public static RetrievedObject Of(PreservationObject one, ReadOnlyMemory<byte> bytes) => new(one, _ => Task.FromResult<Stream>(new MemoryStream(bytes.ToArray(), writable: false)));
}
