using System.ComponentModel.DataAnnotations;
using Library.Domain;
using Microsoft.AspNetCore.Mvc;

namespace Library.Controllers;

/// <summary>Lends books and takes them back.</summary>
[ApiController]
[Route("api/loans")]
public sealed class LoansController(ILoanService loans, ILogger<LoansController> logger) : ControllerBase
{
    private const int MaxLoans = 5;
    private readonly Dictionary<Guid, Loan> recent = new();

    /// <summary>The loans of a member, the latest first.</summary>
    /// <param name="memberId">Whose loans.</param>
    [HttpGet("{memberId:guid}")]
    public async Task<ActionResult<IReadOnlyList<LoanDto>>> GetByMember(Guid memberId, CancellationToken cancellationToken = default)
    {
        var found = await loans.FindByMemberAsync(memberId, cancellationToken);
        return Ok(found.Select(LoanDto.From).ToList());
    }

    [HttpPost]
    public async Task<IActionResult> Lend([FromBody] LendRequest request)
    {
        if (recent.Count >= MaxLoans)
        {
            logger.LogWarning("Too many loans for {Member}", request.MemberId);
            return Conflict();
        }

        var loan = await loans.LendAsync(request.MemberId, request.Isbn!);
        recent[loan.Id] = loan;
        return CreatedAtAction(nameof(GetByMember), new { memberId = loan.MemberId }, LoanDto.From(loan));
    }

    public static bool operator ==(LoansController left, LoansController right) => ReferenceEquals(left, right);
}

public record LendRequest(Guid MemberId, [property: Required] string? Isbn);

/// <summary>What callers see of a loan.</summary>
public record LoanDto(Guid Id, DateOnly Due) : IDto<Loan>
{
    public bool Overdue => Due < DateOnly.FromDateTime(DateTime.UtcNow);

    public static LoanDto From(Loan loan) => new(loan.Id, loan.Due);
}

public class LoanException : Exception
{
    public LoanException(string message) : base(message)
    {
    }
}

public enum LoanState
{
    Open,
    /// <summary>Past its date.</summary>
    Overdue = 2,
    Returned,
}

public interface ILoanService
{
    event EventHandler<Loan> Lent;

    Loan this[Guid id] { get; }

    Task<Loan> LendAsync(Guid memberId, string isbn);
}
