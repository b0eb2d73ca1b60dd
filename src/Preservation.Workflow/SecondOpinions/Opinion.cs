namespace Preservation.Workflow.SecondOpinions;

/// <summary>What another verifier says of the cryptography of a file's signatures.</summary>
/// <param name="Tool">Its name: <c>openssl</c>, <c>xmlsec1</c>, <c>pdfsig</c>.</param>
/// <param name="Version">Its version, as it tells it.</param>
/// <param name="Outcome"><c>INTACT</c>, <c>BROKEN</c> or <c>NOT_JUDGED</c>.</param>
/// <param name="Agrees">Does our own verdict say the same; null when one of the two did not judge.</param>
/// <param name="Output">The end of what it wrote, for people.</param>
public sealed record Opinion(string Tool, string Version, string Outcome, bool? Agrees, string Output);
