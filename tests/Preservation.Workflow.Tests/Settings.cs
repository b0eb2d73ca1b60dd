using Microsoft.Extensions.Options;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests;

/// <summary>Options as a configuration would give them.</summary>
internal static class Settings
{
    public static IOptions<PreservationOptions> Of(Action<PreservationOptions> change)
    {
        var options = new PreservationOptions();
        change(options);
        return Microsoft.Extensions.Options.Options.Create(options);
    }
}
