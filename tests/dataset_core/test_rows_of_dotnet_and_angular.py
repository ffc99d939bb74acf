"""Defects that were found by reading rows of .NET and Angular applications, each with the smallest files that showed it."""

from __future__ import annotations

import pytest

from dataset_core.choosing import _reason_unparsed
from dataset_core.diagrams import of_file
from dataset_core.diagrams.class_diagram import box_of
from dataset_core.diagrams.reading import types_of
from dataset_core.diagrams.type_text import read_type
from dataset_core.example import Example, Provenance
from dataset_core.facts import type_names
from dataset_core.parse import parses
from dataset_core.resolution import NOT_MEANT, POSSIBLE, fit
from dataset_core.sweep import cross_file, dependencies
from dataset_core.sweep.test_cases import subject_of
from dataset_core.sweep.test_cases import test_cases as cases_of
from dataset_core.units import line_runs, with_hole
from dataset_core.variations import (
    adapt,
    dto_from_entity,
    endpoint_from_service,
    endpoints,
    implement,
    settings_injection,
    template_for_class,
)
from dataset_core.variations.context import brief, calls_on, receivers_of
from dataset_core.variations.making import purpose_of
from tests.memory_project import MemoryProject

CONTROLLER = """namespace News.Api;

/// <summary>Gives news.</summary>
public sealed class NewsController(ICommandBus commandBus, FeaturesService featuresService) : ApiController(commandBus)
{
    /// <summary>Get features since a version.</summary>
    [HttpGet]
    [Route("news/features/")]
    public async Task<IActionResult> GetNews([FromQuery] int version = 0)
    {
        var features = await featuresService.GetFeaturesAsync(version, HttpContext.RequestAborted);

        return Ok(features);
    }
}
"""
BASE = """public abstract class ApiController(ICommandBus commandBus) : Controller
{
    protected App App
    {
        get
        {
            var app = HttpContext.Features.Get<App>();

            return app ?? throw new InvalidOperationException();
        }
    }

    protected bool Done { get => done; private set { done = value; } }

    protected string Name { get; init; } = "";
}
"""
SERVICE = """public sealed class FeaturesService
{
    public Task<FeaturesDto> GetFeaturesAsync(int version, CancellationToken ct) => Task.FromResult(new FeaturesDto());
}
"""


@pytest.fixture(scope="module")
def news() -> MemoryProject:
    return MemoryProject({"Api/NewsController.cs": CONTROLLER, "Web/ApiController.cs": BASE, "Api/FeaturesService.cs": SERVICE})


def test_a_property_is_outlined_by_its_accessors(news: MemoryProject) -> None:
    members = news.views["Web/ApiController.cs"].facts.symbols[1:]
    shown = ["protected App App { get; }", "protected bool Done { get; private set; }", 'protected string Name { get; init; } = "";']
    assert [brief(member) for member in members] == shown


def test_what_a_primary_constructor_gives_is_shown(news: MemoryProject) -> None:
    (row,) = endpoint_from_service.examples(news.views["Api/NewsController.cs"], news)
    assert "NewsController(ICommandBus commandBus, FeaturesService featuresService)" in row.prompt
    assert "GetFeaturesAsync(int version" in row.prompt


def test_a_parameter_is_called_on_in_its_own_method_alone() -> None:
    text = """class Drafts
{
    void Create(CreateDraft c) { c.Check(); }
    void Other(OtherCommand c) { c.Apply(); }
    void Inner() { Run(x => c.AsUpdate()); }
}
"""
    view = MemoryProject({"Drafts.cs": text}).views["Drafts.cs"]
    receivers = receivers_of(view, "CreateDraft")
    calls = [calls_on(symbol, receivers, "CreateDraft") for symbol in view.facts.symbols if symbol.is_callable]
    assert calls == [["Check"], [], []]


def test_dependencies_name_what_the_type_is_given(news: MemoryProject) -> None:
    (row,) = [row for row in dependencies.examples(news.views["Api/NewsController.cs"], news) if row.kind == "dependencies"]
    assert "- `FeaturesService` (`Api/FeaturesService.cs`): calls `GetFeaturesAsync`" in row.completion


ENTITY = """[BsonCollection("hashes")]
public sealed class HashEntity
{
    [BsonId]
    public DomainId AppId { get; set; }

    public DomainId Version { get; set; }

    public DomainId SomethingId { get; set; }

    public Dictionary<string, long> Counts { get; set; }
}
"""


def test_a_value_type_is_a_field_and_its_name_a_key() -> None:
    files = {
        "Model/HashEntity.cs": ENTITY,
        "Model/DomainId.cs": "public readonly struct DomainId { private readonly string id; }\n",
        "Model/App.cs": "public record App { public string Name { get; init; } }\n",
    }
    project = MemoryProject(files)
    (row,) = [row for row in of_file.examples(project.views["Model/HashEntity.cs"], project) if row.kind == "diagram.erd"]
    assert "DomainId Version" in row.completion
    assert "App ||--o{ HashEntity : AppId" in row.completion
    assert "DomainId\n" not in row.completion
    assert "Something " not in row.completion


