using System.Text;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Sealing.Pkcs11;

/// <summary>
/// A private key that does not leave its token. Sessions are kept and used again; one that the token lost is opened anew, once, and the process logged in again.
/// </summary>
internal sealed class Pkcs11Token : IDisposable
{
    private const int MostIdle = 4;
    private readonly Pkcs11KeyOptions _options;
    private readonly byte[] _id;
    private readonly Lock _gate = new();
    private readonly Stack<(nuint Session, nuint Key)> _idle = [];
    private readonly Pkcs11Module _module;
    private bool _isDisposed;

    /// <exception cref="Pkcs11Exception">The library cannot be loaded.</exception>
    public Pkcs11Token(Pkcs11KeyOptions options)
    {
        _options = options;
        _id = Convert.FromHexString(options.KeyId);
        _module = Pkcs11Module.Open(options.Module);
    }

    /// <summary>Signs what the mechanism takes.</summary>
    /// <param name="mechanism">CKM of PKCS #11.</param>
    /// <param name="input">A digest, or what the mechanism wants around it.</param>
    /// <param name="longest">Bytes a signature can have.</param>
    /// <exception cref="Pkcs11Exception">The token refuses or is not there.</exception>
    public byte[] Sign(nuint mechanism, ReadOnlySpan<byte> input, int longest)
    {
        for (var isAgain = false; ; isAgain = true)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            try
            {
                var session = Take();
                try
                {
                    var signature = _module.Sign(session.Session, mechanism, session.Key, input, longest);
                    Return(session);
                    return signature;
                }
                catch (Pkcs11Exception)
                {
                    _module.CloseSession(session.Session);
                    throw;
                }
            }
            catch (Pkcs11Exception e) when (!isAgain && Pkcs11Code.IsSessionLost(e.Code))
            {
                Forget();
            }
        }
    }

    /// <summary>Closes what is open, as when the token was taken out: the next signature opens anew.</summary>
    public void Forget()
    {
        lock (_gate)
            while (_idle.TryPop(out var session)) _module.CloseSession(session.Session);
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        Forget();
        _module.Dispose();
    }

    private (nuint Session, nuint Key) Take()
    {
        lock (_gate)
        {
            if (_idle.TryPop(out var idle)) return idle;
            var session = _module.OpenSession(_module.Slot(_options.Token));
            try
            {
                _module.Login(session, Pin());
                return (session, _module.PrivateKey(session, _options.KeyLabel, _id));
            }
            catch
            {
                _module.CloseSession(session);
                throw;
            }
        }
    }

    private void Return((nuint Session, nuint Key) session)
    {
        lock (_gate)
        {
            if (_idle.Count < MostIdle && !_isDisposed) _idle.Push(session);
            else _module.CloseSession(session.Session);
        }
    }

    // Read when it is needed, so that a file may be replaced and nothing keeps it.
    private byte[] Pin()
    {
        if (_options.PinFile.Length == 0) return Encoding.UTF8.GetBytes(_options.Pin);
        using var file = new StreamReader(_options.PinFile, Encoding.UTF8);
        return Encoding.UTF8.GetBytes(file.ReadToEnd().TrimEnd('\r', '\n'));
    }
}
