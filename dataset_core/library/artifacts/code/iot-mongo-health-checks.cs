// title: Health checks for the replica set and the telemetry stream
// domain: iot
// prompt: Add health checks to our .NET IoT backend: is the MongoDB replica set writable, and is telemetry still coming in?
// prompt: IHealthCheck for mongo in c#: run hello, healthy only with a writable primary, otherwise the failure status from the registration, report who answered
// prompt: Kubernetes restarts our pods whenever Mongo blinks. Split /health/live from /health/ready by tags and return the details of each check as JSON.
// prompt: Write TelemetryFreshnessHealthCheck: degraded when the newest reading is older than 2 minutes, unhealthy after 10, thresholds from options, time from TimeProvider.

using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;
using Sensorium.Domain.Telemetry;

namespace Sensorium.Api.Health;

/// <summary>Healthy while the replica set has a primary that takes writes.</summary>
public sealed class ReplicaSetHealthCheck(IMongoClient client) : IHealthCheck
{
    private static readonly BsonDocumentCommand<BsonDocument> Hello = new(new BsonDocument("hello", 1));

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default)
    {
        try
        {
            var answer = await client.GetDatabase("admin").RunCommandAsync(
                Hello, ReadPreference.PrimaryPreferred, cancellationToken);

            var data = new Dictionary<string, object>
            {
                ["replicaSet"] = answer.GetValue("setName", "none").AsString,
                ["answeredBy"] = answer.GetValue("me", "unknown").AsString,
            };
            return answer.GetValue("isWritablePrimary", false).ToBoolean()
                ? HealthCheckResult.Healthy("The primary takes writes.", data)
                : new HealthCheckResult(context.Registration.FailureStatus, "The replica set has no primary.", data: data);
        }
        catch (Exception exception) when (exception is MongoException or TimeoutException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "The replica set does not answer.", exception);
        }
    }
}

public sealed class TelemetryFreshnessOptions
{
    public const string SectionName = "Health:Telemetry";

    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan DegradedAfter { get; init; } = TimeSpan.FromMinutes(2);

    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan UnhealthyAfter { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>Judges the ingestion by the age of the newest reading.</summary>
public sealed class TelemetryFreshnessHealthCheck(
    IMongoCollection<Reading> readings,
    IOptionsMonitor<TelemetryFreshnessOptions> options,
    TimeProvider clock) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default)
    {
        var newest = await readings.Find(FilterDefinition<Reading>.Empty)
            .SortByDescending(reading => reading.ReceivedAt)
            .Limit(1)
            .FirstOrDefaultAsync(cancellationToken);
        if (newest is null)
        {
            return HealthCheckResult.Degraded("No device has reported yet.");
        }

        var age = clock.GetUtcNow().UtcDateTime - newest.ReceivedAt;
        var data = new Dictionary<string, object> { ["ageSeconds"] = Math.Round(age.TotalSeconds) };
        var limits = options.CurrentValue;

        return age > limits.UnhealthyAfter ? HealthCheckResult.Unhealthy("Telemetry has stopped.", data: data)
            : age > limits.DegradedAfter ? HealthCheckResult.Degraded("Telemetry is late.", data: data)
            : HealthCheckResult.Healthy("Telemetry is coming in.", data);
    }
}

public static class HealthCheckExtensions
{
    private const string Ready = "ready";

    public static IServiceCollection AddPlatformHealthChecks(this IServiceCollection services)
    {
        services.AddOptions<TelemetryFreshnessOptions>()
            .BindConfiguration(TelemetryFreshnessOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();

        services.AddHealthChecks()
            .AddCheck<ReplicaSetHealthCheck>("mongodb", tags: [Ready], timeout: TimeSpan.FromSeconds(5))
            .AddCheck<TelemetryFreshnessHealthCheck>("telemetry", tags: [Ready], timeout: TimeSpan.FromSeconds(5));
        return services;
    }

    /// <summary>Liveness runs no check, so an outage of the database never restarts the process.</summary>
    public static IEndpointRouteBuilder MapPlatformHealthChecks(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        routes.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(Ready),
            ResponseWriter = WriteReportAsync,
        });
        return routes;
    }

    private static Task WriteReportAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(new
        {
            status = report.Status.ToString(),
            durationMs = report.TotalDuration.TotalMilliseconds,
            checks = report.Entries.ToDictionary(
                entry => entry.Key,
                entry => new { status = entry.Value.Status.ToString(), entry.Value.Description, entry.Value.Data }),
        });
}
