namespace Preservation.Server; internal static class Program { private static int Main() => 64; }
