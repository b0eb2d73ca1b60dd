using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Preservation.Signatures.Path;

/// <summary>
/// Path validation of RFC 5280 §6.1, certificate by certificate from the anchor down, but for signatures, which the path was built by, and
/// revocation (§6.3). It gathers every fault and stops at none.
/// </summary>
internal sealed class PathProcessing
{
    private const int MaxNameChecks = 100_000;
    private readonly ImmutableArray<Certificate> _path;
    private readonly PathOptions _options;
    private readonly PolicyGraph _policies = new();
    private readonly List<NameConstraints> _constraints = [];
    private readonly ImmutableArray<PathFault>.Builder _faults = ImmutableArray.CreateBuilder<PathFault>();
    private int _explicitPolicy;
    private int _inhibitAnyPolicy;
    private int _policyMapping;
    private int _maxPathLength;
    private int _nameChecks = MaxNameChecks;

    private PathProcessing(ImmutableArray<Certificate> path, PathOptions options)
    {
        _path = path;
        _options = options;
        var length = path.Length - 1;
        _explicitPolicy = options.ExplicitPolicy ? 0 : length + 1;
        _inhibitAnyPolicy = options.InhibitAnyPolicy ? 0 : length + 1;
        _policyMapping = options.InhibitPolicyMapping ? 0 : length + 1;
        _maxPathLength = length;
    }

    /// <param name="path">From the target to the anchor.</param>
    /// <param name="times">When each of them is judged, in the same order.</param>
    /// <param name="options">Policy inputs.</param>
    public static ImmutableArray<PathFault> Process(ImmutableArray<Certificate> path, ImmutableArray<DateTimeOffset> times, PathOptions options)
    {
        var processing = new PathProcessing(path, options);
        processing.JudgeAnchor(times[^1]);
        for (var i = path.Length - 2; i >= 0; i--)
        {
            processing.JudgeBasics(path[i], times[i], isLast: i == 0);
            if (i > 0) processing.Prepare(path[i]);
        }
        if (path.Length > 1) processing.WrapUp(path[0]);
        return processing._faults.ToImmutable();
    }

    internal static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private void Fault(string clause, Certificate certificate, string text, PathFaultKind kind = PathFaultKind.Constraint, string? at = null) =>
        _faults.Add(new PathFault(kind, "RFC 5280 " + clause, $"{certificate.Report.Subject}: {text}", at));

    // An anchor is a name and a key that the operator trusts (§6.1.1 (d)). What its certificate itself limits is held to all the same.
    private void JudgeAnchor(DateTimeOffset at)
    {
        var anchor = _path[^1];
        JudgeValidity(anchor, at);
        if (_path.Length == 1) return;
        if (!anchor.IsAuthority && anchor.KeyUsage is not null) Fault("§6.1.4 (k)", anchor, "basicConstraints says no authority");
        if (anchor.KeyUsage is { } usage && !usage.HasFlag(X509KeyUsageFlags.KeyCertSign)) Fault("§6.1.4 (n)", anchor, "keyUsage allows no certificates");
        if (anchor.PathLength is { } length) _maxPathLength = Math.Min(_maxPathLength, length);
    }

    private void JudgeValidity(Certificate certificate, DateTimeOffset at)
    {
        if (at < certificate.NotBefore || at > certificate.NotAfter)
            Fault("§6.1.3 (a)(2)", certificate, $"{Text(certificate.NotBefore)} – {Text(certificate.NotAfter)}", PathFaultKind.Validity, Text(at));
    }

    // §6.1.3.
    private void JudgeBasics(Certificate certificate, DateTimeOffset at, bool isLast)
    {
        foreach (var malformed in certificate.Malformed) Fault("§4.1", certificate, malformed);
        JudgeValidity(certificate, at);
        if (!certificate.IsSelfIssued || isLast) JudgeNames(certificate);
        _policies.Enter(certificate.Extensions.Policies, _inhibitAnyPolicy > 0 || (!isLast && certificate.IsSelfIssued));
        if (_explicitPolicy == 0 && _policies.IsNull) Fault("§6.1.3 (f)", certificate, "no certificate policy is left that the path must have");
        foreach (var oid in certificate.UnknownCriticalExtensions)
            Fault(isLast ? "§6.1.5 (f)" : "§6.1.4 (o)", certificate, $"critical extension {oid} is not known");
    }

    // §6.1.3 (b), (c).
    private void JudgeNames(Certificate certificate)
    {
        if (_constraints.Count == 0) return;
        var names = certificate.Extensions.SubjectAlternativeNames.AsEnumerable();
        if (!certificate.SubjectName.IsEmpty) names = names.Append(GeneralName.Of(certificate.SubjectName));
        names = names.Concat(certificate.SubjectName.Emails.Select(e => new GeneralName(GeneralNameForm.Rfc822Name, e, default, null)));
        foreach (var name in names)
            foreach (var constraints in _constraints)
                if (constraints.Refusal(name, ref _nameChecks) is { } refusal)
                {
                    Fault("§6.1.3 (b), (c)", certificate, $"name constraints: {refusal}");
                    return;
                }
    }

    // §6.1.4.
    private void Prepare(Certificate certificate)
    {
        var extensions = certificate.Extensions;
        if (extensions.PolicyMappings.Any(m => m.Issuer == PolicyGraph.AnyPolicy || m.Subject == PolicyGraph.AnyPolicy))
            Fault("§6.1.4 (a)", certificate, "a policy mapping from or to anyPolicy");
        _policies.Map(extensions.PolicyMappings, _policyMapping > 0);
        if (extensions.NameConstraints is { } constraints) _constraints.Add(constraints);
        if (!certificate.IsSelfIssued)
        {
            if (_explicitPolicy > 0) _explicitPolicy--;
            if (_policyMapping > 0) _policyMapping--;
            if (_inhibitAnyPolicy > 0) _inhibitAnyPolicy--;
        }
        _explicitPolicy = Math.Min(_explicitPolicy, extensions.RequireExplicitPolicy ?? int.MaxValue);
        _policyMapping = Math.Min(_policyMapping, extensions.InhibitPolicyMapping ?? int.MaxValue);
        _inhibitAnyPolicy = Math.Min(_inhibitAnyPolicy, extensions.InhibitAnyPolicy ?? int.MaxValue);
        JudgeAuthority(certificate);
    }

    // §6.1.4 (k)–(n).
    private void JudgeAuthority(Certificate certificate)
    {
        if (!certificate.IsAuthority) Fault("§6.1.4 (k)", certificate, "basicConstraints says no authority");
        if (!certificate.IsSelfIssued)
        {
            if (_maxPathLength <= 0) Fault("§6.1.4 (l)", certificate, "pathLenConstraint of an authority above allows no authority here");
            else _maxPathLength--;
        }
        _maxPathLength = Math.Min(_maxPathLength, certificate.PathLength ?? int.MaxValue);
        if (certificate.KeyUsage is { } usage && !usage.HasFlag(X509KeyUsageFlags.KeyCertSign))
            Fault("§6.1.4 (n)", certificate, "keyUsage allows no certificates");
    }

    // §6.1.5.
    private void WrapUp(Certificate target)
    {
        if (_explicitPolicy > 0) _explicitPolicy--;
        if (target.Extensions.RequireExplicitPolicy == 0) _explicitPolicy = 0;
        if (_explicitPolicy == 0 && _policies.Constrain(_options.InitialPolicies).IsEmpty)
            Fault("§6.1.5 (g)", target, "the path has none of the certificate policies that are asked for");
    }
}
