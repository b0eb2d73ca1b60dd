namespace Preservation.Workflow.Tests.TimeStamping;

/// <summary>A clock that ends its process, as far as a test can, when it is looked at for the n-th time: every step of the work looks at it.</summary>
internal sealed class DyingClock(TimeProvider clock, int looks) : TimeProvider
{
    private int _left = looks;

    public override DateTimeOffset GetUtcNow() => Interlocked.Decrement(ref _left) < 0 ? throw new DeadException() : clock.GetUtcNow();

    public sealed class DeadException : Exception;
}
