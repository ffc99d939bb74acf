# ruff: noqa: E501 (sources of one line)
"""A prompt says enough for its answer, or there is no row: defects that were found by reading, each with the smallest files that showed it."""

from __future__ import annotations

import pytest

from dataset_core.diagrams import of_file
from dataset_core.diagrams.type_text import read_type
from dataset_core.example import Example
from dataset_core.sweep import cross_file, imports, symbols
from dataset_core.sweep.test_cases import subject_of
from dataset_core.sweep.test_cases import test_cases as cases_of
from dataset_core.variations import generate, implement, method_for_endpoint, replicate, similar, standards, template_for_class
from tests.memory_project import MemoryProject


def rows_of(kind: str, path: str, project: MemoryProject) -> list[Example]:
    """What the stage of a kind makes of a file."""
    view = project.views[path]
    alone = {"body": symbols, "outline_body": symbols, "generate": generate, "standards": standards, "replicate": replicate}
    linked = {
        "implement": implement, "similar": similar, "definition_from_use": cross_file, "code_for_test": cross_file, "test_for_code": cross_file,
        "imports": imports, "method_for_endpoint": method_for_endpoint, "diagram.sequence": of_file,
        "template_for_class": template_for_class,
    }  # fmt: skip
    made = alone[kind].examples(view) if kind in alone else linked[kind].examples(view, project)
    return [row for row in made if row.kind == kind]


COMPONENT = """export class IndexForm {
  public name = '';

  constructor(private readonly indexes: IndexesState, private readonly unused: Dialogs) {}

  public create() {
    const value = this.form.submit(this.name);
    this.indexes.create(value).subscribe(() => this.form.reset());
  }

  private form = new CreateForm();
}
"""


def test_a_body_is_asked_for_with_what_it_calls_and_what_it_is_given() -> None:
    (row,) = rows_of("body", "index.ts", MemoryProject({"index.ts": COMPONENT}))
    assert "It calls `this.form.submit`" in row.prompt
    assert "`IndexForm` has" in row.prompt
    assert "indexes: IndexesState" in row.prompt
    assert "`private form = new CreateForm()`" in row.prompt
    assert "Dialogs" not in row.prompt


def test_documentation_takes_the_place_of_calls() -> None:
    text = (
        'def run(path):\n    """Run the file at a path and close it."""\n    with open_it(path) as found:\n        return found.run(path)\n'
    )
    (row,) = rows_of("body", "a.py", MemoryProject({"a.py": text}))
    assert "Run the file" in row.prompt
    assert "It calls" not in row.prompt


def test_fields_of_a_rust_type_are_told_where_its_block_does_not_show_them() -> None:
    text = (
        "struct Printer {\n    wtr: Writer,\n    separator: u8,\n    unused: u8,\n}\n\n"
        "impl Printer {\n    fn write(&mut self, path: &str) -> Result<()> {\n        self.wtr.write_all(path)?;\n        self.wtr.put(self.separator)\n    }\n}\n"
    )
    text += "".join(f"\nfn other{number}(first: &str, second: &str) -> String {{\n    join(first, second)\n}}\n" for number in range(30))
    row = next(row for row in rows_of("implement", "a.rs", MemoryProject({"a.rs": text})) if "`write`" in row.prompt)
    assert "`Printer` has `wtr: Writer`, `separator: u8`." in row.prompt


def test_a_nested_type_is_shown_in_the_type_around_it() -> None:
    text = """public class TodoDto
{
    public int Priority { get; set; }

    private class Mapping : Profile
    {
        public Mapping()
        {
            CreateMap<Todo, TodoDto>().ForMember(d => d.Priority, options => options.MapFrom(s => (int)s.Priority)).Validated();
            CreateMap<TodoDto, Todo>().ForMember(d => d.Priority, options => options.Ignore());
        }
    }
}
"""
    (row,) = rows_of("outline_body", "TodoDto.cs", MemoryProject({"TodoDto.cs": text}))
    assert "public int Priority { get; set; }" in row.prompt


USE = """class Tracker
{
    public Counters Read(Store store)
    {
        return Counters.From(store.Read("today"), store.Read("yesterday"), store.Read("before"));
    }
}
"""
TOLD = "public record Counters(long Total, long Failed)\n{\n    public static Counters From(params long[] all) => new(all.Sum(), 0);\n}\n"
UNTOLD = "public sealed class Counters\n{\n    public long ThresholdInMB { get; set; }\n\n    public long Created { get; set; }\n\n    public long Failed { get; set; }\n}\n"


