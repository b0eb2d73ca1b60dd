namespace Preservation.Testing.Mail;

/// <summary>A mail as another reader understood it.</summary>
/// <param name="To">Name and address of each addressee.</param>
/// <param name="From">The sender.</param>
/// <param name="Subject">Decoded.</param>
/// <param name="Id">The Message-ID.</param>
/// <param name="Language">Content-Language.</param>
/// <param name="Type">The media type.</param>
/// <param name="Charset">Of the text.</param>
/// <param name="Headers">Names of all headers.</param>
/// <param name="Recipients">Whom the server was told to bring it to.</param>
/// <param name="Parts">1: no attachment.</param>
/// <param name="Defects">What the reader complains of.</param>
/// <param name="Text">Decoded.</param>
/// <param name="IsAscii">No byte on the way was above 127.</param>
public sealed record ReadMail(
    string[][] To, string From, string Subject, string Id, string Language, string Type, string Charset, string[] Headers, string Recipients, int Parts, string[] Defects, string Text, bool IsAscii);
