using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Testing.Rules;
using static Preservation.Ocfl.Tests.Validation.OcflSamples;

namespace Preservation.Ocfl.Tests.Validation;

/// <summary>At least one fault for every code of OCFL that files can break.</summary>
internal static class OcflMutants
{
    private const string Head = "\"head\":\"v2\"";
    private const string V1 = "\"v1\":{\"created\":\"1970-01-01T00:00:00Z\"";
    private static readonly string A = Digest("a.txt", DigestAlgorithm.Sha512);
    private static readonly string A256 = Digest("a.txt", DigestAlgorithm.Sha256);
    private static readonly string Object1 = PathOf(Id);

    private static RuleCase Obj(string rule, string fault, Action<MemoryTree> change) => new(rule, "object with " + fault, async () =>
    {
        var tree = OcflSamples.Object();
        change(tree);
        return await CheckObjectAsync(tree);
    });

    // In the newest inventory and its copy.
    private static RuleCase Inv(string rule, string fault, string old, string @new) => Obj(rule, fault, t => t.Replace(old, @new, "", "v2/"));

    private static RuleCase Prior(string rule, string fault, string old, string @new) => Obj(rule, fault, t => t.Replace(old, @new, "v1/"));

    private static RuleCase Root(string rule, string fault, Action<MemoryTree> change) => new(rule, "storage root with " + fault, async () =>
    {
        var tree = OcflSamples.Root();
        change(tree);
        return await CheckRootAsync(tree);
    });

