using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Path;
using static Preservation.Signatures.Tests.Path.TestPki;

namespace Preservation.Signatures.Tests.Path;

/// <summary>Names, times, key usage, basic constraints and private extensions (the matter of PKITS 4.2, 4.3, 4.5–4.7, 4.16).</summary>
internal sealed class NameAndUseTests
{
    private static void IsValid(PathReport report) => Assert.That((report.Outcome, report.Reason), Is.EqualTo((PathOutcome.PathValid, "")));

    private static void IsInvalid(PathReport report, string reason)
    {
        Assert.That(report.Outcome, Is.EqualTo(PathOutcome.PathInvalid));
        Assert.That(report.Reason, Does.Contain(reason));
    }

    private static byte[] NameOf(UniversalTagNumber type, params (string Oid, string Value)[] attributes) => Encode(w =>
    {
        using (w.PushSequence())
            foreach (var (oid, value) in attributes)
                using (w.PushSetOf())
                using (w.PushSequence())
                {
                    w.WriteObjectIdentifier(oid);
                    w.WriteCharacterString(type, value);
                }
    });

    [Test]
    public void A_path_of_three_is_valid()
    {
        var root = Root();
        var authority = Authority(root, "CN=Authority");
        var report = Judge(User(authority), root, authority);
        IsValid(report);
        Assert.That(report.Path.Select(c => c.Subject), Is.EqualTo(new[] { "CN=User", "CN=Authority", "CN=Root" }));
    }

    [TestCase(UniversalTagNumber.UTF8String, "Good   authority ")]
    [TestCase(UniversalTagNumber.PrintableString, "GOOD AUTHORITY")]
    [TestCase(UniversalTagNumber.BMPString, "good authority")]
    [TestCase(UniversalTagNumber.T61String, " Good Authority")]
    public void Names_match_whatever_their_encoding_case_and_spaces(UniversalTagNumber type, string text)
    {
        var root = Root();
        var authority = Issue(root, NameOf(UniversalTagNumber.PrintableString, ("2.5.4.3", "Good Authority")), new Wish { IsAuthority = true });
        var user = Issue(authority, Name("CN=User"), new Wish { IssuerName = NameOf(type, ("2.5.4.3", text)) });
        IsValid(Judge(user, root, authority));
    }

    [Test]
    public void Vietnamese_names_match_in_composed_and_decomposed_form()
    {
        var root = Root();
        var authority = Issue(root, NameOf(UniversalTagNumber.UTF8String, ("2.5.4.3", "Cơ quan chứng thực Việt Nam")), new Wish { IsAuthority = true });
        var decomposed = "CƠ QUAN CHỨNG THỰC VIỆT NAM".Normalize(System.Text.NormalizationForm.FormD);
        IsValid(Judge(Issue(authority, Name("CN=User"), new Wish { IssuerName = NameOf(UniversalTagNumber.UTF8String, ("2.5.4.3", decomposed)) }), root, authority));
    }

    [Test]
    public void Names_in_another_order_or_of_other_attributes_do_not_match()
    {
        var root = Root();
        var authority = Issue(root, NameOf(UniversalTagNumber.UTF8String, ("2.5.4.10", "Org"), ("2.5.4.3", "A")), new Wish { IsAuthority = true });
        foreach (var other in new[]
        {
            NameOf(UniversalTagNumber.UTF8String, ("2.5.4.3", "A"), ("2.5.4.10", "Org")),
            NameOf(UniversalTagNumber.UTF8String, ("2.5.4.10", "Org"), ("2.5.4.3", "A"), ("2.5.4.3", "B")),
            NameOf(UniversalTagNumber.UTF8String, ("2.5.4.11", "Org"), ("2.5.4.3", "A")),
        })
            IsInvalid(Judge(Issue(authority, Name("CN=User"), new Wish { IssuerName = other }), root, authority), "no path leads to a trust anchor");
    }

    [Test]
    public void A_certificate_outside_its_time_fails_at_any_place_of_the_path()
    {
        var root = Root();
        var authority = Issue(root, Name("CN=A"), new Wish { IsAuthority = true, NotAfter = At.AddDays(-1) });
        IsInvalid(Judge(User(authority), root, authority), "§6.1.3 (a)(2)");
        var sound = Authority(root, "CN=B");
        IsInvalid(Judge(Issue(sound, Name("CN=User"), new Wish { NotBefore = At.AddDays(1) }), root, sound), "CN=User");
    }

