using System.ComponentModel.DataAnnotations;

namespace Preservation.Workflow.Options;

/// <summary>Changes that are posted to receivers of agencies.</summary>
public sealed class WebhookOptions
{
    /// <summary>A file of 32 random bytes or more, readable by the service alone, from which the receivers' secrets are worked out; empty: there are no receivers.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Receivers may lie on private addresses, and be spoken to over plain HTTP.</summary>
    public bool PrivateAddresses { get; set; }

    /// <summary>Receivers that an agency may have.</summary>
    [Range(1, 1000)] public int MaxPerAgency { get; set; } = 10;

    /// <summary>Changes in one request.</summary>
    [Range(1, 500)] public int MaxChanges { get; set; } = 100;

    /// <summary>Requests sent at once by this process.</summary>
    [Range(1, 64)] public int Workers { get; set; } = 4;

    /// <summary>How long a receiver may take to answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>First pause after a bad answer; it doubles up to <see cref="RetryAtMost"/>, each drawn a fifth longer or shorter.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest pause.</summary>
    public TimeSpan RetryAtMost { get; set; } = TimeSpan.FromHours(1);

    /// <summary>After so long without a good answer the receiver is paused, and a person called.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long the log of deliveries is kept.</summary>
    public TimeSpan KeepDeliveries { get; set; } = TimeSpan.FromDays(90);
}
