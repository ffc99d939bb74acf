from __future__ import annotations

import pytest

from dataset_core.parse import parses
from dataset_core.variations.adapt import entity_in, entity_of, examples
from dataset_core.variations.renaming import plural, rename, singular
from tests.memory_project import MemoryProject


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
        ("// An order is an `Order`", "// A lab result is a `LabResult`"),
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


ENTITY = "public class Order\n{\n    [BsonId]\n    public string Id { get; set; }\n}\n"
PATH = "Controllers/OrdersController.cs"


@pytest.mark.parametrize(("new", "words"), [("Invoice", "An invoice, the invoice"), ("User", "A user, the user")])
def test_the_article_fits_the_new_name(new: str, words: str) -> None:
    assert rename("# A booking, the booking", "Booking", new) == (f"# {words}", 2)


def test_an_adapted_component_parses_and_keeps_no_trace_of_the_old_entity() -> None:
    project = MemoryProject({PATH: CODE, "Models/Order.cs": ENTITY})
    view = project.views[PATH]
    assert entity_of(view) == "Order"
    (example,) = examples(view, project)
    assert parses(example.completion, "csharp")
    assert "rder" not in example.completion
    assert "ApiControllerBase" in example.completion
    assert list(examples(view, project)) == [example]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Models/Order.cs", ENTITY),
        ("Dtos/OrderDto.cs", "public class OrderDto\n{\n    public string Id { get; set; }\n}\n"),
        ("db/schema.sql", "CREATE TABLE orders (\n  id INTEGER PRIMARY KEY\n);\n"),
    ],
)
def test_an_entity_is_what_the_project_keeps(path: str, text: str) -> None:
    project = MemoryProject({PATH: CODE, path: text})
    assert [example.kind for example in examples(project.views[PATH], project)] == ["adapt"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        # Nothing is kept, an interface of a framework, and a type of that name which only works.
        ("Other.cs", "public class Customer { }\n"),
        ("Web/IOrderGroup.cs", "public interface IOrderGroup\n{\n    void Map(RouteGroupBuilder builder);\n}\n"),
        # Two that only list what a value can be.
        ("Models/Order.cs", "public enum Order\n{\n    Placed,\n    Served,\n}\n"),
        ("models/order.ts", "export type Order = 'Placed' | 'Served';\n"),
        ("Work/Order.cs", "public class Order\n{\n    public void Sort() { }\n}\n"),
    ],
)
def test_what_is_no_entity_of_the_project_is_not_renamed(path: str, text: str) -> None:
    project = MemoryProject({PATH: CODE, path: text})
    assert list(examples(project.views[PATH], project)) == []
