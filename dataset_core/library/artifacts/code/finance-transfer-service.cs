// title: Money transfer in a MongoDB transaction
// domain: finance
// prompt: Implement a TransferService that moves money between two accounts in one MongoDB multi-document transaction.
// prompt: transfer between accounts, c# + mongo, debit must fail when the balance is too low, both postings or none, retry on transient errors
// prompt: Clients retry after a time-out and we booked a transfer twice. Make TransferAsync idempotent by the client's request id, inside WithTransactionAsync.
// prompt: Show session handling with IClientSessionHandle done right: balance check in the filter instead of read-then-write, one transfer document that names both accounts, InsufficientFundsException.

using MongoDB.Bson;
using MongoDB.Bson.Serialization.Attributes;
using MongoDB.Driver;

namespace Ledgerline.Payments;

/// <summary>A request to move money; the request id makes repeating it harmless.</summary>
public sealed record TransferCommand(
    Guid RequestId,
    string FromAccountId,
    string ToAccountId,
    decimal Amount,
    string Currency,
    string Reference);

public sealed class Account
{
    [BsonId]
    [BsonRepresentation(BsonType.ObjectId)]
    public required string Id { get; init; }

    public required string Currency { get; init; }

    [BsonRepresentation(BsonType.Decimal128)]
    public decimal Balance { get; init; }

    public bool IsFrozen { get; init; }
}

public sealed class Transfer
{
    [BsonId]
    [BsonGuidRepresentation(GuidRepresentation.Standard)]
    public required Guid RequestId { get; init; }

    [BsonRepresentation(BsonType.ObjectId)]
    public required string FromAccountId { get; init; }

    [BsonRepresentation(BsonType.ObjectId)]
    public required string ToAccountId { get; init; }

    [BsonRepresentation(BsonType.Decimal128)]
    public required decimal Amount { get; init; }

    public required string Currency { get; init; }

    public required string Reference { get; init; }

    public required DateTime BookedAt { get; init; }
}

public sealed class InsufficientFundsException(string accountId)
    : Exception($"Account {accountId} is missing, frozen, in another currency or not covered.");

public sealed class UnknownAccountException(string accountId)
    : Exception($"Account {accountId} cannot receive this transfer.");

public sealed class TransferService
{
    private static readonly TransactionOptions Options = new(
        readConcern: ReadConcern.Snapshot,
        readPreference: ReadPreference.Primary,
        writeConcern: WriteConcern.WMajority);

    private readonly IMongoClient _client;
    private readonly IMongoCollection<Account> _accounts;
    private readonly IMongoCollection<Transfer> _transfers;
    private readonly TimeProvider _clock;

    public TransferService(IMongoClient client, IMongoDatabase database, TimeProvider clock)
    {
        _client = client;
        _accounts = database.GetCollection<Account>("accounts");
        _transfers = database.GetCollection<Transfer>("transfers");
        _clock = clock;
    }

    /// <summary>Books the transfer once, however often the same request id arrives.</summary>
    /// <exception cref="InsufficientFundsException">The paying account does not cover the amount.</exception>
    /// <exception cref="UnknownAccountException">The receiving account cannot be credited.</exception>
    public async Task<Transfer> TransferAsync(TransferCommand command, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(command.Amount);
        if (command.FromAccountId == command.ToAccountId)
        {
            throw new ArgumentException("A transfer needs two different accounts.", nameof(command));
        }

        using var session = await _client.StartSessionAsync(cancellationToken: cancellationToken);
        try
        {
            return await session.WithTransactionAsync(
                (transaction, token) => BookAsync(transaction, command, token), Options, cancellationToken);
        }
        catch (MongoWriteException exception) when (exception.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            // An earlier attempt with this request id was committed: its outcome is the answer.
            return await _transfers.Find(transfer => transfer.RequestId == command.RequestId)
                .SingleAsync(cancellationToken);
        }
    }

    private async Task<Transfer> BookAsync(
        IClientSessionHandle session,
        TransferCommand command,
        CancellationToken cancellationToken)
    {
        var transfer = new Transfer
        {
            RequestId = command.RequestId,
            FromAccountId = command.FromAccountId,
            ToAccountId = command.ToAccountId,
            Amount = command.Amount,
            Currency = command.Currency,
            Reference = command.Reference,
            BookedAt = _clock.GetUtcNow().UtcDateTime,
        };
        await _transfers.InsertOneAsync(session, transfer, cancellationToken: cancellationToken);

        // The balance is part of the filter, so no other transfer can slip between check and debit.
        var debit = await _accounts.UpdateOneAsync(
            session,
            account => account.Id == command.FromAccountId
                && account.Currency == command.Currency
                && !account.IsFrozen
                && account.Balance >= command.Amount,
            Builders<Account>.Update.Inc(account => account.Balance, -command.Amount),
            cancellationToken: cancellationToken);
        if (debit.ModifiedCount != 1)
        {
            throw new InsufficientFundsException(command.FromAccountId);
        }

        var credit = await _accounts.UpdateOneAsync(
            session,
            account => account.Id == command.ToAccountId && account.Currency == command.Currency && !account.IsFrozen,
            Builders<Account>.Update.Inc(account => account.Balance, command.Amount),
            cancellationToken: cancellationToken);
        return credit.ModifiedCount == 1 ? transfer : throw new UnknownAccountException(command.ToAccountId);
    }
}