def test_a_type_is_not_asked_for_from_a_use_that_does_not_name_its_members() -> None:
    use = USE.replace("Counters.From(", "new Counters(")
    assert rows_of("definition_from_use", "Counters.cs", MemoryProject({"Tracker.cs": use, "Counters.cs": UNTOLD})) == []
    named = use.replace('store.Read("today"), store.Read("yesterday"), store.Read("before")', "").replace(
        "new Counters()", "new Counters { Created = 1, Failed = 2 }"
    )
    assert len(rows_of("definition_from_use", "Counters.cs", MemoryProject({"Tracker.cs": named, "Counters.cs": UNTOLD}))) == 1


SEARCHER = """pub struct Builder {
    config: Config,
}

impl Builder {
    pub fn bom_sniffing(&mut self, yes: bool) -> &mut Builder {
        self.config.bom_sniffing = yes;
        self
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn utf8_bom_sniffing() {
        let found = Builder::new().build().search_slice(&[0xef, 0xbb, 0xbf, 0x66]);
        assert!(found.is_ok(), "{found:?}");
    }
}
"""


def test_code_is_paired_with_a_test_only_where_the_test_uses_it() -> None:
    project = MemoryProject({"src/a.rs": SEARCHER})
    view = project.views["src/a.rs"]
    (case,) = cases_of(view)
    assert subject_of(view, case, project, 1_000) is None
    used = MemoryProject({"src/a.rs": SEARCHER.replace("new().build()", "new().bom_sniffing(true).build()")})
    (case,) = cases_of(used.views["src/a.rs"])
    found = subject_of(used.views["src/a.rs"], case, used, 1_000)
    assert found is not None
    assert found.symbol.name == "bom_sniffing"


def test_what_is_called_comes_before_a_type_that_is_named() -> None:
    project = MemoryProject(
        {
            "context.go": "package gin\n\n// Context is what each request has.\ntype Context struct {\n\tWriter  ResponseWriter\n\tRequest *Request\n}\n",
            "gin.go": "package gin\n\nfunc (engine *Engine) HandleContext(c *Context) {\n\tc.reset()\n\tengine.handle(c)\n\tc.done()\n}\n\ntype Engine struct {\n}\n",
            "all_test.go": "package gin\n\nfunc TestConcurrentHandleContext(t *T) {\n\trouter := Engine{}\n\tc := &Context{}\n\trouter.HandleContext(c)\n\tassert.Equal(t, 200, c.Code)\n}\n",
        }
    )
    view = project.views["all_test.go"]
    (case,) = cases_of(view)
    found = subject_of(view, case, project, 1_000)
    assert found is not None
    assert found.symbol.name == "HandleContext"


@pytest.mark.parametrize(
    ("one", "other", "n_rows"),
    [
        (
            "class OrderHandler { void Handle(Order order) { Store(order); } }",
            "class RoomHandler { void Run(Room room) { Check(room); } }",
            1,
        ),
        ("class Reader : Source { void Read(Order order) { } }", "class Other : Source { void Take(Room room) { Check(room); } }", 1),
        ("class Is { bool Change(object one) { return one.Changed; } }", "class Bus { void Publish(Order order) { Send(order); } }", 0),
    ],
)
def test_a_sibling_without_a_role_is_a_pattern_only_for_its_kin(one: str, other: str, n_rows: int) -> None:
    project = MemoryProject({"a/One.cs": one, "a/Other.cs": other})
    assert len(rows_of("similar", "a/Other.cs", project)) == n_rows


PAGE = """<article class="visit">
  <h2>Visit</h2>
  <table class="dates">
    <tr th:each="visit : ${pet.visits}">
      <td th:text="${visit.date}"></td>
      <td class="text">{{ visit.description }}</td>
    </tr>
  </table>
</article>
"""


def test_a_page_is_asked_for_with_what_it_shows_or_with_its_elements() -> None:
    project = MemoryProject({"visit.html": PAGE})
    (generated,) = rows_of("generate", "visit.html", project)
    assert "- it shows or calls `visit.date`" in generated.prompt
    (structured,) = rows_of("replicate", "visit.html", project)
    assert "  table.dates\n    tr\n      td" in structured.prompt
    assert "<h2>" not in structured.prompt


def test_an_element_that_tells_nothing_is_not_asked_for() -> None:
    text = (
        "<style>\n.check { color: green; }\n.check-no { color: red; }\n.other { font-size: 1em; }\n.another { font-size: 1em; }\n</style>\n"
    )
    project = MemoryProject({"a.html": text})
    assert [row for kind in ("generate", "standards", "replicate") for row in rows_of(kind, "a.html", project)] == []


