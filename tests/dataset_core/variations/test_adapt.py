from __future__ import annotations

import pytest

from dataset_core.facts import extract_facts
from dataset_core.parse import parse, parses
from dataset_core.project_view import FileView
from dataset_core.source_file import SourceFile
from dataset_core.variations.adapt import entity_in, entity_of, examples, plural, rename, singular


@pytest.mark.parametrize(
    ("name", "language", "entity"),
    [
        ("OrdersController", "csharp", "Order"),
        ("CreateOrderDto", "csharp", "Order"),
        ("IOrderRepository", "csharp", "Order"),
        ("RoomTypeService", "csharp", "RoomType"),
        ("OrderListComponent", "typescript", "Order"),
        ("CategoriesController", "csharp", "Category"),
        ("BookingDetailView", "python", "Booking"),
        ("Controller", "csharp", ""),
    ],
)
def test_the_entity_in_a_name(name: str, language: str, entity: str) -> None:
    assert entity_in(name, language) == entity


@pytest.mark.parametrize(
    ("one", "many"), [("Order", "Orders"), ("Category", "Categories"), ("Address", "Addresses"), ("Box", "Boxes"), ("Day", "Days")]
)
def test_number(one: str, many: str) -> None:
    assert plural(one) == many
    assert singular(many) == one
    assert singular(one) == one


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("class OrdersController", "class LabResultsController"),
        ('[Route("api/orders")]', '[Route("api/lab-results")]'),
        ("var order = _orders.Find(orderId);", "var labResult = _labResults.Find(labResultId);"),
        ("ORDER_STATUS order_status", "LAB_RESULT_STATUS lab_result_status"),
        ("IOrderService", "ILabResultService"),
        ("border reorder Ordering disorder", "border reorder Ordering disorder"),
        ("// The order of a guest", "// The lab result of a guest"),
    ],
)
def test_every_case_and_number_is_renamed_and_nothing_else(before: str, after: str) -> None:
    renamed, _ = rename(before, "Order", "LabResult")
    assert renamed == after


CODE = """
/// <summary>Orders of guests.</summary>
[Route("api/orders")]
public class OrdersController : ApiControllerBase
{
    private readonly IMongoCollection<Order> _orders;

    public Order Get(string orderId)
    {
        return _orders.Find(order => order.Id == orderId).First();
    }
}
"""


def test_an_adapted_component_parses_and_keeps_no_trace_of_the_old_entity() -> None:
    source = SourceFile("Controllers/OrdersController.cs", "csharp", CODE, "hash")
    view = FileView(extract_facts(parse(source)), CODE)
    assert entity_of(view) == "Order"
    (example,) = examples(view)
    assert parses(example.completion, "csharp")
    assert "rder" not in example.completion
    assert "ApiControllerBase" in example.completion
    assert list(examples(view)) == [example]
