using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Preservation.Core.Findings;

/// <summary>The rules of one standard, read from the JSON of <c>schemas/rules</c> that its library embeds.</summary>
public sealed class RuleBook
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNameCaseInsensitive = true,
        Converters = { new JsonStringEnumConverter() },
    };

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
        var file = JsonSerializer.Deserialize<BookFile>(stream, Options);
        return new RuleBook(file?.Rules ?? throw new InvalidOperationException($"rules.{name} has no rules"));
    }

    private sealed record BookFile(IReadOnlyList<Rule> Rules);
}
