using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Preservation.Workflow.Escrow;

/// <summary>Sends reports to the service, which it may reach or not: what it does not have goes with the next pass.</summary>
internal sealed class EscrowLetters(Uri service, string keyFile, HttpClient client)
{
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

    private async Task<string?> PostAsync(long number, byte[] body, byte[] signature, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service, "/api/v1/escrow/reports")) { Content = JsonContent.Create(new { report = body, signature }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(keyFile, cancellationToken)).Trim());
        request.Headers.Add("Idempotency-Key", "escrow-report-" + number.ToString(CultureInfo.InvariantCulture));
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            return response.IsSuccessStatusCode ? null : $"the service answered {(int)response.StatusCode}";
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "the service did not answer in time";
        }
    }
}
