using Library.Models;
using Library.Services;
using Microsoft.AspNetCore.Mvc;
using MongoDB.Driver;

namespace Library.Api.Controllers;

/// <summary>Lends books and takes them back.</summary>
public class LoansController : LibraryController
{
    private readonly ILoanService _loans;
    private readonly IMongoCollection<Member> _members;

    public LoansController(ILoanService loans, IMongoCollection<Member> members)
    {
        _loans = loans;
        _members = members;
    }

    [HttpPost("{memberId}")]
    public async Task<ActionResult<LoanDto>> Lend(string memberId, LendDto dto, CancellationToken cancellationToken)
    {
        var member = await _members.Find(m => m.Id == memberId).FirstOrDefaultAsync(cancellationToken);
        if (member is null)
        {
            return Missing("member");
        }

        var loan = await _loans.LendAsync(member, dto.BookId, cancellationToken);
        return Ok(LoanDto.FromEntity(loan));
    }
}