    [Test]
    public void A_wrong_signature_is_told_from_a_missing_issuer()
    {
        var root = Root();
        var authority = Authority(root, "CN=A");
        var forger = authority with { Key = ECDsa.Create(ECCurve.NamedCurves.nistP256) };
        IsInvalid(Judge(User(forger), root, authority), "§6.1.3 (a)(1)");
        IsInvalid(Judge(User(authority), root), "no path leads to a trust anchor");
    }

    [Test]
    public void An_unknown_signature_algorithm_leaves_the_question_open()
    {
        var root = Root();
        var user = Issue(root, Name("CN=User"), new Wish { InnerAlgorithm = "1.3.101.112", OuterAlgorithm = "1.3.101.112" });
        var report = Judge(user, root);
        Assert.That(report.Outcome, Is.EqualTo(PathOutcome.Indeterminate));
        Assert.That(report.Reason, Does.Contain("1.3.101.112"));
    }

    [Test]
    public void Two_different_signature_algorithms_in_one_certificate_fail()
    {
        var root = Root();
        IsInvalid(Judge(Issue(root, Name("CN=User"), new Wish { InnerAlgorithm = "1.2.840.10045.4.3.3" }), root), "§4.1.1.2");
    }

    [Test]
    public void An_authority_needs_basic_constraints_and_version_3()
    {
        var root = Root();
        var bare = Issue(root, Name("CN=A"), new Wish { IsAuthority = true, HasBasicConstraints = false });
        IsInvalid(Judge(User(bare), root, bare), "§6.1.4 (k)");
        var old = Issue(root, Name("CN=B"), new Wish { Version = 1 });
        IsInvalid(Judge(User(old), root, old), "§6.1.4 (k)");
        var odd = Issue(root, Name("CN=C"), new Wish { Version = 2, Extensions = [InhibitAny(0)] });
        IsInvalid(Judge(odd, root), "not of version 3");
    }

    [Test]
    public void A_user_certificate_of_version_1_is_valid_and_so_is_an_anchor_of_version_1()
    {
        var root = Issue(null, Name("CN=Root"), new Wish { Version = 1 });
        IsValid(Judge(Issue(root, Name("CN=User"), new Wish { Version = 1 }), root));
    }

    [Test]
    public void Path_length_counts_authorities_that_are_not_self_issued()
    {
        var root = Root();
        var first = Issue(root, Name("CN=A"), new Wish { IsAuthority = true, PathLength = 0 });
        IsValid(Judge(User(first), root, first));
        var again = Issue(first, first.Name, new Wish { IsAuthority = true });
        IsValid(Judge(User(again), root, first, again));
        var second = Authority(first, "CN=B");
        IsInvalid(Judge(User(second), root, first, second), "§6.1.4 (l)");
        var one = Issue(root, Name("CN=C"), new Wish { IsAuthority = true, PathLength = 1 });
        var within = Issue(one, Name("CN=D"), new Wish { IsAuthority = true, PathLength = 6 });
        IsValid(Judge(User(within), root, one, within));
        var beyond = Authority(within, "CN=E");
        IsInvalid(Judge(User(beyond), root, one, within, beyond), "§6.1.4 (l)");
    }

    [Test]
    public void An_authority_as_the_end_of_a_path_counts_for_no_length()
    {
        var root = Root();
        var first = Issue(root, Name("CN=A"), new Wish { IsAuthority = true, PathLength = 0 });
        IsValid(Judge(Authority(first, "CN=B"), root, first));
    }

    [Test]
    public void Key_usage_must_allow_certificates_and_lists()
    {
        var root = Root();
        var noCertificates = Issue(root, Name("CN=A"), new Wish { IsAuthority = true, KeyUsage = X509KeyUsageFlags.CrlSign });
        IsInvalid(Judge(User(noCertificates), root, noCertificates), "§6.1.4 (n)");
        var noLists = Issue(root, Name("CN=B"), new Wish { IsAuthority = true, KeyUsage = X509KeyUsageFlags.KeyCertSign });
        IsInvalid(Judge(User(noLists), root, noLists), "§6.3.3");
        var silent = Issue(root, Name("CN=C"), new Wish { IsAuthority = true, KeyUsage = X509KeyUsageFlags.None });
        IsValid(Judge(User(silent), root, silent));
    }

    [Test]
    public void Unknown_extensions_fail_only_when_critical()
    {
        var root = Root();
        IsValid(Judge(User(root, "CN=User", ("1.2.3.4", false, [5, 0])), root));
        IsInvalid(Judge(User(root, "CN=User", ("1.2.3.4", true, [5, 0])), root), "1.2.3.4");
        var authority = Authority(root, "CN=A", ("1.2.3.4", true, [5, 0]));
        IsInvalid(Judge(User(authority), root, authority), "§6.1.4 (o)");
    }

