using Preservation.Core.Files;

namespace Preservation.Packages.Aip;

/// <summary>Files of several submissions, each in byte order of its paths, gone through as one.</summary>
internal sealed class CurrentFiles(AipRequest request)
{
    /// <summary>What the AIP shows at a path of the submissions: the latest of those with this path.</summary>
    public SubmittedFile? Find(string path)
    {
        if (request.Submission.Find(path) is { } newest) return newest;
        for (var i = request.Earlier.Length - 1; i >= 0; i--)
            if (request.Earlier[i].Files.Find(path) is { } earlier) return earlier;
        return null;
    }

    /// <summary>The latest of each path that begins so, in order.</summary>
    public IEnumerable<SubmittedFile> Under(string prefix) =>
        Merge([request.Submission.Under(prefix), .. request.Earlier.Reverse().Select(e => e.Files.Under(prefix))], f => f.Path);

    /// <summary>Merges ordered sequences into one; of items with one path the first sequence's is taken.</summary>
    public static IEnumerable<T> Merge<T>(IEnumerable<IEnumerable<T>> sequences, Func<T, string> pathOf)
        where T : class
    {
        var open = new List<IEnumerator<T>>();
        try
        {
            foreach (var sequence in sequences)
            {
                var items = sequence.GetEnumerator();
                open.Add(items);
                if (!items.MoveNext()) Close(items);
            }
            while (open.Count > 0)
            {
                var first = open.MinBy(i => pathOf(i.Current), PathOrder.Instance)!.Current;
                yield return first;
                var path = pathOf(first);
                for (var i = open.Count - 1; i >= 0; i--)
                    if (pathOf(open[i].Current) == path && !open[i].MoveNext()) Close(open[i]);
            }
        }
        finally
        {
            foreach (var items in open) items.Dispose();
        }

        void Close(IEnumerator<T> items)
        {
            open.Remove(items);
            items.Dispose();
        }
    }
}
