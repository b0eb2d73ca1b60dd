namespace Preservation.Storage.Ocfl;

/// <summary>The bytes that were read are not those the plan was made for; nothing was committed anywhere.</summary>
public sealed class ContentChangedException(string logicalPath) : Exception($"the content of {logicalPath} is not what was planned")
{
    /// <summary>The file whose bytes changed.</summary>
    public string LogicalPath { get; } = logicalPath;
}
