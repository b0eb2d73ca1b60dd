using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>SIP32–SIP35, the format attributes of files: each that is blank, and one finding for an attribute that no file of the package has.</summary>
internal sealed class EarkFormats(PackageFiles files)
{
    private static readonly (string Rule, string Name, Func<MetsFile, string?> Value)[] Attributes =
    [
        ("SIP32", "FILEFORMATNAME", f => f.FormatName), ("SIP33", "FILEFORMATVERSION", f => f.FormatVersion),
        ("SIP34", "FILEFORMATREGISTRY", f => f.FormatRegistry), ("SIP35", "FILEFORMATKEY", f => f.FormatKey),
    ];

    private readonly bool[] _isThere = new bool[Attributes.Length];
    private readonly List<(int Attribute, string Path, string Text)> _blank = [];

    public void Take(MetsFile file, string? path, string metsPath)
    {
        for (var i = 0; i < Attributes.Length; i++)
        {
            if (Attributes[i].Value(file) is not { } text) continue;
            _isThere[i] = true;
            if (string.IsNullOrWhiteSpace(text) && _blank.Count <= files.Limits.MaxFindingsPerRule) _blank.Add((i, path ?? metsPath, text));
        }
    }

    /// <summary>To be called for a SIP, when all its documents have been read.</summary>
    public void Check(string edition)
    {
        foreach (var (attribute, path, text) in _blank) Add(attribute, path, text);
        for (var i = 0; i < Attributes.Length; i++)
            if (!_isThere[i]) Add(i, MetsNames.FileName, null);
        void Add(int attribute, string path, string? found) =>
            files.Findings.Add(EarkRules.Get(Attributes[attribute].Rule, edition), path, "@sip:" + Attributes[attribute].Name, found);
    }
}
