using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Ingest;

/// <summary>A submission's findings as an archivist goes through them: by rule or by document, held against those of the attempt before.</summary>
/// <param name="Earlier">The attempt before; null when this is the first.</param>
/// <param name="Groups">The gravest first; what is gone stands in its group too.</param>
public sealed record FindingsReview(EarlierAttempt? Earlier, ImmutableArray<FindingsReview.Group> Groups)
{
    /// <summary>Findings of one rule, or in one document.</summary>
    /// <param name="Key">The rule's code, or the document's id or a path; empty for the package as a whole.</param>
    /// <param name="Title">The document's abstract, where the package says one.</param>
    /// <param name="Findings">What is in it.</param>
    public sealed record Group(string Key, string? Title, ImmutableArray<Item> Findings)
    {
        /// <summary>How many of them became so.</summary>
        public int Count(FindingChange change) => Findings.Count(f => f.Change == change);
    }

    /// <summary>One finding; of a gone one the attempt before has the row.</summary>
    public sealed record Item(FindingChange Change, SubmissionFinding Finding);

    /// <summary>Reads and groups them. The session sees the submission.</summary>
    public static async Task<FindingsReview> LoadAsync(CatalogueSession session, Guid submission, bool byDocument, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var now = await FindingsAsync(session, submission, cancellationToken);
        var earlier = await EarlierAttempt.FindAsync(session, submission, cancellationToken);
        var before = earlier is null ? [] : await FindingsAsync(session, earlier.Submission, cancellationToken);
        var documents = byDocument ? await DocumentsAsync(session, submission, cancellationToken) : [];
        return new FindingsReview(earlier, Compare(now, before, earlier is not null, byDocument, documents));
    }

    /// <summary>Groups findings and says of each what became of it.</summary>
    /// <param name="now">Of the submission.</param>
    /// <param name="before">Of the attempt before.</param>
    /// <param name="hasEarlier">Was there one? Without it nothing is new.</param>
    /// <param name="byDocument">By document; else by rule.</param>
    /// <param name="documents">Of which document a path is.</param>
    public static ImmutableArray<Group> Compare(
        IReadOnlyList<SubmissionFinding> now, IReadOnlyList<SubmissionFinding> before, bool hasEarlier, bool byDocument, IReadOnlyDictionary<string, (string Id, string? Title)> documents)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(documents);
        var (has, had) = (now.Select(Identity).ToHashSet(), before.Select(Identity).ToHashSet());
        return
        [
            .. now.Select(f => new Item(!hasEarlier || had.Contains(Identity(f)) ? FindingChange.Still : FindingChange.New, f))
                .Concat(before.Where(f => !has.Contains(Identity(f))).Select(f => new Item(FindingChange.Gone, f)))
                .GroupBy(i => byDocument ? DocumentOf(i.Finding.Path, documents) : (i.Finding.Code, null))
                .Select(g => new Group(g.Key.Item1, g.Key.Item2, [.. g]))
                // What still is comes before what is gone, errors before warnings; among equals the order of the findings holds.
                .OrderBy(g => g.Findings.Min(i => (i.Change == FindingChange.Gone ? 3 : 0) + Weight(i.Finding.Severity))).ThenBy(g => g.Key, StringComparer.Ordinal),
        ];

        static (string Code, string Path) Identity(SubmissionFinding f) => (f.Code, f.Path);
        static int Weight(string severity) => severity switch { "error" => 0, "warning" => 1, _ => 2 };
    }

    // Several files may be one document: its descriptor, its main file and what is attached to it. What is of none stands for itself.
    private static (string Key, string? Title) DocumentOf(string path, IReadOnlyDictionary<string, (string Id, string? Title)> documents)
    {
        var file = path.Split('#')[0];
        return documents.TryGetValue(file, out var document) ? (document.Id, document.Title) : (file, null);
    }

    private static Task<List<SubmissionFinding>> FindingsAsync(CatalogueSession session, Guid submission, CancellationToken cancellationToken) =>
        session.Rows.SubmissionFindings.AsNoTracking().Where(f => f.SubmissionId == submission).OrderBy(f => f.Ordinal).ToListAsync(cancellationToken);

    // Only what waits for a decision has its description at hand; the plan itself, with the facts of every signature, is not read.
    private static async Task<Dictionary<string, (string Id, string? Title)>> DocumentsAsync(CatalogueSession session, Guid submission, CancellationToken cancellationToken)
    {
        var documents = new Dictionary<string, (string, string?)>(StringComparer.Ordinal);
        await using var command = session.Command("""
            SELECT p.path, coalesce(d ->> 'code', d ->> 'id'), d ->> 'abstract' FROM submission s
            CROSS JOIN LATERAL jsonb_array_elements(coalesce(s.plan -> 'description' -> 'documents', '[]')) AS d
            CROSS JOIN LATERAL (SELECT d ->> 'descriptorPath' AS path UNION ALL SELECT jsonb_array_elements_text(d -> 'filePaths') UNION ALL SELECT jsonb_array_elements_text(d -> 'attachmentPaths')) AS p
            WHERE s.id = $1
            """, submission);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) documents.TryAdd(reader.GetString(0), (reader.GetString(1), await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2)));
        return documents;
    }
}
