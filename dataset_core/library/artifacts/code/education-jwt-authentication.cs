// title: JWT bearer authentication and token issuing for a learning platform
// domain: education
// prompt: Set up JWT authentication for our learning platform in .NET 8: bearer validation, roles student, teacher and admin as policies, settings from configuration.
// prompt: jwt setup extension method c#, signing key validated at startup (at least 32 bytes), issuer + audience + lifetime checked, clock skew 30 s
// prompt: Write ITokenService that issues short-lived access tokens with JsonWebTokenHandler and an opaque refresh token of which only the hash is kept.
// prompt: Our SignalR class room needs the token from the query string, everything else from the header. Add that to AddJwtBearer without opening it for normal requests.

using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Academy.Api.Security;

/// <summary>The section <c>Jwt</c>; the signing key comes from the secret store, never from a file under version control.</summary>
public sealed class JwtSettings
{
    public const string SectionName = "Jwt";

    [Required]
    public string Issuer { get; init; } = string.Empty;

    [Required]
    public string Audience { get; init; } = string.Empty;

    [Required]
    [MinLength(44, ErrorMessage = "The signing key has to hold at least 32 bytes, written in Base64.")]
    [Base64String]
    public string SigningKey { get; init; } = string.Empty;

    [Range(1, 60)]
    public int AccessTokenMinutes { get; init; } = 15;

    public SymmetricSecurityKey CreateSecurityKey() => new(Convert.FromBase64String(SigningKey));
}

public static class Roles
{
    public const string Student = "student";
    public const string Teacher = "teacher";
    public const string Admin = "admin";
}

public static class Policies
{
    public const string ManageCourses = "courses.manage";
    public const string SubmitAssignments = "assignments.submit";
    public const string ManageUsers = "users.manage";
}

public static class AuthenticationExtensions
{
    private const string ClassroomHubPath = "/hubs/classroom";

    public static IServiceCollection AddAcademyAuthentication(this IServiceCollection services)
    {
        services.AddOptions<JwtSettings>()
            .BindConfiguration(JwtSettings.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<ITokenService, TokenService>();

        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IOptions<JwtSettings>>((bearer, settings) => Configure(bearer, settings.Value));

        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.ManageCourses, policy => policy.RequireRole(Roles.Teacher, Roles.Admin))
            .AddPolicy(Policies.SubmitAssignments, policy => policy.RequireRole(Roles.Student))
            .AddPolicy(Policies.ManageUsers, policy => policy.RequireRole(Roles.Admin));
        return services;
    }

    private static void Configure(JwtBearerOptions bearer, JwtSettings settings)
    {
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = settings.Issuer,
            ValidAudience = settings.Audience,
            IssuerSigningKey = settings.CreateSecurityKey(),
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ClockSkew = TimeSpan.FromSeconds(30),
            NameClaimType = JwtRegisteredClaimNames.Sub,
            RoleClaimType = "role",
        };
        bearer.Events = new JwtBearerEvents
        {
            // A browser cannot set headers on a web socket, so the hub alone reads the query string.
            OnMessageReceived = context =>
            {
                if (context.HttpContext.Request.Path.StartsWithSegments(ClassroomHubPath)
                    && context.Request.Query.TryGetValue("access_token", out var token))
                {
                    context.Token = token;
                }

                return Task.CompletedTask;
            },
        };
    }
}

/// <summary>What the client receives; the refresh token is shown once and stored as a hash only.</summary>
public sealed record IssuedTokens(string AccessToken, DateTimeOffset ExpiresAt, string RefreshToken, string RefreshTokenHash);

public interface ITokenService
{
    IssuedTokens Issue(string userId, string displayName, IEnumerable<string> roles);

    string HashRefreshToken(string refreshToken);
}

public sealed class TokenService(IOptions<JwtSettings> options, TimeProvider clock) : ITokenService
{
    private const int RefreshTokenBytes = 32;

    private readonly JwtSettings _settings = options.Value;
    private readonly JsonWebTokenHandler _handler = new();

    public IssuedTokens Issue(string userId, string displayName, IEnumerable<string> roles)
    {
        var now = clock.GetUtcNow();
        var expiresAt = now.AddMinutes(_settings.AccessTokenMinutes);
        var claims = new List<Claim>
        {
            new(JwtRegisteredClaimNames.Sub, userId),
            new(JwtRegisteredClaimNames.Name, displayName),
            new(JwtRegisteredClaimNames.Jti, Guid.NewGuid().ToString("N")),
        };
        claims.AddRange(roles.Select(role => new Claim("role", role)));

        var accessToken = _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = _settings.Issuer,
            Audience = _settings.Audience,
            Subject = new ClaimsIdentity(claims),
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = expiresAt.UtcDateTime,
            SigningCredentials = new SigningCredentials(_settings.CreateSecurityKey(), SecurityAlgorithms.HmacSha256),
        });

        var refreshToken = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(RefreshTokenBytes));
        return new IssuedTokens(accessToken, expiresAt, refreshToken, HashRefreshToken(refreshToken));
    }

    public string HashRefreshToken(string refreshToken) =>
        Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(refreshToken)));
}
