// title: Employee mapping extensions and a server-side projection
// domain: hr
// prompt: Write mapping extension methods between the Employee entity and EmployeeDto without AutoMapper.
// prompt: ToDto, ToEntity and a patch that turns UpdateEmployeeDto into a MongoDB UpdateDefinition with only the fields that were sent
// prompt: The employee list loads whole documents just to show a name and a department. Map to EmployeeSummaryDto in the database with a projection, and keep salary out of every DTO that isn't for HR.
// prompt: c# extension methods for mapping entity <-> dto, null-safe, HrEmployeeDto has the salary, EmployeeDto must not

using System.Linq.Expressions;
using Crewbase.Domain.Employees;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Crewbase.Api.Employees;

public sealed record CreateEmployeeDto(
    string GivenName,
    string FamilyName,
    string WorkEmail,
    string Department,
    string JobTitle,
    DateOnly StartsOn,
    decimal AnnualSalary,
    string? ManagerId);

/// <summary>A change in part: a property that is null keeps its stored value.</summary>
public sealed record UpdateEmployeeDto(string? FamilyName, string? Department, string? JobTitle, string? ManagerId);

/// <summary>What colleagues may see.</summary>
public sealed record EmployeeDto(
    string Id,
    string FullName,
    string WorkEmail,
    string Department,
    string JobTitle,
    int YearsOfService,
    string? ManagerId);

/// <summary>What the HR department may see on top.</summary>
public sealed record HrEmployeeDto(EmployeeDto Employee, decimal AnnualSalary, DateOnly StartsOn, DateOnly? EndsOn);

public sealed record EmployeeSummaryDto(string Id, string FullName, string Department);

public static class EmployeeMapping
{
    private static readonly Expression<Func<Employee, EmployeeSummaryDto>> ToSummary = employee =>
        new EmployeeSummaryDto(employee.Id, employee.GivenName + " " + employee.FamilyName, employee.Department);

    /// <summary>Maps to the public view; the years of service are counted up to <paramref name="today"/>.</summary>
    public static EmployeeDto ToDto(this Employee employee, DateOnly today) =>
        new(
            employee.Id,
            $"{employee.GivenName} {employee.FamilyName}",
            employee.WorkEmail,
            employee.Department,
            employee.JobTitle,
            YearsBetween(employee.StartsOn, Earlier(today, employee.EndsOn)),
            employee.ManagerId);

    public static HrEmployeeDto ToHrDto(this Employee employee, DateOnly today) =>
        new(employee.ToDto(today), employee.AnnualSalary, employee.StartsOn, employee.EndsOn);

    public static IReadOnlyList<EmployeeDto> ToDtos(this IEnumerable<Employee> employees, DateOnly today) =>
        employees.Select(employee => employee.ToDto(today)).ToList();

    public static Employee ToEntity(this CreateEmployeeDto dto) =>
        new()
        {
            Id = ObjectId.GenerateNewId().ToString(),
            GivenName = dto.GivenName.Trim(),
            FamilyName = dto.FamilyName.Trim(),
            WorkEmail = dto.WorkEmail.Trim().ToLowerInvariant(),
            Department = dto.Department,
            JobTitle = dto.JobTitle,
            StartsOn = dto.StartsOn,
            AnnualSalary = dto.AnnualSalary,
            ManagerId = dto.ManagerId,
        };

    /// <summary>The update that the request asks for, or null when it names no field.</summary>
    public static UpdateDefinition<Employee>? ToUpdate(this UpdateEmployeeDto dto)
    {
        var update = Builders<Employee>.Update;
        var changes = new List<UpdateDefinition<Employee>>();
        if (dto.FamilyName is not null)
        {
            changes.Add(update.Set(employee => employee.FamilyName, dto.FamilyName.Trim()));
        }

        if (dto.Department is not null)
        {
            changes.Add(update.Set(employee => employee.Department, dto.Department));
        }

        if (dto.JobTitle is not null)
        {
            changes.Add(update.Set(employee => employee.JobTitle, dto.JobTitle));
        }

        if (dto.ManagerId is not null)
        {
            changes.Add(update.Set(employee => employee.ManagerId, dto.ManagerId));
        }

        return changes.Count == 0 ? null : update.Combine(changes);
    }

    /// <summary>Lets the server send the three fields of the summary instead of whole documents.</summary>
    public static IFindFluent<Employee, EmployeeSummaryDto> ProjectToSummary(this IFindFluent<Employee, Employee> find) =>
        find.Project(ToSummary);

    private static DateOnly Earlier(DateOnly day, DateOnly? other) => other < day ? other.Value : day;

    private static int YearsBetween(DateOnly start, DateOnly end)
    {
        if (end <= start)
        {
            return 0;
        }

        var years = end.Year - start.Year;
        return end < start.AddYears(years) ? years - 1 : years;
    }
}