TEMPLATE = '<h1>{{ "home" | translate }}</h1>\n<p>{{ greeting }} to all who come here, and to those who stay for a while.</p>\n'


def component(body: str) -> MemoryProject:
    text = f"@Component({{ selector: 'app-home', templateUrl: './home.component.html' }})\nexport class HomeComponent {{\n{body}}}\n"
    return MemoryProject({"app/home.component.ts": text, "app/home.component.html": TEMPLATE})


def test_a_class_without_members_tells_nothing_of_its_template() -> None:
    empty, filled = component(""), component("    public greeting = 'Hello';\n")
    assert list(template_for_class.examples(empty.views["app/home.component.ts"], empty)) == []
    assert len(list(template_for_class.examples(filled.views["app/home.component.ts"], filled))) == 1


def test_a_component_is_shown_what_its_constructor_is_given() -> None:
    body = (
        "    constructor(\n"
        "        private readonly rooms: RoomsService,\n"
        "    ) {\n"
        "    }\n"
        "\n"
        "    public load() {\n"
        "        return this.rooms.all();\n"
        "    }\n"
    )
    project = MemoryProject(
        {
            "app/home.component.ts": (
                f"@Component({{ selector: 'app-home', templateUrl: './home.component.html' }})\nexport class HomeComponent {{\n{body}}}\n"
            ),
            "app/home.component.html": TEMPLATE,
            "app/rooms.service.ts": (
                "export class RoomsService {\n    public all(): Observable<Room[]> {\n        return of([]);\n    }\n}\n"
            ),
        }
    )
    rows = [row for row in cross_file.examples(project.views["app/home.component.ts"], project) if row.kind == "component_with_parts"]
    assert "public all(): Observable<Room[]>" in rows[0].prompt


def test_what_is_implemented_is_not_extended() -> None:
    text = "export class HomeComponent extends Stateful<State> implements OnInit {\n    // Lists\n    public ngOnInit() {\n    }\n}\n"
    view = MemoryProject({"app/home.ts": text}).views["app/home.ts"]
    assert "that extends `Stateful" in purpose_of(view)
    assert purpose_of(view).endswith("and implements `OnInit` with `ngOnInit`.")


def test_a_server_is_mounted_below_api() -> None:
    server = (
        "[ApiController]\n"
        "public class TeamsController : Controller\n"
        "{\n"
        "    [HttpPost]\n"
        '    [Route("teams/")]\n'
        "    public IActionResult PostTeam([FromBody] CreateTeamDto request)\n"
        "    {\n"
        "        return Ok();\n"
        "    }\n"
        "}\n"
    )
    client = (
        "export class TeamsService {\n"
        "    public postTeam(dto: CreateTeamDto) {\n"
        "        return this.http.post('/api/teams', dto);\n"
        "    }\n"
        "}\n"
    )
    project = MemoryProject({"server/TeamsController.cs": server, "client/teams.service.ts": client})
    (request,) = endpoints.requests_of(project.views["client/teams.service.ts"])
    found = endpoints.answering(request, "client/teams.service.ts", project)
    assert found is not None
    assert found[1].symbol.name == "PostTeam"


def test_a_dto_that_shares_nothing_does_not_follow_from_an_entity() -> None:
    dto = (
        "public sealed class UpdateRuleDto\n"
        "{\n"
        "    public string? Name { get; set; }\n"
        "\n"
        "    public bool? IsEnabled { get; set; }\n"
        "\n"
        "    public UpdateRule ToCommand(DomainId id)\n"
        "    {\n"
        "        return SimpleMapper.Map(this, new UpdateRule { RuleId = id });\n"
        "    }\n"
        "}\n"
    )
    for fields, n_rows in (("", 0), ("    public string Name { get; set; }\n", 1)):
        project = MemoryProject(
            {"Api/UpdateRuleDto.cs": dto, "Domain/UpdateRule.cs": f"public sealed class UpdateRule : RuleCommand\n{{\n{fields}}}\n"}
        )
        rows = list(dto_from_entity.examples(project.views["Api/UpdateRuleDto.cs"], project))
        assert len(rows) == n_rows
        assert all("- `public UpdateRule ToCommand(DomainId id)`" in row.prompt for row in rows)


