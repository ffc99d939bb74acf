// title: Member registration with hashed passwords and unique names
// domain: social-media
// prompt: I need sign-up for our community site: POST with email, user name and password, hash with IPasswordHasher<User>, store in MongoDB through IMongoDbSettings, 409 when the email or the name is taken.
// prompt: RegistrationController in C#, derives from ApiControllerBase, RegisterUserDto in, UserDto out, never return the password hash
// prompt: Write the account registration endpoint for .NET 8. Rules: passwords of 12 to 128 characters, user names in lower case, rate limited, and the unique index decides about duplicates rather than a lookup before the insert.
// prompt: How do we let new members register when users live in a Mongo collection? Keep the entity, the DTOs and the controller together in one file.
// prompt: user sign up api with mongodb + asp.net core, plus an endpoint that tells whether a user name is still free

using System.ComponentModel.DataAnnotations;
using Agora.Api.Infrastructure;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using MongoDB.Bson;
using MongoDB.Bson.Serialization.Attributes;
using MongoDB.Driver;

namespace Agora.Api.Accounts;

/// <summary>Opens accounts for new members.</summary>
[Route("api/accounts")]
public sealed class RegistrationController : ApiControllerBase
{
    private readonly IMongoCollection<User> _users;
    private readonly IPasswordHasher<User> _passwordHasher;
    private readonly TimeProvider _clock;
    private readonly ILogger<RegistrationController> _logger;

    public RegistrationController(
        IMongoClient client,
        IMongoDbSettings settings,
        IPasswordHasher<User> passwordHasher,
        TimeProvider clock,
        ILogger<RegistrationController> logger)
    {
        _users = client.GetDatabase(settings.DatabaseName).GetCollection<User>(settings.UsersCollectionName);
        _passwordHasher = passwordHasher;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>Registers a member and answers with the public part of the account.</summary>
    [HttpPost]
    [AllowAnonymous]
    [EnableRateLimiting("registration")]
    [ProducesResponseType<UserDto>(StatusCodes.Status201Created)]
    [ProducesResponseType<ValidationProblemDetails>(StatusCodes.Status400BadRequest)]
    [ProducesResponseType<ValidationProblemDetails>(StatusCodes.Status409Conflict)]
    public async Task<ActionResult<UserDto>> Register(RegisterUserDto request, CancellationToken cancellationToken)
    {
        var user = new User
        {
            Email = request.Email.Trim().ToLowerInvariant(),
            UserName = request.UserName,
            DisplayName = request.DisplayName.Trim(),
            CreatedAt = _clock.GetUtcNow().UtcDateTime,
        };
        user.PasswordHash = _passwordHasher.HashPassword(user, request.Password);

        try
        {
            await _users.InsertOneAsync(user, cancellationToken: cancellationToken);
        }
        catch (MongoWriteException exception) when (exception.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            return Taken(exception.WriteError.Message);
        }

        _logger.LogInformation("Member {UserId} registered", user.Id);
        return CreatedAtAction(nameof(GetOwnAccount), UserDto.From(user));
    }

    /// <summary>Tells whether a user name is still free, for the hint beside the form field.</summary>
    [HttpHead("names/{userName}")]
    [AllowAnonymous]
    [EnableRateLimiting("registration")]
    [ProducesResponseType(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status404NotFound)]
    public async Task<IActionResult> IsNameTaken(
        [RegularExpression(UserRules.NamePattern)] string userName,
        CancellationToken cancellationToken)
    {
        var taken = await _users.Find(user => user.UserName == userName).AnyAsync(cancellationToken);
        return taken ? Ok() : NotFound();
    }

    /// <summary>Reads the account of the signed-in member.</summary>
    [HttpGet("me")]
    [ProducesResponseType<UserDto>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status404NotFound)]
    public async Task<ActionResult<UserDto>> GetOwnAccount(CancellationToken cancellationToken)
    {
        var userId = CurrentUserId;
        var account = await _users.Find(user => user.Id == userId).FirstOrDefaultAsync(cancellationToken);
        return account is null ? NotFound() : UserDto.From(account);
    }

    // The server names the violated index, which is the only reliable hint of the field that clashed.
    private ConflictObjectResult Taken(string writeErrorMessage)
    {
        var field = writeErrorMessage.Contains(UserRules.EmailIndexName, StringComparison.Ordinal)
            ? nameof(RegisterUserDto.Email)
            : nameof(RegisterUserDto.UserName);
        ModelState.AddModelError(field, "This value is already in use.");
        return Conflict(new ValidationProblemDetails(ModelState) { Status = StatusCodes.Status409Conflict });
    }
}

/// <summary>What a new member sends.</summary>
public sealed record RegisterUserDto
{
    [Required, EmailAddress, StringLength(254)]
    public required string Email { get; init; }

    [Required, RegularExpression(UserRules.NamePattern, ErrorMessage = "Use 3 to 30 lower-case letters, digits or underscores.")]
    public required string UserName { get; init; }

    [Required, StringLength(80, MinimumLength = 1)]
    public required string DisplayName { get; init; }

    [Required, StringLength(128, MinimumLength = 12), DataType(DataType.Password)]
    public required string Password { get; init; }
}

/// <summary>The part of an account that leaves the server.</summary>
public sealed record UserDto(string Id, string Email, string UserName, string DisplayName, DateTime CreatedAt)
{
    public static UserDto From(User user) =>
        new(user.Id, user.Email, user.UserName, user.DisplayName, user.CreatedAt);
}

/// <summary>Rules that the DTO, the route and the database share.</summary>
public static class UserRules
{
    public const string NamePattern = "^[a-z0-9_]{3,30}$";
    public const string EmailIndexName = "ux_users_email";
}

/// <summary>A member's account as it is stored; unique indexes guard the email and the user name.</summary>
[BsonIgnoreExtraElements]
public sealed class User
{
    [BsonId]
    [BsonRepresentation(BsonType.ObjectId)]
    public string Id { get; set; } = ObjectId.GenerateNewId().ToString();

    [BsonElement("email")]
    public required string Email { get; set; }

    [BsonElement("userName")]
    public required string UserName { get; set; }

    [BsonElement("displayName")]
    public required string DisplayName { get; set; }

    [BsonElement("passwordHash")]
    public string PasswordHash { get; set; } = string.Empty;

    [BsonElement("createdAt")]
    public DateTime CreatedAt { get; set; }
}
