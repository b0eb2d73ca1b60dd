namespace Preservation.EndToEnd.Tests;

/// <summary>How a deployment is made, where that is not two buckets and the database server of the machine.</summary>
internal sealed record DeploymentPlan
{
    /// <summary>Where the server of a bucket is reached (a proxy); the S3 server itself when null.</summary>
    public Func<int, string>? EndpointOf { get; init; }

    /// <summary>The server writes where its work stands.</summary>
    public bool IsTraced { get; init; }

    /// <summary>Stores in buckets; they come first.</summary>
    public int Buckets { get; init; } = 2;

    /// <summary>Stores in folders.</summary>
    public int Folders { get; init; }

    /// <summary>Where a store in a folder or the staging area lies; beside the deployment's other files when null.</summary>
    public Func<string, string>? PlaceOf { get; init; }

    /// <summary>Connection strings of another database server than the machine's.</summary>
    public (string Owner, string Application)? Database { get; init; }

    /// <summary>Roles of the server; all when null. Workers are then started by <see cref="Deployment.StartWorker"/>.</summary>
    public string? Roles { get; init; }

    /// <summary>Further settings, by their names in the environment.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
