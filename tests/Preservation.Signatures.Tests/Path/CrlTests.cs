using System.Numerics;
using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using static Preservation.Signatures.Tests.Path.TestPki;

namespace Preservation.Signatures.Tests.Path;

/// <summary>Revocation lists of every kind (the matter of PKITS 4.4, 4.14, 4.15).</summary>
internal sealed class CrlTests
{
    // Named bit lists: unused bits, then the bits of ReasonFlags.
    private static readonly byte[] KeyAndAuthority = [5, 0b0110_0000];
    private static readonly byte[] AllOthers = [7, 0b0001_1111, 0b1000_0000];

    private static void IsValid(PathReport report) => Assert.That((report.Outcome, report.Reason), Is.EqualTo((PathOutcome.PathValid, "")));

    private static void IsInvalid(PathReport report, string reason)
    {
        Assert.That(report.Outcome, Is.EqualTo(PathOutcome.PathInvalid));
        Assert.That(report.Reason, Does.Contain(reason));
    }

    private static PathReport JudgeUser(Party root, Party user, params byte[][] lists) => Judge(user, root, [], lists);

    private static ListWish Revoked(Party user, int? reason = 1) => new() { Entries = [(user.Serial, reason, null)] };

    [Test]
    public void Without_a_usable_list_the_path_is_invalid()
    {
        var root = Root();
        var user = User(root);
        IsInvalid(JudgeUser(root, user), "no usable revocation list");
        IsInvalid(JudgeUser(root, user, List(root, new ListWish { NextUpdate = At.AddDays(-1) })), "no usable");
        IsInvalid(JudgeUser(root, user, List(root, new ListWish { ThisUpdate = At.AddDays(1) })), "no usable");
        IsInvalid(JudgeUser(root, user, List(User(root, "CN=Stranger"), new ListWish { IssuerName = root.Name })), "no usable");
        IsValid(JudgeUser(root, user, List(root)));
    }

    [Test]
    public void A_revoked_certificate_fails_at_any_place_and_one_revoked_later_does_not()
    {
        var root = Root();
        var authority = Authority(root, "CN=A");
        var user = User(authority);
        IsInvalid(Judge(user, root, [authority], [List(root, Revoked(authority)), List(authority)]), "CN=A: ");
        IsInvalid(Judge(user, root, [authority], [List(root), List(authority, Revoked(user))]), "CN=User: ");
        IsValid(JudgeUser(root, User(root), List(root, Revoked(user))));
        var later = User(root);
        IsValid(JudgeUser(root, later, List(root, Revoked(later) with { RevokedAt = At.AddHours(1) })));
    }

    [Test]
    public void A_revocation_stays_although_another_list_is_silent_but_a_hold_ends()
    {
        var root = Root();
        var user = User(root);
        var newer = List(root, new ListWish { ThisUpdate = At.AddHours(-1), Number = 2 });
        IsInvalid(JudgeUser(root, user, List(root, Revoked(user)), newer), "KeyCompromise");
        IsValid(JudgeUser(root, user, List(root, Revoked(user, 6)), newer));
        var older = List(root, new ListWish { ThisUpdate = At.AddDays(-2) });
        IsInvalid(JudgeUser(root, user, List(root, Revoked(user, 6)), older), "CertificateHold");
    }

    [Test]
    public void An_unknown_critical_extension_makes_the_whole_list_unusable()
    {
        var root = Root();
        var user = User(root);
        (string, bool, byte[])[] unknown = [("1.2.3.4", true, [5, 0])];
        IsInvalid(JudgeUser(root, user, List(root, new ListWish { Extensions = unknown })), "no usable");
        IsInvalid(JudgeUser(root, user, List(root, new ListWish { Entries = [(1, null, null)], EntryExtensions = unknown })), "no usable");
        IsValid(JudgeUser(root, user, List(root, new ListWish { Extensions = [("1.2.3.4", false, [5, 0])], Entries = [(1, null, null)], EntryExtensions = [("1.2.3.4", false, [5, 0])] })));
    }

