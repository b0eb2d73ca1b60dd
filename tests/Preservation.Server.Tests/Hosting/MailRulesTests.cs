using Microsoft.Extensions.Configuration;
using Preservation.Server.Hosting;
using Preservation.Workflow.Options;

namespace Preservation.Server.Tests.Hosting;

internal sealed class MailRulesTests
{
    [TestCase("mail.example.gov.vn", MailSecurity.None, "https://luutru.example.gov.vn", "without TLS")]
    [TestCase("10.0.0.5", MailSecurity.None, "https://luutru.example.gov.vn", "without TLS")]
    [TestCase("127.0.0.1.example.gov.vn", MailSecurity.None, "https://luutru.example.gov.vn", "without TLS")]
    [TestCase("127.0.0.1", MailSecurity.None, "https://luutru.example.gov.vn", null)]
    [TestCase("::1", MailSecurity.None, "https://luutru.example.gov.vn", null)]
    [TestCase("localhost", MailSecurity.None, "https://luutru.example.gov.vn", null)]
    [TestCase("mail.example.gov.vn", MailSecurity.StartTls, "https://luutru.example.gov.vn", null)]
    [TestCase("mail.example.gov.vn", MailSecurity.Tls, "http://luutru.example.gov.vn", "HTTPS")]
    public void Production_sends_mail_in_the_clear_to_the_machine_itself_alone_and_links_to_https(string host, MailSecurity security, string link, string? problem)
    {
        var said = Problems(o => (o.Host, o.Security, o.Link) = (host, security, link));
        if (problem is null) Assert.That(said, Is.Empty);
        else Assert.That(said.Single(), Does.Contain(problem));
    }

    [TestCase("không", "From is no address")]
    [TestCase("a@example.gov.vn, b@example.gov.vn", "From is no address")]
    [TestCase("Lưu trữ <a@example.gov.vn>", null)]
    public void The_sender_is_one_address(string from, string? problem) => Assert.That(string.Join('|', Problems(o => o.From = from)), problem is null ? Is.Empty : Does.Contain(problem));

    [Test]
    public void What_is_named_must_be_there()
    {
        Assert.That(Problems(o => (o.UserName, o.PasswordFile) = ("a", "/nowhere/password")).Single(), Does.Contain("PasswordFile"));
        Assert.That(Problems(o => o.TlsAnchorsFile = "/nowhere/anchors.pem").Single(), Does.Contain("TlsAnchorsFile"));
        Assert.That(Problems(o => o.Link = "luutru").Single(p => p.Contains("Mail:Link", StringComparison.Ordinal)), Does.Contain("address of the pages"));
    }

    // Of all that such options lack, what is said of mail.
    private static List<string> Problems(Action<MailOptions> change)
    {
        var options = new PreservationOptions { Production = true, Mail = new MailOptions { Host = "mail.example.gov.vn", From = "a@example.gov.vn", Link = "https://luutru.example.gov.vn" } };
        change(options.Mail);
        return [.. new ProductionRules(new ConfigurationBuilder().Build()).Validate(null, options).Failures!.Where(f => f.Contains("mail", StringComparison.OrdinalIgnoreCase))];
    }
}
