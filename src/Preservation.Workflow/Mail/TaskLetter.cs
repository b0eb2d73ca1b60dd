using System.Globalization;
using System.Text;
using MimeKit;
using MimeKit.Text;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Options;
using Preservation.Workflow.Terms;

namespace Preservation.Workflow.Mail;

/// <summary>
/// Writes a mail: plain text in the person's language, with no more of a task than the list shows. What others wrote (names, subjects) is one line of visible characters, and
/// is in no header but the person's own name, which the library encodes.
/// </summary>
internal static class TaskLetter
{
    private const int MostOfSubject = 200;

    /// <param name="options">Sender and link.</param>
    /// <param name="id">The mail's, the same in each try.</param>
    /// <param name="name">The person's.</param>
    /// <param name="choice">Where to, and in which language.</param>
    /// <param name="kind">Of the day, or what cannot wait.</param>
    /// <param name="news">What there is to tell.</param>
    /// <param name="notices">Changes of rights that the person has not confirmed.</param>
    /// <param name="now">When it is written.</param>
    public static MimeMessage Write(MailOptions options, Guid id, string name, MailChoice choice, MailKind kind, TaskNews news, int notices, DateTimeOffset now)
    {
        var texts = DocumentTexts.Load("mail.json", choice.Language);
        var from = MailboxAddress.Parse(options.From);
        var message = new MimeMessage { Subject = Subject(texts, kind, news), Date = now.ToOffset(WorkingCalendar.Vietnam), MessageId = $"{id:N}@{from.Domain}" };
        message.From.Add(from);
        message.To.Add(new MailboxAddress(Encoding.UTF8, OneLine(name, 100), choice.Address));
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834: nobody's absence is answered
        var body = new TextPart(TextFormat.Plain) { ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        body.Headers.Add(HeaderId.ContentLanguage, choice.Language);
        body.SetText(Encoding.UTF8, Body(texts, options.Link.TrimEnd('/'), name, kind, news, notices));
        message.Body = body;
        return message;
    }

    /// <summary>What others wrote as one line: whatever ends lines, controls or turns round the direction of text becomes a space.</summary>
    public static string OneLine(string text, int most)
    {
        var line = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= most) return line.Append('…').ToString();
            var isPlain = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse);
            if (isPlain) line.Append(rune.ToString());
            else line.Append(' ');
        }
        return line.ToString().Trim();
    }

    private static string Subject(DocumentTexts texts, MailKind kind, TaskNews news)
    {
        int Of(NewsPlace place) => news.Counts.GetValueOrDefault(place);
        return kind == MailKind.Digest ? texts.Fill("subject.digest", Of(NewsPlace.Overdue), Of(NewsPlace.DueSoon), Of(NewsPlace.New) + Of(NewsPlace.Given)) : texts.Fill("subject.atOnce", news.Total);
    }

    private static string Body(DocumentTexts texts, string link, string name, MailKind kind, TaskNews news, int notices)
    {
        var body = new StringBuilder();
        void Line(string text = "") => body.Append(text).Append("\r\n");
        Line(texts.Fill("greeting", OneLine(name, 100)));
        Line();
        Line(texts[kind == MailKind.Digest ? "intro.digest" : "intro.atOnce"]);
        foreach (var group in news.Lines.GroupBy(l => l.Place))
        {
            Line();
            Line(texts.Fill("place." + group.Key, news.Counts[group.Key]));
            foreach (var line in group)
            {
                Line($"- {texts.Find("taskKind." + line.Kind) ?? line.Kind}: {OneLine(line.Subject, MostOfSubject)}{(line.DueAt is { } due ? texts.Fill("due", Time(due)) : "")}");
                Line($"  {link}/tasks/{line.Id}");
            }
        }
        Line();
        if (news.Total > news.Lines.Length) Line(texts.Fill("more", news.Total - news.Lines.Length));
        Line(texts.Fill("open", news.Open, link + "/tasks"));
        if (notices > 0) Line(texts.Fill("notices", notices, link + "/notices"));
        Line();
        Line("-- ");
        Line(texts.Fill("footer", link + "/account"));
        return body.ToString();
    }

    private static string Time(DateTimeOffset at) => at.ToOffset(WorkingCalendar.Vietnam).ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture);
}
