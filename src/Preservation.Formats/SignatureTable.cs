using System.Collections.Frozen;

namespace Preservation.Formats;

/// <summary>Bytes at fixed places and what they mean in PRONOM.</summary>
internal static class SignatureTable
{
    public static readonly FrozenDictionary<string, string> Pdf = new Dictionary<string, string>
    {
        ["1.0"] = "fmt/14", ["1.1"] = "fmt/15", ["1.2"] = "fmt/16", ["1.3"] = "fmt/17", ["1.4"] = "fmt/18",
        ["1.5"] = "fmt/19", ["1.6"] = "fmt/20", ["1.7"] = "fmt/276", ["2.0"] = "fmt/1129",
    }.ToFrozenDictionary();

    public static readonly FrozenDictionary<string, string> PdfA = new Dictionary<string, string>
    {
        ["1a"] = "fmt/95", ["1b"] = "fmt/354", ["2a"] = "fmt/476", ["2b"] = "fmt/477", ["2u"] = "fmt/478",
        ["3a"] = "fmt/479", ["3b"] = "fmt/480", ["3u"] = "fmt/481", ["4e"] = "fmt/1912", ["4f"] = "fmt/1911",
    }.ToFrozenDictionary();

    public static readonly (byte[] Magic, int Offset, FormatMatch Match)[] Rows =
    [
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], 0, Of("fmt/11", "Portable Network Graphics", "1.0", "image/png")),
        ([0xFF, 0xD8, 0xFF, 0xE0], 0, Of("fmt/43", "JPEG File Interchange Format", "1.01", "image/jpeg")),
        ([0xFF, 0xD8, 0xFF, 0xE1], 0, Of("fmt/645", "Exchangeable Image File Format (Compressed)", "2.2.1", "image/jpeg")),
        ([0xFF, 0xD8, 0xFF], 0, Of("fmt/41", "Raw JPEG Stream", "", "image/jpeg")),
        ("GIF87a"u8.ToArray(), 0, Of("fmt/3", "Graphics Interchange Format", "87a", "image/gif")),
        ("GIF89a"u8.ToArray(), 0, Of("fmt/4", "Graphics Interchange Format", "89a", "image/gif")),
        ([0x49, 0x49, 0x2A, 0x00], 0, Of("fmt/353", "Tagged Image File Format", "", "image/tiff")),
        ([0x4D, 0x4D, 0x00, 0x2A], 0, Of("fmt/353", "Tagged Image File Format", "", "image/tiff")),
        ("{\\rtf1"u8.ToArray(), 0, Of("fmt/355", "Rich Text Format", "1.9", "application/rtf")),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], 0, Of("fmt/111", "OLE2 Compound Document Format", "", "application/x-ole-storage")),
        ("ID3"u8.ToArray(), 0, Of("fmt/134", "MPEG 1/2 Audio Layer 3", "", "audio/mpeg")),
        ("ftyp"u8.ToArray(), 4, Of("fmt/199", "MPEG-4 Media File", "", "video/mp4")),
        ("WAVE"u8.ToArray(), 8, Of("fmt/141", "Waveform Audio (PCMWAVEFORMAT)", "", "audio/x-wav")),
        ("AVI "u8.ToArray(), 8, Of("fmt/5", "Audio/Video Interleaved Format", "", "video/x-msvideo")),
        ([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], 0, Of("fmt/131", "Advanced Systems Format", "", "video/x-ms-asf")),
        ([0x1F, 0x8B], 0, Of("x-fmt/266", "GZIP Format", "", "application/gzip")),
    ];

    private static FormatMatch Of(string puid, string name, string version, string mediaType) =>
        new(puid, name, version, mediaType, MatchBasis.Signature);
}
