using Preservation.Signatures.Path;
using static Preservation.Signatures.Tests.Path.TestPki;

namespace Preservation.Signatures.Tests.Path;

/// <summary>Certificate policies and name constraints (the matter of PKITS 4.8–4.13).</summary>
internal sealed class PolicyAndConstraintTests
{
    private const string Any = "2.5.29.32.0";
    private const string P1 = "1.3.6.1.4.1.99999.1";
    private const string P2 = "1.3.6.1.4.1.99999.2";
    private const string P3 = "1.3.6.1.4.1.99999.3";

    private static PathOutcome JudgePolicies(
        (string, bool, byte[])[][] path, string[]? wanted = null, bool isExplicit = true, bool noAny = false, bool noMapping = false, int selfIssuedAt = -1)
    {
        var root = Root();
        var parties = new List<Party>();
        var issuer = root;
        for (var i = 0; i < path.Length; i++)
        {
            var name = i == selfIssuedAt ? issuer.Name : Name($"CN=Party {i}");
            issuer = Issue(issuer, name, new Wish { IsAuthority = i < path.Length - 1, Extensions = path[i] });
            parties.Add(issuer);
        }
        return Judge(issuer, root, parties.SkipLast(1), parties.SkipLast(1).Append(root).Select(p => List(p)), r => r with
        {
            Policies = wanted is null ? [] : [.. wanted], ExplicitPolicy = isExplicit, InhibitAnyPolicy = noAny, InhibitPolicyMapping = noMapping,
        }).Outcome;
    }

    private static readonly (string, bool, byte[])[] None = [];

