using Library.Models;
using MongoDB.Driver;

namespace Library.Services;

public interface ILoanService
{
    Task<Loan> LendAsync(Member member, string bookId, CancellationToken cancellationToken);
}

public sealed class LoanService : ILoanService
{
    private readonly IMongoCollection<Loan> _loans;
    private readonly ReminderQueue _reminders;

    public LoanService(IMongoCollection<Loan> loans, ReminderQueue reminders)
    {
        _loans = loans;
        _reminders = reminders;
    }

    public async Task<Loan> LendAsync(Member member, string bookId, CancellationToken cancellationToken)
    {
        var loan = new Loan { MemberId = member.Id, BookId = bookId };
        await _loans.InsertOneAsync(loan, cancellationToken: cancellationToken);
        foreach (var day in loan.ReminderDays)
        {
            _reminders.Plan(loan, day);
        }

        return loan;
    }
}

public sealed class ReminderQueue
{
    private readonly List<Reminder> _waiting = [];

    public void Plan(Loan loan, int day) => _waiting.Add(new Reminder(loan.Id, day));
}

public sealed record Reminder(string LoanId, int Day);
