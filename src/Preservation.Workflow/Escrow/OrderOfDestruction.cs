using System.Text.Json;
using Preservation.Catalogue;
using Preservation.Core;

namespace Preservation.Workflow.Escrow;

/// <summary>
/// An order to those who hold copies in escrow, as the service seals it: which objects, on what basis, by which two persons, from when on. Whoever has it and the service's
/// certificate can check it without the service.
/// </summary>
public sealed record OrderOfDestruction
{
    /// <summary>Objects that one order may name.</summary>
    public const int MostObjects = 200;

    /// <summary>More than any order has.</summary>
    public const int MaxBytes = 256 * 1024;

    private static readonly JsonSerializerOptions Json = new(AuditJson.Options) { WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>What the order is known by.</summary>
    public required Guid Id { get; init; }

    /// <summary>What it rests on.</summary>
    public required DestructionBasis Decision { get; init; }

    /// <summary>Who asked for it.</summary>
    public required OrderingPerson AskedBy { get; init; }

    /// <summary>Who approved it: another human being.</summary>
    public required OrderingPerson ApprovedBy { get; init; }

    /// <summary>Nothing is to be destroyed earlier.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>What is to be destroyed.</summary>
    public required IReadOnlyList<OrderedObject> Objects { get; init; }

    /// <summary>What the order's file holds.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Reads an order's file; null when it is none.</summary>
    public static OrderOfDestruction? Read(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        try
        {
            using var document = SafeJson.Parse(bytes, Limits.Default with { MaxMetadataBytes = MaxBytes });
            return bytes.Length <= MaxBytes && document.Deserialize<OrderOfDestruction>(Json) is { Objects.Count: > 0 and <= MostObjects } order
                && order.Objects.All(o => o is { Id.Length: > 0 and <= 1_000, Version: > 0, InventorySha512.Length: 128 } && o.InventorySha512.All(char.IsAsciiHexDigitLower)) ? order : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Asked for by one human being and approved by another.</summary>
    public bool IsOfTwo() => AskedBy.Person != Guid.Empty && ApprovedBy.Person != Guid.Empty && AskedBy.Person != ApprovedBy.Person && AskedBy.Principal != ApprovedBy.Principal;
}

/// <summary>The decision that an order rests on.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Date">Its date.</param>
/// <param name="Body">Who decided.</param>
public sealed record DestructionBasis(string Number, DateOnly Date, string Body);

/// <summary>Who ordered, and when.</summary>
/// <param name="Principal">The account.</param>
/// <param name="Person">The human being: of several accounts of one person the same.</param>
/// <param name="Name">The name.</param>
/// <param name="At">When.</param>
public sealed record OrderingPerson(Guid Principal, Guid Person, string Name, DateTimeOffset At);

/// <summary>An object that is to be destroyed as it is, and not when it is something else.</summary>
/// <param name="Id">Its OCFL id.</param>
/// <param name="Version">Its newest version.</param>
/// <param name="InventorySha512">SHA-512 of that version's inventory in hexadecimal.</param>
public sealed record OrderedObject(string Id, int Version, string InventorySha512);

/// <summary>An order that is to be carried out no more, as the service seals it.</summary>
/// <param name="Order">The order.</param>
/// <param name="Sha512">SHA-512 of the order's file in hexadecimal.</param>
/// <param name="WithdrawnBy">Who withdrew it, and when.</param>
/// <param name="Reason">Why.</param>
public sealed record OrderWithdrawal(Guid Order, string Sha512, OrderingPerson WithdrawnBy, string Reason)
{
    private static readonly JsonSerializerOptions Json = new(AuditJson.Options) { WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>What the withdrawal's file holds.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Reads a withdrawal's file; null when it is none.</summary>
    public static OrderWithdrawal? Read(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        try
        {
            using var document = SafeJson.Parse(bytes, Limits.Default with { MaxMetadataBytes = OrderOfDestruction.MaxBytes });
            return document.Deserialize<OrderWithdrawal>(Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
