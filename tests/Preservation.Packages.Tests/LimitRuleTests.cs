using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages.Tests.BagIt;
using Preservation.Testing.Rules;

namespace Preservation.Packages.Tests;

/// <summary>The rules about archives, limits and packages of any kind.</summary>
public sealed class LimitRuleTests
{
    private static readonly Limits Small = new()
    {
        MaxEntries = 20, MaxTotalBytes = 100_000, MaxDepth = 5, MaxPathLength = 100, MaxMetadataBytes = 5_000, MaxLineLength = 1_000, MaxFindingsPerRule = 3, RatioFromBytes = 10_000,
    };

    private static RuleCase Zip(string rule, string fault, Action<ZipArchive> fill, Action<byte[]>? spoil = null) => new(rule, "zip with " + fault, () =>
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8)) fill(zip);
        var bytes = memory.ToArray();
        spoil?.Invoke(bytes);
        return CheckFileAsync(bytes);
    });

    private static RuleCase Tar(string rule, string fault, TarEntryType type, string? link = null) => new(rule, "tar with " + fault, () =>
    {
        using var memory = new MemoryStream();
        using (var tar = new TarWriter(memory, leaveOpen: true))
        {
            var entry = new PaxTarEntry(type, "bag/x");
            if (link is not null) entry.LinkName = link;
            tar.WriteEntry(entry);
        }
        return CheckFileAsync(memory.ToArray());
    });

    private static RuleCase Bag(string rule, string fault, Action<MemoryTree> change) => new(rule, "bag with " + fault, async () =>
    {
        var bag = BagSamples.Bag();
        change(bag);
        return (await PackageCheck.CheckAsync(bag, null, Small, default)).Findings;
    });

    private static IReadOnlyList<RuleCase> Cases { get; } =
    [
        new("ZIP-UNREADABLE", "zip that is cut", () => CheckFileAsync([(byte)'P', (byte)'K', 3, 4, 0, 0])),
        new("ZIP-UNREADABLE", "file that is no archive", () => CheckFileAsync("no archive"u8.ToArray())),
        Zip("ZIP-UNSAFE-NAME", "a name that leaves it", z => Entry(z, "bag/../../x")),
        Zip("ZIP-UNSAFE-NAME", "an absolute name", z => Entry(z, "/etc/x")),
        Zip("ZIP-DUPLICATE-NAME", "one name twice", z => { Entry(z, "bag/x"); Entry(z, "bag/x"); }),
        Zip("ZIP-COLLIDING-NAME", "names that differ in case", z => { Entry(z, "bag/x"); Entry(z, "bag/X"); }),
        Zip("ZIP-ENCRYPTED", "an encrypted entry", z => Entry(z, "bag/x"), b => b[BinaryPrimitives.ReadInt32LittleEndian(b.AsSpan()[^6..]) + 8] |= 1),
        Zip("ZIP-NOT-A-FILE", "a link", z => Entry(z, "bag/x").ExternalAttributes = unchecked((int)0xA1FF0000)),
        Tar("ZIP-NOT-A-FILE", "a link", TarEntryType.SymbolicLink, "y"),
        Tar("ZIP-NOT-A-FILE", "a pipe", TarEntryType.Fifo),
        new("ZIP-DAMAGED-ENTRY", "zip with an entry that is not where the directory says", DamagedObjectAsync),
        Zip("LIMIT-RATIO", "an entry that unpacks to far too much", z => Entry(z, "bag/x", new string('x', 90_000))),
        Bag("LIMIT-ENTRIES", "too many entries", b => { for (var i = 0; i < 20; i++) b.With($"data/{i}", "x"); }),
        Bag("LIMIT-TOTAL-BYTES", "too many bytes", b => b.With("data/x", new string('x', 100_000))),
        Bag("LIMIT-DEPTH", "too many folders above a file", b => b.With("data/1/2/3/4/5/6/x", "x")),
        Bag("LIMIT-PATH-LENGTH", "too long a path", b => b.With("data/" + new string('x', 100), "x")),
        Bag("LIMIT-METADATA-BYTES", "too long a manifest", b => b.Append(BagSamples.Manifest, string.Concat(Enumerable.Repeat(BagSamples.Sha512("x") + "  data/x\n", 50)))),
        Bag("LIMIT-LINE-LENGTH", "too long a line", b => b.With("bag-info.txt", "A: " + new string('x', 1_000) + "\n")),
        Bag("LIMIT-FINDINGS", "more findings of one rule than are kept", b => { for (var i = 0; i < 4; i++) b.With($"data/{i}", "x"); }),
        new("PKG-UNKNOWN-KIND", "folder with nothing that says what it is", async () => (await PackageCheck.CheckAsync(new MemoryTree("x").With("a", "b"), null, Small, default)).Findings),
        new("PKG-XML", "METS that is no XML", async () => (await PackageCheck.CheckAsync(new MemoryTree("x").With("METS.xml", "<mets"), null, Small, default)).Findings),
        new("EARK-XSD", "METS that an installed schema refuses", async () =>
        {
            var schemas = await OfficialSchemas.LoadAsync(new MemoryTree("x").With("mets.xsd", """
                <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.loc.gov/METS/"><xs:element name="mets" type="xs:date"/></xs:schema>
                """), Limits.Default, default);
            return (await PackageCheck.CheckAsync(await Eark.EarkSamples.PackedAsync(), PackageKind.Eark, Packages.Tt05.Tt05CheckOptions.Default, schemas, Limits.Default, default)).Findings;
        }),
        Zip("PKG-UNREADABLE", "a manifest that is not where the directory says", BagInto, b => b[b.AsSpan().IndexOf(Encoding.ASCII.GetBytes(BagSamples.Sha512("aaaa")[..20])) - 53] ^= 0x41),
    ];

    [TestCaseSource(nameof(Cases))]
    public Task A_fault_is_found(RuleCase mutant) => mutant.AssertRaisedAsync();

    [Test]
    public Task The_table_of_rules_is_the_one_that_the_tests_make() => RuleTable.AssertAsync("Archive and package", [.. ArchiveRules.All, .. PackageRules.All], Cases,
    [
        new RuleSample("good bag", async () => (await PackageCheck.CheckAsync(BagSamples.Bag(), null, Small, default)).Findings),
        new RuleSample("good zip", async () =>
        {
            using var memory = new MemoryStream();
            using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8)) BagInto(zip);
            return await CheckFileAsync(memory.ToArray());
        }),
    ]);

    private static void BagInto(ZipArchive zip)
    {
        foreach (var (path, content) in BagSamples.Bag().Files)
            using (var stream = zip.CreateEntry("bag/" + path, CompressionLevel.NoCompression).Open()) stream.Write(content);
    }

    private static ZipArchiveEntry Entry(ZipArchive zip, string name, string text = "x")
    {
        var entry = zip.CreateEntry(name);
        using var stream = entry.Open();
        stream.Write(Encoding.UTF8.GetBytes(text));
        return entry;
    }

    // What is told of the archive, and of the package in it.
    private static async Task<IEnumerable<Finding>> CheckFileAsync(byte[] bytes)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, bytes);
            var (tree, findings) = await FileTrees.OpenAsync(file, Small, default);
            if (tree is null) return findings;
            await using (tree) return [.. findings, .. (await PackageCheck.CheckAsync(tree, PackageKind.BagIt, Small, default)).Findings];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<IEnumerable<Finding>> DamagedObjectAsync()
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true)) Entry(zip, "0=ocfl_object_1.1", "ocfl_object_1.1\n");
        var bytes = memory.ToArray();
        bytes[BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan()[^6..]) + 42] = 0xFF; // not where the directory says
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, bytes);
            var (tree, _) = await FileTrees.OpenAsync(file, Limits.Default, default);
            await using (tree) return (await Ocfl.Validation.OcflValidator.ValidateObjectAsync(tree!, Ocfl.Validation.OcflOptions.Default, default)).Findings;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
