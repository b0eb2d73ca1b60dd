using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Preservation.Cli.Submitting;

/// <summary>How far the sending of a package is, in a file that outlives the program: hours later the same command goes on.</summary>
internal sealed class UploadState
{
    private const int MaxBytes = 64 * 1024;
    private readonly string _file;
    private readonly string _identity;

    private UploadState(string file, string identity) => (_file, _identity) = (file, identity);

    /// <summary>The package's SHA-256, hexadecimal; null when it was not read yet.</summary>
    public string? Sha256 { get; set; }

    /// <summary>Path of the upload at the server; null when none was begun.</summary>
    public string? Upload { get; set; }

    /// <summary>The Idempotency-Key of the submission: a repeated command makes no second one.</summary>
    public string Key { get; private set; } = Guid.NewGuid().ToString("N");

    /// <summary>The state of a package that is sent as the request says; a new one when there is none, or when the package changed since.</summary>
    public static UploadState Open(string path, SubmitRequest request)
    {
        var file = new FileInfo(path);
        if (!file.Exists) throw new FileNotFoundException($"{path}: no such file", path);
        // Whatever is different is another sending.
        var identity = string.Join('\n', request.Server, request.Agreement, request.RecordStatus, file.FullName, file.Length.ToString(CultureInfo.InvariantCulture), file.LastWriteTimeUtc.ToString("O", CultureInfo.InvariantCulture));
        foreach (var place in Places(file.FullName, request.StateFolder))
            if (File.Exists(place) && Read(place, identity) is { } kept) return kept;
        return new UploadState(Writable(file.FullName, request.StateFolder), identity);
    }

    /// <summary>Keeps it, whole or as it was before.</summary>
    public void Save()
    {
        var next = _file + ".new";
        using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
            {
                json.WriteStartObject();
                json.WriteString("identity", _identity);
                json.WriteString("sha256", Sha256);
                json.WriteString("upload", Upload);
                json.WriteString("key", Key);
                json.WriteEndObject();
            }
            stream.Flush(flushToDisk: true);
        }
        File.Move(next, _file, overwrite: true);
    }

    /// <summary>Forgets it: the package is sent.</summary>
    public void Forget() => File.Delete(_file);

    private static UploadState? Read(string file, string identity)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > MaxBytes) return null;
            using var document = JsonDocument.Parse(stream);
            var root = document.RootElement;
            if (root.GetProperty("identity").GetString() != identity) return null;
            return new UploadState(file, identity) { Sha256 = root.GetProperty("sha256").GetString(), Upload = root.GetProperty("upload").GetString(), Key = root.GetProperty("key").GetString() ?? Guid.NewGuid().ToString("N") };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null; // not written by this program: what it would have told is found out anew
        }
    }

    private static IEnumerable<string> Places(string path, string? folder) => folder is null ? [Beside(path), Within(OwnFolder(), path)] : [Within(folder, path)];

    // Beside the package, unless it lies where nothing can be written.
    private static string Writable(string path, string? folder)
    {
        if (folder is null)
        {
            try
            {
                using (new FileStream(Beside(path) + ".new", FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)) return Beside(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                folder = OwnFolder();
            }
        }
        Directory.CreateDirectory(folder);
        return Within(folder, path);
    }

    private static string Beside(string path) => path + ".upload.json";

    private static string Within(string folder, string path) => Path.Join(folder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)).AsSpan(0, 8))}-{Path.GetFileName(path)}.upload.json");

    private static string OwnFolder() => Path.Join(
        Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state ? state : Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"), "preserve");
}