    private static IEnumerable<TestCaseData> Policies()
    {
        static TestCaseData Case(string name, bool isValid, (string, bool, byte[])[][] path, string[]? wanted = null, bool isExplicit = true, bool noAny = false, bool noMapping = false, int self = -1) =>
            new TestCaseData(path, wanted, isExplicit, noAny, noMapping, self, isValid).SetArgDisplayNames(name);
        yield return Case("the same policy", true, [[TestPki.Policies(P1)], [TestPki.Policies(P1)]]);
        yield return Case("another than wanted", false, [[TestPki.Policies(P1)], [TestPki.Policies(P1)]], [P2]);
        yield return Case("one of the wanted", true, [[TestPki.Policies(P1)], [TestPki.Policies(P1)]], [P2, P1]);
        yield return Case("none in the path, none needed", true, [None, None], null, false);
        yield return Case("none in the path, one needed", false, [None, None]);
        yield return Case("none in the middle", false, [[TestPki.Policies(P1)], None, [TestPki.Policies(P1)]]);
        yield return Case("different ones, none needed", true, [[TestPki.Policies(P1)], [TestPki.Policies(P2)]], null, false);
        yield return Case("different ones, one needed", false, [[TestPki.Policies(P1)], [TestPki.Policies(P2)]]);
        yield return Case("overlap", true, [[TestPki.Policies(P1, P2)], [TestPki.Policies(P2, P3)], [TestPki.Policies(P2)]]);
        yield return Case("no overlap of three", false, [[TestPki.Policies(P1, P2)], [TestPki.Policies(P2, P3)], [TestPki.Policies(P1, P3)]], [P1]);
        yield return Case("any above", true, [[TestPki.Policies(Any)], [TestPki.Policies(P1)]], [P1]);
        yield return Case("any everywhere", true, [[TestPki.Policies(Any)], [TestPki.Policies(Any)]], [P3]);
        yield return Case("any at the end", true, [[TestPki.Policies(P1)], [TestPki.Policies(Any)]], [P1]);
        yield return Case("any at the end, another wanted", false, [[TestPki.Policies(P1)], [TestPki.Policies(Any)]], [P2]);
        yield return Case("any inhibited by the caller", false, [[TestPki.Policies(P1)], [TestPki.Policies(Any)]], [P1], true, true);
        yield return Case("requireExplicitPolicy 0", false, [[TestPki.Policies(P1), PolicyConstraints(0)], [TestPki.Policies(P2)]], null, false);
        yield return Case("requireExplicitPolicy 0 at the end", false, [[TestPki.Policies(P1)], [TestPki.Policies(P2), PolicyConstraints(0)]], null, false);
        yield return Case("requireExplicitPolicy 2 not yet counted down", true, [[PolicyConstraints(2)], [TestPki.Policies(P2)]], null, false);
        yield return Case("requireExplicitPolicy 1 counted down", false, [[PolicyConstraints(1)], [TestPki.Policies(P2)]], null, false);
        yield return Case("requireExplicitPolicy 2 and a self-issued authority", true, [[PolicyConstraints(2)], None, None], null, false, false, false, 1);
        yield return Case("requireExplicitPolicy 5 in a short path", true, [[PolicyConstraints(5)], None], null, false);
        yield return Case("requireExplicitPolicy 2 in a longer path", false, [[PolicyConstraints(2)], None, None], null, false);
        yield return Case("mapped", true, [[TestPki.Policies(P1), Mappings((P1, P2))], [TestPki.Policies(P2)]], [P1]);
        yield return Case("mapped, wanted by the name below", false, [[TestPki.Policies(P1), Mappings((P1, P2))], [TestPki.Policies(P2)]], [P2]);
        yield return Case("mapped away", false, [[TestPki.Policies(P1), Mappings((P1, P2))], [TestPki.Policies(P1)]], [P1]);
        yield return Case("mapping inhibited by the caller", false, [[TestPki.Policies(P1), Mappings((P1, P2))], [TestPki.Policies(P2)]], [P1], true, false, true);
        yield return Case("mapped to two", true, [[TestPki.Policies(P1), Mappings((P1, P2), (P1, P3))], [TestPki.Policies(P3)]], [P1]);
        yield return Case("mapped twice", true, [[TestPki.Policies(P1), Mappings((P1, P2))], [TestPki.Policies(P2), Mappings((P2, P3))], [TestPki.Policies(P3)]], [P1]);
        yield return Case("mapped through any", true, [[TestPki.Policies(Any), Mappings((P1, P2))], [TestPki.Policies(P2)]], [P1]);
        yield return Case("two policies swapped", true, [[TestPki.Policies(P1, P2), Mappings((P1, P2), (P2, P1))], [TestPki.Policies(P1)]], [P2]);
        yield return Case("two policies swapped, the other wanted", false, [[TestPki.Policies(P1, P2), Mappings((P1, P2), (P2, P1))], [TestPki.Policies(P1)]], [P1]);
        yield return Case("mapping to any", false, [[TestPki.Policies(P1), Mappings((P1, Any))], [TestPki.Policies(P1)]], null, false);
        yield return Case("mapping from any", false, [[TestPki.Policies(P1), Mappings((Any, P1))], [TestPki.Policies(P1)]], null, false);
        yield return Case("inhibitPolicyMapping 0", false, [[TestPki.Policies(P1), PolicyConstraints(0, 0)], [TestPki.Policies(P1), Mappings((P1, P2))], [TestPki.Policies(P2)]], null, false);
        yield return Case("inhibitPolicyMapping 1", true, [[TestPki.Policies(P1), PolicyConstraints(0, 1)], [TestPki.Policies(P1), Mappings((P1, P2))], [TestPki.Policies(P2)]], null, false);
        yield return Case("inhibitAnyPolicy 0", false, [[TestPki.Policies(P1), InhibitAny(0), PolicyConstraints(0)], [TestPki.Policies(Any)]], null, false);
        yield return Case("inhibitAnyPolicy 1", true, [[TestPki.Policies(P1), InhibitAny(1), PolicyConstraints(0)], [TestPki.Policies(Any)]], null, false);
        yield return Case("inhibitAnyPolicy 1, two below", false, [[TestPki.Policies(P1), InhibitAny(1), PolicyConstraints(0)], [TestPki.Policies(P1)], [TestPki.Policies(Any)]], null, false);
        yield return Case("inhibitAnyPolicy and a self-issued authority", true, [[TestPki.Policies(P1), InhibitAny(0), PolicyConstraints(0)], [TestPki.Policies(Any)], [TestPki.Policies(P1)]], null, false, false, false, 1);
    }

    [TestCaseSource(nameof(Policies))]
    public void Policies_are_followed_as_the_standard_says((string, bool, byte[])[][] path, string[]? wanted, bool isExplicit, bool noAny, bool noMapping, int selfIssuedAt, bool isValid) =>
        Assert.That(JudgePolicies(path, wanted, isExplicit, noAny, noMapping, selfIssuedAt), Is.EqualTo(isValid ? PathOutcome.PathValid : PathOutcome.PathInvalid));

