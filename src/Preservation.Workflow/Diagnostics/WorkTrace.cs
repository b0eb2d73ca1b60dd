using System.Text;
using Microsoft.Extensions.Options;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Diagnostics;

/// <summary>
/// Where the work stands, line by line in a file: which step and which storage call was entered and left. For crash tests, which must know where a
/// kill landed: a line is handed to the operating system before the work goes on. Off unless <c>Preservation:Diagnostics:TraceFile</c> is set.
/// </summary>
public sealed class WorkTrace : IDisposable
{
    private readonly FileStream? _file;
    private readonly Lock _gate = new();

    /// <summary>Opens the file for appending, if one is configured.</summary>
    public WorkTrace(IOptions<PreservationOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Value.Diagnostics.TraceFile is { Length: > 0 } path)
            _file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 });
    }

    /// <summary>True when a file is written.</summary>
    public bool IsOn => _file is not null;

    /// <summary>Notes that a point of the work is entered, and, when the result is disposed, that it is left.</summary>
    public Scope Enter(string point)
    {
        Write('>', point);
        return new Scope(this, point);
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void Write(char mark, string point)
    {
        if (_file is null) return;
        var line = Encoding.UTF8.GetBytes($"{mark} {point}\n");
        lock (_gate) _file.Write(line);
    }

    /// <summary>A point of the work that was entered.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly WorkTrace _trace;
        private readonly string _point;

        internal Scope(WorkTrace trace, string point) => (_trace, _point) = (trace, point);

        /// <summary>Notes that it is left.</summary>
        public void Dispose() => _trace.Write('<', _point);
    }
}
