using System.Net;
using System.Net.Sockets;

namespace Preservation.Workflow.Collection;

/// <summary>Opens connections to addresses of the public internet alone: the address that was checked is the one that is connected to, whatever the name says at the next look.</summary>
internal static class CheckedConnection
{
    /// <exception cref="PrivateAddressException">The name has no public address.</exception>
    public static async ValueTask<Stream> OpenAsync(DnsEndPoint endPoint, bool privateAddresses, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(endPoint.Host, cancellationToken);
        var address = addresses.FirstOrDefault(a => privateAddresses || !IsPrivate(a)) ?? throw new PrivateAddressException($"{endPoint.Host} lies on a private address");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, endPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Everything that is not the public internet: loopback, private, link-local, carrier's, multicast, reserved, and what maps to such.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return bytes[0] is 0 or 10 or 127 or >= 224 || (bytes[0] == 100 && bytes[1] is >= 64 and < 128) || (bytes[0] == 169 && bytes[1] == 254)
                || (bytes[0] == 172 && bytes[1] is >= 16 and < 32) || (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 192 && bytes[1] == 0 && bytes[2] is 0 or 2)
                || (bytes[0] == 198 && bytes[1] is 18 or 19);
        // Only global unicast is public; 6to4, Teredo and NAT64 may lead back into private networks.
        return (bytes[0] & 0xE0) != 0x20 || (bytes[0] == 0x20 && bytes[1] == 0x02) || (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0);
    }
}
