using System.Text.Json;
using Microsoft.Extensions.Options;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Terms;

/// <summary>The working days in force: the operator's file, or the built-in ones. Read once, at the first question.</summary>
public sealed class TermsCalendar(IOptions<PreservationOptions> options)
{
    private readonly Lazy<WorkingCalendar> _days = new(() => Read(options.Value.Terms.Calendar));

    /// <summary>The days.</summary>
    /// <exception cref="InvalidOperationException">The operator's file cannot be read or is no calendar.</exception>
    public WorkingCalendar Days => _days.Value;

    private static WorkingCalendar Read(string path)
    {
        if (path.Length == 0) return WorkingCalendar.BuiltIn;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            using var buffer = new MemoryStream();
            file.CopyTo(buffer);
            return WorkingCalendar.Parse(buffer.ToArray());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new InvalidOperationException($"Preservation:Terms:Calendar: {path}: {e.Message}", e);
        }
    }
}
