using System.Collections.Immutable;
using Preservation.Core.Findings;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>One document of a list with its dossier's fields beside it, wherever the list came from.</summary>
/// <param name="PlaceOf">Where a field stands, in the words of findings; of a field without a place, where the document stands.</param>
/// <param name="Source">Which table the record came from, and which of its rows, for the documentation.</param>
internal sealed record ListRecord(Func<string, string> PlaceOf, (ListTable Table, ListRow Row)? Source)
{
    /// <summary>Values by field with its scope, as the circular writes them.</summary>
    public Dictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Files of the delivery that described it, for the documentation.</summary>
    public ImmutableArray<Tt05SourceDocumentation> Documentation { get; init; } = [];

    /// <summary>Fields that stand there but could not be read: they are at fault, not missing.</summary>
    public HashSet<string> Bad { get; } = new(StringComparer.Ordinal);

    /// <summary>What was found in the record itself.</summary>
    public List<Finding> Findings { get; } = [];

    public string? this[string field] => Values.GetValueOrDefault(field);

    /// <summary>True when something beyond the record forbids to pack it: a column that is not there, merged cells.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>Neither given nor spoilt.</summary>
    public bool Lacks(string field) => !Values.ContainsKey(field) && !Bad.Contains(field);

    public void Find(string code, string field, string? expected = null, string? found = null) => Findings.Add(Tt05ListRules.New(code, PlaceOf(field), expected, found));

    /// <summary>Takes what became of a cell.</summary>
    public void Take(string field, Converted converted)
    {
        if (converted.Rule is { } rule) Find(rule, field, converted.Expected);
        if (converted.Value is { } value) Values[field] = value;
        else if (converted.Rule is not null) Bad.Add(field);
    }
}