    [Test]
    public void A_separate_key_for_lists_needs_a_valid_certificate_of_its_own()
    {
        var root = Root();
        var authority = Authority(root, "CN=A");
        var user = User(authority);
        var signer = Issue(root, authority.Name, new Wish { KeyUsage = X509KeyUsageFlags.CrlSign });
        IsValid(Judge(user, root, [authority, signer], [List(root), List(signer)]));
        IsInvalid(Judge(user, root, [authority, signer], [List(root, Revoked(signer)), List(signer)]), "no usable");
        var wrong = Issue(root, authority.Name, new Wish { KeyUsage = X509KeyUsageFlags.DigitalSignature });
        IsInvalid(Judge(user, root, [authority, wrong], [List(root), List(wrong)]), "no usable");
        var other = Root("CN=Other root");
        var foreign = Issue(other, authority.Name, new Wish { KeyUsage = X509KeyUsageFlags.CrlSign });
        IsInvalid(Judge(user, root, [authority, foreign, other], [List(root), List(other), List(foreign)]), "no usable");
    }

    [Test]
    public void A_list_signer_of_another_trusted_anchor_does_not_speak_for_this_one()
    {
        var root = Root();
        var other = Root("CN=Other root");
        var authority = Authority(root, "CN=A");
        var foreign = Issue(other, authority.Name, new Wish { KeyUsage = X509KeyUsageFlags.CrlSign });
        var report = Judge(User(authority), root, [authority, foreign], [List(root), List(other), List(foreign)],
            r => r with { TrustAnchors = TrustAnchors.FromCertificates([root.Certificate, other.Certificate]) });
        IsInvalid(report, "no usable");
    }

    [Test]
    public void A_list_of_a_distribution_point_speaks_of_its_certificates_only()
    {
        var root = Root();
        var (one, two) = (TextName(6, "http://a/1.crl"), TextName(6, "http://a/2.crl"));
        var user = User(root, "CN=User", DistributionPoint(one));
        IsValid(JudgeUser(root, user, List(root, new ListWish { Scope = Scope(one) })));
        IsInvalid(JudgeUser(root, user, List(root, new ListWish { Scope = Scope(two) })), "no usable");
        IsInvalid(JudgeUser(root, User(root), List(root, new ListWish { Scope = Scope(one) })), "no usable");
        IsValid(JudgeUser(root, user, List(root)));
        IsInvalid(JudgeUser(root, user, List(root, Revoked(user) with { Scope = Scope(one) })), "revoked");
    }

    [Test]
    public void Lists_of_users_authorities_or_attributes_only_speak_of_those()
    {
        var root = Root();
        var user = User(root);
        var authority = Authority(root, "CN=A");
        IsValid(JudgeUser(root, user, List(root, new ListWish { Scope = Scope(users: true) })));
        IsInvalid(JudgeUser(root, user, List(root, new ListWish { Scope = Scope(authorities: true) })), "no usable");
        IsInvalid(JudgeUser(root, user, List(root, new ListWish { Scope = Scope(attributes: true) })), "no usable");
        IsInvalid(JudgeUser(root, authority, List(root, new ListWish { Scope = Scope(users: true) })), "no usable");
        IsValid(JudgeUser(root, authority, List(root, new ListWish { Scope = Scope(authorities: true) })));
    }

    [Test]
    public void Lists_of_some_reasons_must_cover_all_together()
    {
        var root = Root();
        var user = User(root);
        var some = List(root, new ListWish { Scope = Scope(reasons: KeyAndAuthority) });
        var others = List(root, new ListWish { Scope = Scope(reasons: AllOthers) });
        IsInvalid(JudgeUser(root, user, some), "no usable");
        IsInvalid(JudgeUser(root, user, others), "no usable");
        IsValid(JudgeUser(root, user, some, others));
        IsInvalid(JudgeUser(root, user, some, List(root, Revoked(user, 4) with { Scope = Scope(reasons: AllOthers) })), "Superseded");
    }

