using System.Collections.Immutable;
using Preservation.Core.Findings;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>A dossier of a list: what its package will say, and everything doubtful in its rows.</summary>
public sealed record Tt05ListedDossier
{
    internal Tt05ListedDossier(Tt05Source source, ImmutableArray<ListRecord> records, ImmutableArray<Finding> findings)
    {
        Source = source;
        Records = records;
        Findings = findings;
    }

    /// <summary>Its code (<c>fileCode</c>); empty when a description in JSON has none.</summary>
    public string FileCode => Source.Dossier.GetValueOrDefault("fileCode") ?? "";

    /// <summary>What its package will say; paths of files stand as the list has them.</summary>
    public Tt05Source Source { get; }

    /// <summary>What was found in its rows, by cell. With an error no package is made of it.</summary>
    public ImmutableArray<Finding> Findings { get; }

    /// <summary>The rows in the order of the documents.</summary>
    internal ImmutableArray<ListRecord> Records { get; }

    /// <summary>True when nothing in its rows forbids a package.</summary>
    public bool IsSound => !Findings.Any(f => f.Rule.Severity == Severity.Error) && !Records.Any(r => r.IsBlocked);
}