    public static IReadOnlyList<RuleCase> All { get; } =
    [
        Obj("E001", "a stray file", t => t.With("stray.txt", "x")),
        Obj("E001", "a stray folder", t => t.With("other/a", "x")),
        Obj("E002", "a declaration without tag and equals sign", t => Move(t, "0=ocfl_object_1.1", "0ocfl_object_1.1")),
        Obj("E003", "no declaration", t => t.Files.Remove("0=ocfl_object_1.1")),
        Obj("E003", "two declarations", t => t.With("0=ocfl_object_1.0", "ocfl_object_1.0\n")),
        Obj("E004", "a version nobody knows", t => Move(t, "0=ocfl_object_1.1", "0=ocfl_object_1.9")),
        Obj("E005", "another tag", t => Move(t, "0=ocfl_object_1.1", "1=ocfl_object_1.1")),
        Obj("E006", "another format's declaration", t => Move(t, "0=ocfl_object_1.1", "0=bagit_1.0")),
        Obj("E007", "a declaration without its newline", t => t.With("0=ocfl_object_1.1", "ocfl_object_1.1")),
        Obj("E008", "no version", t => { foreach (var path in t.Files.Keys.Where(k => k[0] == 'v').ToList()) t.Files.Remove(path); }),
        Obj("E009", "a first version that is not v1", t => { foreach (var path in t.Files.Keys.Where(k => k.StartsWith("v1/", StringComparison.Ordinal)).ToList()) t.Files.Remove(path); }),
        Obj("E010", "a gap between the versions", t => t.With("v4/content/a", "x")),
        Obj("E011", "a version without the zero of the others", t => RenameVersion(t, "v1", "v0001")),
        Obj("E012", "two ways to name versions", t => t.With("v03/content/x", "x")),
        Obj("E013", "padded and unpadded versions", t => RenameVersion(t, "v1", "v0001")),
        Inv("E014", "content in the folder of no version", "v1/content/a.txt", "v9/content/a.txt"),
        Obj("E015", "a stray file in a version", t => t.With("v1/stray.txt", "x")),
        Obj("E016", "a version without its content folder", t => t.Files.Remove("v2/content/b/c.txt")),
        Inv("E017", "contentDirectory with a slash", Head, "\"contentDirectory\":\"a/b\"," + Head),
        Inv("E017", "contentDirectory that is no string", Head, "\"contentDirectory\":7," + Head),
        Inv("E018", "contentDirectory of two dots", Head, "\"contentDirectory\":\"..\"," + Head),
        Inv("E019", "contentDirectory not set in the first version", Head, "\"contentDirectory\":\"data\"," + Head),
        Inv("E020", "contentDirectory that changed", Head, "\"contentDirectory\":\"data\"," + Head),
        Inv("E021", "content in a folder that nothing names", "v1/content/a.txt", "v1/data/a.txt"),
        Obj("E023", "a content file in no manifest", t => t.With("v1/content/stray.txt", "x")),
        Obj("E024", "an empty folder in the content", t => t.Extra.Add(new FileEntry("v1/content/empty", 0, EntryKind.EmptyFolder))),
        Inv("E025", "md5 for its algorithm", "\"digestAlgorithm\":\"sha512\"", "\"digestAlgorithm\":\"md5\""),
        Inv("E026", "fixity of an unregistered algorithm", "\"fixity\":{\"sha256\"", "\"fixity\":{\"crc32\""),
        Inv("E029", "a sha1 value of another length", "\"fixity\":{\"sha256\"", "\"fixity\":{\"sha1\""),
        Inv("E030", "a sha256 value that is not hexadecimal", A256, "x" + A256[1..]),
        Inv("E031", "a sha512 value that is too short", A, A[1..]),
        Inv("E093", "sha256 values called sha512/256", "\"fixity\":{\"sha256\"", "\"fixity\":{\"sha512/256\""),
        Inv("E093", "sha256 values called blake2b-256", "\"fixity\":{\"sha256\"", "\"fixity\":{\"blake2b-256\""),
        Inv("E093", "a wrong value of sha512 called blake2b-512", "\"fixity\":{", $"\"fixity\":{{\"blake2b-512\":{{\"{A}\":[\"v1/content/a.txt\"]}},"),
        Inv("E032", "a blake2b-512 value of another length", "\"fixity\":{\"sha256\"", "\"fixity\":{\"blake2b-512\""),
        Obj("E033", "an inventory that is no JSON", t => t.WithInventory("", "{")),
        Inv("E033", "a key twice", Head, Head + "," + Head),
        Inv("E033", "a version twice", "\"versions\":{", "\"versions\":{\"v1\":{},"),
        Inv("E033", "an algorithm of fixity twice", "\"fixity\":{", "\"fixity\":{\"sha256\":{},"),
        Obj("E034", "an inventory that is a JSON array", t => t.WithInventory("", "[]")),
        Inv("E035", "backslashes in a content path", "v1/content/a.txt", "v1\\\\content\\\\a.txt"),
        Inv("E036", "no id", $"\"id\":\"{Id}\",", ""),
        Inv("E036", "no head", Head + ",", ""),
        Inv("E037", "an empty id", $"\"id\":\"{Id}\"", "\"id\":\"\""),
        Root("E037", "one id in two objects", t => t.With(OcflSamples.Object(), PathOf("urn:uuid:3"))),
        Inv("E038", "a type nobody knows", "spec/#inventory", "spec/#inventoryX"),
        Inv("E039", "digests of another algorithm than it says", "\"digestAlgorithm\":\"sha512\"", "\"digestAlgorithm\":\"sha256\""),
        Inv("E040", "head that is not the newest version", Head, "\"head\":\"v1\""),
        Inv("E041", "no manifest", "\"manifest\":{", "\"x\":{"),
        Inv("E042", "a content path outside the versions", "v1/content/a.txt", "a.txt"),
        Inv("E043", "no versions", "\"versions\":{", "\"x\":{"),
        Inv("E044", "versions that are an array", "\"versions\":{\"v1\"", "\"versions\":[],\"x\":{\"v1\""),
        Inv("E045", "versions that are a text", "\"versions\":{\"v1\"", "\"versions\":\"v1\",\"x\":{\"v1\""),
        Inv("E046", "a version without its folder", "\"versions\":{", "\"versions\":{\"v3\":{},"),
        Obj("E046", "a folder without its version", t => t.With("v3/content/x", "x")),
        Inv("E047", "a version that is a number", V1, "\"v1\":7,\"v9\":{\"created\":\"1970-01-01T00:00:00Z\""),
        Inv("E048", "a version without created", V1, "\"v1\":{\"x\":\"\""),
        Inv("E049", "created without a time", V1, "\"v1\":{\"created\":\"1970-01-01\""),
        Inv("E050", "a state with a digest that the manifest lacks", "\"state\":{", $"\"state\":{{\"{new string('0', 128)}\":[\"z\"],"),
        Inv("E051", "a state with a text for paths", "\"state\":{", $"\"state\":{{\"{A}\":\"z\","),
        Inv("E052", "a logical path with two dots", "[\"b/c.txt\"]", "[\"b/../c.txt\"]"),
        Inv("E053", "a logical path that begins with a slash", "[\"b/c.txt\"]", "[\"/c.txt\"]"),
        Inv("E054", "a user without a name", "\"user\":{\"name\":\"n\",\"address\":\"urn:a\"}", "\"user\":{}"),
        Inv("E055", "fixity that is an array", "\"fixity\":{", "\"fixity\":[],\"x\":{"),
        Inv("E056", "fixity of an unregistered algorithm", "\"fixity\":{\"sha256\"", "\"fixity\":{\"crc32\""),
        Inv("E057", "fixity of a file that the manifest lacks", $"\"{A256}\":[\"v1/content/a.txt\"]", $"\"{A256}\":[\"v1/content/z.txt\"]"),
        Obj("E058", "no sidecar", t => t.Files.Remove("inventory.json.sha512")),
        Obj("E059", "a sidecar of another algorithm", t => Move(t, "inventory.json.sha512", "inventory.json.sha256")),
        Obj("E060", "a sidecar with another digest", t => t.With("inventory.json.sha512", new string('0', 128) + "  inventory.json\n")),
        Obj("E061", "a sidecar of another form", t => t.With("inventory.json.sha512", "khác")),
        Obj("E063", "no inventory", t => t.Files.Remove("inventory.json")),
        Obj("E064", "another inventory in its newest version", t => t.WithInventory("v2/", t.Text("v2/inventory.json") + "\n")),
        Prior("E066", "a first version of another state", "[\"a.txt\"]", "[\"z.txt\"]"),
        Obj("E067", "a file in the extensions folder", t => t.With("extensions/a", "x")),
        Root("E069", "no declaration", t => t.Files.Remove("0=ocfl_1.1")),
        Root("E070", "a layout without description", t => t.With("ocfl_layout.json", "{\"extension\":\"0004-hashed-n-tuple-storage-layout\"}")),
        Root("E071", "a layout whose extension is a number", t => t.With("ocfl_layout.json", "{\"extension\":4,\"description\":\"x\"}")),
        Root("E072", "a file outside the objects", t => t.With("stray/a.txt", "x")),
        Root("E073", "an empty folder", t => t.Extra.Add(new FileEntry("empty", 0, EntryKind.EmptyFolder))),
        Root("E075", "a declaration without tag and equals sign", t => Move(t, "0=ocfl_1.1", "ocfl_1.1")),
        Root("E076", "two declarations", t => t.With("0=ocfl_1.0", "ocfl_1.0\n")),
        Root("E077", "another format's declaration", t => Move(t, "0=ocfl_1.1", "0=bagit_1.0")),
        Root("E078", "another tag", t => Move(t, "0=ocfl_1.1", "1=ocfl_1.1")),
        Root("E079", "a version nobody knows", t => Move(t, "0=ocfl_1.1", "0=ocfl_9.9")),
        Root("E080", "a declaration without its newline", t => t.With("0=ocfl_1.1", "ocfl_1.1")),
        Root("E081", "an object of a later version", t => Move(t, "0=ocfl_1.1", "0=ocfl_1.0")),
        Root("E082", "an object in an object", t => t.With(OcflSamples.Object("urn:uuid:3"), Object1 + "/logs2")),
        Root("E083", "an object at another place than its layout says", t => t.With(OcflSamples.Object("urn:uuid:3"), "abc/def/ghi/x")),
        Root("E084", "a file between the objects", t => t.With(Object1.Split('/')[0] + "/a.txt", "x")),
        Root("E085", "a folder that ends without an object", t => t.With("stray/a.txt", "x")),
        Root("E086", "a file in the extensions folder of version 1.0", t => Move(t, "0=ocfl_1.1", "0=ocfl_1.0").With("extensions/a.txt", "x")),
        Root("E088", "a folder that leads to no object", t => t.With("stray/a.txt", "x")),
        Obj("E089", "a device", t => t.Extra.Add(new FileEntry("v1/content/dev", 0, EntryKind.Special))),
        Root("E089", "a pipe", t => t.Extra.Add(new FileEntry("pipe", 0, EntryKind.Special))),
        Obj("E090", "a link", t => t.Extra.Add(new FileEntry("v1/content/link", 0, EntryKind.SymbolicLink))),
        Root("E090", "a link", t => t.Extra.Add(new FileEntry("link", 0, EntryKind.SymbolicLink))),
        Obj("E092", "another content", t => t.With("v1/content/a.txt", "khác")),
        Obj("E092", "a content that is not there", t => t.Files.Remove("v1/content/a.txt")),
        Inv("E093", "fixity of another content", A256, A256[1..] + "0"),
        Inv("E093", "a size in the fixity block that the file does not have", "\"fixity\":{", "\"fixity\":{\"size\":{\"1\":[\"v1/content/a.txt\"]},"),
        Inv("E094", "a message that is a number", "\"message\":\"ingestion\"", "\"message\":7"),
        Inv("E095", "a logical path that is a folder too", "[\"b/c.txt\"]", "[\"b/c.txt\",\"b\"]"),
        Inv("E096", "a digest twice in the manifest", "\"manifest\":{", $"\"manifest\":{{\"{A.ToUpperInvariant()}\":[\"v1/content/z\"],"),
        Inv("E097", "a digest twice in the fixity block", "\"fixity\":{\"sha256\":{", $"\"fixity\":{{\"sha256\":{{\"{A256.ToUpperInvariant()}\":[\"v1/content/a.txt\"],"),
        Inv("E099", "a content path with a dot", "v1/content/a.txt", "v1/content/./a.txt"),
        Inv("E100", "a content path that begins with a slash", "v1/content/a.txt", "/v1/content/a.txt"),
        Inv("E101", "a content path twice", "[\"v1/content/a.txt\"]", "[\"v1/content/a.txt\",\"v1/content/a.txt\"]"),
        Inv("E102", "a key that is not specified", Head, "\"x\":1," + Head),
        Obj("E103", "a version of an edition before that of the one before it", OlderEdition),
        Inv("E104", "a version without its letter", "\"versions\":{", "\"versions\":{\"1\":{},"),
        Inv("E105", "a version of number 0", "\"versions\":{", "\"versions\":{\"v0\":{},"),
        Inv("E106", "a manifest that is an array", "\"manifest\":{", "\"manifest\":[],\"x\":{"),
        Inv("E107", "a digest that no version uses", "\"manifest\":{", $"\"manifest\":{{\"{new string('0', 128)}\":[\"v1/content/z\"],"),
        Inv("E108", "a content folder below another", Head, "\"contentDirectory\":\"a/b\"," + Head),
        Prior("E110", "another id in the first version", Id, "urn:uuid:9"),
        Inv("E111", "fixity that is a text", "\"fixity\":{", "\"fixity\":\"\",\"x\":{"),
        Obj("E112", "a file in the extensions folder", t => t.With("extensions/a", "x")),
        Obj("W001", "a padded version", t => RenameVersion(t, "v1", "v01")),
        Obj("W002", "a folder beside the content", t => t.With("v1/other/a", "x")),
        Obj("W003", "an empty content folder", EmptyContent),
        Obj("W004", "sha256", ToSha256),
        Inv("W005", "an id that is no URI", $"\"id\":\"{Id}\"", "\"id\":\"một\""),
        Inv("W007", "a version without a message", "\"message\":\"ingestion\",", ""),
        Inv("W008", "a user without an address", ",\"address\":\"urn:a\"", ""),
        Inv("W009", "an address that is no URI", "urn:a", "a"),
        Obj("W010", "a version without an inventory", t => t.Files.Remove("v1/inventory.json")),
        Prior("W011", "a first version of another message", "ingestion", "other"),
        Obj("W013", "an extension that is not registered", t => t.With("extensions/own/a", "x")),
        Root("W014", "objects at two depths", t => t.With(OcflSamples.Object("urn:uuid:3"), "abc/x")),
        Root("W015", "an object right in it", t => t.With(OcflSamples.Object("urn:uuid:3"), "x")),
        Root("W016", "an extension that is not registered", t => t.With("extensions/own/config.json", "{}")),
    ];

