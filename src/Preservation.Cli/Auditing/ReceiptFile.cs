using Preservation.Core;
using Preservation.Core.Log;

namespace Preservation.Cli.Auditing;

/// <summary>A receipt as its holder keeps it: the file, and beside it its seal with the further ending <c>.p7s</c>.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Body">Its bytes.</param>
/// <param name="Witness">What it saw of the log.</param>
/// <param name="Seal">Whether its seal holds.</param>
internal sealed record ReceiptFile(string Path, byte[] Body, LogWitness Witness, ReceiptSeal Seal)
{
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no receipt.</exception>
    public static async Task<ReceiptFile> ReadAsync(string path, IReadOnlySet<string> pins, CancellationToken cancellationToken)
    {
        var body = await BytesAsync(path, cancellationToken);
        var witness = LogWitness.Read(path, body);
        var seal = File.Exists(path + ".p7s") ? await BytesAsync(path + ".p7s", cancellationToken) : null;
        return new ReceiptFile(path, body, witness, ReceiptSeal.Check(body, seal, witness, pins));
    }

    private static async Task<byte[]> BytesAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (file.Length > Limits.Default.MaxMetadataBytes) throw new InvalidDataException($"{path} is too large for a receipt");
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}
