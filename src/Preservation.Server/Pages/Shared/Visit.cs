using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Server.Pages.Texts;
using Preservation.Workflow.Access;
using Preservation.Workflow.Options;

namespace Preservation.Server.Pages.Shared;

/// <summary>What every page needs of this request: the language, who asks, where they may go, and what must be said on every page.</summary>
internal sealed class Visit(IHttpContextAccessor accessor, IOptions<PreservationOptions> options, HtmlEncoder encoder)
{
    public const string LanguageCookie = "preservation-language";

    /// <summary>Legal time; Vietnam keeps UTC+7 all year.</summary>
    private static readonly TimeSpan Vietnam = TimeSpan.FromHours(7);

    private HttpContext Context => accessor.HttpContext ?? throw new InvalidOperationException("not within a request");

    public PageTexts T => PageTexts.In(Context.Request.Cookies[LanguageCookie]);

    public Caller? Caller => Context.Features.Get<Caller>();

    /// <summary>True while the server stamps with a TSA that proves nothing to anybody else.</summary>
    public bool DevelopmentTsa => options.Value.TimeStamps.IsDevelopment;

    /// <summary>Why copies may share a failure domain; empty when they may not.</summary>
    public string Waiver => options.Value.Copies.Waiver;

    /// <summary>Where to return to after the language was changed. After a form or an error: the first page.</summary>
    public string ReturnUrl => Context.Request.Path.StartsWithSegments("/error", StringComparison.Ordinal) || !HttpMethods.IsGet(Context.Request.Method)
        ? "/" : Context.Request.Path + Context.Request.QueryString;

    public bool IsAt(string path) => Context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal);

    /// <summary>Whose rows the caller would see at a page; nothing when it does not serve them.</summary>
    public CatalogueScope ScopeAt(string page) => Caller?.ScopeOf(PageRoles.Of(page)) ?? CatalogueScope.Nothing;

    public bool May(string page) => !ScopeAt(page).IsEmpty;

    /// <summary>The notice a redirect left, one of a closed set of texts.</summary>
    public string? Notice => Context.Request.Query["notice"].ToString() is { Length: > 0 and < 40 } code && PageTexts.All.ContainsKey("notice." + code) ? code : null;

    public IHtmlContent Time(DateTimeOffset? at)
    {
        if (at is not { } instant) return new HtmlString("–");
        var shown = instant.ToOffset(Vietnam).ToString(T.Language == "vi" ? "dd/MM/yyyy HH:mm:ss" : "d MMM yyyy, HH:mm:ss", T.Culture);
        return new HtmlString($"<time datetime=\"{instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}\">{encoder.Encode(shown)}</time>");
    }

    public string Day(DateOnly day) => day.ToString(T.Language == "vi" ? "dd/MM/yyyy" : "d MMM yyyy", T.Culture);

    public string Number(long number) => number.ToString("N0", T.Culture);

    public string Percent(decimal percent) => percent.ToString("0.0", T.Culture) + (T.Language == "vi" ? "%" : " %");

    /// <summary>Hours, minutes and seconds, with days before them when there are any; a dash for none.</summary>
    public static string Span(double? seconds) => seconds is not { } s ? "–" : TimeSpan.FromSeconds(Math.Round(s)).ToString(s >= 86400 ? @"d\.hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);

    /// <summary>A size for people; the exact number of bytes below 1 KiB.</summary>
    public string Size(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
        while (value >= 1024 && unit < units.Length - 1) (value, unit) = (value / 1024, unit + 1);
        return $"{value.ToString(unit == 0 ? "0" : "0.0", T.Culture)} {units[unit]}";
    }
}