    [Test]
    public void An_indirect_list_names_the_issuer_of_each_entry_until_the_next()
    {
        var root = Root();
        var keeper = Issue(root, Name("CN=Keeper"), new Wish { KeyUsage = X509KeyUsageFlags.CrlSign });
        var authority = Authority(root, "CN=A");
        var point = TextName(6, "http://k/all.crl");
        var user = User(authority, "CN=User", DistributionPoint(point, null, keeper.Name));
        var other = User(authority, "CN=Other", DistributionPoint(point, null, keeper.Name));
        PathReport With(params (BigInteger, int?, byte[]?)[] entries) => Judge(user, root, [authority, keeper],
            [List(root), List(keeper, new ListWish { Scope = Scope(point, indirect: true), Entries = entries })]);
        IsValid(With());
        IsInvalid(With((user.Serial, 1, authority.Name)), "revoked");
        IsInvalid(With((other.Serial, 1, authority.Name), (user.Serial, 1, null)), "revoked");
        IsValid(With((user.Serial, 1, null)));
        IsValid(With((other.Serial, 1, authority.Name), (user.Serial, 1, root.Name)));
        IsInvalid(Judge(user, root, [authority, keeper], [List(root), List(keeper, new ListWish { Scope = Scope(point) })]), "no usable");
        IsInvalid(Judge(User(authority), root, [authority, keeper], [List(root), List(keeper, new ListWish { Scope = Scope(point, indirect: true) })]), "no usable");
    }

    [Test]
    public void A_list_keeper_whose_own_list_is_the_only_one_for_it_may_speak_of_itself()
    {
        var root = Root();
        var authority = Authority(root, "CN=A");
        var point = TextName(6, "http://k/all.crl");
        var keeper = Issue(authority, Name("CN=Keeper"), new Wish
        {
            KeyUsage = X509KeyUsageFlags.CrlSign, Extensions = [DistributionPoint(point, null, Name("CN=Keeper"))],
        });
        var user = User(authority, "CN=User", DistributionPoint(point, null, keeper.Name));
        PathReport With(params (BigInteger, int?, byte[]?)[] entries) => Judge(user, root, [authority, keeper],
            [List(root), List(keeper, new ListWish { Scope = Scope(point, indirect: true), Entries = entries })]);
        IsValid(With());
        IsInvalid(With((keeper.Serial, 1, authority.Name)), "no usable");
    }

    [Test]
    public void A_delta_adds_and_takes_away()
    {
        var root = Root();
        var user = User(root);
        byte[] Delta(int baseNumber, int? reason, byte[]? scope = null, DateTimeOffset? next = null) => List(root, new ListWish
        {
            Number = 5, BaseNumber = baseNumber, ThisUpdate = At.AddHours(-1), NextUpdate = next ?? At.AddDays(1), Scope = scope,
            Entries = reason is null ? [] : [(user.Serial, reason, null)],
        });
        var complete = List(root, new ListWish { Number = 3 });
        var held = List(root, Revoked(user, 6) with { Number = 3 });
        IsValid(JudgeUser(root, user, complete, Delta(2, null)));
        IsInvalid(JudgeUser(root, user, complete, Delta(3, 1)), "KeyCompromise");
        IsInvalid(JudgeUser(root, user, held, Delta(3, null)), "CertificateHold");
        IsValid(JudgeUser(root, user, held, Delta(3, 8)));
        IsInvalid(JudgeUser(root, user, held, Delta(3, 1)), "KeyCompromise");
        IsInvalid(JudgeUser(root, user, held, Delta(4, 8)), "CertificateHold");
        IsInvalid(JudgeUser(root, user, held, Delta(3, 8, Scope(users: true))), "CertificateHold");
        IsInvalid(JudgeUser(root, user, held, Delta(3, 8, null, At.AddMinutes(-1))), "CertificateHold");
        IsInvalid(JudgeUser(root, user, Delta(3, null)), "no usable");
    }

