using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Preservation.Server.Api;
using Preservation.Workflow.Ingest;

namespace Preservation.Server.Pages.Submissions;

/// <summary>Return with a reason, and with reasons of single findings. A form may have more values than the framework expects.</summary>
[RequestFormLimits(ValueCountLimit = 2 * FindingReason.Most)]
internal sealed class ReturnModel(CallerAccess access, Decisions decisions) : PageModel
{
    private const string Prefix = "reasons[";

    public IActionResult OnGet(Guid id) => LocalRedirect($"/submissions/{id}");

    public async Task<IActionResult> OnPostAsync(Guid id, string? reason, CancellationToken cancellationToken)
    {
        var findings = Findings(Request.Form);
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 4000 || findings.Count > FindingReason.Most || findings.Exists(f => f.Reason.Length > FindingReason.MaxLength)) return LocalRedirect($"/submissions/{id}?notice=reasonMissing");
        await using var session = await access.BeginAsync(cancellationToken);
        var outcome = await decisions.ReturnAsync(session, access.Caller, id, reason, findings, cancellationToken);
        if (outcome == DecisionOutcome.Done) await session.CommitAsync(cancellationToken);
        return ApproveModel.Answer(this, id, outcome, "returned");
    }

    // One field a finding, reasons[7]; what was left empty says nothing.
    private static List<FindingReason> Findings(IFormCollection form)
    {
        var findings = new List<FindingReason>();
        foreach (var (name, value) in form)
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(']') && int.TryParse(name.AsSpan(Prefix.Length, name.Length - Prefix.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) && !string.IsNullOrWhiteSpace(value))
                findings.Add(new FindingReason(ordinal, value.ToString()));
        return findings;
    }
}