    private static MemoryTree Move(MemoryTree tree, string from, string to)
    {
        tree.Files[to] = from.StartsWith("0=", StringComparison.Ordinal) && to.Contains('=', StringComparison.Ordinal) ? System.Text.Encoding.ASCII.GetBytes(to[2..] + "\n") : tree.Files[from];
        tree.Files.Remove(from);
        return tree;
    }

    private static void RenameVersion(MemoryTree tree, string from, string to)
    {
        foreach (var path in tree.Files.Keys.Where(k => k.StartsWith(from + "/", StringComparison.Ordinal)).ToList())
        {
            tree.Files[to + path[from.Length..]] = tree.Files[path];
            tree.Files.Remove(path);
        }
    }

    private static void OlderEdition(MemoryTree tree)
    {
        foreach (var folder in new[] { "", "v2/" }) tree.WithInventory(folder, tree.Text(folder + "inventory.json").Replace("ocfl.io/1.1/", "ocfl.io/1.0/", StringComparison.Ordinal));
    }

    private static void EmptyContent(MemoryTree tree)
    {
        tree.Extra.Add(new FileEntry("v3/content", 0, EntryKind.EmptyFolder));
    }

    private static void ToSha256(MemoryTree tree)
    {
        var text = tree.Text("inventory.json").Replace("\"digestAlgorithm\":\"sha512\"", "\"digestAlgorithm\":\"sha256\"", StringComparison.Ordinal);
        foreach (var path in new[] { "a.txt", "b/c.txt" }) text = text.Replace(Digest(path, DigestAlgorithm.Sha512), Digest(path, DigestAlgorithm.Sha256), StringComparison.Ordinal);
        foreach (var folder in new[] { "", "v2/" })
        {
            tree.With(folder + "inventory.json", text).Files.Remove(folder + "inventory.json.sha512");
            tree.With(folder + "inventory.json.sha256", DigestAlgorithm.Sha256.Compute(tree.Files[folder + "inventory.json"]).Hex + "  inventory.json\n");
        }
    }
}