def test_rules_are_asked_for_with_what_they_set() -> None:
    text = ".button {\n  color: red;\n  padding: 1rem 2rem;\n  border-radius: 4px;\n  &:hover {\n    color: blue;\n    background: white;\n  }\n}\n"
    (row,) = rows_of("standards", "a.scss", MemoryProject({"a.scss": text}))
    assert "`.button`: color, padding, border-radius\n`&:hover`: color, background" in row.prompt


def test_a_list_of_imports_is_no_component() -> None:
    project = MemoryProject({"GlobalUsings.cs": "global using Guards;\nglobal using Shared;\nglobal using More.Things;\n"})
    assert rows_of("generate", "GlobalUsings.cs", project) == []


def test_an_import_is_needed_by_its_names_alone() -> None:
    text = "from typing import Set\nfrom app import hook\nfrom .helpers import check\n\n\ndef allowed(app: Set[str]) -> bool:\n    return check(app, {'a', 'b', 'c', 'd', 'e'})\n"
    (row,) = rows_of("imports", "a.py", MemoryProject({"a.py": text}))
    assert row.completion == "from typing import Set\nfrom .helpers import check"


def test_what_is_kept_in_the_browser_is_no_endpoint() -> None:
    text = """@Injectable()
export class ThemeService {
  private readonly KEY = '/theme';

  constructor() {
    const stored = localStorage.getItem(this.KEY);
    this.theme.set(stored ?? 'automatic');
    this.apply(stored);
  }
}
"""
    project = MemoryProject({"theme.service.ts": text})
    assert rows_of("method_for_endpoint", "theme.service.ts", project) == []


def diagram_of(files: dict[str, str], path: str) -> list[str]:
    """The messages of the one sequence diagram that is drawn from the code alone."""
    rows = [row for row in rows_of("diagram.sequence", path, MemoryProject(files)) if "of this code" in row.prompt]
    return (
        [line.strip() for line in rows[0].completion.split("\n") if not line.strip().startswith(("participant", "sequenceDiagram"))]
        if rows
        else []
    )


VIEW = """from helpers import frame, problem, parameters
from answers import Response


class QueryView:
    async def get(self, request: Request):
        if not await self.allowed(
            action="view",
            actor=request.actor,
        ):
            return frame(problem(["denied"]))
        for name in parameters(request):
            if name.startswith(":"):
                frame(name)
        return frame(Response.json(name))
"""
HELPERS = (
    "def frame(response):\n    return response\n\n\ndef problem(messages):\n    return messages\n\n\ndef parameters(sql):\n    return sql\n"
)
ANSWERS = "class Response:\n    @classmethod\n    def json(cls, body):\n        return cls(body)\n"


def test_arguments_come_first_and_frames_stand_in_frames() -> None:
    files = {"view.py": VIEW, "helpers.py": HELPERS, "answers.py": ANSWERS}
    assert diagram_of(files, "view.py") == [
        "break not allowed(action=view, actor=request.actor)",
        "QueryView->>helpers_py: problem(…)",
        "QueryView->>helpers_py: frame(…)",
        "end",
        "QueryView->>helpers_py: parameters(…)",
        "loop each name in parameters(request)",
        "opt name.startswith(:)",
        "QueryView->>helpers_py: frame(…)",
        "end",
        "end",
        "QueryView->>Response: json(…)",
        "QueryView->>helpers_py: frame(…)",
    ]


def test_what_is_passed_on_is_called_afterwards() -> None:
    text = """export class Events {
  constructor(private readonly api: EventsApi, private readonly dialogs: Dialogs, private readonly journal: Journal) {}

  public enqueue(event: string) {
    this.journal.write(this.api.name(event));
    this.api.enqueue(event, () => this.dialogs.tell(event));
  }
}
"""
    assert [line.partition(">>")[2] for line in diagram_of({"events.ts": text}, "events.ts")] == [
        "EventsApi: name(…)",
        "Journal: write(…)",
        "EventsApi: enqueue(…)",
        "Dialogs: tell(…)",
    ]


def test_a_method_of_too_many_calls_is_not_drawn_in_part() -> None:
    calls = "".join(f"    this.api.call{number}(event);\n" for number in range(14))
    text = (
        f"export class Events {{\n  constructor(private readonly api: EventsApi) {{}}\n\n  public all(event: string) {{\n{calls}  }}\n}}\n"
    )
    assert diagram_of({"events.ts": text}, "events.ts") == []


