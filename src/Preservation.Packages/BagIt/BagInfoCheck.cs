using System.Globalization;
using System.Text.RegularExpressions;
using Preservation.Core.Files;
using Preservation.Core.Findings;

namespace Preservation.Packages.BagIt;

/// <summary>The reserved elements of <c>bag-info.txt</c> (RFC 8493 §2.2.2).</summary>
internal static partial class BagInfoCheck
{
    private const string Oxum = "Payload-Oxum";
    private static readonly string[] Single = ["Bagging-Date", "Bag-Size", "Bag-Group-Identifier", "Bag-Count"];

    public static void Check(PackageFiles files, BagDeclaration declaration, string path, List<KeyValuePair<string, string>> info)
    {
        foreach (var label in Single)
            if (Values(info, label).Skip(1).Any()) Add("BAGIT-INFO-REPEATED", null, label);
        foreach (var date in Values(info, "Bagging-Date"))
            if (!DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) Add("BAGIT-INFO-VALUE", "YYYY-MM-DD", "Bagging-Date");
        foreach (var count in Values(info, "Bag-Count"))
            if (!Count().IsMatch(count)) Add("BAGIT-INFO-VALUE", "N of T", "Bag-Count");
        var stated = Values(info, Oxum).ToList();
        var sound = stated.Where(o => OxumForm().IsMatch(o)).ToList();
        if (stated.Count > 1 || sound.Count < stated.Count) Add("BAGIT-OXUM-FORM", "OctetCount.StreamCount", null);
        if (sound.Count == 0) return;
        var (bytes, number) = (0L, 0L);
        foreach (var file in Payload(files.Index)) (bytes, number) = (bytes + files.Index.BytesOf(file), number + 1);
        var found = string.Create(CultureInfo.InvariantCulture, $"{bytes}.{number}");
        if (sound.Any(o => o != found)) Add("BAGIT-OXUM", null, found);

        void Add(string rule, string? expected, string? found) => files.Findings.Add(new Finding(BagItRules.Get(rule, declaration.IsVersion1), path, expected, found));
    }

    /// <summary>The numbers of the files below <c>data/</c>.</summary>
    public static IEnumerable<int> Payload(FileIndex index) => index.Numbers.Where(n => index.KindOf(n) == EntryKind.File && index.Utf8Of(n).StartsWith("data/"u8));

    private static IEnumerable<string> Values(List<KeyValuePair<string, string>> info, string label) =>
        info.Where(i => i.Key.Equals(label, StringComparison.OrdinalIgnoreCase)).Select(i => i.Value);

    [GeneratedRegex(@"^[0-9]+ of ([0-9]+|\?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Count();

    [GeneratedRegex(@"^[0-9]+\.[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex OxumForm();
}
