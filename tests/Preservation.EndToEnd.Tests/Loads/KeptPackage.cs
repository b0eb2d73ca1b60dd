namespace Preservation.EndToEnd.Tests.Loads;

/// <summary>A package that is read, with the bytes of the file in it.</summary>
internal sealed record KeptPackage(string Submission, string Package, string File, byte[] Content);
