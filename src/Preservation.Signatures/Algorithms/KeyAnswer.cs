namespace Preservation.Signatures.Algorithms;

internal enum KeyAnswer
{
    No,
    Yes,
    Unsupported,
}
