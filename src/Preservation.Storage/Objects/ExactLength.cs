namespace Preservation.Storage.Objects;

/// <summary>Holds content streams to their declared length.</summary>
internal static class ExactLength
{
    public static async Task ReadAsync(Stream content, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read < buffer.Length) throw new InvalidDataException("the content is shorter than declared");
    }

    public static async Task EndAsync(Stream content, CancellationToken cancellationToken)
    {
        var one = new byte[1];
        if (await content.ReadAsync(one, cancellationToken).ConfigureAwait(false) > 0)
            throw new InvalidDataException("the content is longer than declared");
    }
}
