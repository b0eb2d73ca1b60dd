using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue;
using Preservation.Server.Tests.Api.Ts119512;

namespace Preservation.Server.Tests.Api.Description;

/// <summary>The OpenAPI document and the running server say the same: which operations there are, how they may end, and what the answers look like.</summary>
internal sealed partial class OpenApiTests
{
    private static readonly string?[] People = ["producer", "officer", "auditor", "agencyAuditor", "approver", "administrator", null];
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete", "head", "options"];

    private ApiServer _server = null!;
    private HttpClient _http = null!;
    private JsonElement _document;
    private Guid _registration;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await ApiServer.StartAsync();
        _registration = await _server.Archive.AddRegistrationAsync("Hồ sơ năm 2025");
        _http = new HttpClient { BaseAddress = new Uri(_server.Server.Address) };
        _document = JsonDocument.Parse(await _http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative))).RootElement;
        while (await _server.Server.Services.GetRequiredService<AuditSealer>().SealAsync(default) is not null) { }
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _http?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    private IEnumerable<(string Method, string Path, JsonElement Operation)> Operations() =>
        from path in _document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        where Methods.Contains(operation.Name)
        select (operation.Name.ToUpperInvariant(), path.Name, operation.Value);

    [Test]
    public void Every_route_is_in_the_document_and_everything_in_it_is_served()
    {
        var served = from endpoint in _server.Server.Services.GetServices<EndpointDataSource>().SelectMany(d => d.Endpoints).OfType<RouteEndpoint>()
                     let path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
                     where path.StartsWith("/api/", StringComparison.Ordinal)
                     from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                     select $"{method} {Parameter().Replace(path, "{$1}")}";
        var told = Operations().Where(o => o.Path.StartsWith("/api/", StringComparison.Ordinal)).Select(o => $"{o.Method} {o.Path}");
        Assert.That(told.Order(StringComparer.Ordinal), Is.EqualTo(served.Distinct().Order(StringComparer.Ordinal)));
    }

    [Test]
    public void Every_operation_says_how_it_may_end_and_of_what_type_its_answer_is()
    {
        var silent = Operations().Where(o => o.Method == "GET" && o.Path.StartsWith("/api/", StringComparison.Ordinal)
            && (!o.Operation.GetProperty("responses").TryGetProperty("200", out var ok) || !ok.TryGetProperty("content", out var content) || !content.EnumerateObject().Any())).Select(o => o.Path);
        Assert.That(silent, Is.Empty);
    }

    [Test]
    public async Task Whatever_is_asked_by_whomever_the_answer_is_one_that_the_document_tells()
    {
        var (wrong, asked, whole) = (new SortedDictionary<string, string>(StringComparer.Ordinal), 0, new HashSet<string>());
        var check = new JsonSchemaCheck(_document);
        foreach (var (method, path, operation) in Operations().Where(o => o.Path.StartsWith("/api/", StringComparison.Ordinal)))
            foreach (var person in People)
                foreach (var address in Addresses(path))
                    foreach (var body in method is "POST" ? ["{}", "[1", """{"unknown":1}"""] : new string?[] { null })
                    {
                        asked++;
                        using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
                        if (person is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _server.Archive.KeyOf(person));
                        using var answer = await _http.SendAsync(request);
                        var said = await answer.Content.ReadAsStringAsync();
                        if (Fault(check, operation, answer, said) is { } fault) wrong.TryAdd($"{method} {path}: {fault}", $"{address} as {person ?? "nobody"} {body}");
                        else if (answer.IsSuccessStatusCode) whole.Add($"{method} {path}");
                    }
        Assert.That(wrong, Is.Empty, string.Join('\n', wrong.Select(w => $"{w.Key} ({w.Value})")));
        await TestContext.Out.WriteLineAsync($"{asked} answers fit the document, {whole.Count} of {Operations().Count()} operations with a good one");
        Assert.That(whole, Has.Count.GreaterThan(30));
    }

    private static string? Fault(JsonSchemaCheck check, JsonElement operation, HttpResponseMessage answer, string said)
    {
        var status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (!operation.GetProperty("responses").TryGetProperty(status, out var response)) return $"{status} is not told: {said}";
        if (said.Length == 0) return null;
        var type = answer.Content.Headers.ContentType?.MediaType ?? "";
        if (!response.TryGetProperty("content", out var content)) return answer.IsSuccessStatusCode && operation.TryGetProperty("requestBody", out _) ? null : $"{status}: a body of {type} is not told";
        if (!content.TryGetProperty(type, out var media)) return content.TryGetProperty("application/octet-stream", out _) ? null : $"{status}: {type} is not told";
        if (!(type == "application/json" || type.EndsWith("+json", StringComparison.Ordinal)) || !media.TryGetProperty("schema", out var schema)) return null;
        var faults = check.Faults(schema, JsonDocument.Parse(said).RootElement);
        return faults.Count == 0 ? null : $"{status}: {string.Join("; ", faults.Take(3))}";
    }

    // What is there, what is not, and what cannot be.
    private IEnumerable<string> Addresses(string path)
    {
        var archive = _server.Archive;
        string Fill(string id, string word) => Name().Replace(path, m => m.Value switch { "{id}" => id, "{path}" => "none/none.txt", "{kind}" => "bytesReceived", "{number}" => "1", "{hold}" or "{keyId}" or "{grantId}" => Guid.Empty.ToString(), _ => word });
        if (!path.Contains('{', StringComparison.Ordinal))
        {
            yield return path;
            if (path.EndsWith("/proofs", StringComparison.Ordinal)) foreach (var query in new[] { "?entry=1", "?oldSize=1", "?oldSize=-1" }) yield return path + query;
            yield return path + "?limit=2&after=00000000-0000-0000-0000-000000000001&before=1&state=nonsense";
            yield break;
        }
        var real = path.Contains("/packages/", StringComparison.Ordinal) ? archive.Package : path.Contains("/submissions/", StringComparison.Ordinal) ? archive.Preserved : path.Contains("/registrations/", StringComparison.Ordinal) ? _registration : Guid.Empty;
        yield return Fill(real.ToString(), "one");
        yield return Fill(Guid.NewGuid().ToString(), "none");
        yield return Fill("no-identifier", "no-name");
    }

    [GeneratedRegex(@"\{\*{0,2}([a-zA-Z]+)[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\{[a-zA-Z]+\}")]
    private static partial Regex Name();
}
