// title: Global exception handler that answers with problem details
// domain: travel
// prompt: Write an IExceptionHandler for ASP.NET Core 8 that turns our domain exceptions into RFC 9457 problem details.
// prompt: global error handling middleware for the trip planner api: 404 for EntityNotFoundException, 409 for SeatsSoldOutException, 422 for rule violations, 503 with Retry-After when mongo is unreachable, 500 otherwise
// prompt: We leak stack traces in production. Show a handler plus its registration that hides details of unexpected errors but keeps a trace id the support desk can look up.
// prompt: How do I keep aborted requests out of the error log? I want OperationCanceledException answered with 499 and nothing above debug level.

using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using MongoDB.Driver;
using Wayfare.Domain;

namespace Wayfare.Api.Errors;

/// <summary>Turns every exception that leaves an endpoint into a problem document.</summary>
public sealed class ProblemDetailsExceptionHandler(
    IProblemDetailsService problemDetails,
    ILogger<ProblemDetailsExceptionHandler> logger) : IExceptionHandler
{
    private const int ClientClosedRequest = 499;
    private const int RetryAfterSeconds = 15;

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext,
        Exception exception,
        CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            logger.LogDebug("The client closed {Method} {Path}", httpContext.Request.Method, httpContext.Request.Path);
            httpContext.Response.StatusCode = ClientClosedRequest;
            return true;
        }

        var problem = ToProblem(exception);
        var status = problem.Status ?? StatusCodes.Status500InternalServerError;
        Log(exception, status, httpContext.Request);

        httpContext.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            httpContext.Response.Headers.RetryAfter = RetryAfterSeconds.ToString();
        }

        return await problemDetails.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = problem,
            Exception = exception,
        });
    }

    private static ProblemDetails ToProblem(Exception exception) => exception switch
    {
        EntityNotFoundException notFound => new ProblemDetails
        {
            Status = StatusCodes.Status404NotFound,
            Title = $"{notFound.EntityName} not found",
            Detail = notFound.Message,
        },
        SeatsSoldOutException soldOut => new ProblemDetails
        {
            Status = StatusCodes.Status409Conflict,
            Type = "urn:wayfare:problem:seats-sold-out",
            Title = "Not enough seats",
            Detail = soldOut.Message,
            Extensions = { ["seatsLeft"] = soldOut.SeatsLeft },
        },
        BusinessRuleException rule => new ProblemDetails
        {
            Status = StatusCodes.Status422UnprocessableEntity,
            Type = $"urn:wayfare:problem:{rule.Code}",
            Title = "The request breaks a rule",
            Detail = rule.Message,
        },
        MongoConnectionException or TimeoutException => new ProblemDetails
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Title = "The trip database does not answer",
            Detail = "Please try again in a moment.",
        },
        BadHttpRequestException badRequest => new ProblemDetails
        {
            Status = badRequest.StatusCode,
            Title = "The request cannot be read",
            Detail = badRequest.Message,
        },

        // Nothing about an unexpected error leaves the server but the trace id.
        _ => new ProblemDetails
        {
            Status = StatusCodes.Status500InternalServerError,
            Title = "Something went wrong on our side",
        },
    };

    private void Log(Exception exception, int status, HttpRequest request)
    {
        if (status >= StatusCodes.Status500InternalServerError)
        {
            logger.LogError(exception, "{Method} {Path} failed", request.Method, request.Path);
        }
        else
        {
            logger.LogInformation("{Method} {Path} was refused: {Reason}", request.Method, request.Path, exception.Message);
        }
    }
}

public static class ErrorHandlingExtensions
{
    /// <summary>Registers the handler and stamps each problem with its trace id and the request path.</summary>
    public static IServiceCollection AddErrorHandling(this IServiceCollection services) =>
        services
            .AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            {
                context.ProblemDetails.Instance ??= context.HttpContext.Request.Path;
                context.ProblemDetails.Extensions["traceId"] =
                    Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;
            })
            .AddExceptionHandler<ProblemDetailsExceptionHandler>();

    /// <summary>Has to come first in the pipeline, so that it sees the errors of all other middleware.</summary>
    public static IApplicationBuilder UseErrorHandling(this IApplicationBuilder app) =>
        app.UseExceptionHandler().UseStatusCodePages();
}
