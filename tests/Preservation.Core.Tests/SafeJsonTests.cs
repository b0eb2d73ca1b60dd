using System.Text;
using System.Text.Json;

namespace Preservation.Core.Tests;

public sealed class SafeJsonTests
{
    private static readonly byte[][] Faulty =
    [
        [(byte)'"', 0xFF, (byte)'"'], "\"\\ud800\""u8.ToArray(), "{\"\\udc00\":1}"u8.ToArray(), "{"u8.ToArray(), "[[[[]]]]"u8.ToArray(), Encoding.UTF8.GetBytes('"' + new string('x', 200) + '"'),
    ];

    [TestCaseSource(nameof(Faulty))]
    public void What_is_malformed_too_deep_too_long_or_no_text_is_refused_in_one_way(byte[] json) =>
        Assert.That(async () => await SafeJson.ParseAsync(new MemoryStream(json), Limits.Default with { MaxMarkupDepth = 3, MaxMetadataBytes = 100 }, default), Throws.InstanceOf<JsonException>());

    [Test]
    public async Task Sound_JSON_is_read_with_and_without_a_byte_order_mark([Values] bool hasMark)
    {
        byte[] json = [.. hasMark ? Encoding.UTF8.GetPreamble() : [], .. "{\"a\":\"ấ\"}"u8];
        using var document = await SafeJson.ParseAsync(new MemoryStream(json), Limits.Default, default);
        Assert.That(document.RootElement.GetProperty("a").GetString(), Is.EqualTo("ấ"));
    }
}
