using MongoDB.Bson.Serialization.Attributes;

namespace Library.Models;

public enum LoanState { Running, Overdue, Returned }

public class Loan
{
    [BsonId]
    public string Id { get; set; } = string.Empty;

    public string MemberId { get; set; } = string.Empty;

    public string? BookId { get; set; }

    public LoanState State { get; set; }

    public List<int> ReminderDays { get; set; } = [7, 1];

    public List<Extension> Extensions { get; set; } = [];
}

public class Extension
{
    public DateOnly Until { get; set; }

    public string GrantedBy { get; set; } = string.Empty;
}
