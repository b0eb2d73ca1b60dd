namespace Preservation.Catalogue.Model;

/// <summary>A person or a program; two-person rules count persons only.</summary>
public enum PrincipalKind
{
    /// <summary>A human being.</summary>
    Person,

    /// <summary>A program.</summary>
    System,
}