    // With the tree of RFC 5280 the nodes would multiply at each level (CVE-2023-0464); the graph of RFC 9618 has one a policy.
    [Test]
    public void Mappings_of_every_policy_to_every_other_cost_little()
    {
        var policies = Enumerable.Range(1, 60).Select(i => $"1.3.6.1.4.1.99999.{i}").ToArray();
        var all = policies.SelectMany(a => policies.Select(b => (a, b))).ToArray();
        var graph = new PolicyGraph();
        for (var level = 0; level < 9; level++)
        {
            graph.Enter([.. policies], isAnyAllowed: true);
            graph.Map([.. all], isAllowed: true);
        }
        graph.Enter([.. policies], isAnyAllowed: true);
        Assert.That(graph.Constrain([]), Is.EquivalentTo(policies));
    }

    private static PathOutcome JudgeNames((string, bool, byte[]) constraints, string subject, params byte[][] names)
    {
        var root = Root();
        var authority = Authority(root, "CN=A", constraints);
        return Judge(User(authority, subject, names.Length == 0 ? [] : [AlternativeNames(names)]), root, authority).Outcome;
    }

    private static byte[] Dns(string name) => TextName(2, name);

    private static byte[] Mail(string name) => TextName(1, name);

    private static byte[] Uri(string name) => TextName(6, name);

    [TestCase("example.vn", "example.vn", true)]
    [TestCase("example.vn", "a.b.example.vn", true)]
    [TestCase("example.vn", "EXAMPLE.VN", true)]
    [TestCase("example.vn", "badexample.vn", false)]
    [TestCase("example.vn", "example.vn.evil.com", false)]
    [TestCase(".example.vn", "example.vn", false)]
    [TestCase("", "anything", true)]
    public void A_dns_name_must_lie_in_the_permitted_domain(string domain, string name, bool isValid)
    {
        Assert.That(JudgeNames(Constraints([Dns(domain)], []), "CN=User", Dns(name)) == PathOutcome.PathValid, Is.EqualTo(isValid));
        Assert.That(JudgeNames(Constraints([], [Dns(domain)]), "CN=User", Dns(name)) == PathOutcome.PathValid, Is.EqualTo(!isValid));
    }

    [TestCase("example.vn", "an@example.vn", true)]
    [TestCase("example.vn", "an@mail.example.vn", false)]
    [TestCase(".example.vn", "an@mail.example.vn", true)]
    [TestCase(".example.vn", "an@example.vn", false)]
    [TestCase("an@example.vn", "an@EXAMPLE.vn", true)]
    [TestCase("an@example.vn", "AN@example.vn", false)]
    [TestCase("an@example.vn", "binh@example.vn", false)]
    public void A_mailbox_must_match_host_domain_or_address(string constraint, string mail, bool isValid)
    {
        Assert.That(JudgeNames(Constraints([Mail(constraint)], []), "CN=User", Mail(mail)) == PathOutcome.PathValid, Is.EqualTo(isValid));
        Assert.That(JudgeNames(Constraints([], [Mail(constraint)]), "CN=User", Mail(mail)) == PathOutcome.PathValid, Is.EqualTo(!isValid));
    }

    [TestCase("host.vn", "https://host.vn/a?b", true)]
    [TestCase("host.vn", "https://user:pass@HOST.vn:8443/", true)]
    [TestCase("host.vn", "https://a.host.vn/", false)]
    [TestCase(".host.vn", "https://a.host.vn", true)]
    [TestCase(".host.vn", "https://host.vn", false)]
    [TestCase("host.vn", "https://evil.com/host.vn", false)]
    public void A_uri_must_name_a_permitted_host(string constraint, string uri, bool isValid)
    {
        Assert.That(JudgeNames(Constraints([Uri(constraint)], []), "CN=User", Uri(uri)) == PathOutcome.PathValid, Is.EqualTo(isValid));
        Assert.That(JudgeNames(Constraints([], [Uri(constraint)]), "CN=User", Uri(uri)) == PathOutcome.PathValid, Is.EqualTo(!isValid));
    }

    [TestCase("urn:isbn:1")]
    [TestCase("https://192.0.2.1/")]
    [TestCase("https://[2001:db8::1]/")]
    public void A_uri_without_a_host_name_fails_under_any_constraint(string uri)
    {
        Assert.That(JudgeNames(Constraints([Uri("host.vn")], []), "CN=User", Uri(uri)), Is.EqualTo(PathOutcome.PathInvalid));
        Assert.That(JudgeNames(Constraints([], [Uri("host.vn")]), "CN=User", Uri(uri)), Is.EqualTo(PathOutcome.PathInvalid));
    }

