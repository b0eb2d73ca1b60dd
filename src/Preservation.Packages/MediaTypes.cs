using System.Collections.Frozen;

namespace Preservation.Packages;

/// <summary>IANA media types by file name extension, for files nobody has identified.</summary>
internal static class MediaTypes
{
    private static readonly FrozenDictionary<string, string> ByExtension = new Dictionary<string, string>
    {
        [".xml"] = "application/xml", [".xsd"] = "application/xml", [".pdf"] = "application/pdf", [".txt"] = "text/plain",
        [".csv"] = "text/csv", [".json"] = "application/json", [".htm"] = "text/html", [".html"] = "text/html", [".rtf"] = "application/rtf",
        [".doc"] = "application/msword", [".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        [".xls"] = "application/vnd.ms-excel", [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [".ppt"] = "application/vnd.ms-powerpoint", [".pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        [".odt"] = "application/vnd.oasis.opendocument.text", [".ods"] = "application/vnd.oasis.opendocument.spreadsheet",
        [".odp"] = "application/vnd.oasis.opendocument.presentation", [".jpg"] = "image/jpeg", [".jpeg"] = "image/jpeg", [".png"] = "image/png",
        [".gif"] = "image/gif", [".tif"] = "image/tiff", [".tiff"] = "image/tiff", [".mp3"] = "audio/mpeg", [".wav"] = "audio/vnd.wave",
        [".mp4"] = "video/mp4", [".mpg"] = "video/mpeg", [".mpeg"] = "video/mpeg", [".zip"] = "application/zip",
        [".p7s"] = "application/pkcs7-signature",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static string Of(string path) => ByExtension.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream");
}
