namespace Preservation.Signatures.Path;

internal enum PathPurpose
{
    Signing,
    TimeStamping,
}
