using System.ComponentModel.DataAnnotations;

namespace Preservation.Workflow.Options;

/// <summary>Connection strings, one per database role; secrets come by environment or file.</summary>
public sealed class DatabaseOptions
{
    /// <summary>The application role: what the server runs as.</summary>
    public string Application { get; set; } = "";

    /// <summary>The owner role: only for <c>preservation-server migrate</c>.</summary>
    public string Owner { get; set; } = "";

    /// <summary>The read-only role, for reports made outside the server.</summary>
    public string ReadOnly { get; set; } = "";

    /// <summary>
    /// By how much the clock of this machine may differ from the database's, by which leases, limits of time and dates of the catalogue go. A process that is off by more begins nothing
    /// until the clocks agree: what it asks of others, and what it believes of them, goes by its own.
    /// </summary>
    public TimeSpan MaxClockSkew { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Staging: a folder on storage that every worker reaches and that survives the node.</summary>
public sealed class StagingOptions
{
    /// <summary>The folder.</summary>
    [Required(AllowEmptyStrings = false)] public string Path { get; set; } = "";

    /// <summary>Largest upload in bytes.</summary>
    [Range(1, long.MaxValue)] public long MaxUploadBytes { get; set; } = 200L << 30;

}

/// <summary>What kind of store an entry of <c>Preservation:Stores</c> is.</summary>
public enum StoreKind
{
    /// <summary>A folder.</summary>
    FileSystem,

    /// <summary>An S3-compatible bucket.</summary>
    S3,
}

/// <summary>One store.</summary>
public sealed class StoreOptions
{
    /// <summary>Its name in the catalogue; never changes.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9-]{0,62}$")] public string Name { get; set; } = "";

    /// <summary>Folder or bucket.</summary>
    public StoreKind Kind { get; set; }

    /// <summary>FileSystem: the folder.</summary>
    public string Path { get; set; } = "";

    /// <summary>FileSystem: whether each file and folder is forced to the disk before it counts.</summary>
    public bool Fsync { get; set; } = true;

    /// <summary>S3: the endpoint.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>S3: the region.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>S3: the bucket.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>S3: access key.</summary>
    public string AccessKey { get; set; } = "";

    /// <summary>S3: secret key.</summary>
    public string SecretKey { get; set; } = "";

    /// <summary>What this process may do there. Keys belong into the configuration of the processes that need them, and nowhere else.</summary>
    public StoreAccess Access { get; set; }

    /// <summary>
    /// Absent by design: a medium that is connected from time to time. Known by the object <c>preservation-store</c> that <c>preservation-server store init</c> put on it.
    /// </summary>
    public bool Offline { get; set; }

    /// <summary>S3: every copy is locked against deletion (COMPLIANCE), for <see cref="LockDays"/> from its last extension on.</summary>
    public bool Locked { get; set; }

    /// <summary>How long a lock is set for. It is extended while the record is kept, so that lawful destruction has to wait no longer than this.</summary>
    [Range(1, 3650)] public int LockDays { get; set; } = 90;

    /// <summary>A lock is extended when it has less than this left.</summary>
    [Range(1, 3650)] public int LockMarginDays { get; set; } = 60;

    /// <summary>Bytes that fixity may read from here in an hour; null: as <c>Preservation:Fixity:BytesPerHour</c> says.</summary>
    public long? FixityBytesPerHour { get; set; }

    /// <summary>Keys that fixity may read from here in an hour; null: as <c>Preservation:Fixity:RequestsPerHour</c> says.</summary>
    public long? FixityRequestsPerHour { get; set; }

    /// <summary>
    /// More than 0: the store is cold, what is read from it is dear. Its copies are read within 36 months, and each month a random sample of at most so many bytes
    /// is restored and checked besides.
    /// </summary>
    public long ColdBytesPerMonth { get; set; }

    /// <summary>S3: what fixity, repair, drills or readers want of an archive tier is restored for so many days (in bulk, within 48 hours); 0: nothing is restored.</summary>
    [Range(0, 90)] public int WakeDays { get; set; }

    /// <summary>Provider, region, medium, threat: two stores are distinct when provider or region differ.</summary>
    public FailureDomainOptions FailureDomain { get; set; } = new();
}

/// <summary>What a process may do at a store.</summary>
public enum StoreAccess
{
    /// <summary>It writes and checks the copies there.</summary>
    ReadWrite,

    /// <summary>It reads them: a source for readers and repairs.</summary>
    Read,

    /// <summary>It has no keys; the store is known by name and failure domain alone.</summary>
    None,
}

/// <summary>What can take a store down together with another.</summary>
public sealed class FailureDomainOptions
{
    /// <summary>Who runs it.</summary>
    public string Provider { get; set; } = "";

    /// <summary>Where it stands.</summary>
    public string Region { get; set; } = "";

    /// <summary>Disk, tape, …</summary>
    public string Medium { get; set; } = "disk";

    /// <summary>What may befall it that does not befall others: an administrator, a software, a flood plain.</summary>
    public string Threat { get; set; } = "";
}

/// <summary>The copies policy.</summary>
public sealed class CopiesOptions
{
    /// <summary>Copies that must be read back and proven before a package is preserved (Circular 05/2025 Art. 27.1: at least two).</summary>
    [Range(2, 16)] public int Verified { get; set; } = 2;

    /// <summary>Providers that must hold a copy.</summary>
    [Range(1, 16)] public int Providers { get; set; } = 1;

    /// <summary>Regions that must hold a copy; 2 for "one other region".</summary>
    [Range(1, 16)] public int Regions { get; set; } = 1;

    /// <summary>Kinds of medium that must hold a copy.</summary>
    [Range(1, 16)] public int Media { get; set; } = 1;

    /// <summary>Different threats that the copies must be exposed to.</summary>
    [Range(1, 16)] public int Threats { get; set; } = 1;

    /// <summary>Copies that must be locked against deletion.</summary>
    [Range(0, 16)] public int Locked { get; set; }

    /// <summary>
    /// Why the copies may share a failure domain. Empty enforces distinct domains; anything else is recorded with every package and
    /// shown beside the word "preserved".
    /// </summary>
    public string Waiver { get; set; } = "";
}

/// <summary>clamd.</summary>
public sealed class VirusScanOptions
{
    /// <summary>Path of the Unix socket.</summary>
    public string Socket { get; set; } = "";

    /// <summary>Host, when there is no Unix socket.</summary>
    public string Host { get; set; } = "";

    /// <summary>Port.</summary>
    public int Port { get; set; } = 3310;

    /// <summary>Bytes per scan; must not exceed clamd's StreamMaxLength. Longer files are scanned in overlapping windows.</summary>
    [Range(1 << 17, int.MaxValue)] public int WindowBytes { get; set; } = 24 * 1024 * 1024;
}

/// <summary>Trust anchors for signatures in packages. The machine's own root store is never used.</summary>
public sealed class TrustOptions
{
    /// <summary>Folder of certificates (.pem, .crt, .cer, .der), with families and dates in <c>anchors.json</c>, and trusted lists (.xml, .xtsl) with those who may sign them in <c>list-signers</c>.</summary>
    public string Anchors { get; set; } = "";

    /// <summary>Folder of certificate revocation lists (.crl, DER or PEM) kept up to date by the operator.</summary>
    public string Crls { get; set; } = "";

    /// <summary>When openssl, xmlsec1 and pdfsig are asked too.</summary>
    public SecondOpinionMode SecondOpinion { get; set; }
}

/// <summary>When verifiers that are not ours are asked about a signature.</summary>
public enum SecondOpinionMode
{
    /// <summary>For what is kept for good, wherever a verifier is installed.</summary>
    Permanent,

    /// <summary>For everything.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}

/// <summary>The seal: one key, or several of which the one that began last seals.</summary>
public sealed class SealOptions
{
    /// <summary>Certificate, PEM; its issuers, without the root, may follow in the same file and go into every seal.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>Private key, PEM (PKCS #8).</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Several keys in place of the one.</summary>
    public IList<SealKeyOptions> Keys { get; } = [];

    /// <summary>The keys, whichever way they are configured.</summary>
    public IReadOnlyList<SealKeyOptions> InOrder => Keys.Count > 0 ? [.. Keys] : CertificateFile.Length == 0 ? [] : [new SealKeyOptions { CertificateFile = CertificateFile, KeyFile = KeyFile }];
}

/// <summary>One key that seals.</summary>
public sealed class SealKeyOptions
{
    /// <summary>Certificate, PEM; its issuers, without the root, may follow in the same file and go into every seal.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>Private key, PEM (PKCS #8); empty where it lies in a token.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Where the key lies in a token.</summary>
    public Pkcs11KeyOptions? Pkcs11 { get; set; }

    /// <summary>The first instant it seals; the certificate's when not given.</summary>
    public DateTimeOffset? From { get; set; }

    /// <summary>The instant from which on it seals no more; the certificate's end when not given.</summary>
    public DateTimeOffset? Until { get; set; }
}

/// <summary>A private key in a token that is spoken to by PKCS #11.</summary>
public sealed class Pkcs11KeyOptions
{
    /// <summary>Path of the library.</summary>
    public string Module { get; set; } = "";

    /// <summary>The token's label.</summary>
    public string Token { get; set; } = "";

    /// <summary>The key's label; may be empty where the id is given.</summary>
    public string KeyLabel { get; set; } = "";

    /// <summary>The key's id in hexadecimal; may be empty where the label is given.</summary>
    public string KeyId { get; set; } = "";

    /// <summary>A file with the user's PIN.</summary>
    public string PinFile { get; set; } = "";

    /// <summary>The user's PIN, by environment; not used where a file is named.</summary>
    public string Pin { get; set; } = "";
}

/// <summary>Ingest workers.</summary>
public sealed class IngestOptions
{
    /// <summary>Submissions looked at at once by this process.</summary>
    [Range(1, 64)] public int Workers { get; set; } = 2;

    /// <summary>How long a worker may be silent before another takes over.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How often to look for work that no notification announced.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>First pause after a failure of the surroundings; it doubles up to <see cref="RetryAtMost"/>.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest pause.</summary>
    public TimeSpan RetryAtMost { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Failures after which a person is asked to look (the work goes on being tried).</summary>
    [Range(1, 1000)] public int TaskAfterFailures { get; set; } = 5;

    /// <summary>Folder with the official XML schemas of METS, PREMIS and what they import; E-ARK packages are held against them too. None when empty.</summary>
    public string? Schemas { get; set; }
}

/// <summary>Fixity.</summary>
public sealed class FixityOptions
{
    /// <summary>36 months, the longest that the law allows (Circular 05/2025 Art. 29).</summary>
    public const int MostDays = 1095;

    /// <summary>Every copy that no plan fits is re-read within this many days; at most <see cref="MostDays"/>, held at start.</summary>
    [Range(1, MostDays)] public int WithinDays { get; set; } = 90;

    /// <summary>Plans for classes of package; the first that fits a copy holds.</summary>
    public IList<FixityPlanOptions> Plans { get; } = [];

    /// <summary>Over how much of the end of its period a copy's due date is drawn, in percent (0 to 50).</summary>
    public int JitterPercent { get; set; } = 10;

    /// <summary>Bytes that may be read from a store in an hour, by all processes together; 0: as fast as it goes.</summary>
    public long BytesPerHour { get; set; }

    /// <summary>Keys that may be read from a store in an hour, by all processes together; 0: as fast as it goes.</summary>
    public long RequestsPerHour { get; set; }

    /// <summary>Results of single readings are kept for this many months, at least 7; summaries of a month for ever.</summary>
    public int KeepResultsMonths { get; set; } = 36;

    /// <summary>Objects that are damaged on purpose.</summary>
    public CanaryOptions Canaries { get; set; } = new();

    /// <summary>How often a run looks for due copies.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Readers of this process: more than cores, so that some read while others speak with the catalogue.</summary>
    [Range(1, 64)] public int Workers { get; set; } = 4;

    /// <summary>How long a reader may be silent before another takes over a copy.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(30);
}

/// <summary>Comparing what stores list with what the catalogue says.</summary>
public sealed class ReconciliationOptions
{
    /// <summary>How long after the last comparison of a store the next one is due.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often a process looks whether one is due or asked for.</summary>
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>What is part of no object must be seen twice, this far apart, before it is removed. Never less than a day.</summary>
    public TimeSpan OrphansAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a process may be silent before another goes on with its run.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(30);
}

/// <summary>Packages that are restored to see whether they can be.</summary>
public sealed class DrillOptions
{
    /// <summary>How long after the last round the next one is due.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Packages in a round.</summary>
    [Range(1, 1000)] public int Packages { get; set; } = 3;

    /// <summary>Larger packages are not drawn: the scratch place must hold them.</summary>
    public long MostBytes { get; set; } = 10L << 30;

    /// <summary>The scratch place; empty: the system's folder for temporary files.</summary>
    public string Folder { get; set; } = "";
}

/// <summary>Audit log and journal.</summary>
public sealed class RecordOptions
{
    /// <summary>How often open audit entries are sealed.</summary>
    public TimeSpan SealEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the journal is written to every store.</summary>
    public TimeSpan JournalEvery { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How often ended uploads are swept from staging.</summary>
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Diagnostics.</summary>
public sealed class DiagnosticsOptions
{
    /// <summary>A file that notes every step and storage call as it is entered and left; empty: none. It costs a system call each.</summary>
    public string TraceFile { get; set; } = "";
}
