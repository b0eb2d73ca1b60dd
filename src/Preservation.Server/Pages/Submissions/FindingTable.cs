using Preservation.Workflow.Ingest;

namespace Preservation.Server.Pages.Submissions;

/// <summary>Some findings of a submission as one table.</summary>
/// <param name="LabelledBy">Id of the heading above it.</param>
/// <param name="Items">The findings.</param>
/// <param name="HasEarlier">Is there an attempt before to compare with?</param>
/// <param name="TakesReasons">May the visitor say something of each in a return?</param>
/// <param name="Reasons">What was said of a finding, by its number.</param>
internal sealed record FindingTable(string LabelledBy, IReadOnlyList<FindingsReview.Item> Items, bool HasEarlier, bool TakesReasons, IReadOnlyDictionary<int, string> Reasons);
