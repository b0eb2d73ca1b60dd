namespace Preservation.Workflow.Options;

/// <summary>How soon copies of one class of package are read again. The first plan that fits a copy holds; a list that is empty asks for nothing.</summary>
public sealed class FixityPlanOptions
{
    /// <summary>Its name in reports.</summary>
    public string Name { get; set; } = "";

    /// <summary>Every byte is read within this many days; at most <see cref="FixityOptions.MostDays"/>.</summary>
    public int WithinDays { get; set; } = 90;

    /// <summary>Kinds of package, as the catalogue names them.</summary>
    public IList<string> Kinds { get; } = [];

    /// <summary>Access modes (Circular 05/2025): 01, 02, 03.</summary>
    public IList<string> AccessModes { get; } = [];

    /// <summary>Retention codes.</summary>
    public IList<string> RetentionCodes { get; } = [];

    /// <summary>Stores on which the copies lie.</summary>
    public IList<string> Stores { get; } = [];
}
