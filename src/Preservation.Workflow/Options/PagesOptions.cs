namespace Preservation.Workflow.Options;

/// <summary>The pages people use in a browser.</summary>
public sealed class PagesOptions
{
    /// <summary>
    /// Folder of the keys that protect session cookies, shared by every process that serves pages and readable by them alone. Empty: the
    /// process's own keys, so that people sign in again when another process answers.
    /// </summary>
    public string KeysPath { get; set; } = "";
}
