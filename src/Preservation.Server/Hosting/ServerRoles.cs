namespace Preservation.Server.Hosting;

/// <summary>Which parts of the service this process runs.</summary>
internal sealed record ServerRoles(bool Api, bool Worker, bool Scheduler)
{
    /// <summary>Reads <c>api,worker,scheduler</c>; nothing means all.</summary>
    public static ServerRoles Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return new ServerRoles(true, true, true);
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var unknown = names.Except(["api", "worker", "scheduler"]).ToList();
        if (unknown.Count > 0) throw new ArgumentException($"unknown role {unknown[0]}: api, worker, scheduler", nameof(text));
        return new ServerRoles(names.Contains("api"), names.Contains("worker"), names.Contains("scheduler"));
    }
}
