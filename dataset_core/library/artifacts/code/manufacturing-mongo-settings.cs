// title: MongoDB settings, client and collections by injection
// domain: manufacturing
// prompt: Show how to bind MongoDB settings from configuration and inject them as IMongoDbSettings in .NET 8.
// prompt: AddMongoDb extension method: options validated at start-up, one IMongoClient, majority writes, camelCase element names
// prompt: Our services each build their own MongoClient. Give me one place in the Foundry project that registers the client, the database and typed collections for WorkOrder and Machine, and fails at start when DatabaseName is missing.
// prompt: mongodb dependency injection setup with IOptions and ValidateOnStart, register IMongoCollection<T> so repositories don't know the collection names
// prompt: What is the right lifetime for MongoClient, and where do conventions like enum-as-string belong? Answer with code for a manufacturing execution system.

using System.ComponentModel.DataAnnotations;
using Foundry.Mes.Domain;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Bson.Serialization.Conventions;
using MongoDB.Driver;

namespace Foundry.Mes.Infrastructure.Persistence;

/// <summary>Where the data lives; services depend on this interface instead of the options machinery.</summary>
public interface IMongoDbSettings
{
    string ConnectionString { get; }

    string DatabaseName { get; }

    string WorkOrdersCollectionName { get; }

    string MachinesCollectionName { get; }
}

/// <summary>The section <c>MongoDb</c> of the configuration.</summary>
public sealed class MongoDbSettings : IMongoDbSettings
{
    public const string SectionName = "MongoDb";

    [Required]
    [RegularExpression("^mongodb(\\+srv)?://.+", ErrorMessage = "ConnectionString must start with mongodb:// or mongodb+srv://.")]
    public string ConnectionString { get; init; } = string.Empty;

    [Required]
    [StringLength(63)]
    public string DatabaseName { get; init; } = string.Empty;

    [Required]
    public string WorkOrdersCollectionName { get; init; } = "workOrders";

    [Required]
    public string MachinesCollectionName { get; init; } = "machines";

    [Range(1, 120)]
    public int ServerSelectionTimeoutSeconds { get; init; } = 10;
}

public static class MongoDbServiceCollectionExtensions
{
    /// <summary>Registers the settings, one client for the process, the database and the collections.</summary>
    public static IServiceCollection AddMongoDb(this IServiceCollection services)
    {
        RegisterConventions();

        services.AddOptions<MongoDbSettings>()
            .BindConfiguration(MongoDbSettings.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();

        services.AddSingleton<IMongoDbSettings>(provider =>
            provider.GetRequiredService<IOptions<MongoDbSettings>>().Value);

        // The client owns the connection pool, so the whole process shares one.
        services.AddSingleton<IMongoClient>(provider =>
            CreateClient(provider.GetRequiredService<IOptions<MongoDbSettings>>().Value));

        services.AddSingleton(provider => provider.GetRequiredService<IMongoClient>()
            .GetDatabase(provider.GetRequiredService<IMongoDbSettings>().DatabaseName));

        return services
            .AddMongoCollection<WorkOrder>(settings => settings.WorkOrdersCollectionName)
            .AddMongoCollection<Machine>(settings => settings.MachinesCollectionName);
    }

    private static IServiceCollection AddMongoCollection<TDocument>(
        this IServiceCollection services,
        Func<IMongoDbSettings, string> collectionName) =>
        services.AddSingleton(provider => provider.GetRequiredService<IMongoDatabase>()
            .GetCollection<TDocument>(collectionName(provider.GetRequiredService<IMongoDbSettings>())));

    private static MongoClient CreateClient(MongoDbSettings settings)
    {
        var clientSettings = MongoClientSettings.FromConnectionString(settings.ConnectionString);
        clientSettings.ApplicationName = "foundry-mes";
        clientSettings.ServerSelectionTimeout = TimeSpan.FromSeconds(settings.ServerSelectionTimeoutSeconds);
        clientSettings.WriteConcern = WriteConcern.WMajority;
        clientSettings.RetryWrites = true;
        return new MongoClient(clientSettings);
    }

    // Conventions apply to class maps built afterwards, hence before the first collection is resolved.
    private static void RegisterConventions()
    {
        var conventions = new ConventionPack
        {
            new CamelCaseElementNameConvention(),
            new EnumRepresentationConvention(BsonType.String),
            new IgnoreExtraElementsConvention(true),
            new IgnoreIfNullConvention(true),
        };
        ConventionRegistry.Register(
            "foundry",
            conventions,
            type => type.Namespace?.StartsWith("Foundry.Mes.Domain", StringComparison.Ordinal) == true);
    }
}
