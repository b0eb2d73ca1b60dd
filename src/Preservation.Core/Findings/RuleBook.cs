using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Preservation.Core.Findings;

/// <summary>The rules of one standard, read from the JSON of <c>schemas/rules</c> that its library embeds.</summary>
public sealed class RuleBook
{
    private readonly FrozenDictionary<string, Rule> _rules;

    private RuleBook(IEnumerable<Rule> rules) => _rules = rules.ToFrozenDictionary(r => r.Code);

    /// <summary>All rules of the book.</summary>
    public IReadOnlyCollection<Rule> Rules => _rules.Values;

    /// <summary>The rule with this code.</summary>
    /// <exception cref="ArgumentException">The book has none: code and rule data have parted.</exception>
    public Rule this[string code] =>
        _rules.GetValueOrDefault(code) ?? throw new ArgumentException($"no rule {code} in the rule book", nameof(code));

    /// <summary>Loads a book embedded as <c>rules.NAME</c>.</summary>
    /// <exception cref="InvalidOperationException">The resource is missing or malformed: the build is broken.</exception>
    public static RuleBook Load(Assembly assembly, string name)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        using var stream = assembly.GetManifestResourceStream("rules." + name)
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} embeds no rules.{name}");
        try
        {
            using var book = JsonDocument.Parse(stream);
            return new RuleBook([.. book.RootElement.GetProperty("rules").EnumerateArray().Select(Read)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidOperationException($"rules.{name} is malformed", e);
        }
    }

    private static Rule Read(JsonElement rule) =>
        new(Text(rule, "code"), Enum.Parse<Severity>(Text(rule, "severity"), ignoreCase: true), Text(rule, "clause"), Localized(rule, "message"), Localized(rule, "hint"));

    private static LocalizedText Localized(JsonElement rule, string name) => new(Text(rule.GetProperty(name), "en"), Text(rule.GetProperty(name), "vi"));

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new InvalidOperationException($"{name} is no text");
}
