using System.Net;
using System.Net.Http.Headers;
using System.Numerics;
using Preservation.Core.Digests;
using Preservation.Evidence.TimeStamps;
using Preservation.Testing.Certificates;

namespace Preservation.Evidence.Tests.TimeStamps;

public sealed class TimeStampClientTests
{
    private static readonly Uri Address = new("http://tsa.test/");
    private static readonly Digest Data = DigestAlgorithm.Sha256.Compute("data"u8);
    private readonly TestAuthority _root = new();
    private DevelopmentTimeStampAuthority _authority = null!;

    [OneTimeSetUp]
    public void Start() => _authority = DevelopmentTimeStampAuthorityTests.Create(_root);

    [OneTimeTearDown]
    public void Stop()
    {
        _authority.Dispose();
        _root.Dispose();
    }

    [Test]
    public async Task A_granted_token_is_returned()
    {
        var response = await AskAsync(body => Reply(_authority.Answer(body, DevelopmentTimeStampAuthorityTests.Now)));
        Assert.That(response.IsGranted);
    }

    [Test]
    public void Another_nonce_is_refused() => Assert.That(
        () => AskAsync(_ => Reply(_authority.Answer(new TimeStampRequest(Data, new BigInteger(7)).Encoded.AsMemory(), DevelopmentTimeStampAuthorityTests.Now))),
        Throws.TypeOf<TimeStampRefusedException>());

    [Test]
    public void Another_imprint_is_refused() => Assert.That(
        () => AskAsync(_ => Reply(_authority.Answer(
            TimeStampRequest.Create(DigestAlgorithm.Sha256.Compute("else"u8)).Encoded.AsMemory(), DevelopmentTimeStampAuthorityTests.Now))),
        Throws.TypeOf<TimeStampRefusedException>());

    [Test]
    public void A_refusal_is_told_apart_from_silence() => Assert.That(
        () => AskAsync(_ => Reply(_authority.Answer("x"u8.ToArray(), DevelopmentTimeStampAuthorityTests.Now))),
        Throws.TypeOf<TimeStampRefusedException>().With.Message.Contains("failure 2"));

    [Test]
    public void Garbage_is_unavailability() => Assert.That(
        () => AskAsync(_ => Reply("garbage"u8.ToArray())), Throws.TypeOf<TimeStampUnavailableException>());

    [Test]
    public void A_giant_answer_is_not_read_to_its_end() => Assert.That(
        () => AskAsync(_ => Reply(new byte[TimeStampClient.MaxResponseBytes + 10])),
        Throws.TypeOf<TimeStampUnavailableException>().With.Message.Contains("more than"));

    [Test]
    public void A_server_error_and_a_broken_line_are_unavailability()
    {
        Assert.That(() => AskAsync(_ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)), Throws.TypeOf<TimeStampUnavailableException>());
        Assert.That(() => AskAsync(_ => throw new HttpRequestException("refused")), Throws.TypeOf<TimeStampUnavailableException>());
        Assert.That(() => AskAsync(_ => throw new TaskCanceledException("time")), Throws.TypeOf<TimeStampUnavailableException>());
    }

    [Test]
    public void An_html_page_is_unavailability() => Assert.That(
        () => AskAsync(_ => new HttpResponseMessage { Content = new StringContent("<html>") }), Throws.TypeOf<TimeStampUnavailableException>());

    [Test]
    public void A_request_survives_encoding_and_weak_digests_are_not_asked_for()
    {
        var request = TimeStampRequest.Create(Data, "1.2.3");
        Assert.That(TimeStampRequest.TryDecode(request.Encoded.AsMemory(), out var read));
        Assert.Multiple(() =>
        {
            Assert.That((read!.Imprint, read.Nonce, read.Policy, read.WantsCertificates), Is.EqualTo((Data, request.Nonce, "1.2.3", true)));
            Assert.That(() => TimeStampRequest.Create(DigestAlgorithm.Sha1.Compute("x"u8)), Throws.ArgumentException);
        });
    }

    private static async Task<TimeStampResponse> AskAsync(Func<byte[], HttpResponseMessage> answer)
    {
        using var http = new HttpClient(new Handler(answer));
        return await new TimeStampClient(http).RequestAsync(Address, TimeStampRequest.Create(Data), default);
    }

    private static HttpResponseMessage Reply(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/timestamp-reply");
        return new HttpResponseMessage { Content = content };
    }

    private sealed class Handler(Func<byte[], HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.That(request.Content!.Headers.ContentType!.MediaType, Is.EqualTo("application/timestamp-query"));
            return answer(await request.Content.ReadAsByteArrayAsync(cancellationToken));
        }
    }
}
