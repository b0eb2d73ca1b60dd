using System.Text.Json;
using Preservation.Catalogue;
using Preservation.Core;
using Preservation.Storage.Ocfl;

namespace Preservation.Workflow.Escrow;

/// <summary>
/// What stays of an object that an order destroyed. It is written before the first byte goes: while it stands the object is taken from nowhere, and whatever an interrupted
/// attempt left is destroyed by the next one.
/// </summary>
/// <param name="Object">The object.</param>
/// <param name="Order">By which order.</param>
/// <param name="OrderSha512">SHA-512 of that order's file in hexadecimal.</param>
/// <param name="Version">The object's newest version.</param>
/// <param name="InventorySha512">SHA-512 of its inventory in hexadecimal.</param>
/// <param name="WasHeld">False when the escrow had nothing of it that was whole.</param>
/// <param name="BegunAt">When it was begun.</param>
/// <param name="DestroyedAt">When nothing was left; null while something is.</param>
/// <param name="Keys">Keys that the last attempt deleted.</param>
/// <param name="Besides">Those among them that the inventory does not name.</param>
/// <param name="Kept">Keys that could not be deleted, at most some hundred.</param>
public sealed record EscrowTombstone(
    string Object, Guid Order, string OrderSha512, int Version, string InventorySha512, bool WasHeld, DateTimeOffset BegunAt, DateTimeOffset? DestroyedAt, long Keys, long Besides, IReadOnlyList<KeptKey> Kept)
{
    /// <summary>More than any tombstone has.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly JsonSerializerOptions Json = new(AuditJson.Options) { WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>What the tombstone's file holds.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Reads a tombstone's file.</summary>
    /// <exception cref="InvalidDataException">It is none: the escrow's store is damaged.</exception>
    public static EscrowTombstone Read(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        try
        {
            using var document = SafeJson.Parse(bytes, Limits.Default with { MaxMetadataBytes = MaxBytes });
            return document.Deserialize<EscrowTombstone>(Json) ?? throw new InvalidDataException("a tombstone is empty: the store is damaged");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("a tombstone cannot be read: the store is damaged", e);
        }
    }
}
