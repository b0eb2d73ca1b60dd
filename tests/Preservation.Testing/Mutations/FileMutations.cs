using System.Text;
using System.Text.RegularExpressions;

namespace Preservation.Testing.Mutations;

/// <summary>Changes files in memory at random; each change says in a few words what it did.</summary>
/// <param name="random">Where the choices come from.</param>
/// <param name="files">The files; what is in them is replaced and never changed in place.</param>
public sealed class FileMutations(Random random, IDictionary<string, byte[]> files)
{
    /// <summary>Turns one bit of one of these files.</summary>
    public string FlipBit(IReadOnlyList<string> among)
    {
        var path = Any([.. among.Where(p => files[p].Length > 0)]);
        var bytes = (byte[])files[path].Clone();
        var bit = random.Next(bytes.Length * 8);
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        files[path] = bytes;
        return $"bit {bit} of {path}";
    }

    /// <summary>Adds a file beside one of these.</summary>
    public string Add(IReadOnlyList<string> among)
    {
        var path = Sibling(Any(among));
        files[path] = [1, 2, 3];
        return $"added {path}";
    }

    /// <summary>Takes one of these files away.</summary>
    public string Remove(IReadOnlyList<string> among)
    {
        var path = Any(among);
        files.Remove(path);
        return $"removed {path}";
    }

    /// <summary>Gives one of these files another name in its folder.</summary>
    public string Rename(IReadOnlyList<string> among)
    {
        var path = Any(among);
        var other = Sibling(path);
        files[other] = files[path];
        files.Remove(path);
        return $"renamed {path} to {other}";
    }

    /// <summary>Changes one digit or letter within a match of the pattern's group <c>value</c>.</summary>
    public string ChangeValue(string path, Regex pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var text = Encoding.UTF8.GetString(files[path]);
        var matches = pattern.Matches(text).Where(m => m.Groups["value"].Length > 0).ToList();
        var group = matches[random.Next(matches.Count)].Groups["value"];
        var at = group.Index + random.Next(group.Length);
        var was = text[at];
        char now;
        do now = "0123456789abcdef"[random.Next(16)];
        while (char.ToLowerInvariant(was) == now);
        files[path] = Encoding.UTF8.GetBytes(text[..at] + now + text[(at + 1)..]);
        return $"{was} to {now} at {at} of {path}";
    }

    private string Sibling(string path)
    {
        var folder = path[..(path.LastIndexOf('/') + 1)];
        string other;
        do other = folder + "x" + random.Next(1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture) + ".bin";
        while (files.ContainsKey(other));
        return other;
    }

    private string Any(IReadOnlyList<string> among) => among[random.Next(among.Count)];
}
