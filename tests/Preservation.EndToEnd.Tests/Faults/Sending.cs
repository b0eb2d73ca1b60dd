using System.Security.Cryptography;

namespace Preservation.EndToEnd.Tests.Faults;

/// <summary>A submission the service acknowledged, with what was in it.</summary>
/// <param name="Submission">The id it was given.</param>
/// <param name="Sha256">Of the package as it was sent, in hexadecimal.</param>
/// <param name="Payload">The files, by their path in the bag.</param>
internal sealed record Sending(string Submission, string Sha256, IReadOnlyDictionary<string, byte[]> Payload)
{
    public static Sending Of(string submission, Bag bag, byte[] package) => new(submission, Convert.ToHexStringLower(SHA256.HashData(package)), bag.Payload);

    /// <summary>A line for the program that checks the invariants.</summary>
    public string Line => $"{Submission}\t{Sha256}\t{string.Join(',', Payload.Values.Select(c => Convert.ToHexStringLower(SHA512.HashData(c))))}";
}
