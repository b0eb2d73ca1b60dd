using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Testing;
using Preservation.Testing.Fuzzing;
using static Preservation.Signatures.Tests.Path.TestPki;

namespace Preservation.Signatures.Tests.Path;

/// <summary>Spoilt certificates, lists and responses: refused or judged, never an exception, and a spoilt signature never makes a path valid.</summary>
internal sealed class HostileMaterialTests
{
    private static readonly Party Anchor = Root();
    private static readonly Party Between = Authority(Anchor, "CN=A", Policies("1.2.3"), Mappings(("1.2.3", "1.2.4")),
        Constraints([TextName(2, "vn"), Address(10, 0, 0, 0, 255, 0, 0, 0), Directory(Name("CN=User"))], [TextName(1, "a.vn")]), PolicyConstraints(3, 2), InhibitAny(3));

    private static readonly Party Target = User(Between, "CN=User", Policies("1.2.4"), AlternativeNames(TextName(2, "a.vn"), Address(10, 0, 0, 1)),
        DistributionPoint(TextName(6, "http://a/1"), [5, 0b0110_0000], Between.Name));

    private static readonly byte[] TargetList = List(Between, new ListWish
    {
        Entries = [(7, 1, Between.Name), (9, 6, null)], Scope = Scope(TextName(6, "http://a/1"), indirect: true), Number = 4,
    });

    private static readonly byte[] Answer = Response(Target, Between, Between);

    private static PathMaterial Material(byte[]? between = null, byte[]? list = null, byte[]? response = null) =>
        new PathMaterial(TrustAnchors.FromCertificates([Anchor.Certificate]), [], [], SignatureLimits.Default, [])
            .With(new EmbeddedMaterial([between ?? Between.Certificate], [List(Anchor), list ?? TargetList], [response ?? Answer]));

    private static PathVerdict? Judge(byte[] target, PathMaterial material) => Certificate.TryDecode(target, out var certificate)
        ? new PathValidation(material, "x").Validate(certificate, PathPurpose.Any, At, At) : null;

    [Test]
    public void The_sound_material_passes() =>
        Assert.That(Judge(Target.Certificate, Material())!.Faults.Select(f => f.Text), Is.Empty);

    [Test, Category("Fuzz")]
    public Task Certificates_survive_fuzzing() => Fuzz.RunAsync("certificate", [Target.Certificate, Between.Certificate, Anchor.Certificate], (bytes, _) =>
    {
        var verdict = Judge(bytes, Material(bytes));
        if (verdict?.Indication == Indication.TotalPassed && verdict.Path is [var end, ..])
            Assert.That(IsKnown(end), "a spoilt certificate passed");
        return Task.CompletedTask;
    });

    // What was signed must be unchanged; the value of an ECDSA signature has other encodings under BER.
    private static bool IsKnown(Certificate certificate) => new[] { Target, Between, Anchor }.Any(p =>
        Certificate.TryDecode(p.Certificate, out var sound) && sound.ToBeSigned.Span.SequenceEqual(certificate.ToBeSigned.Span));

    [Test, Category("Fuzz")]
    public Task Lists_survive_fuzzing() => Fuzz.RunAsync("revocation list", [TargetList, List(Anchor), List(Between, new ListWish { BaseNumber = 1, Number = 9 })], (bytes, _) =>
    {
        Judge(Target.Certificate, Material(list: bytes));
        return Task.CompletedTask;
    });

    [Test, Category("Fuzz")]
    public Task Responses_survive_fuzzing() => Fuzz.RunAsync("ocsp response", [Answer, Response(Target, Between, Between, new ResponseWish { IsBare = true, State = 1 })], (bytes, _) =>
    {
        Judge(Target.Certificate, Material(response: bytes));
        return Task.CompletedTask;
    });

    [Test]
    public void No_flipped_bit_of_the_signed_part_of_a_certificate_passes()
    {
        Certificate.TryDecode(Target.Certificate, out var sound);
        var header = Target.Certificate.AsSpan().IndexOf(sound!.ToBeSigned.Span);
        var random = new Random(Tier.Seed);
        for (var i = 0; i < 400; i++)
        {
            var spoilt = Target.Certificate.ToArray();
            spoilt[header + random.Next(sound.ToBeSigned.Length)] ^= (byte)(1 << random.Next(8));
            Assert.That(Judge(spoilt, Material())?.Indication, Is.Not.EqualTo(Indication.TotalPassed));
        }
    }

    [Test]
    public void No_flipped_bit_of_a_list_or_answer_gives_another_verdict_than_unusable()
    {
        var random = new Random(Tier.Seed);
        var revoked = List(Between, new ListWish { Entries = [(Target.Serial, 1, null)], Scope = Scope(TextName(6, "http://a/1"), indirect: true) });
        for (var i = 0; i < 400; i++)
        {
            var spoilt = revoked.ToArray();
            spoilt[random.Next(spoilt.Length)] ^= (byte)(1 << random.Next(8));
            Assert.That(Judge(Target.Certificate, Material(list: spoilt, response: [5, 0]))?.Indication, Is.Not.EqualTo(Indication.TotalPassed));
            var answer = Response(Target, Between, Between, new ResponseWish { State = 1 });
            answer[random.Next(answer.Length)] ^= (byte)(1 << random.Next(8));
            Assert.That(Judge(Target.Certificate, Material(list: [5, 0], response: answer))?.Indication, Is.Not.EqualTo(Indication.TotalPassed));
        }
    }
}
