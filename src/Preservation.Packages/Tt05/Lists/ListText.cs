using System.Globalization;
using System.Text;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>
/// Vietnamese text as lists have it: composed or decomposed letters, the tone mark on either vowel (<c>hoà</c>, <c>hòa</c>), blanks of all kinds.
/// </summary>
internal static class ListText
{
    // Grave, acute, tilde, hook above, dot below: the tones. Breve, circumflex and horn belong to the letter.
    private const string Tones = "\u0300\u0301\u0303\u0309\u0323";

    /// <summary>The text in NFC, trimmed, each run of blanks and line breaks as one blank; text that is no valid Unicode stays as it is.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c) || c is '\u200b' or '\ufeff')
            {
                if (clean.Length > 0 && clean[^1] != ' ') clean.Append(' ');
            }
            else clean.Append(c);
        }
        return Normalise(clean.ToString().Trim(), NormalizationForm.FormC);
    }

    /// <summary>Equal for texts that differ only in case, blanks, Unicode form, place of the tone mark, or blanks about punctuation.</summary>
    public static string Key(string text)
    {
        var key = new StringBuilder(text.Length);
        var tones = new StringBuilder();
        foreach (var c in Normalise(Clean(text), NormalizationForm.FormD).ToLowerInvariant())
        {
            if (Tones.Contains(c, StringComparison.Ordinal)) tones.Append(c);
            else if (char.IsLetterOrDigit(c) || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark) key.Append(c);
            else
            {
                key.Append(tones).Append(c);
                tones.Clear();
            }
        }
        return key.Append(tones).Replace(" ", "").ToString();
    }

    /// <summary>As <see cref="Key"/>, without any mark; <c>đ</c> counts as <c>d</c>.</summary>
    public static string Fold(string text)
    {
        var fold = new StringBuilder(text.Length);
        foreach (var c in Key(text).Replace('đ', 'd'))
            if (char.IsLetterOrDigit(c)) fold.Append(c);
        return fold.ToString();
    }

    private static string Normalise(string text, NormalizationForm form)
    {
        try
        {
            return text.Normalize(form);
        }
        catch (ArgumentException)
        {
            return text; // a lone surrogate: it equals only itself
        }
    }
}
