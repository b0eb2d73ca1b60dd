using System.Text.Json;
using Preservation.Ocfl.Validation;

namespace Preservation.Ocfl.Inventories;

/// <summary>Turns tokens into a document; wrong shapes become findings and are stepped over.</summary>
internal sealed class InventoryParser(JsonPull json, string path, OcflVersion specification, FindingLog log)
{
    private readonly InventoryDocument _document = new();
    private readonly HashSet<string> _versions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _algorithms = new(StringComparer.Ordinal);

    /// <summary>The document, or null when it is no JSON object.</summary>
    public async Task<InventoryDocument?> ParseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await json.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (json.Type != JsonTokenType.StartObject)
            {
                log.Add("E034", path);
                return null;
            }
            await ObjectAsync(RootKeyAsync, cancellationToken).ConfigureAwait(false);
            await json.ReadAsync(cancellationToken).ConfigureAwait(false);
            return _document;
        }
        catch (JsonException e)
        {
            if (json.IsTooLarge) log.AddTooLarge(path);
            log.Add("E033", path, found: e.BytePositionInLine is null ? e.Message : $"line {e.LineNumber + 1}, byte {e.BytePositionInLine}");
            return null;
        }
    }

    private async ValueTask RootKeyAsync(string key, CancellationToken cancellationToken)
    {
        if (!_document.Keys.Add(key)) log.Add("E033", path, found: $"the key {key} twice");
        switch (key)
        {
            case "id": _document.Id = await TextAsync("E037", cancellationToken).ConfigureAwait(false); break;
            case "type": _document.Type = await TextAsync("E038", cancellationToken).ConfigureAwait(false); break;
            case "digestAlgorithm": _document.DigestAlgorithm = await TextAsync("E025", cancellationToken).ConfigureAwait(false); break;
            case "head": _document.Head = await TextAsync("E040", cancellationToken).ConfigureAwait(false); break;
            case "contentDirectory": _document.ContentDirectory = await TextAsync("E017", cancellationToken).ConfigureAwait(false); break;
            case "manifest":
                _document.Manifest = await MapAsync(Since11("E106", "E041"), "E092", "manifest", cancellationToken).ConfigureAwait(false);
                break;
            case "versions":
                if (!await IsObjectAsync("E044", "versions", cancellationToken).ConfigureAwait(false))
                {
                    log.Add("E045", path);
                    break;
                }
                _document.Versions = [];
                await ObjectAsync(VersionAsync, cancellationToken).ConfigureAwait(false);
                break;
            case "fixity":
                if (!await IsObjectAsync(Since11("E111", "E057"), "fixity", cancellationToken).ConfigureAwait(false))
                {
                    log.Add("E055", path);
                    break;
                }
                _document.Fixity = [];
                await ObjectAsync(FixityAsync, cancellationToken).ConfigureAwait(false);
                break;
            default: await UnknownAsync(key, cancellationToken).ConfigureAwait(false); break;
        }
    }

    private async ValueTask FixityAsync(string algorithm, CancellationToken cancellationToken)
    {
        if (!_algorithms.Add(algorithm)) log.Add("E033", path, found: $"the key {algorithm} twice");
        if (await MapAsync("E057", "E057", algorithm, cancellationToken).ConfigureAwait(false) is { } block)
            _document.Fixity!.Add((algorithm, block));
    }

    private async ValueTask VersionAsync(string name, CancellationToken cancellationToken)
    {
        if (!await IsObjectAsync("E047", name, cancellationToken).ConfigureAwait(false)) return;
        var version = new VersionDocument(name);
        if (!_versions.Add(name)) log.Add("E033", path, found: $"the key {name} twice");
        _document.Versions!.Add(version);
        await ObjectAsync(async (key, token) =>
        {
            if (!version.Keys.Add(key)) log.Add("E033", path, found: $"the key {key} twice in {name}");
            switch (key)
            {
                case "created": version.Created = await TextAsync("E049", token, name).ConfigureAwait(false); break;
                case "message": version.Message = await TextAsync("E094", token, name).ConfigureAwait(false); break;
                case "state": version.State = await MapAsync("E050", "E051", name, token).ConfigureAwait(false); break;
                case "user": await UserAsync(version, token).ConfigureAwait(false); break;
                default: await UnknownAsync(key, token).ConfigureAwait(false); break;
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask UserAsync(VersionDocument version, CancellationToken cancellationToken)
    {
        if (!await IsObjectAsync("E054", version.Name, cancellationToken).ConfigureAwait(false)) return;
        await ObjectAsync(async (key, token) =>
        {
            if (key == "name") version.UserName = await TextAsync("E054", token, version.Name).ConfigureAwait(false);
            else if (key == "address") version.UserAddress = await TextAsync("E054", token, version.Name).ConfigureAwait(false);
            else await UnknownAsync(key, token).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        if (string.IsNullOrEmpty(version.UserName)) log.Add("E054", path, expected: version.Name);
    }

    private async ValueTask<DigestMap?> MapAsync(string notObject, string notArray, string name, CancellationToken cancellationToken)
    {
        if (!await IsObjectAsync(notObject, name, cancellationToken).ConfigureAwait(false)) return null;
        var map = new DigestMap(_document.Texts);
        json.PullPairs(map);
        await ObjectAsync(async (digest, token) =>
        {
            map.AddDigest(digest);
            if (!await PathsAsync(map, token).ConfigureAwait(false)) log.Add(notArray, path, expected: name, found: "no array of strings");
            json.PullPairs(map);
        }, cancellationToken).ConfigureAwait(false);
        return map;
    }

    private async ValueTask<bool> PathsAsync(DigestMap map, CancellationToken cancellationToken)
    {
        if (json.Type != JsonTokenType.StartArray)
        {
            await json.SkipAsync(cancellationToken).ConfigureAwait(false);
            return false;
        }
        var isSound = true;
        while (await json.ReadAsync(cancellationToken).ConfigureAwait(false) && json.Type != JsonTokenType.EndArray)
        {
            if (json.Type == JsonTokenType.String) map.AddPath(json.Text);
            else
            {
                isSound = false;
                await json.SkipAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        return isSound;
    }

    private async ValueTask ObjectAsync(Func<string, CancellationToken, ValueTask> onKey, CancellationToken cancellationToken)
    {
        while (await json.ReadAsync(cancellationToken).ConfigureAwait(false) && json.Type == JsonTokenType.PropertyName)
        {
            var key = json.Text;
            await json.ReadAsync(cancellationToken).ConfigureAwait(false);
            await onKey(key, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> IsObjectAsync(string code, string name, CancellationToken cancellationToken)
    {
        if (json.Type == JsonTokenType.StartObject) return true;
        log.Add(code, path, expected: name, found: name);
        await json.SkipAsync(cancellationToken).ConfigureAwait(false);
        return false;
    }

    private async ValueTask<string?> TextAsync(string code, CancellationToken cancellationToken, string? name = null)
    {
        if (json.Type == JsonTokenType.String) return json.Text;
        log.Add(code, path, expected: name ?? "a string", found: "no string");
        await json.SkipAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    private ValueTask UnknownAsync(string key, CancellationToken cancellationToken)
    {
        log.Add("E102", path, found: key);
        return json.SkipAsync(cancellationToken);
    }

    private string Since11(string code, string before) => specification.IsAtLeast(OcflVersion.V11) ? code : before;
}
