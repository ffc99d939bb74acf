// title: Listings repository with geo search and keyset paging
// domain: real-estate
// prompt: Write a ListingRepository with MongoDB.Driver: filter by price, rooms and distance from a point, newest first.
// prompt: Paging with Skip gets slow on our 2 million listings. Rewrite the repository with cursor (keyset) pagination on PublishedAt and Id, opaque cursor for the client.
// prompt: mongo repository c#, Builders<T>.Filter composed from optional criteria, GeoWithinCenterSphere, and a method that creates the indexes the queries need
// prompt: I want IListingRepository plus its implementation; ListingSearch holds the optional criteria and a page never exceeds 50 listings.

using System.Globalization;
using System.Text;
using Homestead.Domain.Listings;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Homestead.Infrastructure.Persistence;

/// <summary>What a buyer looks for; a criterion that is null does not restrict the result.</summary>
public sealed record ListingSearch
{
    public decimal? MinPrice { get; init; }

    public decimal? MaxPrice { get; init; }

    public int? MinRooms { get; init; }

    public GeoCircle? Within { get; init; }
}

/// <summary>A circle on the globe, in degrees and kilometres.</summary>
public sealed record GeoCircle(double Longitude, double Latitude, double RadiusKm);

/// <summary>One page and the cursor that continues after it, null on the last page.</summary>
public sealed record ListingPage(IReadOnlyList<Listing> Items, string? NextCursor);

public interface IListingRepository
{
    Task<ListingPage> SearchAsync(ListingSearch search, string? cursor, int pageSize, CancellationToken cancellationToken);

    Task EnsureIndexesAsync(CancellationToken cancellationToken);
}

public sealed class ListingRepository(IMongoCollection<Listing> listings) : IListingRepository
{
    private const int MaxPageSize = 50;
    private const double EarthRadiusKm = 6378.1;

    private static readonly FilterDefinitionBuilder<Listing> Filter = Builders<Listing>.Filter;

    public async Task<ListingPage> SearchAsync(
        ListingSearch search,
        string? cursor,
        int pageSize,
        CancellationToken cancellationToken)
    {
        var size = Math.Clamp(pageSize, 1, MaxPageSize);
        var filter = Matches(search);
        if (cursor is not null)
        {
            filter &= After(PageCursor.Parse(cursor));
        }

        // One document more than asked for tells whether another page follows.
        var found = await listings.Find(filter)
            .SortByDescending(listing => listing.PublishedAt)
            .ThenByDescending(listing => listing.Id)
            .Limit(size + 1)
            .ToListAsync(cancellationToken);

        if (found.Count <= size)
        {
            return new ListingPage(found, NextCursor: null);
        }

        found.RemoveAt(size);
        var last = found[^1];
        return new ListingPage(found, new PageCursor(last.PublishedAt, last.Id).ToString());
    }

    public Task EnsureIndexesAsync(CancellationToken cancellationToken)
    {
        var keys = Builders<Listing>.IndexKeys;
        return listings.Indexes.CreateManyAsync(
            [
                new CreateIndexModel<Listing>(
                    keys.Ascending(listing => listing.Status)
                        .Descending(listing => listing.PublishedAt)
                        .Descending(listing => listing.Id),
                    new CreateIndexOptions { Name = "ix_listings_status_newest" }),
                new CreateIndexModel<Listing>(
                    keys.Geo2DSphere(listing => listing.Location),
                    new CreateIndexOptions { Name = "ix_listings_location" }),
            ],
            cancellationToken);
    }

    private static FilterDefinition<Listing> Matches(ListingSearch search)
    {
        var filter = Filter.Eq(listing => listing.Status, ListingStatus.Published);
        if (search.MinPrice is { } minPrice)
        {
            filter &= Filter.Gte(listing => listing.Price, minPrice);
        }

        if (search.MaxPrice is { } maxPrice)
        {
            filter &= Filter.Lte(listing => listing.Price, maxPrice);
        }

        if (search.MinRooms is { } minRooms)
        {
            filter &= Filter.Gte(listing => listing.Rooms, minRooms);
        }

        if (search.Within is { } circle)
        {
            filter &= Filter.GeoWithinCenterSphere(
                listing => listing.Location, circle.Longitude, circle.Latitude, circle.RadiusKm / EarthRadiusKm);
        }

        return filter;
    }

    private static FilterDefinition<Listing> After(PageCursor cursor) =>
        Filter.Lt(listing => listing.PublishedAt, cursor.PublishedAt)
        | (Filter.Eq(listing => listing.PublishedAt, cursor.PublishedAt) & Filter.Lt(listing => listing.Id, cursor.Id));

    /// <summary>The sort keys of the last listing on a page, opaque to the client.</summary>
    private sealed record PageCursor(DateTime PublishedAt, ObjectId Id)
    {
        public static PageCursor Parse(string text)
        {
            Span<byte> buffer = stackalloc byte[64];
            if (Convert.TryFromBase64String(text, buffer, out var length)
                && Encoding.ASCII.GetString(buffer[..length]).Split('|') is [var ticks, var id]
                && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                && value <= DateTime.MaxValue.Ticks
                && ObjectId.TryParse(id, out var objectId))
            {
                return new PageCursor(new DateTime(value, DateTimeKind.Utc), objectId);
            }

            throw new FormatException("The page cursor is not one that this service issued.");
        }

        public override string ToString() =>
            Convert.ToBase64String(Encoding.ASCII.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{PublishedAt.Ticks}|{Id}")));
    }
}
