using System.Security.Cryptography;

namespace Preservation.Signatures.Pdf.Structure;

/// <summary>
/// The standard security handler, opened by the empty user password (ISO 32000-2 §7.6): RC4 of 40 to 128 bits, AES of 128 and 256 bits.
/// MD5 and RC4 decide nothing about a signature here; old files cannot be read without them.
/// </summary>
internal sealed class PdfDecryption
{
    private static readonly byte[] Padding = Convert.FromHexString("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A");
    private readonly byte[] _key;
    private readonly Method _streams;
    private readonly Method _strings;

    private PdfDecryption(byte[] key, Method streams, Method strings) => (_key, _streams, _strings) = (key, streams, strings);

    private enum Method
    {
        None,
        Rc4,
        Aes128,
        Aes256,
    }

    /// <summary>Null when the handler is another one, or the empty password does not open the file.</summary>
    public static PdfDecryption? TryOpen(PdfObject.Dictionary encrypt, byte[] fileId, Func<PdfObject?, PdfObject?> resolve)
    {
        long Number(string key, long otherwise) => resolve(encrypt[key]) is PdfObject.Integer number ? number.Value : otherwise;
        byte[] Text(string key) => resolve(encrypt[key]) is PdfObject.String text ? text.Bytes : [];
        if ((resolve(encrypt["Filter"]) as PdfObject.Name)?.Value != "Standard") return null;
        var (version, revision) = (Number("V", 0), Number("R", 0));
        if (version is not (1 or 2 or 4 or 5) || revision is < 2 or > 6) return null;
        var streams = version < 4 ? Method.Rc4 : MethodOf(encrypt, "StmF", resolve);
        var strings = version < 4 ? Method.Rc4 : MethodOf(encrypt, "StrF", resolve);
        if (streams is null || strings is null) return null;
        if (revision >= 5)
            return OpenKey(Text("U"), Text("UE"), revision == 6) is { } wide ? new PdfDecryption(wide, streams.Value, strings.Value) : null;
        var bits = version == 1 ? 40 : version == 4 ? 128 : Number("Length", 40);
        if (bits is < 40 or > 128 || bits % 8 != 0) return null;
        var isMetadataEncrypted = resolve(encrypt["EncryptMetadata"]) is not PdfObject.Boolean { Value: false };
        var key = DeriveKey(Text("O"), Number("P", 0), fileId, (int)bits / 8, revision, isMetadataEncrypted);
        return Opens(key, Text("U"), fileId, revision) ? new PdfDecryption(key, streams.Value, strings.Value) : null;
    }

    public byte[] DecryptStream(int number, int generation, byte[] data) => Decrypt(_streams, number, generation, data);

    public byte[] DecryptString(int number, int generation, byte[] data) => Decrypt(_strings, number, generation, data);

    private static Method? MethodOf(PdfObject.Dictionary encrypt, string key, Func<PdfObject?, PdfObject?> resolve)
    {
        var name = (resolve(encrypt[key]) as PdfObject.Name)?.Value ?? "Identity";
        if (name == "Identity") return Method.None;
        if (resolve(encrypt["CF"]) is not PdfObject.Dictionary filters || resolve(filters[name]) is not PdfObject.Dictionary filter) return null;
        return (resolve(filter["CFM"]) as PdfObject.Name)?.Value switch
        {
            "V2" => Method.Rc4,
            "AESV2" => Method.Aes128,
            "AESV3" => Method.Aes256,
            "None" or null => Method.None,
            _ => null,
        };
    }

    // §7.6.4.3.2, algorithm 2, with an empty password.
    private static byte[] DeriveKey(byte[] owner, long permissions, byte[] fileId, int length, long revision, bool isMetadataEncrypted)
    {
        var bits = unchecked((uint)permissions);
        byte[] seed = [.. Padding, .. owner.Take(32), (byte)(bits & 0xFF), (byte)(bits >> 8 & 0xFF), (byte)(bits >> 16 & 0xFF), (byte)(bits >> 24 & 0xFF), .. fileId];
        if (revision >= 4 && !isMetadataEncrypted) seed = [.. seed, 0xFF, 0xFF, 0xFF, 0xFF];
        var key = Md5(seed);
        if (revision < 3) return key[..5];
        for (var i = 0; i < 50; i++) key = Md5(key.AsSpan(0, length));
        return key[..length];
    }

