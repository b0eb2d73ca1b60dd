namespace Preservation.Evidence.Export;

/// <summary>A file in an evidence archive beside its proofs.</summary>
public sealed record EvidencePart
{
    /// <param name="kind">What it is; names the folder it goes into.</param>
    /// <param name="name">Its name; for a <see cref="EvidencePartKind.File"/> its path in the package, with <c>/</c>.</param>
    /// <param name="openAsync">Gives its bytes, once.</param>
    /// <exception cref="ArgumentException">The name leads elsewhere.</exception>
    public EvidencePart(EvidencePartKind kind, string name, Func<CancellationToken, Task<Stream>> openAsync)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var segments = name.Split('/');
        if (segments.Any(s => s is "" or "." or "..") || name.Contains('\\', StringComparison.Ordinal) || (kind != EvidencePartKind.File && segments.Length > 1))
            throw new ArgumentException($"{name} is no name within the archive", nameof(name));
        (Kind, Name, OpenAsync) = (kind, name, openAsync);
    }

    /// <summary>What it is.</summary>
    public EvidencePartKind Kind { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Gives its bytes.</summary>
    public Func<CancellationToken, Task<Stream>> OpenAsync { get; }

    internal string Entry => $"{Folder(Kind)}/{Name}";

    internal static string Folder(EvidencePartKind kind) => kind switch
    {
        EvidencePartKind.File => "files",
        EvidencePartKind.Certificate => "certificates",
        EvidencePartKind.Crl => "crls",
        EvidencePartKind.Ocsp => "ocsp",
        EvidencePartKind.Report => "reports",
        EvidencePartKind.Premis => "premis",
        EvidencePartKind.Audit => "audit",
        EvidencePartKind.Case => "case",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>A part of bytes in memory.</summary>
    public static EvidencePart Of(EvidencePartKind kind, string name, ReadOnlyMemory<byte> bytes) =>
        new(kind, name, _ => Task.FromResult<Stream>(new MemoryStream(bytes.ToArray(), writable: false)));
}
