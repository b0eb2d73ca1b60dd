using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace Preservation.EndToEnd.Tests;

/// <summary>The API as a stranger's program sees it.</summary>
internal sealed class Client(Deployment deployment, string key)
{
    public async Task<JsonElement> GetAsync(string path)
    {
        using var client = Open();
        using var response = await client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, Is.True, () => $"GET {path}: {(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The answer, whatever it is.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> TryGetAsync(string path)
    {
        using var client = Open();
        using var response = await client.GetAsync(path);
        return (response.StatusCode, response.IsSuccessStatusCode ? JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement : default);
    }

    public async Task<byte[]> GetBytesAsync(string path)
    {
        using var client = Open();
        return await client.GetByteArrayAsync(path);
    }

    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var client = Open();
        using var response = await client.GetAsync(path);
        return response.StatusCode;
    }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var client = Open();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, Is.True, () => $"POST {path}: {(int)response.StatusCode} {text}\n{deployment.Tail()}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Sends a message as it is, without an Idempotency-Key.</summary>
    public async Task<JsonElement> PostContentAsync(string path, HttpContent content)
    {
        using var client = Open();
        using var response = await client.PostAsync(path, content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, Is.True, () => $"POST {path}: {(int)response.StatusCode} {text}\n{deployment.Tail()}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<(HttpStatusCode Status, string Body)> TryPostAsync(string path, object body)
    {
        using var client = Open();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var response = await client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Sends a package. Null when the connection broke before an answer came: then nothing was acknowledged.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)?> TrySubmitAsync(byte[] package, string name, string agreement, string idempotencyKey, byte[]? announced = null, string recordStatus = "NEW")
    {
        using var client = Open();
        using var form = new MultipartFormDataContent
        {
            { new StringContent(agreement), "agreement" }, { new StringContent(Convert.ToHexStringLower(SHA256.HashData(announced ?? package))), "sha256" }, { new StringContent(recordStatus), "recordStatus" }, { new ByteArrayContent(package), "package", name },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/submissions") { Content = form };
        request.Headers.Add("Idempotency-Key", idempotencyKey);
        try
        {
            using var response = await client.SendAsync(request);
            return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public async Task<string> SubmitAsync(byte[] package, string name, string agreement = "AUTO", string recordStatus = "NEW")
    {
        var answer = await TrySubmitAsync(package, name, agreement, Guid.NewGuid().ToString(), recordStatus: recordStatus);
        Assert.That(answer?.Status, Is.EqualTo(HttpStatusCode.Accepted), () => $"{answer?.Body}\n{deployment.Tail()}");
        return answer!.Value.Body.GetProperty("submission").GetString()!;
    }

    /// <summary>Follows a submission until it has one of these states.</summary>
    public async Task<JsonElement> FollowAsync(string submission, params string[] states)
    {
        JsonElement last = default;
        await Eventually.TrueAsync($"submission {submission} is {string.Join(" or ", states)}", async () =>
        {
            last = await GetAsync($"/api/v1/submissions/{submission}");
            return states.Contains(last.GetProperty("state").GetString());
        }, () => $"{last}\n{deployment.Tail()}");
        return last;
    }

    private HttpClient Open()
    {
        var client = new HttpClient { BaseAddress = deployment.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }
}
