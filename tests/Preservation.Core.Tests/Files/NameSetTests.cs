using FsCheck;
using FsCheck.Fluent;
using Preservation.Core.Files;

namespace Preservation.Core.Tests.Files;

public sealed class NameSetTests
{
    [Test]
    public void Names_keep_their_numbers_and_come_out_as_they_went_in()
    {
        var names = new NameSet();
        for (var i = 0; i < 100_000; i++) Assert.That(names.TryAdd($"hồ sơ/{i}/công văn.pdf", out var number) ? number : -1, Is.EqualTo(i));
        Assert.That(names.TryAdd("hồ sơ/77/công văn.pdf", out var again), Is.False);
        Assert.That((again, names.Count, names[99_999], names.Find("hồ sơ/100000/công văn.pdf")), Is.EqualTo((77, 100_000, "hồ sơ/99999/công văn.pdf", -1)));
    }

    [Test]
    public void A_set_of_names_holds_what_a_dictionary_would() =>
        Prop.ForAll<string[]>(texts =>
        {
            var (names, expected) = (new NameSet(), new Dictionary<string, int>(StringComparer.Ordinal));
            foreach (var text in texts.OfType<string>().Where(IsUnicode))
            {
                var isNew = expected.TryAdd(text, expected.Count);
                if (names.TryAdd(text, out var number) != isNew || number != expected[text]) return false;
            }
            return expected.All(e => names.Find(e.Key) == e.Value && names[e.Value] == e.Key);
        }).QuickCheckThrowOnFailure();

    [Test]
    public void A_name_beyond_the_longest_is_cut_and_still_found()
    {
        var (names, longest) = (new NameSet(), new string('a', NameSet.MaxBytes + 10));
        names.TryAdd(longest, out _);
        Assert.That((names[0].Length, names.Find(longest)), Is.EqualTo((NameSet.MaxBytes, 0)));
    }

    private static bool IsUnicode(string text) => text == new System.Text.UTF8Encoding().GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
