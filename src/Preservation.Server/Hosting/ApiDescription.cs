using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Preservation.Server.Hosting;

/// <summary>What the OpenAPI document says of every operation alike: how a caller is known, the key that makes a write repeatable, and the problems (RFC 9457) that may come instead of an answer.</summary>
internal static class ApiDescription
{
    private const string Scheme = "apiKey";

    private static readonly (int Status, string Meaning)[] Always =
    [
        (StatusCodes.Status400BadRequest, "The request cannot be used; the problem names the field."), (StatusCodes.Status401Unauthorized, "A valid key is needed."),
        (StatusCodes.Status403Forbidden, "The caller's grants do not allow this."), (StatusCodes.Status404NotFound, "There is no such thing, or the caller may not see it."),
        (StatusCodes.Status500InternalServerError, "The service failed."), (StatusCodes.Status503ServiceUnavailable, "A store, the database or the connection failed; try again."),
    ];

    private static readonly (int Status, string Meaning)[] OnWriting =
    [
        (StatusCodes.Status409Conflict, "The state of the thing does not allow this."), (StatusCodes.Status413PayloadTooLarge, "The request is too long."),
        (StatusCodes.Status415UnsupportedMediaType, "The request is of a type that is not taken."), (StatusCodes.Status422UnprocessableEntity, "The Idempotency-Key was used for another request, or the content is refused."),
    ];

    private static readonly (int Status, string Meaning)[] OfUploads =
    [
        (StatusCodes.Status410Gone, "The upload has ended."), (StatusCodes.Status412PreconditionFailed, "Another version of tus."), (StatusCodes.Status423Locked, "Another request is writing."),
        (StatusCodes.Status429TooManyRequests, "Too many uploads, or too much, under way."),
    ];

    // ETSI TS 119 512: an answer of the protocol's own form goes with these, unless the request did not come as far as that.
    private static readonly int[] OfProtocol = [StatusCodes.Status202Accepted, StatusCodes.Status400BadRequest, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status422UnprocessableEntity, StatusCodes.Status507InsufficientStorage];

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Preservation service", Version = "v1" };
            document.Components ??= new OpenApiComponents();
            (document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>())[Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key." };
            (document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>())["Problem"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object, Required = new HashSet<string> { "status", "title", "code", "traceId" },
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["type"] = Text(), ["title"] = Text(), ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer }, ["detail"] = Text(), ["code"] = Text(), ["traceId"] = Text(), ["findings"] = new OpenApiSchema(),
                },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true) Complete(operation, context);
            return Task.CompletedTask;
        });
    }

    private static void Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var writes = !HttpMethods.IsGet(context.Description.HttpMethod ?? "") && !HttpMethods.IsHead(context.Description.HttpMethod ?? "") && !HttpMethods.IsOptions(context.Description.HttpMethod ?? "");
        var path = context.Description.RelativePath!;
        var problems = new List<(int Status, string Meaning)>(Always);
        if (writes) problems.AddRange(OnWriting);
        else problems.AddRange([(StatusCodes.Status409Conflict, "The place asked for lies beyond what there is."), (StatusCodes.Status416RangeNotSatisfiable, "The range lies beyond the content.")]);
        if (path.Contains("/uploads", StringComparison.Ordinal)) problems.AddRange(OfUploads);
        var responses = operation.Responses ??= [];
        foreach (var (status, meaning) in problems) responses.TryAdd(Name(status), new OpenApiResponse { Description = meaning, Content = OfProblem(context) });
        foreach (var response in responses.Values.OfType<OpenApiResponse>().Where(r => r.Content?.ContainsKey("application/problem+json") == true)) response.Content = OfProblem(context);
        if (path.Contains("/preservation/", StringComparison.Ordinal))
            foreach (var status in OfProtocol)
            {
                if (!responses.TryGetValue(Name(status), out var response)) responses[Name(status)] = response = new OpenApiResponse { Description = "As the result says.", Content = new Dictionary<string, OpenApiMediaType>() };
                response.Content!["application/json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference("Response", context.Document) };
            }
        (operation.Security ??= []).Add(new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] });
        if (writes && HttpMethods.IsPost(context.Description.HttpMethod ?? ""))
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = "Idempotency-Key", In = ParameterLocation.Header, Description = "1 to 255 characters: a request that is repeated with it has no second effect and gets the same answer.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
            });
    }

    private static string Name(int status) => status.ToString(CultureInfo.InvariantCulture);

    private static Dictionary<string, OpenApiMediaType> OfProblem(OpenApiOperationTransformerContext context) => new() { ["application/problem+json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference("Problem", context.Document) } };

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String | JsonSchemaType.Null };
}
