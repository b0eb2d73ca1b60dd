using Preservation.Core.Digests;

namespace Preservation.Storage.Ocfl;

/// <summary>What re-reading a key showed. Missing, unreadable and different are three things.</summary>
public abstract record KeyObservation
{
    private KeyObservation(ExpectedKey expected) => Expected = expected;

    /// <summary>What was looked for.</summary>
    public ExpectedKey Expected { get; }

    /// <summary>The bytes were read to their end.</summary>
    public sealed record Read(ExpectedKey Of, ContentDigests Digests) : KeyObservation(Of)
    {
        /// <summary>Which writing of the key was read, where the store keeps versions.</summary>
        public string? VersionId { get; init; }

        /// <summary>True when digest and length are those expected, as far as something is expected.</summary>
        public bool IsAsExpected =>
            (Expected.Digest is null || Digests.Find(Expected.Digest.Algorithm) == Expected.Digest)
            && (Expected.Bytes is null || Expected.Bytes == Digests.Bytes);
    }

    /// <summary>No object has the key.</summary>
    public sealed record Missing(ExpectedKey Of) : KeyObservation(Of);

    /// <summary>The store could not give the bytes; says nothing about them.</summary>
    public sealed record Unreadable(ExpectedKey Of, IOException Cause) : KeyObservation(Of);
}
