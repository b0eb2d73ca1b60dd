using Preservation.Workflow.Access;

namespace Preservation.Workflow.Tests.Access;

internal sealed class ApiKeyTests
{
    [Test]
    public void A_key_is_found_by_its_first_part_and_proven_by_its_second()
    {
        var (text, lookup, hash) = ApiKey.Create();
        Assert.That(ApiKey.TryParse(text, out var found, out var presented), Is.True);
        Assert.That(found, Is.EqualTo(lookup));
        Assert.That(ApiKey.Matches(presented, hash), Is.True);
    }

    [Test]
    public void What_is_kept_does_not_hold_the_secret()
    {
        var (text, lookup, hash) = ApiKey.Create();
        var secret = text.Split('_')[2];
        Assert.That(lookup, Does.Not.Contain(secret));
        Assert.That(Convert.ToHexStringLower(hash), Is.Not.EqualTo(secret));
    }

    [Test]
    public void Another_secret_does_not_match()
    {
        var (text, _, hash) = ApiKey.Create();
        var other = text[..^1] + (text[^1] == '0' ? '1' : '0');
        Assert.That(ApiKey.TryParse(other, out _, out var presented), Is.True);
        Assert.That(ApiKey.Matches(presented, hash), Is.False);
    }

    [Test]
    public void Keys_are_never_the_same() =>
        Assert.That(Enumerable.Range(0, 200).Select(_ => ApiKey.Create()).SelectMany(k => new[] { k.Text, k.Lookup }), Is.Unique);

    [TestCase(null)]
    [TestCase("")]
    [TestCase("pk_")]
    [TestCase("pk_0123456789abcdef")]
    [TestCase("pk_0123456789abcdef_short")]
    [TestCase("sk_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [TestCase("pk_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef_more")]
    public void What_is_no_key_is_not_taken_for_one(string? text) => Assert.That(ApiKey.TryParse(text, out _, out _), Is.False);
}
