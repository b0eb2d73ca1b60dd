using System.ComponentModel.DataAnnotations;

namespace Preservation.Workflow.Options;

/// <summary>What <c>preservation-server escrow</c> needs, wherever it runs: no database, and no key of the archive but one that reads.</summary>
public sealed class EscrowOptions
{
    /// <summary>What the escrow is called, here and at the service.</summary>
    [RegularExpression("^[a-z0-9][a-z0-9-]{0,62}$")] public string Name { get; set; } = "";

    /// <summary>The store of the archive that is pulled from, with keys that can read and nothing else.</summary>
    public StoreOptions Source { get; set; } = new();

    /// <summary>The escrow's own store, with keys that the service never has.</summary>
    public StoreOptions Store { get; set; } = new();

    /// <summary>The escrow's own key, by which it signs its reports.</summary>
    public SealKeyOptions Key { get; set; } = new();

    /// <summary>How long after a pass the next one begins.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Every byte that is held is re-read within this many days.</summary>
    [Range(1, FixityOptions.MostDays)] public int RereadWithinDays { get; set; } = 90;

    /// <summary>Bytes that may be read from the source in an hour; 0: as fast as it goes.</summary>
    [Range(0, long.MaxValue)] public long BytesPerHour { get; set; }

    /// <summary>Requests to the source in an hour; 0: as fast as it goes.</summary>
    [Range(0, long.MaxValue)] public long RequestsPerHour { get; set; }

    /// <summary>Objects that are looked at at once.</summary>
    [Range(1, 64)] public int ObjectsAtOnce { get; set; } = 4;

    /// <summary>Where the service is; empty: reports are kept in the escrow's store alone.</summary>
    public string Url { get; set; } = "";

    /// <summary>A file with the key of the principal that the service knows the escrow by.</summary>
    public string ApiKeyFile { get; set; } = "";

    /// <summary>The certificates of the archive's seal, PEM, as its people handed them over; empty: orders of destruction are not asked for.</summary>
    public string OrdersCertificateFile { get; set; } = "";

    /// <summary>How long after an order was received it is carried out by itself once it is due; null: only when the escrow's operator confirms it.</summary>
    public TimeSpan? DestroyUnaskedAfter { get; set; }

    /// <summary>What keeps the escrow from working as it is configured; empty when nothing does.</summary>
    public IReadOnlyList<string> Problems()
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(this, new ValidationContext(this), results, validateAllProperties: true);
        var problems = results.Select(r => $"Preservation:Escrow: {r.ErrorMessage}").ToList();
        void Need(bool holds, string problem)
        {
            if (!holds) problems.Add("Preservation:Escrow:" + problem);
        }
        Need(Name.Length > 0, "Name is not set");
        foreach (var (store, name) in new[] { (Source, "Source"), (Store, "Store") })
            Need(store.Name.Length > 0 && (store.Kind == StoreKind.S3 ? store is { Endpoint.Length: > 0, Bucket.Length: > 0, AccessKey.Length: > 0, SecretKey.Length: > 0 } : store.Path.Length > 0), $"{name} lacks its name, its folder, or its endpoint, bucket or keys");
        Need(Source.Kind != StoreKind.S3 || Store.Kind != StoreKind.S3 || (Source.Endpoint, Source.Bucket) != (Store.Endpoint, Store.Bucket), "Source and Store are one bucket");
        Need(Source.Kind != StoreKind.S3 || Store.Kind != StoreKind.S3 || Source.AccessKey != Store.AccessKey, "Source and Store have one key: what reads the archive must not be able to write here");
        Need(Source.Kind != StoreKind.FileSystem || Store.Kind != StoreKind.FileSystem || Path.GetFullPath(Source.Path) != Path.GetFullPath(Store.Path), "Source and Store are one folder");
        Need(Key.CertificateFile.Length > 0 && (Key.KeyFile.Length > 0) != (Key.Pkcs11 is not null), "Key lacks its certificate, or has neither or both of a key file and a token");
        Need(Every > TimeSpan.Zero, "Every is no time at all");
        Need(Url.Length == 0 || (Uri.TryCreate(Url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))), "Url is no HTTPS address");
        Need(Url.Length == 0 || File.Exists(ApiKeyFile), "there is no file ApiKeyFile");
        Need(OrdersCertificateFile.Length == 0 || (Url.Length > 0 && File.Exists(OrdersCertificateFile)), "OrdersCertificateFile is no file, or no Url is set to ask for orders");
        Need(DestroyUnaskedAfter is not { } unasked || (unasked >= TimeSpan.FromDays(1) && OrdersCertificateFile.Length > 0), "DestroyUnaskedAfter is less than a day, or no OrdersCertificateFile is set");
        return problems;
    }
}

/// <summary>An escrow that the service hears of: it takes its reports, and calls a person when there are none.</summary>
public sealed class EscrowCopyOptions
{
    /// <summary>What the escrow is called.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9-]{0,62}$")] public string Name { get; set; } = "";

    /// <summary>The escrow's certificate, PEM: reports under another key are refused.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>How long it may be silent before a person is called.</summary>
    public TimeSpan SilentAfter { get; set; } = TimeSpan.FromDays(3);

    /// <summary>How long it may go without having everything before a person is called.</summary>
    public TimeSpan BehindAfter { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long after it is due an order of destruction may be open before a person is called.</summary>
    public TimeSpan DestroyedWithin { get; set; } = TimeSpan.FromDays(8);
}
