using System.Text;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;

namespace Preservation.Catalogue;

/// <summary>
/// The catalogue as EF Core sees it. Get one from <see cref="CatalogueSession"/>: queries are filtered by the session's scope
/// here, and again by row-level security in the database.
/// </summary>
public sealed class CatalogueContext(DbContextOptions<CatalogueContext> options, CatalogueScope scope) : DbContext(options)
{
    private readonly bool _everything = scope.Everything;
    private readonly Guid[] _agencies = [.. scope.Agencies];
    private readonly Guid[] _fonds = [.. scope.Fonds];
    private readonly Guid[] _packages = [.. scope.Packages];
    private readonly bool _hasCases = !scope.Packages.IsEmpty;

#pragma warning disable CS1591 // the tables speak for themselves; their rows are documented in Model
    public DbSet<Agency> Agencies => Set<Agency>();
    public DbSet<AgencyCode> AgencyCodes => Set<AgencyCode>();
    public DbSet<AgencySuccession> AgencySuccessions => Set<AgencySuccession>();
    public DbSet<Principal> Principals => Set<Principal>();
    public DbSet<Credential> Credentials => Set<Credential>();
    public DbSet<RoleGrant> RoleGrants => Set<RoleGrant>();
    public DbSet<Agreement> Agreements => Set<Agreement>();
    public DbSet<AgreementVersion> AgreementVersions => Set<AgreementVersion>();
    public DbSet<Fonds> Fonds => Set<Fonds>();
    public DbSet<Registration> Registrations => Set<Registration>();
    public DbSet<RegistrationRound> RegistrationRounds => Set<RegistrationRound>();
    public DbSet<Submission> Submissions => Set<Submission>();
    public DbSet<SubmissionStep> SubmissionSteps => Set<SubmissionStep>();
    public DbSet<SubmissionFinding> SubmissionFindings => Set<SubmissionFinding>();
    public DbSet<SubmissionFacts> SubmissionFacts => Set<SubmissionFacts>();
    public DbSet<Receipt> Receipts => Set<Receipt>();
    public DbSet<Decision> Decisions => Set<Decision>();
    public DbSet<DecisionSubmission> DecisionSubmissions => Set<DecisionSubmission>();
    public DbSet<DecisionReason> DecisionReasons => Set<DecisionReason>();
    public DbSet<Package> Packages => Set<Package>();
    public DbSet<PackageAlias> PackageAliases => Set<PackageAlias>();
    public DbSet<PackageHold> PackageHolds => Set<PackageHold>();
    public DbSet<PackageVersion> PackageVersions => Set<PackageVersion>();
    public DbSet<Dossier> Dossiers => Set<Dossier>();
    public DbSet<Document> Documents => Set<Document>();
    public DbSet<DossierDocument> DossierDocuments => Set<DossierDocument>();
    public DbSet<DocumentFile> DocumentFiles => Set<DocumentFile>();
    public DbSet<StoredFile> Files => Set<StoredFile>();
    public DbSet<Store> Stores => Set<Store>();
    public DbSet<StoreCapability> StoreCapabilities => Set<StoreCapability>();
    public DbSet<StoreChore> StoreChores => Set<StoreChore>();
    public DbSet<CopyProof> CopyProofs => Set<CopyProof>();
    public DbSet<LegalHold> LegalHolds => Set<LegalHold>();
    public DbSet<Medium> Media => Set<Medium>();
    public DbSet<StoreMigration> StoreMigrations => Set<StoreMigration>();
    public DbSet<PackageCopy> PackageCopies => Set<PackageCopy>();
    public DbSet<StoredCopy> Copies => Set<StoredCopy>();
    public DbSet<FixityRun> FixityRuns => Set<FixityRun>();
    public DbSet<FixityProblem> FixityProblems => Set<FixityProblem>();
    public DbSet<PremisEvent> PremisEvents => Set<PremisEvent>();
    public DbSet<PreservationTask> Tasks => Set<PreservationTask>();
    public DbSet<TaskStep> TaskSteps => Set<TaskStep>();
    public DbSet<MailChoice> MailChoices => Set<MailChoice>();
    public DbSet<MailTurn> MailTurns => Set<MailTurn>();
    public DbSet<MailSending> MailSendings => Set<MailSending>();
    public DbSet<MailTold> MailTolds => Set<MailTold>();
    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();
    public DbSet<AuditDetail> AuditDetails => Set<AuditDetail>();
    public DbSet<AuditBatch> AuditBatches => Set<AuditBatch>();
    public DbSet<AuditSeal> AuditSeals => Set<AuditSeal>();
    public DbSet<AuditNode> AuditNodes => Set<AuditNode>();
    public DbSet<EvidenceBatch> EvidenceBatches => Set<EvidenceBatch>();
    public DbSet<EvidenceToken> EvidenceTokens => Set<EvidenceToken>();
    public DbSet<EvidenceTokenMaterial> EvidenceTokenMaterials => Set<EvidenceTokenMaterial>();
    public DbSet<EvidenceLeaf> EvidenceLeaves => Set<EvidenceLeaf>();
    public DbSet<EvidencePage> EvidencePages => Set<EvidencePage>();
    public DbSet<EvidenceDue> EvidenceDues => Set<EvidenceDue>();
    public DbSet<TimeStampAuthority> TimeStampAuthorities => Set<TimeStampAuthority>();
    public DbSet<ContentDigest> ContentDigests => Set<ContentDigest>();
    public DbSet<HashTreeRenewal> HashTreeRenewals => Set<HashTreeRenewal>();
    public DbSet<AlgorithmAlarm> AlgorithmAlarms => Set<AlgorithmAlarm>();
    public DbSet<AuthorityCertificate> AuthorityCertificates => Set<AuthorityCertificate>();
    public DbSet<AuthorityRevocation> AuthorityRevocations => Set<AuthorityRevocation>();
    public DbSet<SealKey> SealKeys => Set<SealKey>();
    public DbSet<SealKeyRevocation> SealKeyRevocations => Set<SealKeyRevocation>();
    public DbSet<EvidenceFunction> EvidenceFunctions => Set<EvidenceFunction>();
    public DbSet<JournalSegment> JournalSegments => Set<JournalSegment>();
    public DbSet<JournalEntry> JournalEntries => Set<JournalEntry>();
    public DbSet<ValidationMaterial> ValidationMaterials => Set<ValidationMaterial>();
    public DbSet<ValidationSource> ValidationSources => Set<ValidationSource>();
    public DbSet<ValidationWant> ValidationWants => Set<ValidationWant>();
    public DbSet<SignatureVerdict> SignatureVerdicts => Set<SignatureVerdict>();
    public DbSet<VerdictMaking> VerdictMakings => Set<VerdictMaking>();
    public DbSet<TrustedList> TrustedLists => Set<TrustedList>();
    public DbSet<TrustAnchorSet> TrustAnchorSets => Set<TrustAnchorSet>();
    public DbSet<ReconciliationRun> ReconciliationRuns => Set<ReconciliationRun>();
    public DbSet<ReconciliationFind> ReconciliationFinds => Set<ReconciliationFind>();
    public DbSet<RestoreDrill> RestoreDrills => Set<RestoreDrill>();
    public DbSet<FixityPace> FixityPaces => Set<FixityPace>();
    public DbSet<FixityResult> FixityResults => Set<FixityResult>();
    public DbSet<FixitySummary> FixitySummaries => Set<FixitySummary>();
    public DbSet<FrozenDocument> FrozenDocuments => Set<FrozenDocument>();
    public DbSet<FrozenDocumentPart> FrozenDocumentParts => Set<FrozenDocumentPart>();
    public DbSet<SignOfLife> SignsOfLife => Set<SignOfLife>();
    public DbSet<CanaryCycle> CanaryCycles => Set<CanaryCycle>();
    public DbSet<CanaryObject> CanaryObjects => Set<CanaryObject>();
    public DbSet<CanaryDamage> CanaryDamages => Set<CanaryDamage>();
    public DbSet<Upload> Uploads => Set<Upload>();
    public DbSet<PrincipalActivity> PrincipalActivities => Set<PrincipalActivity>();
    public DbSet<PageSession> PageSessions => Set<PageSession>();
    public DbSet<ProofFailure> ProofFailures => Set<ProofFailure>();
    public DbSet<RightsNotice> RightsNotices => Set<RightsNotice>();
    public DbSet<Change> Changes => Set<Change>();
    public DbSet<Webhook> Webhooks => Set<Webhook>();
    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();
    public DbSet<EscrowReport> EscrowReports => Set<EscrowReport>();
    public DbSet<DestructionOrder> DestructionOrders => Set<DestructionOrder>();
    public DbSet<DestructionOrderPackage> DestructionOrderPackages => Set<DestructionOrderPackage>();
    public DbSet<DestructionAcknowledgement> DestructionAcknowledgements => Set<DestructionAcknowledgement>();
    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();
#pragma warning restore CS1591

