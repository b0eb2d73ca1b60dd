using System.IO.Compression;

namespace Preservation.Signatures.Pdf.Structure;

/// <summary>The filters that structure is kept in (ISO 32000-2 §7.4): what pictures use is not here. Output is bounded.</summary>
internal static class PdfFilters
{
    /// <summary>Undoes the filters of a stream in their order.</summary>
    /// <exception cref="PdfException">A filter is unknown, the bytes are damaged, or they grow beyond the bound.</exception>
    public static byte[] Decode(byte[] data, IReadOnlyList<(string Name, PdfObject.Dictionary? Parameters)> filters, Func<PdfObject?, long?> integer, int maxBytes)
    {
        foreach (var (name, parameters) in filters)
        {
            data = name switch
            {
                "FlateDecode" or "Fl" => Predict(Inflate(data, maxBytes), parameters, integer),
                "LZWDecode" or "LZW" => Predict(Lzw(data, integer(parameters?["EarlyChange"]) ?? 1, maxBytes), parameters, integer),
                "ASCIIHexDecode" or "AHx" => Hex(data),
                "ASCII85Decode" or "A85" => Ascii85(data),
                "RunLengthDecode" or "RL" => RunLength(data, maxBytes),
                "Crypt" => data,
                _ => throw new PdfException($"filter {name}"),
            };
            if (data.Length > maxBytes) throw new PdfException("stream too long");
        }
        return data;
    }

    private static byte[] Inflate(byte[] data, int maxBytes)
    {
        // What was inflated before damage counts, as every reader has it.
        using var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
        var output = new MemoryStream();
        var buffer = new byte[1 << 14];
        try
        {
            int read;
            while ((read = zlib.Read(buffer)) > 0)
            {
                output.Write(buffer, 0, read);
                if (output.Length > maxBytes) throw new PdfException("stream too long");
            }
        }
        catch (InvalidDataException exception)
        {
            if (output.Length == 0) throw new PdfException("stream cannot be inflated", exception);
        }
        return output.ToArray();
    }

    private static byte[] Predict(byte[] data, PdfObject.Dictionary? parameters, Func<PdfObject?, long?> integer)
    {
        var predictor = integer(parameters?["Predictor"]) ?? 1;
        if (predictor == 1) return data;
        var colours = Within(integer(parameters?["Colors"]) ?? 1, 1, 32);
        var bits = Within(integer(parameters?["BitsPerComponent"]) ?? 8, 1, 16);
        var columns = Within(integer(parameters?["Columns"]) ?? 1, 1, 1 << 20);
        var pixel = Math.Max(1, colours * bits / 8);
        var row = (int)Math.Min(int.MaxValue / 2, ((long)colours * bits * columns + 7) / 8);
        return predictor == 2 ? Tiff(data, row, pixel, bits) : Png(data, row, pixel);
    }

    private static byte[] Tiff(byte[] data, int row, int pixel, int bits)
    {
        if (bits != 8) throw new PdfException("predictor 2 of other than 8 bits");
        for (var at = 0; at < data.Length; at++)
            if (at % row >= pixel) data[at] = (byte)((data[at] + data[at - pixel]) & 0xFF);
        return data;
    }

    private static byte[] Png(byte[] data, int row, int pixel)
    {
        var rows = (int)(((long)data.Length + row) / (row + 1L));
        var output = new byte[Math.Max(0, data.Length - rows)];
        var (to, previous) = (0, -1);
        for (var at = 0; at < data.Length; at += row + 1)
        {
            var kind = data[at];
            var width = Math.Min(row, data.Length - at - 1);
            for (var i = 0; i < width; i++)
            {
                int left = i >= pixel ? output[to + i - pixel] : 0;
                int up = previous >= 0 ? output[previous + i] : 0;
                int corner = previous >= 0 && i >= pixel ? output[previous + i - pixel] : 0;
                var predicted = kind switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => 0 };
                output[to + i] = (byte)((data[at + 1 + i] + predicted) & 0xFF);
            }
            previous = to;
            to += width;
        }
        return output;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var estimate = left + up - corner;
        var (toLeft, toUp, toCorner) = (Math.Abs(estimate - left), Math.Abs(estimate - up), Math.Abs(estimate - corner));
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    private static byte[] Hex(byte[] data)
    {
        var output = new List<byte>(data.Length / 2);
        var high = -1;
        foreach (var c in data)
        {
            if (c == '>') break;
            if (!char.IsAsciiHexDigit((char)c)) continue;
            var digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
            if (high < 0) high = digit;
            else
            {
                output.Add((byte)(high << 4 | digit));
                high = -1;
            }
        }
        if (high >= 0) output.Add((byte)(high << 4));
        return [.. output];
    }

    private static byte[] Ascii85(byte[] data)
    {
        var output = new List<byte>(data.Length);
        var (value, count) = (0UL, 0);
        foreach (var c in data)
        {
            if (c == '~') break;
            if (c == 'z' && count == 0) output.AddRange([0, 0, 0, 0]);
            if (c is < (byte)'!' or > (byte)'u') continue;
            value = value * 85 + c - '!';
            if (++count < 5) continue;
            for (var shift = 24; shift >= 0; shift -= 8) output.Add((byte)(value >> shift & 0xFF));
            (value, count) = (0, 0);
        }
        if (count < 2) return [.. output];
        for (var i = count; i < 5; i++) value = value * 85 + 84;
        for (var i = 0; i < count - 1; i++) output.Add((byte)(value >> (24 - 8 * i) & 0xFF));
        return [.. output];
    }

    private static byte[] RunLength(byte[] data, int maxBytes)
    {
        var output = new List<byte>();
        for (var at = 0; at < data.Length && data[at] != 128 && output.Count <= maxBytes;)
        {
            int length = data[at++];
            if (length < 128)
            {
                var take = Math.Min(length + 1, data.Length - at);
                output.AddRange(data.AsSpan(at, take));
                at += take;
            }
            else if (at < data.Length) output.AddRange(Enumerable.Repeat(data[at++], 257 - length));
        }
        return [.. output];
    }

    private static byte[] Lzw(byte[] data, long early, int maxBytes)
    {
        var output = new MemoryStream();
        var table = new List<byte[]>(4096);
        Reset();
        byte[]? previous = null;
        var (buffer, held, width) = (0, 0, 9);
        foreach (var next in data)
        {
            buffer = (buffer << 8 | next) & 0xFFFFFF;
            held += 8;
            if (held < width) continue;
            held -= width;
            var code = buffer >> held & ((1 << width) - 1);
            if (code == 257) break;
            if (code == 256)
            {
                Reset();
                (previous, width) = (null, 9);
                continue;
            }
            byte[] entry;
            if (code < table.Count) entry = table[code];
            else if (previous is not null && code == table.Count) entry = [.. previous, previous[0]];
            else throw new PdfException("LZW code out of order");
            output.Write(entry);
            if (output.Length > maxBytes) throw new PdfException("stream too long");
            if (previous is not null && table.Count < 4096) table.Add([.. previous, entry[0]]);
            previous = entry;
            width = table.Count + early >= 2048 ? 12 : table.Count + early >= 1024 ? 11 : table.Count + early >= 512 ? 10 : 9;
        }
        return output.ToArray();

        void Reset()
        {
            table.Clear();
            for (var i = 0; i < 258; i++) table.Add(i < 256 ? [(byte)i] : []);
        }
    }

    private static int Within(long value, int least, int most) =>
        value >= least && value <= most ? (int)value : throw new PdfException("predictor out of range");
}
