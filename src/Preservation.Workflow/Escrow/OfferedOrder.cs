namespace Preservation.Workflow.Escrow;

/// <summary>An order of destruction as the service gives it out; nothing of it is believed.</summary>
/// <param name="Id">What the service calls it.</param>
/// <param name="Order">The order's file.</param>
/// <param name="Seal">A detached signature over it.</param>
/// <param name="Withdrawal">The file of its withdrawal; null while it stands.</param>
/// <param name="WithdrawalSeal">A detached signature over that.</param>
public sealed record OfferedOrder(Guid Id, byte[] Order, byte[] Seal, byte[]? Withdrawal, byte[]? WithdrawalSeal);