    [Test]
    public void A_list_made_after_a_certificate_ended_speaks_of_it_only_if_it_says_so()
    {
        var root = Root();
        var user = Issue(root, Name("CN=User"), new Wish { NotAfter = At.AddDays(-5) });
        var at = At.AddDays(-6);
        var after = new ListWish { ThisUpdate = At.AddDays(-1) };
        PathVerdict Of(byte[] list)
        {
            Certificate.TryDecode(user.Certificate, out var certificate);
            CertificateRevocationList.TryDecode(list, out var crl);
            var material = new PathMaterial(TrustAnchors.FromCertificates([root.Certificate]), [], [crl!], SignatureLimits.Default, []);
            return new PathValidation(material, "x").Validate(certificate!, PathPurpose.Any, at, At);
        }
        Assert.That(Of(List(root, after)).SubIndication, Is.EqualTo(SubIndication.TryLater));
        var keeps = ("2.5.29.60", false, Encode(w => w.WriteGeneralizedTime(At.AddDays(-100), true)));
        Assert.That(Of(List(root, after with { Extensions = [keeps] })).Indication, Is.EqualTo(Indication.TotalPassed));
    }

    [Test]
    public void A_harvest_of_years_of_daily_lists_is_used_without_using_up_the_work()
    {
        var root = Root();
        var authority = Authority(root, "CN=A");
        var user = User(authority);
        byte[][] Harvest(Party party, Func<int, ListWish, ListWish>? change = null) => [.. Enumerable.Range(0, 600).Select(i =>
        {
            var wish = new ListWish { ThisUpdate = At.AddDays(-600 + i), NextUpdate = At.AddDays(-598 + i), Number = i + 1 };
            return List(party, change?.Invoke(i, wish) ?? wish);
        })];
        PathOutcome Of(byte[][] lists, DateTimeOffset at) => Judge(user, root, [authority], [.. Harvest(root), .. lists],
            r => r with { Limits = SignatureLimits.Default }, at).Outcome;
        Assert.That(Of(Harvest(authority), At), Is.EqualTo(PathOutcome.PathValid));
        Assert.That(Of(Harvest(authority), At.AddDays(-300)), Is.EqualTo(PathOutcome.PathValid));
        Assert.That(Of(Harvest(authority, (i, w) => i < 200 ? w : w with { Entries = [(user.Serial, 1, null)], RevokedAt = At.AddDays(-400) }), At), Is.EqualTo(PathOutcome.PathInvalid));
    }

    [Test]
    public void Facts_tell_reason_times_source_and_signer()
    {
        var root = Root();
        var user = User(root);
        Certificate.TryDecode(user.Certificate, out var certificate);
        var list = List(root, Revoked(user, 3) with { EntryExtensions = [("2.5.29.24", false, Encode(w => w.WriteGeneralizedTime(At.AddDays(-40), true)))] });
        var material = new PathMaterial(TrustAnchors.FromCertificates([root.Certificate]), [], [], SignatureLimits.Default, []).With(new EmbeddedMaterial([], [list], []));
        var anchor = material.Anchors.Certificates[0];
        var facts = Revocation.Find(certificate!, anchor, anchor, material, At, At).Single();
        Assert.That((facts.Status, facts.Reason, facts.RevokedAt, facts.InvalidityDate), Is.EqualTo((RevocationStatus.Revoked, RevocationReason.AffiliationChanged, At.AddDays(-10), At.AddDays(-40))));
        Assert.That((facts.Source.ToArray(), facts.ThisUpdate, facts.Signer.Report.Subject, facts.IsOcsp), Is.EqualTo((list, At.AddDays(-1), "CN=Root", false)));
        Assert.That(facts.Algorithms.Select(a => a.ToString()), Is.EqualTo(new[] { "SHA-256", "ECDSA 256" }));
    }

