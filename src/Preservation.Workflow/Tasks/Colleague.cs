namespace Preservation.Workflow.Tasks;

/// <summary>Somebody who may be given a task.</summary>
public sealed record Colleague(Guid Id, string Name);
