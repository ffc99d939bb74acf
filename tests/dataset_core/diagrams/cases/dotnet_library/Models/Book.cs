using MongoDB.Bson.Serialization.Attributes;

namespace Library.Models;

public class Book
{
    [BsonId]
    public string Id { get; set; } = string.Empty;

    public string Title { get; set; } = string.Empty;

    public int Copies { get; set; }
}