    [Test]
    public void Addresses_are_compared_under_their_mask()
    {
        var net = Address(192, 0, 2, 0, 255, 255, 255, 0);
        Assert.That(JudgeNames(Constraints([net], []), "CN=User", Address(192, 0, 2, 7)), Is.EqualTo(PathOutcome.PathValid));
        Assert.That(JudgeNames(Constraints([net], []), "CN=User", Address(192, 0, 3, 7)), Is.EqualTo(PathOutcome.PathInvalid));
        Assert.That(JudgeNames(Constraints([], [net]), "CN=User", Address(192, 0, 2, 7)), Is.EqualTo(PathOutcome.PathInvalid));
        Assert.That(JudgeNames(Constraints([net], []), "CN=User", Address(new byte[16])), Is.EqualTo(PathOutcome.PathInvalid));
    }

    [Test]
    public void Directory_names_are_compared_from_the_root_by_their_meaning()
    {
        var permitted = Constraints([Directory(Name("O=Org, C=VN"))], []);
        Assert.That(JudgeNames(permitted, "CN=User, O=ORG, C=vn"), Is.EqualTo(PathOutcome.PathValid));
        Assert.That(JudgeNames(permitted, "CN=User, O=Org2, C=VN"), Is.EqualTo(PathOutcome.PathInvalid));
        Assert.That(JudgeNames(permitted, "CN=User, O=Org, C=VN", Directory(Name("CN=Other, C=US"))), Is.EqualTo(PathOutcome.PathInvalid));
        Assert.That(JudgeNames(Constraints([], [Directory(Name("O=Org, C=VN"))]), "CN=User, O=Org, C=VN"), Is.EqualTo(PathOutcome.PathInvalid));
    }

    [Test]
    public void A_mail_address_in_the_subject_is_held_to_the_constraint_too()
    {
        Assert.That(JudgeNames(Constraints([Mail("example.vn")], []), "E=an@evil.com, CN=User"), Is.EqualTo(PathOutcome.PathInvalid));
        Assert.That(JudgeNames(Constraints([Mail("example.vn")], []), "E=an@example.vn, CN=User"), Is.EqualTo(PathOutcome.PathValid));
    }

    [Test]
    public void A_form_that_is_not_judged_fails_only_where_such_a_name_stands()
    {
        byte[] registered = [0x88, 1, 0x2A];
        Assert.That(JudgeNames(Constraints([registered], []), "CN=User", Dns("a.vn")), Is.EqualTo(PathOutcome.PathValid));
        Assert.That(JudgeNames(Constraints([registered], []), "CN=User", registered), Is.EqualTo(PathOutcome.PathInvalid));
    }

    [Test]
    public void Constraints_of_two_authorities_both_hold()
    {
        var root = Root();
        var first = Authority(root, "CN=A", Constraints([Dns("vn")], []));
        var second = Authority(first, "CN=B", Constraints([Dns("example.com"), Dns("gov.vn")], []));
        PathOutcome Of(string name) => Judge(User(second, "CN=User", AlternativeNames(Dns(name))), root, first, second).Outcome;
        Assert.That((Of("a.gov.vn"), Of("example.com"), Of("b.vn")), Is.EqualTo((PathOutcome.PathValid, PathOutcome.PathInvalid, PathOutcome.PathInvalid)));
    }

    [Test]
    public void A_self_issued_authority_is_not_held_to_the_constraints_but_a_self_issued_user_is()
    {
        var root = Root();
        var authority = Authority(root, "CN=A", Constraints([Directory(Name("O=Org"))], []));
        var renewed = Issue(authority, authority.Name, new Wish { IsAuthority = true });
        Assert.That(Judge(Issue(renewed, Name("O=Org"), new Wish()), root, authority, renewed).Outcome, Is.EqualTo(PathOutcome.PathValid));
        Assert.That(Judge(Issue(authority, authority.Name, new Wish()), root, authority).Outcome, Is.EqualTo(PathOutcome.PathInvalid));
    }

    [Test]
    public void A_great_many_names_and_constraints_have_a_bound()
    {
        var subtrees = Enumerable.Range(0, 1_000).Select(i => Dns($"a{i}.vn")).ToArray();
        var names = Enumerable.Range(0, 1_000).Select(i => Dns($"x.a{999 - (i % 10)}.vn")).ToArray();
        var root = Root();
        var authority = Authority(root, "CN=A", Constraints(subtrees, []));
        var report = Judge(User(authority, "CN=User", AlternativeNames(names)), root, authority);
        Assert.That(report.Reason, Does.Contain("too many names"));
    }
}
