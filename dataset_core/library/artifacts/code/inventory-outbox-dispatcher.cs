// title: Outbox dispatcher for stock events
// domain: inventory
// prompt: Write a background service that publishes stock events from a MongoDB outbox collection to the message broker.
// prompt: transactional outbox c# mongodb, several instances run side by side so claim messages with FindOneAndUpdate and a lease, exponential back-off, give up after 8 attempts
// prompt: Stock movements and their events have to be stored together, then sent. The writing side is done; I need OutboxMessage and OutboxDispatcher with TimeProvider so I can test the retry times.
// prompt: How do I avoid sending an outbox message twice from two pods? BackgroundService, PeriodicTimer, scoped IMessagePublisher.

using MongoDB.Bson;
using MongoDB.Bson.Serialization.Attributes;
using MongoDB.Driver;

namespace Stockroom.Messaging;

public enum OutboxStatus
{
    Pending,
    Sent,
    Dead,
}

/// <summary>An event that was stored in the same transaction as the stock movement it tells of.</summary>
public sealed class OutboxMessage
{
    [BsonId]
    [BsonRepresentation(BsonType.ObjectId)]
    public string Id { get; init; } = ObjectId.GenerateNewId().ToString();

    public required string Topic { get; init; }

    /// <summary>Messages with one key (the stock-keeping unit) go to one partition.</summary>
    public required string Key { get; init; }

    public required string Payload { get; init; }

    [BsonRepresentation(BsonType.String)]
    public OutboxStatus Status { get; init; } = OutboxStatus.Pending;

    public int Attempts { get; init; }

    /// <summary>When the message may be tried next; while it is being sent, the end of the sender's lease.</summary>
    public required DateTime DueAt { get; init; }

    [BsonIgnoreIfNull]
    public string? LastError { get; init; }
}

public interface IMessagePublisher
{
    Task PublishAsync(string topic, string key, string messageId, string payload, CancellationToken cancellationToken);
}

public sealed class OutboxDispatcher(
    IMongoCollection<OutboxMessage> outbox,
    IServiceScopeFactory scopes,
    TimeProvider clock,
    ILogger<OutboxDispatcher> logger) : BackgroundService
{
    private const int MaxAttempts = 8;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private static readonly UpdateDefinitionBuilder<OutboxMessage> Update = Builders<OutboxMessage>.Update;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PollInterval, clock);
        do
        {
            try
            {
                await DrainAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is MongoException or TimeoutException)
            {
                logger.LogError(exception, "The outbox cannot be read; trying again in {Interval}", PollInterval);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (await ClaimAsync(cancellationToken) is { } message)
        {
            await SendAsync(message, cancellationToken);
        }
    }

    /// <summary>Takes the oldest due message; moving its due time keeps it from every other instance.</summary>
    private async Task<OutboxMessage?> ClaimAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return await outbox.FindOneAndUpdateAsync(
            message => message.Status == OutboxStatus.Pending && message.DueAt <= now,
            Update.Set(message => message.DueAt, now + Lease).Inc(message => message.Attempts, 1),
            new FindOneAndUpdateOptions<OutboxMessage>
            {
                Sort = Builders<OutboxMessage>.Sort.Ascending(message => message.DueAt),
                ReturnDocument = ReturnDocument.After,
            },
            cancellationToken);
    }

    private async Task SendAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var publisher = scope.ServiceProvider.GetRequiredService<IMessagePublisher>();
            await publisher.PublishAsync(message.Topic, message.Key, message.Id, message.Payload, cancellationToken);
            await SaveAsync(message, Update.Set(sent => sent.Status, OutboxStatus.Sent), cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            await SaveFailureAsync(message, exception, cancellationToken);
        }
    }

    private Task SaveFailureAsync(OutboxMessage message, Exception exception, CancellationToken cancellationToken)
    {
        var update = Update.Set(failed => failed.LastError, exception.Message);
        if (message.Attempts >= MaxAttempts)
        {
            logger.LogError(
                exception, "Message {MessageId} failed {Attempts} times and is given up", message.Id, message.Attempts);
            return SaveAsync(message, update.Set(failed => failed.Status, OutboxStatus.Dead), cancellationToken);
        }

        var delay = BackOff(message.Attempts);
        logger.LogWarning(exception, "Message {MessageId} was not sent; next attempt in {Delay}", message.Id, delay);
        var dueAt = clock.GetUtcNow().UtcDateTime + delay;
        return SaveAsync(message, update.Set(failed => failed.DueAt, dueAt), cancellationToken);
    }

    private Task SaveAsync(
        OutboxMessage message,
        UpdateDefinition<OutboxMessage> update,
        CancellationToken cancellationToken) =>
        outbox.UpdateOneAsync(stored => stored.Id == message.Id, update, cancellationToken: cancellationToken);

    /// <summary>Doubles with each attempt, plus up to a quarter, so that failed messages do not return as a herd.</summary>
    private static TimeSpan BackOff(int attempts) =>
        TimeSpan.FromSeconds(Math.Pow(2, attempts) * (1 + (Random.Shared.NextDouble() / 4)));
}