def test_a_profile_shows_what_it_maps_from() -> None:
    dto = (
        "public class LookupDto\n"
        "{\n"
        "    public int Id { get; init; }\n"
        "\n"
        "    private class Mapping : Profile\n"
        "    {\n"
        "        public Mapping()\n"
        "        {\n"
        "            CreateMap<TodoList, LookupDto>();\n"
        "            CreateMap<TodoItem, LookupDto>();\n"
        "        }\n"
        "    }\n"
        "}\n"
    )
    lists = "public class TodoList\n{\n    public int Id { get; set; }\n}\n"
    project = MemoryProject({"Models/LookupDto.cs": dto, "Domain/TodoList.cs": lists})
    (row,) = settings_injection.examples(project.views["Models/LookupDto.cs"], project)
    assert "`Domain/TodoList.cs`" in row.prompt
    alone = MemoryProject({"Models/LookupDto.cs": dto})
    assert list(settings_injection.examples(alone.views["Models/LookupDto.cs"], alone)) == []


def test_a_test_is_of_the_file_that_it_is_named_after() -> None:
    handler = (
        "public record UpdateTodoItemCommand : IRequest\n"
        "{\n"
        "    public int Id { get; init; }\n"
        "}\n"
        "\n"
        "public class UpdateTodoItemCommandHandler : IRequestHandler<UpdateTodoItemCommand>\n"
        "{\n"
        "    public async Task Handle(UpdateTodoItemCommand request, CancellationToken ct)\n"
        "    {\n"
        "        await context.SaveChangesAsync(ct);\n"
        "    }\n"
        "}\n"
    )
    entity = "public class TodoItem : BaseEntity\n{\n    public int ListId { get; set; }\n\n    public string? Title { get; set; }\n}\n"
    test = (
        "public class UpdateTodoItemTests : TestBase\n"
        "{\n"
        "    [Test]\n"
        "    public async Task ShouldUpdateTodoItem()\n"
        "    {\n"
        "        await SendAsync(new UpdateTodoItemCommand { Id = 1 });\n"
        "        var item = await FindAsync<TodoItem>(1);\n"
        "        item.ShouldNotBeNull();\n"
        "    }\n"
        "}\n"
    )
    project = MemoryProject(
        {"src/Domain/TodoItem.cs": entity, "src/App/UpdateTodoItem.cs": handler, "tests/App/UpdateTodoItemTests.cs": test}
    )
    view = project.views["tests/App/UpdateTodoItemTests.cs"]
    (case,) = cases_of(view)
    subject = subject_of(view, case, project, 1_200)
    assert subject is not None
    assert subject.symbol.name == "UpdateTodoItemCommandHandler"


def test_a_value_that_is_taken_out_leaves_a_comment() -> None:
    text = (
        "// Copyright (c) Somebody. All rights reserved.\n"
        "\n"
        "namespace A;\n"
        "\n"
        "public static class Headers\n"
        "{\n"
        "    public static readonly string AggregateIdentity = nameof(AggregateIdentity);\n"
        "}\n"
    )
    project = MemoryProject({"Headers.cs": text})
    (row,) = implement.examples(project.views["Headers.cs"], project)
    assert "    // left out\n" in row.prompt
    assert "Copyright" not in row.prompt


def test_a_condensed_type_stands_at_the_margin() -> None:
    body = "        {\n            return Enumerable.Range(0, 100).Select(x => x * 2).Where(x => x > 12).Sum();\n        }\n"
    members = "\n".join(f"        public int Sum{n}()\n{body}" for n in range(8))
    text = f"namespace A\n{{\n    public class Sums\n    {{\n{members}    }}\n}}\n"
    view = MemoryProject({"Sums.cs": text}).views["Sums.cs"]
    shown = with_hole(view, next(s for s in view.facts.symbols if s.name == "Sum3"), limit=900)
    assert "public class Sums\n{\n    public int Sum0()\n    { /* left out */ }" in shown


def test_an_element_of_a_list_is_an_answer() -> None:
    assert parses("{ provide: HTTP_INTERCEPTORS, useClass: AuthorizeInterceptor, multi: true },", "typescript")


@pytest.mark.parametrize(("kind", "is_dropped"), [("body", True), ("fill_in_middle", False)])
def test_an_answer_that_does_not_parse_is_not_exported(kind: str, *, is_dropped: bool) -> None:
    example = Example(kind, "Write the function.", "AS\nBEGIN\n  IF @a IS NOT NULL RETURN 1 ELSE", "sql", Provenance("a.sql", kind))
    assert (_reason_unparsed(example) is not None) is is_dropped


