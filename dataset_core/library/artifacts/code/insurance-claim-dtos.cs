// title: Claim DTOs with declarative and cross-field validation
// domain: insurance
// prompt: Write the request and response DTOs for reporting an insurance claim as C# records with data annotations.
// prompt: SubmitClaimDto with policy number, loss date, loss type and damaged items. The loss date must not lie in the future, at least one item, at most 50, amounts above zero.
// prompt: Is there a clean way to validate a rule over two fields in a DTO? A theft claim needs a police report number, a water claim doesn't. No FluentValidation please.
// prompt: claim dto records .net 8, [Required] on positional record parameters, enums as strings in json

using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Shield.Claims.Contracts;

[JsonConverter(typeof(JsonStringEnumConverter<LossType>))]
public enum LossType
{
    Fire,
    Water,
    Storm,
    Theft,
    GlassBreakage,
}

[JsonConverter(typeof(JsonStringEnumConverter<ClaimStatus>))]
public enum ClaimStatus
{
    Submitted,
    UnderReview,
    Approved,
    Rejected,
    Settled,
}

/// <summary>A loss that a policyholder reports.</summary>
public sealed record SubmitClaimDto : IValidatableObject
{
    /// <summary>The number on the policy document, for example <c>HH-2024-004711</c>.</summary>
    [Required]
    [RegularExpression("^[A-Z]{2}-[0-9]{4}-[0-9]{6}$", ErrorMessage = "A policy number looks like HH-2024-004711.")]
    public required string PolicyNumber { get; init; }

    [EnumDataType(typeof(LossType))]
    public required LossType LossType { get; init; }

    [NotInFuture]
    public required DateOnly LossDate { get; init; }

    [Required]
    [StringLength(4_000, MinimumLength = 20)]
    public required string Description { get; init; }

    [Required]
    public required AddressDto PlaceOfLoss { get; init; }

    [Required]
    [MinLength(1, ErrorMessage = "Name at least one damaged or missing item.")]
    [MaxLength(50)]
    public required IReadOnlyList<ClaimItemDto> Items { get; init; }

    [StringLength(40)]
    public string? PoliceReportNumber { get; init; }

    /// <summary>Rules over several fields; they run once each field is valid by itself.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LossType == LossType.Theft && string.IsNullOrWhiteSpace(PoliceReportNumber))
        {
            yield return new ValidationResult(
                "A theft has to be reported to the police first.",
                [nameof(PoliceReportNumber)]);
        }

        var repeated = Items.GroupBy(item => item.Description, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(group => group.Count() > 1);
        if (repeated is not null)
        {
            yield return new ValidationResult(
                $"The item '{repeated.Key}' is listed more than once; raise its quantity instead.",
                [nameof(Items)]);
        }
    }
}

/// <summary>One damaged or missing thing.</summary>
public sealed record ClaimItemDto(
    [Required, StringLength(200, MinimumLength = 2)] string Description,
    [Range(1, 1_000)] int Quantity,
    [Range(typeof(decimal), "0.01", "1000000", ParseLimitsInInvariantCulture = true)] decimal UnitValue,
    [Range(1950, 2100)] int? PurchaseYear);

public sealed record AddressDto(
    [Required, StringLength(120)] string Street,
    [Required, StringLength(12)] string PostalCode,
    [Required, StringLength(80)] string City,
    [Required, RegularExpression("^[A-Z]{2}$")] string CountryCode);

/// <summary>A claim as the policyholder sees it.</summary>
public sealed record ClaimDto(
    string Id,
    string PolicyNumber,
    LossType LossType,
    ClaimStatus Status,
    DateOnly LossDate,
    DateTimeOffset SubmittedAt,
    decimal ClaimedAmount,
    decimal? SettledAmount,
    IReadOnlyList<ClaimItemDto> Items);

/// <summary>Accepts a date up to today (UTC), with the clock of the application so that tests can move it.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class NotInFutureAttribute : ValidationAttribute
{
    public NotInFutureAttribute()
        : base("{0} must not lie in the future.")
    {
    }

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        var clock = (TimeProvider?)validationContext.GetService(typeof(TimeProvider)) ?? TimeProvider.System;
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

        return value is DateOnly date && date > today
            ? new ValidationResult(FormatErrorMessage(validationContext.DisplayName), [validationContext.MemberName ?? string.Empty])
            : ValidationResult.Success;
    }
}
