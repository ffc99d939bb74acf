using MongoDB.Bson.Serialization.Attributes;

namespace Library.Models;

public class Member
{
    [BsonId]
    public string Id { get; set; } = string.Empty;

    public string FullName { get; set; } = string.Empty;

    public Address? Home { get; set; }
}

[BsonIgnoreExtraElements]
public class Address
{
    public string Street { get; set; } = string.Empty;

    public string City { get; set; } = string.Empty;
}