    [Test]
    public void Facts_of_a_harvest_are_the_newest_before_at_and_after_the_time()
    {
        var root = Root();
        var user = User(root);
        Certificate.TryDecode(user.Certificate, out var certificate);
        var lists = Enumerable.Range(0, 100).Select(i => (ReadOnlyMemory<byte>)List(root, new ListWish { ThisUpdate = At.AddDays(-100 + i), NextUpdate = At.AddDays(-99 + i) }));
        var material = new PathMaterial(TrustAnchors.FromCertificates([root.Certificate]), [], [], SignatureLimits.Default, []).With(new EmbeddedMaterial([], [.. lists], []));
        var anchor = material.Anchors.Certificates[0];
        var at = At.AddDays(-50).AddHours(5);
        var made = Revocation.Find(certificate!, anchor, anchor, material, at, At).Select(f => f.ThisUpdate).ToList();
        Assert.That(made, Is.Ordered.Descending);
        Assert.That(made, Does.Contain(At.AddDays(-50)).And.Contain(At.AddDays(-1)).And.Contain(At.AddDays(-51)), "current at the time, the newest of all, the last before");
        Assert.That(made, Has.Count.EqualTo(17));
    }

    [Test]
    public void The_chain_model_judges_each_certificate_when_the_one_below_was_issued()
    {
        var root = Root();
        var authority = Issue(root, Name("CN=A"), new Wish { IsAuthority = true, NotAfter = At.AddDays(-10) });
        var user = Issue(authority, Name("CN=User"), new Wish { NotBefore = At.AddDays(-20) });
        var lists = new[] { List(root, new ListWish { ThisUpdate = At.AddDays(-15), NextUpdate = At.AddDays(90) }), List(authority) };
        PathVerdict Of(ValidityModel model)
        {
            Certificate.TryDecode(user.Certificate, out var certificate);
            Certificate.TryDecode(authority.Certificate, out var between);
            var material = new PathMaterial(TrustAnchors.FromCertificates([root.Certificate]), [between!], [], SignatureLimits.Default, [])
                .With(new EmbeddedMaterial([], [.. lists.Select(l => (ReadOnlyMemory<byte>)l)], []));
            return new PathValidation(material, "x", new PathOptions { Model = model }).Validate(certificate!, PathPurpose.Signing, At, At);
        }
        Assert.That(Of(ValidityModel.Chain).Indication, Is.EqualTo(Indication.TotalPassed));
        Assert.That(Of(ValidityModel.Shell).SubIndication, Is.EqualTo(SubIndication.OutOfBoundsNoPoe));
    }

    [Test]
    public void Two_million_entries_are_searched_where_they_lie()
    {
        var root = Root();
        const int Count = 2_000_000;
        // Each entry: SEQUENCE of INTEGER (6 bytes) and UTCTime.
        var entries = new byte[Count * 25];
        for (var i = 0; i < Count; i++)
        {
            var entry = entries.AsSpan(i * 25, 25);
            entry[0] = 0x30;
            entry[1] = 23;
            entry[2] = 2;
            entry[3] = 6;
            entry[4] = 0x40;
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(entry[5..], i);
            entry[9] = (byte)(i & 0x7F);
            entry[10] = 0x17;
            entry[11] = 13;
            "240201000000Z"u8.CopyTo(entry[12..]);
        }
        var listed = new BigInteger(entries.AsSpan((1_999_999 * 25) + 4, 6), isBigEndian: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var all = new CrlEntries(entries, isIndirect: false);
        var name = DistinguishedName.Read(root.Name);
        Assert.That(all.Find(listed, name, name)?.RevokedAt, Is.EqualTo(new DateTimeOffset(2024, 2, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.That(all.Find(listed + 1, name, name), Is.Null);
        Assert.That(all.Find(12345, name, name), Is.Null);
        Assert.That(all.Count, Is.EqualTo(Count));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8 << 20), "a filter of an eighth of the list at most, and no object for an entry");
    }
}
