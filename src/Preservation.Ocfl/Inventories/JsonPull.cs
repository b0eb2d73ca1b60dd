using System.Text.Json;

namespace Preservation.Ocfl.Inventories;

/// <summary>Pulls JSON tokens from a stream through one buffer that grows only with the longest token.</summary>
internal sealed class JsonPull(Stream stream, int maxDepth, long maxBytes)
{
    private const int MaxTokenBytes = 1 << 24;
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private long _total;
    private bool _isFinal;
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = maxDepth });

    public JsonTokenType Type { get; private set; }

    /// <summary>The value of a string or property name.</summary>
    public string Text { get; private set; } = "";

    /// <summary>True when reading stopped because the bytes passed the limit.</summary>
    public bool IsTooLarge { get; private set; }

    /// <exception cref="JsonException">Not well-formed, or beyond the limits.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (!TryRead())
        {
            if (_isFinal) return false;
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
        return true;
    }

    /// <inheritdoc cref="ReadAsync"/>
    public bool Read()
    {
        while (!TryRead())
        {
            if (_isFinal) return false;
            MakeRoom();
            Take(stream.Read(_buffer.AsSpan(_end)));
        }
        return true;
    }

    /// <summary>The keys of the object whose start is current; of each the first token of its value is current, and whoever goes through them goes past that value.</summary>
    public IEnumerable<string> Keys()
    {
        while (Read() && Type == JsonTokenType.PropertyName)
        {
            var key = Text;
            Read();
            yield return key;
        }
    }

    /// <inheritdoc cref="SkipAsync"/>
    public void Skip()
    {
        var depth = 0;
        do
        {
            if (Type is JsonTokenType.StartObject or JsonTokenType.StartArray) depth++;
            else if (Type is JsonTokenType.EndObject or JsonTokenType.EndArray) depth--;
        }
        while (depth > 0 && Read());
    }

    /// <summary>Goes past the value whose first token is current.</summary>
    public async ValueTask SkipAsync(CancellationToken cancellationToken)
    {
        var depth = 0;
        while (true)
        {
            if (Type is JsonTokenType.StartObject or JsonTokenType.StartArray) depth++;
            else if (Type is JsonTokenType.EndObject or JsonTokenType.EndArray) depth--;
            if (depth <= 0) return;
            if (!await ReadAsync(cancellationToken).ConfigureAwait(false)) return;
        }
    }

    private bool TryRead()
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isFinal, _state);
        var hasRead = reader.Read();
        if (hasRead)
        {
            Type = reader.TokenType;
            try
            {
                Text = Type is JsonTokenType.String or JsonTokenType.PropertyName ? reader.GetString()! : "";
            }
            catch (InvalidOperationException e)
            {
                throw new JsonException("a string is no valid Unicode", e);
            }
        }
        _state = reader.CurrentState;
        _start += (int)reader.BytesConsumed;
        return hasRead;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        Take(await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false));
    }

    private void MakeRoom()
    {
        var kept = _end - _start;
        if (kept > 0 && _start > 0) _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        (_start, _end) = (0, kept);
        if (_end < _buffer.Length) return;
        if (_buffer.Length >= MaxTokenBytes) throw new JsonException("a token is too long");
        Array.Resize(ref _buffer, _buffer.Length * 2);
    }

    private void Take(int read)
    {
        _isFinal = read == 0;
        _end += read;
        _total += read;
        if (_total <= maxBytes) return;
        IsTooLarge = true;
        throw new JsonException("more bytes than allowed");
    }
}