    /// <summary>Is what an audit entry is about part of a case that the session was let in for? Asked of the database alone.</summary>
    public static bool OfCase(string kind, string subject) => throw new NotSupportedException($"{kind} {subject}: the database answers this");

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.HasDbFunction(typeof(CatalogueContext).GetMethod(nameof(OfCase))!).HasName("of_case");
        Keys(modelBuilder);
        Rooms(modelBuilder);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            entity.SetTableName(TableName(entity.ClrType));
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(SnakeCase(property.Name));
                var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
                if (type.IsEnum) property.SetProviderClrType(typeof(string));
            }
        }
        Json(modelBuilder);
    }

    private static void Keys(ModelBuilder model)
    {
        model.Entity<AgencySuccession>().HasKey(x => new { x.AgencyId, x.SuccessorId });
        model.Entity<SubmissionStep>().HasKey(x => new { x.SubmissionId, x.Name });
        model.Entity<SubmissionFinding>().HasKey(x => new { x.SubmissionId, x.Ordinal });
        model.Entity<DecisionSubmission>().HasKey(x => new { x.DecisionId, x.SubmissionId });
        model.Entity<DecisionReason>().HasKey(x => new { x.DecisionId, x.SubmissionId, x.Ordinal });
        model.Entity<SubmissionFacts>().HasKey(x => new { x.SubmissionId, x.Page });
        model.Entity<PackageVersion>().HasKey(x => new { x.PackageId, x.Version });
        model.Entity<DossierDocument>().HasKey(x => new { x.DossierId, x.DocumentId });
        model.Entity<DocumentFile>().HasKey(x => new { x.DocumentId, x.FileId });
        model.Entity<Store>().HasKey(x => x.Name);
        model.Entity<StoreCapability>().HasKey(x => new { x.Store, x.Capability });
        model.Entity<StoreChore>().HasKey(x => new { x.Store, x.Chore });
        model.Entity<CopyProof>().HasKey(x => new { x.ObjectId, x.Store });
        model.Entity<PackageCopy>().HasKey(x => new { x.PackageId, x.Store });
        model.Entity<AuditDetail>().HasKey(x => x.EntryId);
        model.Entity<AuditBatch>().HasKey(x => x.Number);
        model.Entity<AuditSeal>().HasKey(x => x.EntryId);
        model.Entity<EvidenceLeaf>().HasKey(x => new { x.BatchId, x.Ordinal });
        model.Entity<EvidencePage>().HasKey(x => new { x.BatchId, x.Height, x.Page });
        model.Entity<EvidenceDue>().HasKey(x => new { x.Kind, x.Subject });
        model.Entity<TimeStampAuthority>().HasKey(x => x.Name);
        model.Entity<ContentDigest>().HasKey(x => new { x.Sha512, x.Algorithm });
        model.Entity<AuditNode>().HasKey(x => new { x.Height, x.Number });
        model.Entity<EvidenceTokenMaterial>().HasKey(x => new { x.TokenId, x.MaterialId });
        model.Entity<AuthorityCertificate>().HasKey(x => x.Sha256);
        model.Entity<EvidenceFunction>().HasKey(x => x.Replaced);
        model.Entity<EvidenceToken>().Ignore(x => x.Form);
        model.Entity<Upload>().Ignore(x => x.IsComplete);
        model.Entity<JournalSegment>().HasKey(x => x.Number);
        model.Entity<ValidationSource>().HasKey(x => x.Url);
        model.Entity<TrustedList>().HasKey(x => new { x.Source, x.MaterialId });
        model.Entity<ReconciliationFind>().HasKey(x => new { x.Store, x.Key });
        model.Entity<TrustAnchorSet>().HasKey(x => x.Sha256);
        model.Entity<FixityPace>().HasKey(x => x.Store);
        model.Entity<FixityResult>().HasKey(x => new { x.Store, x.At, x.PackageId });
        model.Entity<FixitySummary>().HasKey(x => new { x.Month, x.Store, x.Outcome });
        model.Entity<FrozenDocumentPart>().HasKey(x => new { x.DocumentId, x.Name });
        model.Entity<SignOfLife>().HasKey(x => x.Name);
        model.Entity<CanaryObject>().HasKey(x => x.PackageId);
        model.Entity<CanaryDamage>().HasKey(x => new { x.CycleId, x.Store, x.Ordinal });
        model.Entity<DestructionOrderPackage>().HasKey(x => new { x.OrderId, x.PackageId });
        model.Entity<DestructionAcknowledgement>().HasKey(x => new { x.OrderId, x.Escrow, x.ReportNumber });
        model.Entity<Change>().HasKey(x => x.Sequence);
        model.Entity<IdempotencyKey>().HasKey(x => new { x.PrincipalId, x.Key });
        model.Entity<PrincipalActivity>().HasKey(x => x.PrincipalId);
        model.Entity<TaskStep>().HasKey(x => new { x.TaskId, x.Ordinal });
        model.Entity<MailChoice>().HasKey(x => x.PrincipalId);
        model.Entity<MailTurn>().HasKey(x => x.PrincipalId);
        model.Entity<MailTold>().HasKey(x => new { x.PrincipalId, x.TaskId, x.Step });
        model.Entity<ProofFailure>().HasKey(x => new { x.Kind, x.Subject });
        model.Entity<AuditBatch>().Property(x => x.Number).ValueGeneratedNever();
        model.Entity<AuditDetail>().Property(x => x.EntryId).ValueGeneratedNever();
        model.Entity<AuditSeal>().Property(x => x.EntryId).ValueGeneratedNever();
        model.Entity<JournalSegment>().Property(x => x.Number).ValueGeneratedNever();
        model.Entity<Change>().Property(x => x.Sequence).ValueGeneratedNever();
        model.Entity<PackageCopy>().Property(x => x.Keys).ValueGeneratedOnAddOrUpdate();
        model.Entity<PackageCopy>().Property(x => x.Bytes).ValueGeneratedOnAddOrUpdate();
        foreach (var entity in model.Model.GetEntityTypes())
            foreach (var property in entity.GetProperties().Where(p => p.ClrType == typeof(Guid)))
                property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
    }

    private void Rooms(ModelBuilder model)
    {
        model.Entity<Submission>().HasQueryFilter(s => _everything || _agencies.Contains(s.AgencyId)
            || (s.PackageId != null && _packages.Contains(s.PackageId.Value)));
        model.Entity<DecisionSubmission>().HasQueryFilter(d => _everything || Submissions.Any(s => s.Id == d.SubmissionId));
        model.Entity<DecisionReason>().HasQueryFilter(d => _everything || Submissions.Any(s => s.Id == d.SubmissionId));
        model.Entity<Decision>().HasQueryFilter(d => _everything || _agencies.Contains(d.AgencyId) || DecisionSubmissions.Any(o => o.DecisionId == d.Id));
        model.Entity<Upload>().HasQueryFilter(u => _everything || _agencies.Contains(u.AgencyId));
        model.Entity<Package>().HasQueryFilter(p => _everything || _agencies.Contains(p.ProducerId) || _agencies.Contains(p.CustodianId)
            || (p.FondsId != null && _fonds.Contains(p.FondsId.Value)) || _packages.Contains(p.Id));
        model.Entity<Agreement>().HasQueryFilter(a => _everything || _agencies.Contains(a.AgencyId));
        model.Entity<Registration>().HasQueryFilter(r => _everything || _agencies.Contains(r.AgencyId));
        model.Entity<RegistrationRound>().HasQueryFilter(o => _everything || Registrations.Any(r => r.Id == o.RegistrationId));
        model.Entity<Fonds>().HasQueryFilter(f => _everything || _agencies.Contains(f.AgencyId) || _fonds.Contains(f.Id));
        model.Entity<PreservationTask>().HasQueryFilter(t => _everything || (t.AgencyId != null && _agencies.Contains(t.AgencyId.Value))
            || (t.PackageId != null && _packages.Contains(t.PackageId.Value))
            || (_hasCases && t.SubmissionId != null && Submissions.Any(s => s.Id == t.SubmissionId && s.PackageId != null && _packages.Contains(s.PackageId.Value))));
        model.Entity<TaskStep>().HasQueryFilter(s => _everything || Tasks.Any(t => t.Id == s.TaskId));
        model.Entity<MailTold>().HasQueryFilter(m => _everything || Tasks.Any(t => t.Id == m.TaskId));
        model.Entity<MailChoice>().HasQueryFilter(_ => _everything);
        model.Entity<MailTurn>().HasQueryFilter(_ => _everything);
        model.Entity<MailSending>().HasQueryFilter(_ => _everything);
        model.Entity<RoleGrant>().HasQueryFilter(_ => _everything);
        model.Entity<Credential>().HasQueryFilter(_ => _everything);
        model.Entity<PrincipalActivity>().HasQueryFilter(_ => _everything);
        model.Entity<PageSession>().HasQueryFilter(_ => _everything);
        model.Entity<ProofFailure>().HasQueryFilter(_ => _everything);
        model.Entity<RightsNotice>().HasQueryFilter(_ => _everything);
        model.Entity<AuditEntry>().HasQueryFilter(e => _everything || (e.AgencyId != null && _agencies.Contains(e.AgencyId.Value)) || (_hasCases && OfCase(e.SubjectKind, e.SubjectId)));
        model.Entity<Change>().HasQueryFilter(c => _everything || _agencies.Contains(c.AgencyId));
        model.Entity<Webhook>().HasQueryFilter(w => _everything || _agencies.Contains(w.AgencyId));
        model.Entity<WebhookDelivery>().HasQueryFilter(d => _everything || Webhooks.Any(w => w.Id == d.WebhookId));
        model.Entity<Document>().HasQueryFilter(d => _everything || Packages.Any(p => p.Id == d.PackageId));
        model.Entity<StoredFile>().HasQueryFilter(f => _everything || Packages.Any(p => p.Id == f.PackageId));
        model.Entity<FixityProblem>().HasQueryFilter(f => _everything || Packages.Any(p => p.Id == f.PackageId));
        model.Entity<PackageCopy>().HasQueryFilter(c => _everything || Packages.Any(p => p.Id == c.PackageId));
        model.Entity<FrozenDocument>().HasQueryFilter(d => _everything || (d.AgencyId != null && _agencies.Contains(d.AgencyId.Value)));
        model.Entity<LegalHold>().HasQueryFilter(h => _everything || Packages.Any(p => p.Id == h.PackageId));
        model.Entity<SignatureVerdict>().HasQueryFilter(v => _everything || Packages.Any(p => p.Id == v.PackageId));
        model.Entity<StoredCopy>().HasQueryFilter(c => _everything || Packages.Any(p => p.Id == c.PackageId));
    }

    private static void Json(ModelBuilder model)
    {
        model.Entity<AgreementVersion>().Property(x => x.Terms).HasColumnType("jsonb");
        model.Entity<PackageVersion>().Property(x => x.Description).HasColumnType("jsonb");
        model.Entity<Submission>().Property(x => x.Plan).HasColumnType("jsonb");
        model.Entity<SubmissionStep>().Property(x => x.Detail).HasColumnType("jsonb");
        model.Entity<Dossier>().Property(x => x.Fields).HasColumnType("jsonb");
        model.Entity<Document>().Property(x => x.Fields).HasColumnType("jsonb");
        model.Entity<Store>().Property(x => x.FailureDomain).HasColumnType("jsonb");
        model.Entity<AuditDetail>().Property(x => x.Detail).HasColumnType("jsonb");
        model.Entity<SignatureVerdict>().Property(x => x.Basis).HasColumnType("jsonb");
        model.Entity<SignatureVerdict>().Property(x => x.Signatures).HasColumnType("jsonb");
        model.Entity<SignatureVerdict>().Property(x => x.Conclusion).HasColumnType("jsonb");
        model.Entity<SignatureVerdict>().Property(x => x.Found).HasColumnType("jsonb");
        model.Entity<VerdictMaking>().Property(x => x.Plan).HasColumnType("jsonb");
        model.Entity<RestoreDrill>().Property(x => x.Report).HasColumnType("jsonb");
        model.Entity<JournalEntry>().Property(x => x.RowData).HasColumnType("jsonb");
    }

    private static string TableName(Type type) => type.Name switch
    {
        nameof(StoredFile) => "file",
        nameof(StoredCopy) => "copy",
        nameof(PreservationTask) => "task",
        var name => SnakeCase(name),
    };

    /// <summary><c>LastReadAt</c> → <c>last_read_at</c>.</summary>
    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
