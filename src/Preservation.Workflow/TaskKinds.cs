using System.Collections.Immutable;

namespace Preservation.Workflow;

/// <summary>Kinds of tasks.</summary>
public static class TaskKinds
{
    /// <summary>A submission passed every check and waits for a decision.</summary>
    public const string Approval = "approval";

    /// <summary>True for a task that ends where its matter is decided: on the submission, the registration or the order itself.</summary>
    public static bool IsDecidedElsewhere(string kind) => kind is Approval or Registration or DestructionOrder;

    /// <summary>A registration waits for the archive's answer.</summary>
    public const string Registration = "registration";

    /// <summary>A round closes and not all of its packages have come.</summary>
    public const string RoundClosing = "roundClosing";

    /// <summary>The term in which a submission is to be decided on and archived ends.</summary>
    public const string ProcessingDue = "processingDue";

    /// <summary>A submission cannot go on because something around it keeps failing.</summary>
    public const string IngestTrouble = "ingestTrouble";

    /// <summary>A copy was bad or missing.</summary>
    public const string FixityIncident = "fixityIncident";

    /// <summary>Time-stamping keeps failing.</summary>
    public const string EvidenceTrouble = "evidenceTrouble";

    /// <summary>Evidence cannot be renewed in time, or a renewal needs a person.</summary>
    public const string RenewalTrouble = "renewalTrouble";

    /// <summary>Trees are made by another digest function than the configured one, which is relied on no more.</summary>
    public const string RenewalFunction = "renewalFunction";

    /// <summary>What verdicts on signatures need cannot be fetched; from its due date on it may be lost for good.</summary>
    public const string MaterialMissing = "materialMissing";

    /// <summary>Another verifier contradicts our verdict on a signature.</summary>
    public const string SignatureDisagreement = "signatureDisagreement";

    /// <summary>A verdict on a signature that was made again says less than the one before, or something else.</summary>
    public const string VerdictChanged = "verdictChanged";

    /// <summary>A stored verdict did not come out the same when it was replayed.</summary>
    public const string VerdictReplay = "verdictReplay";

    /// <summary>The trust anchors in force are others than before.</summary>
    public const string TrustChanged = "trustChanged";

    /// <summary>A store does not do what the policy asks of it.</summary>
    public const string StoreCapability = "storeCapability";

    /// <summary>Locks of a store could not be extended.</summary>
    public const string StoreLocks = "storeLocks";

    /// <summary>A store has not been reached for long.</summary>
    public const string StoreUnseen = "storeUnseen";

    /// <summary>A medium that is away by design is to be connected: copies wait for it.</summary>
    public const string StoreToConnect = "storeToConnect";

    /// <summary>Preserved packages whose good copies do not meet the policy any more.</summary>
    public const string CopiesUnmet = "copiesUnmet";

    /// <summary>A medium comes to its rated end.</summary>
    public const string MediumEnds = "mediumEnds";

    /// <summary>A trusted list does not hold, cannot be had, or is about to run out.</summary>
    public const string TrustListRefused = "trustListRefused";

    /// <summary>The catalogue was made again from a store, and something was damaged or lacking.</summary>
    public const string CatalogueRebuilt = "catalogueRebuilt";

    /// <summary>A store and the catalogue do not agree on what lies there.</summary>
    public const string Reconciliation = "reconciliation";

    /// <summary>A package that was restored for a drill was not as it must be.</summary>
    public const string DrillFailed = "drillFailed";

    /// <summary>A timer or a worker has been silent for longer than it should.</summary>
    public const string WorkSilent = "workSilent";

    /// <summary>Many wrong keys came from one address, or for one key.</summary>
    public const string KeyStuffing = "keyStuffing";

    /// <summary>A canary was not detected or not repaired in its round.</summary>
    public const string CanaryFailed = "canaryFailed";

    /// <summary>An escrow is silent, is behind, or tells of something that a person must look at.</summary>
    public const string EscrowTrouble = "escrowTrouble";

    /// <summary>An order of destruction waits for the second person.</summary>
    public const string DestructionOrder = "destructionOrder";

    /// <summary>A receiver of changes answered nothing good for a day and is not told of more.</summary>
    public const string WebhookPaused = "webhookPaused";

    /// <summary>Mail cannot be delivered: to one person, or at all.</summary>
    public const string MailTrouble = "mailTrouble";

    /// <summary>Kinds that cannot wait for the digest of the day.</summary>
    public static ImmutableArray<string> Urgent { get; } =
        [FixityIncident, CopiesUnmet, StoreLocks, EvidenceTrouble, RenewalTrouble, RenewalFunction, CatalogueRebuilt, DrillFailed, CanaryFailed, WorkSilent, KeyStuffing];
}
