using Preservation.Core.Digests;
using Preservation.Core.Findings;
using Preservation.Evidence.Planning;
using Preservation.Evidence.Tests.Verification;
using Preservation.Signatures.Validation;
using Preservation.Testing;

namespace Preservation.Evidence.Tests.Planning;

public sealed class RenewalPlanningTests
{
    private static readonly DateTimeOffset Now = Situations.Now;
    private static int Rounds => Tier.IsLong ? 20_000 : 400;

    [Test]
    public void A_certificate_s_end_asks_for_a_time_stamp_half_a_year_before()
    {
        var plan = RenewalPlanning.Plan(Situations.Of(Situations.Token("a")), Now);
        var step = plan.Steps.Single();
        Assert.That((step.Kind, step.Algorithm, step.NewAlgorithm, step.Tokens, step.Bytes), Is.EqualTo((RenewalKind.TimeStamp, DigestAlgorithm.Sha512, DigestAlgorithm.Sha512, 1L, 0L)));
        Assert.That(step.By, Is.EqualTo(new DateTimeOffset(2030, 10, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.That(step.NotBefore, Is.EqualTo(step.By.AddDays(-92)));
        Assert.That(step.Reasons, Is.EqualTo(new[] { RenewalRules.Certificate }));
        Assert.That(step.Needs.Single().Reason.Message.En, Is.EqualTo("A certificate above the time-stamp a ends on 2031-05-20."));
        Assert.That(plan.Due, Is.Empty);
        Assert.That(plan.Alarms, Is.Empty);
    }

    [Test]
    public void A_signature_s_algorithm_asks_for_a_time_stamp_a_year_before_its_end()
    {
        var step = RenewalPlanning.Plan(Situations.Of(Situations.Token("a", signing: new UsedAlgorithm("RSA", 2048))), Now).Steps.Single();
        Assert.That(step.By, Is.EqualTo(new DateTimeOffset(2028, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.That(step.Needs.Single().Reason, Is.EqualTo(new Finding(RenewalRules.TokenAlgorithm, "RSA 2048", "2029-01-01", "ETSI TS 119 312 V1.5.1")));
    }

    [Test]
    public void The_earliest_end_of_the_catalogues_of_all_policies_counts()
    {
        var situation = Situations.Of(Situations.Token("a", signing: new UsedAlgorithm("RSA", 2048))) with { Policies = [ValidationPolicy.Etsi, TestRecords.TwoCatalogues] };
        var need = RenewalPlanning.Plan(situation, Now).Steps.Single().Needs.Single();
        Assert.That((need.Reason.Rule, need.Ends), Is.EqualTo((RenewalRules.TokenAlgorithm, new DateTimeOffset(2025, 8, 15, 0, 0, 0, TimeSpan.Zero))));
        Assert.That(need.Reason.Found, Does.Contain("annex"), "the source of the end that counts");
    }

    [Test]
    public void All_tokens_of_a_function_and_quarter_are_renewed_by_one()
    {
        var situation = Situations.Of([.. Enumerable.Range(0, 500).Select(i => Situations.Token($"t{i:D3}") with { CertificateEnds = [Now.AddYears(5).AddDays(i % 40)] })]);
        var step = RenewalPlanning.Plan(situation, Now).Steps.Single();
        Assert.That((step.Needs.Length, step.Tokens), Is.EqualTo((500, 1L)));
        Assert.That(step.Batches.Count(), Is.EqualTo(500));
    }

    [Test]
    public void A_broken_function_of_the_tree_asks_for_a_hash_tree_renewal_at_once_by_another()
    {
        var situation = Situations.Of(Situations.Token("a"), Situations.Token("b", tree: DigestAlgorithm.Sha384)) with { Alarms = [new AlgorithmAlarm("SHA-512", null, Now.AddDays(40))] };
        var plan = RenewalPlanning.Plan(situation, Now);
        var due = plan.Due.Single();
        Assert.That((due.Kind, due.Algorithm, due.NewAlgorithm, due.By, due.Bytes), Is.EqualTo((RenewalKind.HashTree, DigestAlgorithm.Sha512, DigestAlgorithm.Sha384, Now, 1L << 30)));
        Assert.That(due.Needs.Single().Reason.Rule, Is.EqualTo(RenewalRules.TreeBroken));
        Assert.That(plan.Alarms.Select(a => a.Finding.Rule), Is.EqualTo(new[] { RenewalRules.Overdue }), "the margin of a year cannot be kept");
    }

    [Test]
    public void A_broken_function_of_the_signature_alone_asks_for_a_time_stamp_renewal_at_once()
    {
        var situation = Situations.Of(Situations.Token("a"), Situations.Token("b", signing: new UsedAlgorithm("RSASSA-PSS", 4096))) with { Alarms = [new AlgorithmAlarm("ECDSA", null, Now.AddDays(3))] };
        var due = RenewalPlanning.Plan(situation, Now).Due.Single();
        Assert.That((due.Kind, due.Needs.Single().Token, due.Needs.Single().Reason.Rule), Is.EqualTo((RenewalKind.TimeStamp, "a", RenewalRules.TokenBroken)));
    }

    [Test]
    public void An_alarm_about_short_keys_leaves_long_ones()
    {
        var situation = Situations.Of(Situations.Token("a", signing: new UsedAlgorithm("ECDSA", 256)), Situations.Token("b", signing: new UsedAlgorithm("ECDSA", 384))) with { Alarms = [new AlgorithmAlarm("ECDSA", 384, Now.AddDays(3))] };
        Assert.That(RenewalPlanning.Plan(situation, Now).Due.Single().Needs.Select(n => n.Token), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void An_authority_whose_certificate_is_about_to_end_is_not_asked_at_every_look_at_the_plan()
    {
        var end = Now.AddDays(150);
        var (token, tokens) = (Situations.Token("a") with { Time = Now, CertificateEnds = [end] }, 0);
        for (var now = Now; now < end.AddHours(-1); now = now.AddHours(1))
        {
            if (!RenewalPlanning.Plan(Situations.Of(token), now).Due.Any()) continue;
            token = token with { Time = now };
            tokens++;
        }
        Assert.That(tokens, Is.InRange(1, 30), "half a year's margin, and every new token within it");
    }

    [TestCase("SHA-512", 2_000, "SHA-512")]
    [TestCase("SHA-512", 300, "SHA-384")]
    [TestCase("SHA-512", -1, "SHA-384")]
    [TestCase("SHA-256", 300, "SHA-512")]
    public void A_function_that_does_not_stand_for_the_margin_is_replaced_in_new_trees(string name, int days, string expected)
    {
        var situation = Situations.Of() with { Alarms = [new AlgorithmAlarm(name, null, Now.AddDays(days))] };
        Assert.That(RenewalPlanning.FunctionFor(situation, DigestAlgorithm.Find(name)!, Now)!.MetsName, Is.EqualTo(expected));
    }

    [Test]
    public void Where_no_function_is_left_none_is_named()
    {
        var situation = Situations.Of() with { Alarms = [.. new[] { "SHA-256", "SHA-384", "SHA-512" }.Select(n => new AlgorithmAlarm(n, null, Now))] };
        Assert.That(RenewalPlanning.FunctionFor(situation, DigestAlgorithm.Sha512, Now), Is.Null);
    }

    [Test]
    public void The_second_token_that_still_stands_is_used()
    {
        var situation = Situations.Of(Situations.Token("a", batch: "x"), Situations.Token("b", batch: "x", signing: new UsedAlgorithm("RSASSA-PSS", 4096))) with { Alarms = [new AlgorithmAlarm("ECDSA", null, Now.AddDays(-1))] };
        var plan = RenewalPlanning.Plan(situation, Now);
        Assert.That(plan.Steps.Single().Needs.Select(n => (n.Token, n.Reason.Rule)), Is.EqualTo(new[] { ("b", RenewalRules.Second) }));
        Assert.That(plan.Due, Is.EqualTo(plan.Steps));
        Assert.That(plan.Alarms.Single().Finding, Is.EqualTo(new Finding(RenewalRules.Second, "x", "b", "a")));
        var renewed = situation with { Tokens = [situation.Tokens[0], situation.Tokens[1] with { Time = Now, CertificateEnds = [Now.AddYears(9)] }] };
        Assert.That(RenewalPlanning.Plan(renewed, Now).Due, Is.Empty, "a token of after the loss is not renewed again and again");
    }

    [Test]
    public void A_tree_of_another_function_over_the_same_objects_is_the_second_proof()
    {
        var situation = Situations.Of(Situations.Token("a") with { Subject = "s" }, Situations.Token("b", tree: DigestAlgorithm.Sha384) with { Subject = "s" }) with { Alarms = [new AlgorithmAlarm("SHA-512", null, Now)] };
        var plan = RenewalPlanning.Plan(situation, Now);
        Assert.That(plan.Due.Single().Needs.Select(n => n.Token), Is.EqualTo(new[] { "b" }));
        Assert.That(plan.Alarms.Select(a => a.Finding.Rule), Does.Not.Contain(RenewalRules.Lost));
    }

    [Test]
    public void Evidence_that_ended_before_it_was_renewed_is_called_lost_and_begun_anew()
    {
        var plan = RenewalPlanning.Plan(Situations.Of(Situations.Token("a")) with { Alarms = [new AlgorithmAlarm("SHA-512", null, Now.AddDays(-2))] }, Now);
        var alarm = plan.Alarms.Single(a => a.Finding.Rule == RenewalRules.Lost);
        Assert.That(alarm.Finding, Is.EqualTo(new Finding(RenewalRules.Lost, "SHA-512", "2026-05-18", "1")));
        Assert.That(plan.Due.Single().Kind, Is.EqualTo(RenewalKind.HashTree));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_revocation_asks_for_renewal_at_once_and_only_a_compromise_ends_the_token(bool compromise)
    {
        var plan = RenewalPlanning.Plan(Situations.Of(Situations.Token("a", revocation: new TokenRevocation(Now.AddDays(-1), compromise))), Now);
        Assert.That(plan.Due.Single().Needs.Single().Reason.Rule, Is.EqualTo(RenewalRules.Revocation));
        Assert.That(plan.Alarms.Any(a => a.Finding.Rule == RenewalRules.Lost), Is.EqualTo(compromise));
    }

    [Test]
    public void What_is_past_its_day_is_due_at_once_and_told()
    {
        var plan = RenewalPlanning.Plan(Situations.Of(Situations.Token("a") with { CertificateEnds = [Now.AddDays(100)] }), Now);
        Assert.That(plan.Due.Single().By, Is.EqualTo(Now));
        Assert.That(plan.Alarms.Single().Finding, Is.EqualTo(new Finding(RenewalRules.Overdue, "SHA-512", "2026-02-26", "1")));
    }

    [Test]
    public void What_cannot_be_read_in_time_is_told_with_the_day_it_would_be_ready()
    {
        var situation = Situations.Of(Situations.Token("a")) with { Alarms = [new AlgorithmAlarm("SHA-512", null, Now.AddDays(10))], Capacity = new RenewalCapacity { BytesPerDay = 1 << 25 } };
        var alarm = RenewalPlanning.Plan(situation, Now).Alarms.Single(a => a.Finding.Rule == RenewalRules.Capacity);
        Assert.That(alarm.Finding, Is.EqualTo(new Finding(RenewalRules.Capacity, "SHA-512", "2026-05-30", "2026-06-21")));
        var quicker = situation with { Capacity = new RenewalCapacity { BytesPerDay = 1 << 27 } };
        Assert.That(RenewalPlanning.Plan(quicker, Now).Alarms.Select(a => a.Finding.Rule), Does.Not.Contain(RenewalRules.Capacity));
    }

    [Test]
    public void Reading_begins_so_much_earlier_as_it_takes_longer()
    {
        var situation = Situations.Of(Situations.Token("a", 20)) with { Alarms = [new AlgorithmAlarm("SHA-512", null, Now.AddYears(8))], Capacity = new RenewalCapacity { BytesPerDay = (1 << 30) / 200 } };
        var step = RenewalPlanning.Plan(situation, Now).Steps[0];
        Assert.That((step.By - step.NotBefore).TotalDays, Is.EqualTo(92 + 201));
    }

    [Test]
    public void No_function_left_is_told()
    {
        var situation = Situations.Of(Situations.Token("a")) with { Alarms = [.. DigestAlgorithm.All.Select(a => new AlgorithmAlarm(a.MetsName, null, Now.AddDays(90)))] };
        var plan = RenewalPlanning.Plan(situation, Now);
        Assert.That(plan.Steps[0].NewAlgorithm, Is.Null);
        Assert.That(plan.Alarms.Select(a => a.Finding.Rule), Does.Contain(RenewalRules.NoAlgorithm));
    }

    [TestCase(200, "ECDSA", 256, true)]
    [TestCase(400, "RSA", 1024, true)]
    [TestCase(400, "ECDSA", 256, false)]
    public void An_authority_that_gives_nothing_lasting_is_told_when_something_is_due(int days, string name, int bits, bool told)
    {
        var due = Situations.Of(Situations.Token("a") with { CertificateEnds = [Now.AddDays(190)] }) with { Authorities = [new AuthorityStanding("t", Now.AddDays(days), [new UsedAlgorithm(name, bits)])] };
        Assert.That(RenewalPlanning.Plan(due, Now).Alarms.Any(a => a.Finding.Rule == RenewalRules.NoAuthority), Is.EqualTo(told));
    }

    [Test]
    public void A_token_s_own_bytes_say_what_it_rests_on()
    {
        using var make = new TestRecords();
        var token = make.Token(DigestAlgorithm.Sha384.Compute("x"u8), TestRecords.Time);
        var standing = TokenStanding.Read("t", "b", token, [make.Root.Certificate.RawDataMemory]);
        Assert.That((standing.Id, standing.Batch, standing.TreeAlgorithm, standing.Time), Is.EqualTo(("t", "b", DigestAlgorithm.Sha384, TestRecords.Time)));
        Assert.That(standing.Algorithms, Is.SupersetOf(new[] { new UsedAlgorithm("RSA", 2048), new UsedAlgorithm("SHA-256", 0) }));
        Assert.That(standing.CertificateEnds, Is.EqualTo(new[] { Preservation.Testing.Certificates.TestAuthority.End, Preservation.Testing.Certificates.TestAuthority.End }));
        Assert.That(() => TokenStanding.Read("t", "b", new byte[] { 0x30, 0 }, []), Throws.ArgumentException);
    }

    [Test]
    public void Every_rule_of_the_book_is_given_somewhere()
    {
        var seen = new HashSet<string>();
        for (var seed = 0; seed < 400; seed++)
        {
            var situation = Situations.Any(new Random(seed));
            if (seed % 7 == 0) situation = situation with { Alarms = [.. DigestAlgorithm.All.Select(a => new AlgorithmAlarm(a.MetsName, null, Now.AddDays(90)))] };
            if (seed % 11 == 0) situation = situation with { Tokens = situation.Tokens.Add(Situations.Token("weak", tree: DigestAlgorithm.Sha1)) };
            if (seed % 5 == 0) situation = situation with { Capacity = new RenewalCapacity { BytesPerDay = 1 << 20, TokensPerDay = 1 } };
            var plan = RenewalPlanning.Plan(situation, Now);
            seen.UnionWith(plan.Steps.SelectMany(s => s.Reasons).Concat(plan.Alarms.Select(a => a.Finding.Rule)).Select(r => r.Code));
            foreach (var finding in plan.Alarms.Select(a => a.Finding).Concat(plan.Steps.SelectMany(s => s.Needs).Select(n => n.Reason)))
                Assert.That(finding.Message.En + finding.Message.Vi, Does.Not.Contain("–").And.Not.Contain("{"), finding.Rule.Code);
        }
        Assert.That(seen, Is.EquivalentTo(RenewalRules.All.Select(r => r.Code)));
    }

    [Test]
    public void Every_token_is_renewed_before_the_earliest_end_less_its_margin() => ForAny((situation, _) =>
    {
        var plan = RenewalPlanning.Plan(situation, Now);
        foreach (var token in situation.Tokens)
        {
            var steps = plan.Steps.Where(s => s.Needs.Any(n => n.Token == token.Id)).ToList();
            if (steps.Count == 0)
            {
                Assert.That(HasEnded(situation, token), "only what proves nothing any more is left out");
                Assert.That(situation.Tokens.Any(t => t.Batch == token.Batch && !HasEnded(situation, t)), "and only where a second proof stands");
                continue;
            }
            // A token that was short of life from the beginning is renewed at half of it.
            var latest = Ends(situation, token).Min(e => (e.End - token.Time) / 2 is var half && half > TimeSpan.Zero && half < e.Margin ? e.End - half : e.End - e.Margin);
            Assert.That(steps[0].By, Is.LessThanOrEqualTo(latest > Now ? latest : Now), token.Id);
            Assert.That(steps[0].NotBefore, Is.LessThanOrEqualTo(steps[0].By).And.GreaterThanOrEqualTo(Now));
        }
    });

    [Test]
    public void No_step_is_without_need() => ForAny((situation, _) =>
    {
        foreach (var step in RenewalPlanning.Plan(situation, Now).Steps)
        {
            Assert.That(step.Needs, Is.Not.Empty);
            foreach (var need in step.Needs)
            {
                var token = situation.Tokens.Single(t => t.Id == need.Token);
                Assert.That((token.Batch, token.TreeAlgorithm), Is.EqualTo((need.Batch, step.Algorithm)));
                if (need.Reason.Rule == RenewalRules.Second) continue;
                Assert.That(Ends(situation, token).Where(e => e.IsTree == (step.Kind == RenewalKind.HashTree)).Select(e => e.End), Does.Contain(need.Ends));
                Assert.That(step.By, Is.GreaterThanOrEqualTo(Now).And.LessThanOrEqualTo(need.By > Now ? need.By : Now));
                Assert.That(need.By - step.By, Is.LessThan(TimeSpan.FromDays(93)), "and none more than a quarter early");
            }
        }
    });

    [Test]
    public void A_further_alarm_makes_no_day_later() => ForAny((situation, random) =>
    {
        var before = Days(RenewalPlanning.Plan(situation, Now));
        var alarmed = situation with { Alarms = situation.Alarms.Add(Situations.Alarm(random)) };
        var after = Days(RenewalPlanning.Plan(alarmed, Now));
        foreach (var (token, day) in before)
            if (after.TryGetValue(token, out var later)) Assert.That(later, Is.LessThanOrEqualTo(day), token);
            else Assert.That(HasEnded(alarmed, situation.Tokens.Single(t => t.Id == token)));
    });

    [Test]
    public void The_order_of_what_is_named_does_not_count_and_a_plan_made_twice_is_the_same() => ForAny((situation, random) =>
    {
        var plan = Text(RenewalPlanning.Plan(situation, Now));
        Assert.That(Text(RenewalPlanning.Plan(situation, Now)), Is.EqualTo(plan));
        Assert.That(Text(RenewalPlanning.Plan(Situations.Shuffled(situation, random), Now)), Is.EqualTo(plan));
    });

    [Test]
    public void A_plan_that_was_carried_out_has_nothing_due() => ForAny((situation, _) =>
    {
        var plan = RenewalPlanning.Plan(situation with { Alarms = [] }, Now);
        var done = plan.Due.SelectMany(s => s.Needs.Select(n => (n.Token, Step: s))).GroupBy(d => d.Token).ToDictionary(g => g.Key, g => g.First().Step);
        var renewed = situation with
        {
            Alarms = [],
            Tokens = [.. situation.Tokens.Select(t => !done.TryGetValue(t.Id, out var step) ? t
                : t with { TreeAlgorithm = step.NewAlgorithm!, Time = Now, CertificateEnds = [Now.AddYears(6)], Algorithms = [new UsedAlgorithm("SHA-512", 0), new UsedAlgorithm("ECDSA", 384)], Revocation = null })],
        };
        Assert.That(RenewalPlanning.Plan(renewed, Now).Due, Is.Empty);
    });

    private static void ForAny(Action<RenewalSituation, Random> holds)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(Tier.Seed + round);
            Assert.Multiple(() => holds(Situations.Any(random), random));
            if (TestContext.CurrentContext.Result.Assertions.Any()) Assert.Fail($"seed {Tier.Seed} + {round}");
        }
    }

    // The ends of what a token rests on, found here by another way than the planner's.
    private static IEnumerable<(DateTimeOffset End, TimeSpan Margin, bool IsTree, bool IsFatal)> Ends(RenewalSituation situation, TokenStanding token)
    {
        var margins = situation.Margins;
        foreach (var (algorithm, isTree) in token.Algorithms.Select(a => (a, false)).Append((new UsedAlgorithm(token.TreeAlgorithm.MetsName, 0), true)))
        {
            if (algorithm == new UsedAlgorithm("RSA", 2048)) yield return (new DateTimeOffset(2029, 1, 1, 0, 0, 0, TimeSpan.Zero), margins.Algorithm, isTree, true);
            foreach (var alarm in situation.Alarms.Where(a => a.Name == algorithm.Name && (a.BelowBits ?? int.MaxValue) > algorithm.Bits)) yield return (alarm.BrokenFrom, margins.Algorithm, isTree, true);
        }
        foreach (var end in token.CertificateEnds) yield return (end, margins.Certificate, false, true);
        if (token.Revocation is { } revocation) yield return (revocation.From, TimeSpan.FromDays(100_000), false, revocation.IsCompromise);
    }

    private static bool HasEnded(RenewalSituation situation, TokenStanding token) => Ends(situation, token).Any(e => e.IsFatal && e.End <= Now);

    private static Dictionary<string, DateTimeOffset> Days(RenewalPlan plan) =>
        plan.Steps.SelectMany(s => s.Needs.Select(n => (n.Token, s.By))).GroupBy(d => d.Token).ToDictionary(g => g.Key, g => g.Min(d => d.By));

    private static string Text(RenewalPlan plan) => string.Join('\n', plan.Steps.Select(s =>
            $"{s.Kind} {s.Algorithm} {s.NewAlgorithm} {s.By:O} {s.NotBefore:O} {s.Tokens} {s.Bytes}: {string.Join("; ", s.Needs.Select(n => $"{n.Token} {n.Reason.Message.Vi} {n.By:O}"))}"))
        + string.Join('\n', plan.Alarms.Select(a => $"{a.Finding.Message.En} {string.Join(',', a.Tokens)}"));
}
