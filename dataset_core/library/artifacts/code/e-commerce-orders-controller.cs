// title: Orders controller on a shared API base class
// domain: e-commerce
// prompt: Write an ASP.NET Core OrdersController for our marketplace that derives from ApiControllerBase, with list, get and cancel actions.
// prompt: orders api, .net 8, shared base controller with the current buyer id and paging, buyers must only see their own orders
// prompt: Our controllers all repeat the claim lookup and the paging code. Show me an abstract ApiControllerBase and an OrdersController that uses it; cancelling a shipped order must answer 409.
// prompt: How should a controller return ProblemDetails when an order cannot be cancelled any more? Use IOrderRepository, OrderDto and PagedResult, page size at most 100.

using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Marketplace.Api.Contracts;
using Marketplace.Domain.Orders;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Api.Controllers;

/// <summary>What every controller of the marketplace shares: routing, authorisation and the caller's identity.</summary>
[ApiController]
[Authorize]
[Route("api/[controller]")]
[Produces("application/json")]
public abstract class ApiControllerBase : ControllerBase
{
    /// <summary>The identifier of the signed-in user, taken from the access token.</summary>
    protected string CurrentUserId =>
        User.FindFirstValue(ClaimTypes.NameIdentifier)
        ?? throw new InvalidOperationException("The access token carries no subject.");

    /// <summary>Answers 200 with the value, or 404 when there is none.</summary>
    protected ActionResult<T> OkOrNotFound<T>(T? value)
        where T : class =>
        value is null ? NotFound() : Ok(value);

    /// <summary>Answers 409 with a problem document that says which rule was broken.</summary>
    protected ObjectResult RuleViolation(string rule, string detail) =>
        Problem(detail, Request.Path, StatusCodes.Status409Conflict, "A business rule was broken", $"urn:marketplace:rule:{rule}");
}

/// <summary>Which page of a list the caller wants.</summary>
public sealed record PageQuery
{
    [Range(1, 10_000)]
    public int Page { get; init; } = 1;

    [Range(1, 100)]
    public int Size { get; init; } = 20;
}

/// <summary>Orders of the signed-in buyer.</summary>
public sealed class OrdersController : ApiControllerBase
{
    private readonly IOrderRepository _orders;
    private readonly ILogger<OrdersController> _logger;

    public OrdersController(IOrderRepository orders, ILogger<OrdersController> logger)
    {
        _orders = orders;
        _logger = logger;
    }

    /// <summary>Lists the buyer's orders, newest first.</summary>
    [HttpGet]
    [ProducesResponseType<PagedResult<OrderDto>>(StatusCodes.Status200OK)]
    public async Task<ActionResult<PagedResult<OrderDto>>> List(
        [FromQuery] PageQuery query,
        [FromQuery] OrderStatus? status,
        CancellationToken cancellationToken)
    {
        var (orders, total) = await _orders.FindByBuyerAsync(
            CurrentUserId, status, (query.Page - 1) * query.Size, query.Size, cancellationToken);

        return Ok(new PagedResult<OrderDto>(orders.Select(OrderDto.From).ToList(), query.Page, query.Size, total));
    }

    /// <summary>Reads one order; another buyer's order counts as not found.</summary>
    [HttpGet("{id:length(24)}")]
    [ProducesResponseType<OrderDto>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status404NotFound)]
    public async Task<ActionResult<OrderDto>> GetById(string id, CancellationToken cancellationToken)
    {
        var order = await _orders.FindAsync(id, CurrentUserId, cancellationToken);
        return OkOrNotFound(order is null ? null : OrderDto.From(order));
    }

    /// <summary>Cancels an order that has not left the warehouse yet.</summary>
    [HttpPost("{id:length(24)}/cancellation")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesResponseType(StatusCodes.Status404NotFound)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    public async Task<IActionResult> Cancel(string id, CancelOrderDto request, CancellationToken cancellationToken)
    {
        var order = await _orders.FindAsync(id, CurrentUserId, cancellationToken);
        if (order is null)
        {
            return NotFound();
        }

        if (order.Status is not (OrderStatus.Placed or OrderStatus.Paid))
        {
            return RuleViolation("order-already-shipped", $"Order {order.Number} is {order.Status} and can only be returned.");
        }

        // The repository compares the status again, so a shipment that starts right now wins.
        if (!await _orders.TryCancelAsync(order.Id, order.Status, request.Reason, cancellationToken))
        {
            return RuleViolation("order-changed", $"Order {order.Number} was changed meanwhile. Load it again.");
        }

        _logger.LogInformation("Order {OrderId} was cancelled by its buyer", order.Id);
        return NoContent();
    }
}
