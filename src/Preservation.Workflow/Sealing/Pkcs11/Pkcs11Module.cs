using System.Runtime.InteropServices;
using System.Text;

namespace Preservation.Workflow.Sealing.Pkcs11;

/// <summary>
/// A PKCS #11 v2.40 library: as much of its table of functions as signing needs. One for each path in a process, since C_Initialize is the process's; CK_ULONG is
/// as long as a pointer, as on every Unix.
/// </summary>
internal sealed unsafe class Pkcs11Module : IDisposable
{
    private const nuint UserPin = 1;
    private const nuint SerialSession = 4;
    private const nuint OsLocking = 2;
    private const int TokenInfoBytes = 512; // CK_TOKEN_INFO takes 208 of them
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Pkcs11Module> Loaded = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly nint _library;
    private readonly nint _table;
    private readonly bool _isOurs;
    private int _users;

    private Pkcs11Module(string path)
    {
        _path = path;
        try
        {
            _library = NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new Pkcs11Exception($"{path} cannot be loaded", e);
        }
        if (!NativeLibrary.TryGetExport(_library, "C_GetFunctionList", out var list)) throw new Pkcs11Exception($"{path} is no PKCS #11 library");
        nint table = 0;
        Check("C_GetFunctionList", ((delegate* unmanaged[Cdecl]<nint*, nuint>)list)(&table));
        _table = table;
        var arguments = stackalloc nuint[6];
        new Span<nuint>(arguments, 6).Clear();
        arguments[4] = OsLocking;
        var code = ((delegate* unmanaged[Cdecl]<void*, nuint>)Function(0))(arguments);
        _isOurs = code == Pkcs11Code.Ok;
        if (code != Pkcs11Code.AlreadyInitialized) Check("C_Initialize", code);
    }

    /// <summary>The library at this path, loaded once; to be disposed by each that asked.</summary>
    /// <exception cref="PlatformNotSupportedException">On Windows, where CK_ULONG is shorter.</exception>
    /// <exception cref="Pkcs11Exception">It cannot be loaded.</exception>
    public static Pkcs11Module Open(string path)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("PKCS #11 is supported on Unix");
        lock (Gate)
        {
            if (!Loaded.TryGetValue(path, out var module)) Loaded[path] = module = new Pkcs11Module(path);
            module._users++;
            return module;
        }
    }

    /// <summary>The slot whose token has this label.</summary>
    /// <exception cref="Pkcs11Exception">None has.</exception>
    public nuint Slot(string label)
    {
        nuint count = 0;
        Check("C_GetSlotList", SlotList(null, &count));
        var slots = new nuint[(int)count];
        fixed (nuint* first = slots) Check("C_GetSlotList", SlotList(first, &count));
        var info = stackalloc byte[TokenInfoBytes];
        foreach (var slot in slots.AsSpan(0, (int)count))
        {
            if (((delegate* unmanaged[Cdecl]<nuint, byte*, nuint>)Function(6))(slot, info) != Pkcs11Code.Ok) continue;
            if (Encoding.UTF8.GetString(info, 32).TrimEnd(' ', '\0') == label) return slot;
        }
        throw new Pkcs11Exception($"no token is called {label}");
    }

    public nuint OpenSession(nuint slot)
    {
        nuint session = 0;
        Check("C_OpenSession", ((delegate* unmanaged[Cdecl]<nuint, nuint, void*, void*, nuint*, nuint>)Function(12))(slot, SerialSession, null, null, &session));
        return session;
    }

    /// <summary>Closes; a session that is gone already is none.</summary>
    public void CloseSession(nuint session) => ((delegate* unmanaged[Cdecl]<nuint, nuint>)Function(13))(session);

    /// <summary>Logs the process in; once is enough for all sessions of the token.</summary>
    public void Login(nuint session, byte[] pin)
    {
        fixed (byte* bytes = pin)
        {
            var code = ((delegate* unmanaged[Cdecl]<nuint, nuint, byte*, nuint, nuint>)Function(18))(session, UserPin, bytes, (nuint)pin.Length);
            if (code != Pkcs11Code.UserAlreadyLoggedIn) Check("C_Login", code);
        }
    }

    /// <summary>The private key with this label and id, either of which may be empty.</summary>
    /// <exception cref="Pkcs11Exception">There is none, or more than one.</exception>
    public nuint PrivateKey(nuint session, string label, byte[] id)
    {
        nuint kind = 3; // CKO_PRIVATE_KEY
        var name = Encoding.UTF8.GetBytes(label);
        fixed (byte* nameBytes = name, idBytes = id)
        {
            var wanted = stackalloc nuint[9];
            var count = 0;
            Want(wanted, ref count, 0, &kind, (nuint)sizeof(nuint));
            if (name.Length > 0) Want(wanted, ref count, 3, nameBytes, (nuint)name.Length);
            if (id.Length > 0) Want(wanted, ref count, 0x102, idBytes, (nuint)id.Length);
            Check("C_FindObjectsInit", ((delegate* unmanaged[Cdecl]<nuint, nuint*, nuint, nuint>)Function(26))(session, wanted, (nuint)count));
        }
        var found = stackalloc nuint[2];
        nuint number = 0;
        var code = ((delegate* unmanaged[Cdecl]<nuint, nuint*, nuint, nuint*, nuint>)Function(27))(session, found, 2, &number);
        Check("C_FindObjectsFinal", ((delegate* unmanaged[Cdecl]<nuint, nuint>)Function(28))(session));
        Check("C_FindObjects", code);
        return number == 1 ? found[0] : throw new Pkcs11Exception($"the token has {(number == 0 ? "no" : "more than one")} private key {label} {Convert.ToHexStringLower(id)}");
    }

    /// <summary>C_SignInit and C_Sign with a mechanism that takes no parameter.</summary>
    public byte[] Sign(nuint session, nuint mechanism, nuint key, ReadOnlySpan<byte> input, int longest)
    {
        var how = stackalloc nuint[3];
        (how[0], how[1], how[2]) = (mechanism, 0, 0);
        Check("C_SignInit", ((delegate* unmanaged[Cdecl]<nuint, nuint*, nuint, nuint>)Function(42))(session, how, key));
        var signature = new byte[longest];
        var length = (nuint)longest;
        fixed (byte* from = input, into = signature)
            Check("C_Sign", ((delegate* unmanaged[Cdecl]<nuint, byte*, nuint, byte*, nuint*, nuint>)Function(43))(session, from, (nuint)input.Length, into, &length));
        return signature[..(int)length];
    }

    /// <summary>The last that asked for it ends it.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (--_users > 0) return;
            Loaded.Remove(_path);
            if (_isOurs) ((delegate* unmanaged[Cdecl]<void*, nuint>)Function(1))(null);
            NativeLibrary.Free(_library);
        }
    }

    // CK_FUNCTION_LIST: a version in the room of one pointer, then the functions in the order of PKCS #11 v2.40 §6.2.
    private nint Function(int number) => ((nint*)_table)[number + 1];

    private nuint SlotList(nuint* slots, nuint* count) => ((delegate* unmanaged[Cdecl]<byte, nuint*, nuint*, nuint>)Function(4))(1, slots, count);

    private static void Want(nuint* wanted, ref int count, nuint attribute, void* value, nuint length)
    {
        (wanted[3 * count], wanted[(3 * count) + 1], wanted[(3 * count) + 2]) = (attribute, (nuint)value, length);
        count++;
    }

    private static void Check(string function, nuint code)
    {
        if (code != Pkcs11Code.Ok) throw new Pkcs11Exception(function, code);
    }
}
