using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Preservation.EndToEnd.Tests;

/// <summary>Makes BagIt 1.0 bags by the text of RFC 8493, good ones and ones with a fault, independently of the product.</summary>
internal sealed class Bag
{
    private readonly SortedDictionary<string, byte[]> _payload = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _digests = [];
    private readonly List<(string Name, byte[] Content)> _more = [];

    public string Id { get; init; } = $"urn:uuid:{Guid.NewGuid()}";

    /// <summary>What is sent, by its path below <c>data/</c>.</summary>
    public IReadOnlyDictionary<string, byte[]> Payload => _payload.ToDictionary(p => p.Key["data/".Length..], p => p.Value);

    public Bag Add(string path, byte[] content)
    {
        _payload["data/" + path] = content;
        return this;
    }

    public Bag Add(string path, string content) => Add(path, Encoding.UTF8.GetBytes(content));

    /// <summary>The manifest promises another digest.</summary>
    public Bag WithWrongDigest(string path)
    {
        _digests["data/" + path] = new string('0', 128);
        return this;
    }

    /// <summary>The manifest promises a file that is not there.</summary>
    public Bag Promising(string path)
    {
        _digests["data/" + path] = new string('1', 128);
        return this;
    }

    /// <summary>A zip entry that no manifest names.</summary>
    public Bag WithEntry(string name, byte[] content)
    {
        _more.Add((name, content));
        return this;
    }

    public byte[] ToZip()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            var tags = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
            {
                ["bagit.txt"] = Encoding.UTF8.GetBytes("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
                ["bag-info.txt"] = Encoding.UTF8.GetBytes($"External-Identifier: {Id}\nSource-Organization: Sở Nội vụ\nExternal-Description: Hồ sơ thử nghiệm\n"),
                ["manifest-sha512.txt"] = Encoding.UTF8.GetBytes(string.Concat(_payload.Select(p => $"{_digests.GetValueOrDefault(p.Key) ?? Hex(p.Value)}  {p.Key}\n")
                    .Concat(_digests.Where(d => !_payload.ContainsKey(d.Key)).Select(d => $"{d.Value}  {d.Key}\n")))),
            };
            tags["tagmanifest-sha512.txt"] = Encoding.UTF8.GetBytes(string.Concat(tags.Select(t => $"{Hex(t.Value)}  {t.Key}\n")));
            foreach (var (name, content) in tags) Write(zip, "bag/" + name, content);
            foreach (var (name, content) in _payload) Write(zip, "bag/" + name, content);
            foreach (var (name, content) in _more) Write(zip, name, content);
        }
        return stream.ToArray();
    }

    private static string Hex(byte[] content) => Convert.ToHexStringLower(SHA512.HashData(content));

    private static void Write(ZipArchive zip, string name, byte[] content)
    {
        using var entry = zip.CreateEntry(name).Open();
        entry.Write(content);
    }
}
