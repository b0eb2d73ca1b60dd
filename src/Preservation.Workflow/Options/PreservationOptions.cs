using System.ComponentModel.DataAnnotations;

namespace Preservation.Workflow.Options;

/// <summary>Everything an operator sets, under <c>Preservation</c> in the configuration. Checked at start.</summary>
public sealed class PreservationOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Preservation";

    /// <summary>True refuses the development TSA, the demonstration seal and plain HTTP beyond loopback.</summary>
    public bool Production { get; set; }

    /// <summary>Connection strings.</summary>
    [Required] public DatabaseOptions Database { get; set; } = new();

    /// <summary>Where uploads wait.</summary>
    [Required] public StagingOptions Staging { get; set; } = new();

    /// <summary>Packages that come in pieces.</summary>
    public UploadOptions Uploads { get; set; } = new();

    /// <summary>Where copies lie; order does not matter.</summary>
    public IList<StoreOptions> Stores { get; } = [];

    /// <summary>How stores are looked after.</summary>
    public StoreKeepingOptions StoreKeeping { get; set; } = new();

    /// <summary>What <c>preservation-server escrow</c> needs; nothing of it belongs into the configuration of the service.</summary>
    public EscrowOptions Escrow { get; set; } = new();

    /// <summary>Escrows that the service hears of.</summary>
    public IList<EscrowCopyOptions> EscrowCopies { get; } = [];

    /// <summary>Orders of destruction to them.</summary>
    public DisposalOptions Disposal { get; set; } = new();

    /// <summary>How many copies count as preserved.</summary>
    public CopiesOptions Copies { get; set; } = new();

    /// <summary>The virus scanner.</summary>
    public VirusScanOptions VirusScan { get; set; } = new();

    /// <summary>Trusted certificates for signatures in packages.</summary>
    public TrustOptions Trust { get; set; } = new();

    /// <summary>What is fetched for signatures.</summary>
    public CollectionOptions Collection { get; set; } = new();

    /// <summary>Verdicts that are made again.</summary>
    public VerdictOptions Verdicts { get; set; } = new();

    /// <summary>The service's own seal.</summary>
    public SealOptions Seal { get; set; } = new();

    /// <summary>Time-stamps.</summary>
    public TimeStampOptions TimeStamps { get; set; } = new();

    /// <summary>Ingest workers.</summary>
    public IngestOptions Ingest { get; set; } = new();

    /// <summary>Terms for registrations, rounds and decisions.</summary>
    public TermsOptions Terms { get; set; } = new();

    /// <summary>Changes that are posted to receivers.</summary>
    public WebhookOptions Webhooks { get; set; } = new();

    /// <summary>Mail about tasks.</summary>
    public MailOptions Mail { get; set; } = new();

    /// <summary>Fixity plan.</summary>
    public FixityOptions Fixity { get; set; } = new();

    /// <summary>Stores against the catalogue.</summary>
    public ReconciliationOptions Reconciliation { get; set; } = new();

    /// <summary>Restore drills.</summary>
    public DrillOptions Drills { get; set; } = new();

    /// <summary>Help for tests and operators.</summary>
    public DiagnosticsOptions Diagnostics { get; set; } = new();

    /// <summary>Audit log sealing and journal.</summary>
    public RecordOptions Record { get; set; } = new();

    /// <summary>Documents for people.</summary>
    public DocumentOptions Documents { get; set; } = new();

    /// <summary>Sessions, keys and accounts.</summary>
    public PeopleOptions People { get; set; } = new();

    /// <summary>The pages people use.</summary>
    public PagesOptions Pages { get; set; } = new();
}
