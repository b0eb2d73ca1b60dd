using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Preservation.Workflow.Escrow;

/// <summary>Sends reports to the service and asks it for orders of destruction. It may be reached or not: what it does not have goes with the next pass.</summary>
internal sealed class EscrowLetters(Uri service, string keyFile, HttpClient client)
{
    /// <summary>More than any answer has.</summary>
    public const int MaxAnswerBytes = 2 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Sends what is unsent, the oldest first; says why it stopped, or null when the service has everything.</summary>
    public async Task<string?> SendAsync(EscrowReports reports, CancellationToken cancellationToken)
    {
        foreach (var number in await reports.UnsentAsync(cancellationToken))
        {
            var (body, signature) = await reports.ReadAsync(number, cancellationToken);
            if (await PostAsync(number, body, signature, cancellationToken) is { } problem) return $"report {number.ToString(CultureInfo.InvariantCulture)}: {problem}";
            await reports.MarkSentAsync(number, cancellationToken);
        }
        return null;
    }

    /// <summary>Every order that is open at the service, the oldest first; or why they could not be had.</summary>
    public async Task<(IReadOnlyList<OfferedOrder>? Orders, string? Problem)> OrdersAsync(CancellationToken cancellationToken)
    {
        var (list, problem) = await GetAsync<OpenOrders>("/api/v1/escrow/orders", cancellationToken);
        if (list?.Items is null) return (null, problem);
        var orders = new List<OfferedOrder>();
        foreach (var one in list.Items.OfType<OpenOrder>().Take(EscrowReport.MostOrders))
        {
            (var order, problem) = await GetAsync<OfferedOrder>($"/api/v1/escrow/orders/{one.Id}", cancellationToken);
            if (order is not { Order: not null, Seal: not null } || order.Id != one.Id) return (null, problem ?? "an answer is no order");
            orders.Add(order);
        }
        return (orders, null);
    }

    private async Task<(T? Answer, string? Problem)> GetAsync<T>(string path, CancellationToken cancellationToken) where T : class
    {
        T? answer = null;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service, path));
        var problem = await AskAsync(request, async (content, token) =>
        {
            answer = JsonSerializer.Deserialize<T>(await content.ReadAsByteArrayAsync(token), JsonSerializerOptions.Web);
        }, cancellationToken);
        return (answer, problem ?? (answer is null ? "the service answered nothing" : null));
    }

    private async Task<string?> PostAsync(long number, byte[] body, byte[] signature, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service, "/api/v1/escrow/reports")) { Content = JsonContent.Create(new { report = body, signature }) };
        request.Headers.Add("Idempotency-Key", "escrow-report-" + number.ToString(CultureInfo.InvariantCulture));
        return await AskAsync(request, (_, _) => Task.CompletedTask, cancellationToken);
    }

    // Why the service did not do it; null when it did.
    private async Task<string?> AskAsync(HttpRequestMessage request, Func<HttpContent, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(keyFile, cancellationToken)).Trim());
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, deadline.Token);
            if (!response.IsSuccessStatusCode) return $"the service answered {(int)response.StatusCode}";
            await read(response.Content, deadline.Token);
            return null;
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
        catch (JsonException)
        {
            return "the service answered something else than was asked for";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "the service did not answer in time";
        }
    }

    private sealed record OpenOrders(IReadOnlyList<OpenOrder?>? Items);

    private sealed record OpenOrder(Guid Id);
}