    // Algorithms 4 to 6.
    private static bool Opens(byte[] key, byte[] user, byte[] fileId, long revision)
    {
        if (revision == 2) return Rc4(key, Padding).AsSpan().SequenceEqual(user.AsSpan(0, Math.Min(32, user.Length)));
        var check = Rc4(key, Md5([.. Padding, .. fileId]));
        for (var i = 1; i <= 19; i++) check = Rc4([.. key.Select(b => (byte)(b ^ i))], check);
        return user.Length >= 16 && check.AsSpan().SequenceEqual(user.AsSpan(0, 16));
    }

    // Algorithm 2.A.
    private static byte[]? OpenKey(byte[] user, byte[] userKey, bool isHardened)
    {
        if (user.Length < 48 || userKey.Length < 32) return null;
        if (!Hash(user.AsSpan(32, 8), isHardened).AsSpan().SequenceEqual(user.AsSpan(0, 32))) return null;
        using var aes = Aes.Create();
        aes.Key = Hash(user.AsSpan(40, 8), isHardened);
        return aes.DecryptCbc(userKey.AsSpan(0, 32), new byte[16], PaddingMode.None);
    }

    // Algorithm 2.B.
    private static byte[] Hash(ReadOnlySpan<byte> salt, bool isHardened)
    {
        var key = SHA256.HashData(salt);
        if (!isHardened) return key;
        for (var round = 0; ; round++)
        {
            byte[] block = [.. Enumerable.Repeat(key, 64).SelectMany(k => k)];
            using var aes = Aes.Create();
            aes.Key = key[..16];
            var encrypted = aes.EncryptCbc(block, key.AsSpan(16, 16), PaddingMode.None);
            key = (encrypted.Take(16).Sum(b => b) % 3) switch
            {
                0 => SHA256.HashData(encrypted),
                1 => SHA384.HashData(encrypted),
                _ => SHA512.HashData(encrypted),
            };
            if (round >= 63 && encrypted[^1] <= round - 31) return key[..32];
        }
    }

    private byte[] Decrypt(Method method, int number, int generation, byte[] data) => method switch
    {
        Method.Rc4 => Rc4(ObjectKey(number, generation, isAes: false), data),
        Method.Aes128 => DecryptAes(ObjectKey(number, generation, isAes: true), data),
        Method.Aes256 => DecryptAes(_key, data),
        _ => data,
    };

    // §7.6.3.1, algorithm 1.
    private byte[] ObjectKey(int number, int generation, bool isAes)
    {
        byte[] seed = [.. _key, (byte)(number & 0xFF), (byte)(number >> 8 & 0xFF), (byte)(number >> 16 & 0xFF), (byte)(generation & 0xFF), (byte)(generation >> 8 & 0xFF)];
        return Md5(isAes ? [.. seed, .. "sAlT"u8] : seed)[..Math.Min(16, _key.Length + 5)];
    }

    private static byte[] DecryptAes(byte[] key, byte[] data)
    {
        if (data.Length < 32 || data.Length % 16 != 0) return [];
        using var aes = Aes.Create();
        aes.Key = key;
        var plain = aes.DecryptCbc(data.AsSpan(16), data.AsSpan(0, 16), PaddingMode.None);
        return plain[^1] is >= 1 and <= 16 ? plain[..^plain[^1]] : plain;
    }

#pragma warning disable CA5351 // MD5 is what the file format derives its keys with.
    private static byte[] Md5(ReadOnlySpan<byte> data) => MD5.HashData(data);
#pragma warning restore CA5351

    private static byte[] Rc4(byte[] key, byte[] data)
    {
        var state = Enumerable.Range(0, 256).ToArray();
        for (int i = 0, j = 0; i < 256; i++)
        {
            j = (j + state[i] + key[i % key.Length]) & 255;
            (state[i], state[j]) = (state[j], state[i]);
        }
        var output = new byte[data.Length];
        for (int n = 0, i = 0, j = 0; n < data.Length; n++)
        {
            i = (i + 1) & 255;
            j = (j + state[i]) & 255;
            (state[i], state[j]) = (state[j], state[i]);
            output[n] = (byte)(data[n] ^ state[(state[i] + state[j]) & 255]);
        }
        return output;
    }
}
