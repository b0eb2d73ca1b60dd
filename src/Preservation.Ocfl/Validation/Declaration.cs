using System.Text;

namespace Preservation.Ocfl.Validation;

/// <summary>Judges the NAMASTE file that says what a folder is (OCFL §3.3, §4.1).</summary>
internal static class Declaration
{
    private sealed record Codes(string Form, string None, string Count, string T, string DValue, string Version, string Text);

    private static readonly Codes OfObject = new("E002", "E003", "E003", "E005", "E006", "E004", "E007");
    private static readonly Codes OfRoot = new("E075", "E069", "E076", "E078", "E077", "E079", "E080");

    /// <summary>The edition an object declares; null when it declares none that is known.</summary>
    public static Task<OcflVersion?> OfObjectAsync(ObjectFiles files, FindingLog log, CancellationToken cancellationToken) =>
        CheckAsync(files, OfObject, "ocfl_object_", v => v.ObjectDeclaration, log, cancellationToken);

    /// <summary>The edition a storage root declares.</summary>
    public static Task<OcflVersion?> OfRootAsync(ObjectFiles files, FindingLog log, CancellationToken cancellationToken) =>
        CheckAsync(files, OfRoot, "ocfl_", v => v.RootDeclaration, log, cancellationToken);

    /// <summary>Is this the name of a declaration, if perhaps a faulty one?</summary>
    public static bool IsName(string name) => name.Length > 2 && name[1] == '=' && char.IsAsciiDigit(name[0]);

    // Meant to be a declaration, but without the tag and the equals sign of one: "0ocfl_object_1.1", "ocfl_object_1.1".
    private static bool IsMalformed(string name, string prefix) =>
        !IsName(name) && name.IndexOf(prefix, StringComparison.Ordinal) is 0 or 1 && name.AsSpan(name.IndexOf(prefix, StringComparison.Ordinal) + prefix.Length) is [>= '0' and <= '9', '.', >= '0' and <= '9'];

    private static async Task<OcflVersion?> CheckAsync(
        ObjectFiles files, Codes codes, string prefix, Func<OcflVersion, string> dvalueOf, FindingLog log, CancellationToken cancellationToken)
    {
        foreach (var name in files.Names.Where(n => IsMalformed(n, prefix))) log.Add(codes.Form, name);
        var names = files.Names.Where(IsName).ToArray();
        if (names.Length == 0) log.Add(codes.None, files.Root, "1", "0");
        else if (names.Length > 1) log.Add(codes.Count, files.Root, "1", names.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        OcflVersion? declared = null;
        foreach (var name in names)
        {
            var dvalue = name[2..];
            if (name[0] != '0') log.Add(codes.T, name);
            if (!dvalue.StartsWith(prefix, StringComparison.Ordinal)) log.Add(codes.DValue, name);
            else if (OcflVersion.All.FirstOrDefault(v => dvalueOf(v) == dvalue) is { } version) declared = version;
            else log.Add(codes.Version, name);
            var text = await files.ReadSmallAsync(name, 256, log, cancellationToken).ConfigureAwait(false);
            if (text is not null && !text.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(dvalue + "\n"))) log.Add(codes.Text, name, dvalue);
        }
        return declared;
    }
}
