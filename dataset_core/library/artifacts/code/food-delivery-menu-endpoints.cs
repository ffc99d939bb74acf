// title: Menu minimal API with typed results and optimistic concurrency
// domain: food-delivery
// prompt: Minimal API endpoints for a restaurant's menu: list, read, add, change price, remove. Use TypedResults and a route group.
// prompt: MapMenuEndpoints extension for IEndpointRouteBuilder, .net 8, mongo collection injected into the handlers, dishes filtered by course and by vegan
// prompt: Two managers change the price of one dish at the same time and the last one wins. Protect PUT with an ETag / If-Match check, 412 when it is stale, 428 when the header is missing.
// prompt: How would you write CRUD without controllers in ASP.NET Core? Keep handlers as private static methods and only owners of the restaurant may write.

using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MongoDB.Bson;
using MongoDB.Driver;
using Plateful.Domain.Menus;

namespace Plateful.Api.Menus;

public sealed record DishDto(string Id, string Name, Course Course, decimal Price, bool IsVegan);

public sealed record AddDishRequest(
    [property: Required, StringLength(80, MinimumLength = 2)] string Name,
    Course Course,
    [property: Range(0.5, 500)] decimal Price,
    bool IsVegan);

public sealed record ChangePriceRequest([property: Range(0.5, 500)] decimal Price);

public static class MenuEndpoints
{
    public static RouteGroupBuilder MapMenuEndpoints(this IEndpointRouteBuilder routes)
    {
        var menu = routes.MapGroup("/restaurants/{restaurantId}/menu").WithTags("Menu");
        menu.MapGet("/", ListAsync).WithName("ListDishes");
        menu.MapGet("/{dishId}", GetAsync).WithName("GetDish");

        var management = menu.MapGroup("/").RequireAuthorization("RestaurantOwner");
        management.MapPost("/", AddAsync).WithName("AddDish");
        management.MapPut("/{dishId}/price", ChangePriceAsync).WithName("ChangeDishPrice");
        management.MapDelete("/{dishId}", RemoveAsync).WithName("RemoveDish");
        return menu;
    }

    private static async Task<Ok<List<DishDto>>> ListAsync(
        string restaurantId,
        Course? course,
        bool? vegan,
        IMongoCollection<Dish> dishes,
        CancellationToken cancellationToken)
    {
        var filter = Builders<Dish>.Filter.Eq(dish => dish.RestaurantId, restaurantId);
        if (course is { } wanted)
        {
            filter &= Builders<Dish>.Filter.Eq(dish => dish.Course, wanted);
        }

        if (vegan is true)
        {
            filter &= Builders<Dish>.Filter.Eq(dish => dish.IsVegan, true);
        }

        var found = await dishes.Find(filter)
            .SortBy(dish => dish.Course)
            .ThenBy(dish => dish.Name)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(found.ConvertAll(ToDto));
    }

    private static async Task<Results<Ok<DishDto>, NotFound>> GetAsync(
        string restaurantId,
        string dishId,
        IMongoCollection<Dish> dishes,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        var found = await dishes.Find(dish => dish.Id == dishId && dish.RestaurantId == restaurantId)
            .FirstOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return TypedResults.NotFound();
        }

        response.Headers.ETag = $"\"{found.Version}\"";
        return TypedResults.Ok(ToDto(found));
    }

    private static async Task<Results<CreatedAtRoute<DishDto>, ValidationProblem>> AddAsync(
        string restaurantId,
        AddDishRequest request,
        IMongoCollection<Dish> dishes,
        CancellationToken cancellationToken)
    {
        if (Errors(request) is { Count: > 0 } errors)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var dish = new Dish
        {
            Id = ObjectId.GenerateNewId().ToString(),
            RestaurantId = restaurantId,
            Name = request.Name.Trim(),
            Course = request.Course,
            Price = request.Price,
            IsVegan = request.IsVegan,
            Version = 1,
        };
        await dishes.InsertOneAsync(dish, cancellationToken: cancellationToken);
        return TypedResults.CreatedAtRoute(ToDto(dish), "GetDish", new { restaurantId, dishId = dish.Id });
    }

    private static async Task<Results<NoContent, ValidationProblem, ProblemHttpResult>> ChangePriceAsync(
        string restaurantId,
        string dishId,
        ChangePriceRequest request,
        [FromHeader(Name = "If-Match")] string? ifMatch,
        IMongoCollection<Dish> dishes,
        CancellationToken cancellationToken)
    {
        if (!long.TryParse(ifMatch?.Trim('"'), out var version))
        {
            return TypedResults.Problem("Send the ETag of the dish as If-Match.", statusCode: StatusCodes.Status428PreconditionRequired);
        }

        if (Errors(request) is { Count: > 0 } errors)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var result = await dishes.UpdateOneAsync(
            dish => dish.Id == dishId && dish.RestaurantId == restaurantId && dish.Version == version,
            Builders<Dish>.Update.Set(dish => dish.Price, request.Price).Inc(dish => dish.Version, 1),
            cancellationToken: cancellationToken);
        return result.MatchedCount == 1
            ? TypedResults.NoContent()
            : TypedResults.Problem("The dish was changed or removed meanwhile.", statusCode: StatusCodes.Status412PreconditionFailed);
    }

    private static async Task<Results<NoContent, NotFound>> RemoveAsync(
        string restaurantId,
        string dishId,
        IMongoCollection<Dish> dishes,
        CancellationToken cancellationToken)
    {
        var result = await dishes.DeleteOneAsync(
            dish => dish.Id == dishId && dish.RestaurantId == restaurantId, cancellationToken);
        return result.DeletedCount == 1 ? TypedResults.NoContent() : TypedResults.NotFound();
    }

    private static DishDto ToDto(Dish dish) => new(dish.Id, dish.Name, dish.Course, dish.Price, dish.IsVegan);

    // Minimal APIs do not run data annotations by themselves before .NET 10.
    private static Dictionary<string, string[]> Errors(object request)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(request, new ValidationContext(request), results, validateAllProperties: true);
        return results
            .SelectMany(result => result.MemberNames, (result, member) => (member, result.ErrorMessage))
            .GroupBy(error => error.member, error => error.ErrorMessage ?? "The value is not valid.")
            .ToDictionary(group => group.Key, group => group.ToArray());
    }
}
