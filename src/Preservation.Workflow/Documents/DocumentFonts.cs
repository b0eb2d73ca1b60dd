using Microsoft.Extensions.Options;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Documents;

/// <summary>The two fonts that documents are set in, read once from the files the configuration names.</summary>
public sealed class DocumentFonts(IOptions<PreservationOptions> options)
{
    private const long MostBytes = 32 << 20;
    private readonly Lazy<(TrueTypeFont Regular, TrueTypeFont Bold)> _fonts = new(() => (Read(options.Value.Documents.Font), Read(options.Value.Documents.BoldFont)));

    internal TrueTypeFont Regular => _fonts.Value.Regular;

    internal TrueTypeFont Bold => _fonts.Value.Bold;

    private static TrueTypeFont Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MostBytes) throw new InvalidDataException($"it is larger than {MostBytes} bytes");
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return new TrueTypeFont(bytes);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new FontMissingException($"the font {path} of Preservation:Documents cannot be used: {e.Message}", e);
        }
    }
}
