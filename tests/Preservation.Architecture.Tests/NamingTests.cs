using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Preservation.Architecture.Tests;

/// <summary>Names say what a thing is; namespaces say where it lies; an interface is there because two things share it.</summary>
internal sealed partial class NamingTests
{
    private static readonly Dictionary<string, string> AllowedNames = new()
    {
        ["CmsSignedData"] = "SignedData is the name of RFC 5652 §5",
        ["RetrieveInfo"] = "RetrieveInfo is an operation of ETSI TS 119 512 §5.3.2",
        ["TrustService"] = "trust service is the term of ETSI TS 119 612 §5.5",
        ["XmlKeyInfo"] = "KeyInfo is the name of XMLDSig §4.5",
    };

    private static readonly Dictionary<string, string> AllowedInterfaces = [];

    private static IEnumerable<string> Projects => SourceTree.Projects.Keys;

    [TestCaseSource(nameof(Projects))]
    public void No_type_is_named_for_nothing(string project)
    {
        var types = SourceTree.TypesOf(project).ToList();
        Assert.That(types, Is.Not.Empty);
        Assert.That(types.Select(t => Arity().Replace(t.Name, "")).Where(n => Vague().IsMatch(n) && !AllowedNames.ContainsKey(n)), Is.Empty);
    }

    [Test]
    public void Exceptions_to_the_naming_rule_are_still_needed()
    {
        var names = Projects.SelectMany(SourceTree.TypesOf).Select(t => t.Name).ToHashSet();
        Assert.That(AllowedNames.Keys.Except(names), Is.Empty);
    }

    [Test]
    public void An_interface_has_two_implementations_at_least()
    {
        var types = Projects.SelectMany(SourceTree.TypesOf).ToList();
        var interfaces = types.Where(t => t.IsInterface).ToList();
        Assert.That(interfaces.Select(i => i.Name), Does.Contain("IObjectStore"), "the search finds interfaces");
        var lonely = interfaces.Where(i => !AllowedInterfaces.ContainsKey(i.FullName!)
            && types.Count(t => !t.IsInterface && !t.IsAbstract && t.GetInterfaces().Any(x => x == i || (x.IsGenericType && x.GetGenericTypeDefinition() == i))) < 2);
        Assert.That(lonely, Is.Empty);
    }

    [Test]
    public void Event_ids_of_the_log_are_unique()
    {
        var messages = Projects.SelectMany(SourceTree.TypesOf)
            .SelectMany(t => t.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(m => (Method: m, Message: m.GetCustomAttribute<LoggerMessageAttribute>())).Where(m => m.Message is not null).ToList();
        Assert.That(messages, Is.Not.Empty);
        Assert.That(messages.Where(m => m.Message!.EventId <= 0).Select(m => m.Method), Is.Empty, "every message has an id of its own choosing");
        Assert.That(messages.GroupBy(m => m.Message!.EventId).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g.Select(m => m.Method.DeclaringType!.Name))}"), Is.Empty);
    }

    [TestCaseSource(nameof(Projects))]
    public void A_file_lies_in_the_folder_of_its_namespace(string project)
    {
        var wrong = new List<string>();
        var declared = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in SourceTree.FilesOf(project))
        {
            var folder = Path.GetRelativePath(Path.Join(SourceTree.Root, "src"), Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
            var text = File.ReadAllText(file);
            if (Namespace().Match(text) is { Success: true } match)
            {
                if (match.Groups[1].Value != folder) wrong.Add($"{file}: {match.Groups[1].Value}");
                declared.Add(folder);
            }
            else if (Path.GetFileName(file) is not ("Program.cs" or "GlobalUsings.cs" or "AssemblyInfo.cs")) wrong.Add($"{file}: no file-scoped namespace");
        }
        Assert.That(wrong, Is.Empty);
        Assert.That(SourceTree.TypesOf(project).Where(t => t.IsPublic).Select(t => t.Namespace!).Except(declared), Is.Empty);
    }

    [TestCaseSource(nameof(Projects))]
    public void A_file_is_short_enough_to_be_read(string project) =>
        Assert.That(SourceTree.FilesOf(project).Select(f => (File: f, Lines: File.ReadLines(f).Count())).Where(f => f.Lines > 400), Is.Empty);

    [GeneratedRegex("^namespace ([A-Za-z0-9_.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex("(Manager|Helpers?|Utils?|Utility|Utilities|Service|Data|Infos?|Common|Misc)$")]
    private static partial Regex Vague();

    [GeneratedRegex("`[0-9]+$")]
    private static partial Regex Arity();
}
