namespace Preservation.Packages.Premis;

/// <summary>Takes the parts of a PREMIS document one after another, so that memory does not grow with their number.</summary>
internal sealed record PremisVisitor(Action<PremisObject> Object, Action<PremisEvent> Event, Action<PremisAgent> Agent);