# Entities of the names that are not to be renamed in the cases above.
STORED_TS = "export interface HttpDto { id: string; }\nexport interface HttpRequest { id: string; }\n"
STORED_CS = "public class DynamicOpenIdDto { public string Id { get; set; } }\npublic class OpenIdDto { public string Id { get; set; } }\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "app/open.interceptor.ts",
            (
                "import { HttpRequest } from '@angular/common/http';\n"
                "\n"
                "export class HttpInterceptor {\n"
                "    public open(first: HttpRequest, other: HttpRequest) {\n"
                "        return first === other;\n"
                "    }\n"
                "}\n"
            ),
        ),
        (
            "Config/DynamicOpenIdOptions.cs",
            "public sealed class DynamicOpenIdOptions : OpenIdOptions\n{\n    public string OpenId { get; set; }\n}\n",
        ),
    ],
)
def test_what_is_built_upon_keeps_its_name(path: str, text: str) -> None:
    project = MemoryProject({path: text, "models/stored.ts": STORED_TS, "Models/Stored.cs": STORED_CS})
    for row in adapt.examples(project.views[path], project):
        assert "HttpRequest" in row.completion or "OpenIdOptions\n" in row.completion


def test_a_static_query_is_no_static_member() -> None:
    text = (
        "export class Page {\n"
        "    @ViewChild('container', { static: false })\n"
        "    public container!: ElementRef;\n"
        "\n"
        "    constructor(private readonly rooms: RoomsService) {\n"
        "    }\n"
        "}\n"
    )
    view = MemoryProject({"page.ts": text}).views["page.ts"]
    (row,) = types_of(view.facts)
    assert [line for _, line in box_of(row, view.language).members] == ["+container: ElementRef"]


def test_a_pair_is_named_after_its_first_type() -> None:
    assert read_type("(string Stream, DomainId)").readable == "string"
    assert read_type("(isSet bool, err error)").readable == "bool"


def test_a_url_of_another_server_is_no_endpoint() -> None:
    text = (
        "export class HelpService {\n"
        "    public getHelp(page: string) {\n"
        "        return this.http.get(`https://docs.example.org/master/${page}.md`);\n"
        "    }\n"
        "}\n"
    )
    assert endpoints.requests_of(MemoryProject({"help.service.ts": text}).views["help.service.ts"]) == []


def test_an_alias_may_pass_on_what_lies_beside_it() -> None:
    text = "import { ModalModel } from '@app/shared';\n\nexport class ListComponent {\n    public dropdown = new ModalModel();\n}\n"
    user = MemoryProject({"src/app/features/list.component.ts": text}).views["src/app/features/list.component.ts"]
    assert fit(user, "ModalModel", "src/app/framework/utils/modal-view.ts") == POSSIBLE
    assert fit(user, "ModalModel", "tools/modal-view.ts") == NOT_MEANT


def test_a_dto_of_some_fields_is_asked_for_with_these() -> None:
    entity = "public sealed class UserValues\n{\n    public string? Email { get; set; }\n\n    public string? Answers { get; set; }\n}\n"
    dto = (
        "public sealed class ProfileDto\n"
        "{\n"
        "    public string? Answers { get; set; }\n"
        "\n"
        "    public UserValues ToValues()\n"
        "    {\n"
        "        return SimpleMapper.Map(this, new UserValues());\n"
        "    }\n"
        "}\n"
    )
    project = MemoryProject({"Api/ProfileDto.cs": dto, "Domain/UserValues.cs": entity})
    (row,) = dto_from_entity.examples(project.views["Api/ProfileDto.cs"], project)
    assert "\nOf the entity it has `Answers`.\n" in row.prompt


def test_imports_alone_are_no_piece_of_a_file() -> None:
    text = "using Shop.Orders;\nusing Shop.Rooms;\n\nnamespace Shop.Web;\n\nvar shop = new Shop();\n"
    view = MemoryProject({"Program.cs": text}).views["Program.cs"]
    assert [run.text for run in line_runs(view, 70)] == ["var shop = new Shop();"]


def test_values_of_a_union_are_no_types() -> None:
    assert type_names("'Started' | 'Failed' | Status") == ["Status"]
    assert type_names('Mapped["Order"]') == ["Mapped", "Order"]


def test_what_a_decorator_imports_is_a_dependency() -> None:
    text = "import { DatePipe } from './date.pipe';\nimport { RoomCard } from './room.card';\n\n"
    text += "@Component({ selector: 'RoomList', imports: [DatePipe] })\nexport class RoomPage {\n    public card?: RoomCard | null;\n\n"
    text += "    public close() {\n        this.card = null;\n    }\n}\n"
    others = {"app/date.pipe.ts": "export class DatePipe {\n}\n", "app/room.card.ts": "export class RoomCard {\n}\n"}
    project = MemoryProject({"app/room.page.ts": text, **others})
    (row,) = [row for row in dependencies.examples(project.views["app/room.page.ts"], project) if row.kind == "dependencies"]
    assert "- `RoomCard` (`app/room.card.ts`): type of `card`" in row.completion
    assert "- `DatePipe` (`app/date.pipe.ts`): named in an annotation of `RoomPage`" in row.completion