    [Test]
    public void A_malformed_extension_of_a_known_kind_fails_the_path_and_a_doubled_one_the_certificate()
    {
        var root = Root();
        IsInvalid(Judge(User(root, "CN=User", ("2.5.29.32", false, [4, 0])), root), "2.5.29.32 is malformed");
        var doubled = User(root, "CN=User", ("1.2.3.4", false, [5, 0]), ("1.2.3.4", false, [5, 0]));
        Assert.Throws<InvalidDataException>(() => Judge(doubled, root));
    }

    [Test]
    public void Serial_numbers_may_be_long_or_negative_and_still_be_listed()
    {
        var root = Root();
        foreach (var serial in new[] { new BigInteger(-1), -(BigInteger.One << 90), (BigInteger.One << 159) + 7 })
        {
            var user = Issue(root, Name("CN=User"), new Wish { Serial = serial });
            IsValid(Judge(user, root, [], [List(root, new ListWish { Entries = [(serial + 1, null, null), (-serial, null, null)] })]));
            IsInvalid(Judge(user, root, [], [List(root, new ListWish { Entries = [(serial, 1, null)] })]), "KeyCompromise");
        }
    }

    [Test]
    public void A_new_key_of_the_same_authority_is_found_through_its_self_issued_certificate()
    {
        var root = Root();
        var old = Authority(root, "CN=A");
        var newWithOld = Issue(old, old.Name, new Wish { IsAuthority = true });
        var user = User(newWithOld);
        // The list about the new key's own certificate is by the old key, the list about users by the new one.
        var lists = new[] { List(root), List(old), List(newWithOld) };
        IsValid(Judge(user, root, [newWithOld, old], lists));
        Assert.That(Judge(user, root, [newWithOld, old], [List(root), List(newWithOld)]).Outcome, Is.EqualTo(PathOutcome.PathInvalid), "the new key cannot speak of its own certificate");
    }

    [Test]
    public void Of_two_certificates_of_an_authority_the_one_that_holds_is_taken()
    {
        var root = Root();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var ended = Issue(root, Name("CN=A"), new Wish { IsAuthority = true, Key = key, NotAfter = At.AddDays(-1) });
        var bridge = Authority(root, "CN=Bridge");
        var crossed = Issue(bridge, Name("CN=A"), new Wish { IsAuthority = true, Key = key });
        IsValid(Judge(User(crossed), root, ended, crossed, bridge));
    }

    [Test]
    public void Certificates_that_certify_each_other_in_a_circle_end_the_search()
    {
        var root = Root();
        var parties = Enumerable.Range(0, 12).Select(i => (Name: Name($"CN=Circle {i}"), Key: ECDsa.Create(ECCurve.NamedCurves.nistP256))).ToList();
        var crossed = new List<Party>();
        foreach (var a in parties)
            foreach (var b in parties)
                if (a != b) crossed.Add(Issue(new Party(a.Name, a.Key, [], 0), b.Name, new Wish { IsAuthority = true, Key = b.Key }));
        var user = User(crossed[0]);
        var report = Judge(user, root, crossed, []);
        IsInvalid(report, "the search for a path was given up after its bound");
        var few = crossed.Where(c => parties.Take(3).Any(p => p.Name == c.Name)).ToList();
        IsInvalid(Judge(User(few[0]), root, few, []), "no path leads to a trust anchor");
    }

    [Test]
    public void Ten_thousand_certificates_at_hand_do_not_hide_the_path()
    {
        var root = Root();
        var stranger = Authority(root, "CN=Stranger");
        using var shared = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var many = Enumerable.Range(0, 10_000).Select(i => Issue(stranger, Name($"CN=Authority {i}"), new Wish { IsAuthority = true, Key = shared })).ToList();
        var authority = Authority(root, "CN=A");
        IsValid(Judge(User(authority), root, [.. many, authority], [List(root), List(authority)]));
        var alike = Enumerable.Range(0, 2_000).Select(i => Issue(stranger, Name("CN=A"), new Wish { IsAuthority = true, Key = i % 100 == 0 ? null : shared })).ToList();
        Assert.That(Judge(User(authority), root, alike, [List(root)]).Outcome, Is.EqualTo(PathOutcome.PathInvalid));
    }
}