def test_values_of_local_ones_and_open_types_take_no_part() -> None:
    text = """public class Behaviour<TRequest, TResponse> : IPipeline<TRequest, TResponse> where TRequest : notnull
{
    private readonly IIdentity _identity;

    public async Task Handle(TRequest request, User user)
    {
        var attributes = request.GetType();
        foreach (var a in attributes)
        {
            a.Roles.Split(',');
            _identity.Find(a);
        }
        _identity.Check(user);
        _identity.Done(user);
    }
}
"""
    assert [line.partition(">>")[2] for line in diagram_of({"Behaviour.cs": text}, "Behaviour.cs") if ">>" in line] == [
        "IIdentity: Find(…)",
        "IIdentity: Check(…)",
        "IIdentity: Done(…)",
    ]


def test_directives_are_no_part_of_a_signature() -> None:
    text = """public class Handler
{
#pragma warning disable CS1998 // lacks await
    public async Task<int> Handle(Query request)
#pragma warning restore CS1998
    {
        var found = request.Numbers.Where(number => number > 4).ToList();
        return found.Count;
    }
}
"""
    (row,) = rows_of("body", "Handler.cs", MemoryProject({"Handler.cs": text}))
    assert "pragma" not in row.prompt


def test_what_functions_inside_call_is_called() -> None:
    text = "def script(template, request):\n    async def inner():\n        return json.dumps({'template': template, 'path': request.path})\n\n    return inner\n"
    row = next(row for row in rows_of("body", "a.py", MemoryProject({"a.py": text})) if "`script`" in row.prompt)
    assert "It calls `json.dumps`." in row.prompt


TEMPLATE_CLASS = (
    "@Component({ selector: 'app-root', templateUrl: './app.component.html' })\nexport class AppComponent {\n  title = 'app';\n}\n"
)


@pytest.mark.parametrize(
    ("shown", "n_rows"),
    [("<main>\n  <router-outlet></router-outlet>\n</main>\n", 0), ("<main>\n  <h1>{{ title }} and more of it</h1>\n</main>\n", 1)],
)
def test_a_template_is_asked_for_where_it_shows_the_class(shown: str, n_rows: int) -> None:
    project = MemoryProject({"app.component.ts": TEMPLATE_CLASS, "app.component.html": shown})
    assert len(rows_of("template_for_class", "app.component.ts", project)) == n_rows


def test_lifetimes_are_no_types() -> None:
    assert [read_type(text).readable for text in ("&'static [&'static str]", "FlagLookup<'_>", "Reader<'b, R>", "'a'|'b-c'")] == [
        "str[]",
        "FlagLookup",
        "Reader of R",
        "string",
    ]


def test_of_several_methods_of_a_name_the_one_whose_type_is_named_is_meant() -> None:
    text = SEARCHER.replace("bom_sniffing", "new").replace("Builder::new().build()", "Other::new(1)") + (
        "\npub struct Other;\n\nimpl Other {\n    pub fn new(size: usize) -> Other {\n        Other::with(size, size + 1, size + 2)\n    }\n}\n"
    )
    project = MemoryProject({"src/a.rs": text})
    view = project.views["src/a.rs"]
    (case,) = cases_of(view)
    found = subject_of(view, case, project, 1_000)
    assert found is not None
    assert found.owner is not None
    assert found.owner.name == "Other"


def test_an_enumeration_is_asked_for_with_its_cases() -> None:
    text = "/// What is shown.\npub enum Kind {\n    /// A number.\n    Count,\n    /// The path of each file.\n    Path,\n}\n"
    (row,) = rows_of("generate", "a.rs", MemoryProject({"a.rs": text}))
    assert "- `Count`, `Path`" in row.prompt


def test_groups_in_groups_of_imports_are_asked_for_where_all_is_needed() -> None:
    text = "use std::{\n    ffi::{OsStr, OsString},\n    path::{Path, PathBuf},\n};\nuse crate::walk::Walk;\n\nfn one(path: &Path, walk: Walk) -> bool {\n    walk.run(path).is_ok()\n}\n"
    assert rows_of("imports", "a.rs", MemoryProject({"a.rs": text})) == []


@pytest.mark.parametrize(("sibling", "n_rows"), [("<video class='player' controls></video>\n", 0), (PAGE.replace("visit", "pet"), 1)])
def test_a_template_is_written_after_one_of_the_same_elements(sibling: str, n_rows: int) -> None:
    text = PAGE.replace("Visit", "Vet").replace("visit", "vet")
    project = MemoryProject({"a/one.component.html": sibling, "a/two.component.html": text})
    assert len(rows_of("similar", "a/two.component.html", project)) == n_rows
