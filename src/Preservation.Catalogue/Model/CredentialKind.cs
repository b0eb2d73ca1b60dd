namespace Preservation.Catalogue.Model;

/// <summary>How a principal proves itself.</summary>
public enum CredentialKind
{
    /// <summary>A bearer key; only its hash is kept.</summary>
    ApiKey,

    /// <summary>A subject of an OpenID provider.</summary>
    OpenId,

    /// <summary>The key of a client certificate.</summary>
    Certificate,
}
