// title: Shipment change stream with a stored resume token
// domain: logistics
// prompt: Write a .NET background service that watches the shipments collection with a MongoDB change stream and notifies customers when the status changes.
// prompt: change stream worker c#, must survive restarts: save the resume token after each event and continue from there
// prompt: Our tracker polls Mongo every five seconds. Replace it: ShipmentStatusWatcher as BackgroundService, only updates of the status field, at-least-once hand-over to ITrackingNotifier, back off when the connection drops.
// prompt: What happens to a change stream when the oplog no longer holds the resume token? I want the watcher to log it and start from now instead of crashing.

using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Bson.Serialization.Attributes;
using MongoDB.Driver;
using Parcelway.Domain.Shipments;

namespace Parcelway.Tracking;

/// <summary>How far a watcher has read its change stream.</summary>
public sealed class StreamPosition
{
    [BsonId]
    public required string WatcherName { get; init; }

    public required BsonDocument ResumeToken { get; init; }
}

public interface ITrackingNotifier
{
    /// <summary>Tells the customer; may be called twice for one change, so it has to be idempotent.</summary>
    Task StatusChangedAsync(Shipment shipment, CancellationToken cancellationToken);
}

/// <summary>Hands every change of a shipment's status to the notifier, in order and at least once.</summary>
public sealed class ShipmentStatusWatcher(
    IMongoCollection<Shipment> shipments,
    IMongoCollection<StreamPosition> positions,
    ITrackingNotifier notifier,
    ILogger<ShipmentStatusWatcher> logger) : BackgroundService
{
    private const string WatcherName = "shipment-status";
    private const int ChangeStreamHistoryLost = 286;
    private static readonly TimeSpan MinDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var delay = MinDelay;
        var startFromNow = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var _ in WatchAsync(startFromNow, stoppingToken))
                {
                    delay = MinDelay;
                    startFromNow = false;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (MongoCommandException exception) when (exception.Code == ChangeStreamHistoryLost)
            {
                logger.LogError(exception, "The resume token is too old; changes since then are lost, watching from now");
                startFromNow = true;
            }
            catch (Exception exception)
            {
                logger.LogWarning(exception, "The change stream broke; trying again in {Delay}", delay);
                await Task.Delay(delay, stoppingToken);
                delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, MaxDelay.Ticks));
            }
        }
    }

    /// <summary>Yields the identifier of each shipment whose change was handed over and recorded.</summary>
    private async IAsyncEnumerable<string> WatchAsync(
        bool startFromNow,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipeline = new EmptyPipelineDefinition<ChangeStreamDocument<Shipment>>()
            .Match(new BsonDocument
            {
                { "operationType", "update" },
                { "updateDescription.updatedFields.status", new BsonDocument("$exists", true) },
            });

        var options = new ChangeStreamOptions
        {
            FullDocument = ChangeStreamFullDocumentOption.UpdateLookup,
            ResumeAfter = startFromNow ? null : await LoadTokenAsync(cancellationToken),
        };

        using var cursor = await shipments.WatchAsync(pipeline, options, cancellationToken);
        while (await cursor.MoveNextAsync(cancellationToken))
        {
            foreach (var change in cursor.Current)
            {
                // The lookup yields null when the shipment was deleted in the meantime.
                if (change.FullDocument is { } shipment)
                {
                    await notifier.StatusChangedAsync(shipment, cancellationToken);
                }

                await SaveTokenAsync(change.ResumeToken, cancellationToken);
                yield return change.DocumentKey["_id"].ToString()!;
            }
        }
    }

    private async Task<BsonDocument?> LoadTokenAsync(CancellationToken cancellationToken)
    {
        var stored = await positions.Find(position => position.WatcherName == WatcherName)
            .FirstOrDefaultAsync(cancellationToken);
        return stored?.ResumeToken;
    }

    private Task SaveTokenAsync(BsonDocument token, CancellationToken cancellationToken) =>
        positions.ReplaceOneAsync(
            position => position.WatcherName == WatcherName,
            new StreamPosition { WatcherName = WatcherName, ResumeToken = token },
            new ReplaceOptions { IsUpsert = true },
            cancellationToken);
}
