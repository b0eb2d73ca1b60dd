using System.Text;

namespace Preservation.Storage.Objects;

/// <summary>Which names every store can hold alike.</summary>
public static class ObjectKey
{
    /// <summary>The bound of S3, in UTF-8.</summary>
    public const int MaxBytes = 1_024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Refuses a key that some store could not hold or would take for another.</summary>
    /// <exception cref="ArgumentException">Empty, too long, not Unicode, with control characters, backslashes, or segments that are empty, <c>.</c> or <c>..</c>.</exception>
    public static void Check(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        foreach (var c in key)
            if (c < ' ' || c is '\u007f' or '\\') throw new ArgumentException($"the key has a control character or backslash: {key}", nameof(key));
        foreach (var segment in key.Split('/'))
            if (segment is "" or "." or "..") throw new ArgumentException($"the key has an empty or dotted segment: {key}", nameof(key));
        if (Strict.GetByteCount(key) > MaxBytes) throw new ArgumentException($"the key is longer than {MaxBytes} bytes: {key}", nameof(key));
    }
}
