// title: Matter intake validator with a conflict-of-interest check
// domain: legal
// prompt: Write a FluentValidation validator for opening a new matter at a law firm, with an async conflict-of-interest check.
// prompt: OpenMatterRequest validator: client, opposing parties, practice area, fee arrangement. Hourly needs a rate, fixed fee needs an amount, contingency between 5 and 40 percent and never for criminal cases
// prompt: I want the validator to run automatically for minimal APIs through an endpoint filter and answer with a ValidationProblem. FluentValidation 11, C#.
// prompt: How do I validate each element of a list and stop expensive rules when the cheap ones failed already? Show it on party names of a legal case.

using FluentValidation;

namespace Counsel.Intake;

public enum PracticeArea
{
    Corporate,
    Criminal,
    Employment,
    Family,
    RealEstate,
}

public enum FeeKind
{
    Hourly,
    FixedFee,
    Contingency,
}

public sealed record PartyName(string Name, string? RegistrationNumber);

public sealed record FeeArrangement(FeeKind Kind, decimal? HourlyRate, decimal? FixedAmount, decimal? ContingencyPercent);

public sealed record OpenMatterRequest(
    string ClientId,
    string Title,
    PracticeArea PracticeArea,
    DateOnly? LimitationDate,
    FeeArrangement Fee,
    IReadOnlyList<PartyName> OpposingParties);

public interface IConflictRegister
{
    /// <summary>Tells whether the firm represents this party, or did so within the retention period.</summary>
    Task<bool> RepresentsAsync(PartyName party, CancellationToken cancellationToken);
}

public sealed class OpenMatterRequestValidator : AbstractValidator<OpenMatterRequest>
{
    private const int MaxOpposingParties = 25;

    public OpenMatterRequestValidator(IConflictRegister conflicts, TimeProvider clock)
    {
        RuleFor(request => request.ClientId).NotEmpty().Matches("^C-[0-9]{6}$");
        RuleFor(request => request.Title).NotEmpty().MaximumLength(160);
        RuleFor(request => request.PracticeArea).IsInEnum();

        RuleFor(request => request.LimitationDate)
            .Must(date => date is null || date >= Today(clock))
            .WithMessage("The claim is time-barred already; ask a partner before opening the matter.");

        RuleFor(request => request.Fee).NotNull().SetValidator(new FeeArrangementValidator());
        RuleFor(request => request.Fee.Kind)
            .NotEqual(FeeKind.Contingency)
            .WithMessage("Criminal cases cannot be taken on a contingency fee.")
            .When(request => request.Fee is not null && request.PracticeArea == PracticeArea.Criminal);

        RuleFor(request => request.OpposingParties)
            .Cascade(CascadeMode.Stop)
            .NotNull()
            .Must(parties => parties.Count <= MaxOpposingParties)
            .WithMessage($"List at most {MaxOpposingParties} parties and attach the rest as a document.");

        // The register is asked only about names that are well formed.
        RuleForEach(request => request.OpposingParties)
            .Cascade(CascadeMode.Stop)
            .SetValidator(new PartyNameValidator())
            .MustAsync(async (party, cancellationToken) => !await conflicts.RepresentsAsync(party, cancellationToken))
            .WithMessage((_, party) => $"The firm represents '{party.Name}': clear the conflict of interest first.")
            .WithErrorCode("conflict_of_interest");
    }

    private static DateOnly Today(TimeProvider clock) => DateOnly.FromDateTime(clock.GetLocalNow().DateTime);
}

public sealed class PartyNameValidator : AbstractValidator<PartyName>
{
    public PartyNameValidator()
    {
        RuleFor(party => party.Name).NotEmpty().Length(2, 200);
        RuleFor(party => party.RegistrationNumber)
            .Matches("^[A-Z0-9-]{4,20}$")
            .When(party => party.RegistrationNumber is not null);
    }
}

public sealed class FeeArrangementValidator : AbstractValidator<FeeArrangement>
{
    public FeeArrangementValidator()
    {
        RuleFor(fee => fee.Kind).IsInEnum();

        When(fee => fee.Kind == FeeKind.Hourly, () =>
            RuleFor(fee => fee.HourlyRate).NotNull().InclusiveBetween(50m, 1_500m));
        When(fee => fee.Kind == FeeKind.FixedFee, () =>
            RuleFor(fee => fee.FixedAmount).NotNull().GreaterThan(0m));
        When(fee => fee.Kind == FeeKind.Contingency, () =>
            RuleFor(fee => fee.ContingencyPercent).NotNull().InclusiveBetween(5m, 40m));
    }
}

/// <summary>Runs the validator of a request type before the endpoint that takes it.</summary>
public sealed class ValidationFilter<TRequest>(IValidator<TRequest> validator) : IEndpointFilter
    where TRequest : class
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.Arguments.OfType<TRequest>().Single();
        var result = await validator.ValidateAsync(request, context.HttpContext.RequestAborted);
        return result.IsValid ? await next(context) : TypedResults.ValidationProblem(result.ToDictionary());
    }
}
