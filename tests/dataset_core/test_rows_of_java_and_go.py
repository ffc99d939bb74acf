"""Defects that were found by reading rows of a Spring application and of a Go library, each with the smallest files that showed it."""

from __future__ import annotations

import pytest

from dataset_core.diagrams import of_file
from dataset_core.diagrams.architecture import architecture
from dataset_core.diagrams.blocks import blocks_of
from dataset_core.diagrams.type_text import read_type
from dataset_core.resolution import MEANT, NOT_MEANT, fit, foreign_names
from dataset_core.sweep import cross_file, dependencies, imports, symbols
from dataset_core.sweep.notes import read_note
from dataset_core.units import imports_text, one_line, signature_of
from dataset_core.variations import adapt, implement, similar
from tests.memory_project import MemoryProject

STORE = """package store

import (
\t"net/http"

\tlog "github.com/sirupsen/logrus"
\t"gopkg.in/yaml.v3"
)

// Store keeps pages.
type Store struct {
\tFiles http.FileSystem
\tpages []page
}

type Render interface {
\tRender(http.ResponseWriter) error
\tName() (string, error)
}

// NewStore makes a store over files.
func NewStore(files http.FileSystem) *Store {
\tlog.Info("a store of pages is made over these files")
\treturn &Store{Files: files, pages: readPages(files, yaml.Unmarshal)}
}
"""
FILES = "package files\n\n// FileSystem is one of the project's own.\ntype FileSystem struct {\n\troot string\n}\n"
PAGES = "package store\n\nfunc readPages(files any, read any) []page {\n\treturn nil\n}\n\ntype page struct {\n\ttitle string\n}\n"
ENGINE = """package a

type Engine struct {
\troutes []string
}

func (e *Engine) NoRoute(name string) {
\te.routes = append(e.routes, name)
\te.rebuild()
}

func (e *Engine) rebuild() {}
"""
ENGINE_TEST = """package a

func TestEngineNoRoute(t *testing.T) {
\tengine := Engine{}
\tengine.NoRoute("lost")
\tassert.Equal(t, 1, len(engine.routes))
}
"""
MAPPING = """package a

import "reflect"

func Mapping(value reflect.Value) bool {
\tif value.IsNil() {
\t\tvalue.Set(1)
\t}
\tvalue.Kind()
\treturn value.Type() == nil
}
"""
VALIDATOR = """package binding

import "github.com/go-playground/validator/v10"

type defaultValidator struct {
\tvalidate *validator.Validate
}
"""
GROUP_TEST = """package a

func testGroup(t *T) {
\tassert.Equal(t, 1, 1)
\tassert.Equal(t, 2, 2)
\tassert.Equal(t, 3, 3)
}
"""
APPLICATION = """package org.example.clinic;

import org.framework.boot.SpringApplication;

class TestApplication {
    void main() {
        SpringApplication.run(ClinicApplication.class);
    }
}
"""
OWNERS = """package a;

class Owners {
    String find() {
        String name = owners.name();
        owners.save(name);
        return owners.find(name).first();
    }
}
"""
MODEL = """package shop.model;

@MappedSuperclass
public class BaseEntity {
    @Id
    private Integer id;
}
"""
OWNER = """package shop.owner;

@Entity
public class Owner extends BaseEntity {
    private String firstName;
    private String lastName;
    private String street;
    private String city;
    @OneToMany
    private List<Pet> pets;
    public String getFirstName() { return firstName; }
    public void setFirstName(String firstName) { this.firstName = firstName; }
    public String getLastName() { return lastName; }
    public void setLastName(String lastName) { this.lastName = lastName; }
    public String getStreet() { return street; }
    public void setStreet(String street) { this.street = street; }
    public String getCity() { return city; }
    public void setCity(String city) { this.city = city; }
    public List<Pet> getPets() { return pets; }
    public void addPet(Pet pet) { pets.add(pet); }
    public boolean isNew() { return false; }
    public void rename(String name) { this.lastName = name; }
    public void move(String city) { this.city = city; }
}
"""
PET = """package shop.owner;

@Entity
public class Pet extends BaseEntity {
    private String name;
    @OneToMany
    private List<Visit> visits;
}
"""


@pytest.fixture(scope="module")
def go() -> MemoryProject:
    return MemoryProject({"store/store.go": STORE, "store/pages.go": PAGES, "files/files.go": FILES})


@pytest.fixture(scope="module")
def java() -> MemoryProject:
    return MemoryProject({"src/model/BaseEntity.java": MODEL, "src/owner/Owner.java": OWNER, "src/owner/Pet.java": PET})


def _drawn(project: MemoryProject, path: str, kind: str) -> list[str]:
    return [example.completion for example in of_file.examples(project.views[path], project) if example.kind == f"diagram.{kind}"]


# Go


def test_a_type_of_the_standard_library_is_none_of_the_project(go: MemoryProject) -> None:
    assert fit(go.views["store/store.go"], "FileSystem", "files/files.go") == NOT_MEANT
    assert go.mentioning("FileSystem", near="files/files.go") == ()
    assert not any("FileSystem : Files" in text for text in _drawn(go, "store/store.go", "class"))


def test_a_field_that_is_called_like_its_foreign_type_does_not_mean_one_of_the_project() -> None:
    lines = ["package a", 'import "net/http"', "type Context struct {", "\tRequest *http.Request", "}", "var c = Context{Request: nil}"]
    view = MemoryProject({"a.go": "\n".join([*lines, "var d = c.Request", ""])}).views["a.go"]
    assert fit(view, "Request", "request.go") == NOT_MEANT
    assert "Request" in foreign_names(view)


def test_an_imported_package_is_known_by_its_path_and_by_the_name_that_it_is_given() -> None:
    user = 'package main\n\nimport own "example.com/shop/files"\n\ntype Held struct {\n\tfiles own.FileSystem\n}\n'
    view = MemoryProject({"main.go": user}).views["main.go"]
    assert fit(view, "FileSystem", "files/files.go") == MEANT
    assert fit(view, "FileSystem", "other/files.go") == NOT_MEANT
    assert fit(view, "Held", "held.go") == MEANT


def test_a_method_that_is_called_like_its_interface_is_no_constructor(go: MemoryProject) -> None:
    (text,) = [text for text in _drawn(go, "store/store.go", "class") if "class Render" in text][:1]
    assert "+Render() error" in text
    assert "<<interface>>" in text


def test_the_signature_of_an_interface_says_that_it_is_one(go: MemoryProject) -> None:
    render = next(symbol for symbol in go.views["store/store.go"].facts.symbols if symbol.name == "Render")
    assert signature_of(render) == "type Render interface"


@pytest.mark.parametrize(("text", "first"), [("([]byte, error)", "byte[]"), ("(isSet bool, err error)", "bool")])
def test_of_several_results_the_first_counts(text: str, first: str) -> None:
    assert read_type(text).readable == first


def test_imports_of_a_group_are_statements(go: MemoryProject) -> None:
    view = go.views["store/store.go"]
    assert imports_text(view).split("\n")[:2] == ['import "net/http"', 'import log "github.com/sirupsen/logrus"']
    (row,) = imports.examples(view, go)
    assert row.completion == 'import (\n\t"net/http"\n\n\tlog "github.com/sirupsen/logrus"\n\t"gopkg.in/yaml.v3"\n)'


def test_functions_that_a_body_calls_are_shown_beside_it(go: MemoryProject) -> None:
    (row,) = [example for example in implement.examples(go.views["store/store.go"], go) if "`NewStore`" in example.prompt]
    assert "func readPages(files any, read any) []page" in row.prompt


def test_code_for_a_test_shows_the_type_that_a_method_belongs_to() -> None:
    project = MemoryProject({"engine.go": ENGINE, "engine_test.go": ENGINE_TEST})
    (row,) = [example for example in cross_file.examples(project.views["engine_test.go"], project) if example.kind == "code_for_test"]
    assert "type Engine struct\n  routes []string\n  func (e *Engine) rebuild()" in row.prompt


def test_the_top_of_a_repository_is_a_part_of_it() -> None:
    roles = {"": {("go", "go"): 9}, "render": {("go", "go"): 4}}
    assert '["top level<br/>9 Go files"]' in architecture(roles, [("", "render", 3)])
    assert architecture({**roles, "": {("go", "go"): 1}, "a": {("go", "go"): 9}}, [("", "render", 3)]) == ""


def test_values_of_the_standard_library_take_no_part_in_a_sequence() -> None:
    assert _drawn(MemoryProject({"a.go": MAPPING}), "a.go", "sequence") == []


def test_a_condition_that_ends_a_function_breaks_off() -> None:
    kinds = [block.kind for block in blocks_of("{\n\tif a {\n\t\tb.c()\n\t\treturn\n\t}\n\tif d {\n\t\te.f()\n\t}\n\tg.h()\n}", "go")]
    assert kinds == ["break", "opt"]


# Java


def test_entities_are_drawn_with_the_key_that_they_inherit(java: MemoryProject) -> None:
    text = next(text for text in _drawn(java, "src/owner/Owner.java", "erd") if "Integer id PK" in text)
    assert text.count("Integer id PK") == 2
    assert "visits" not in text


def test_fields_come_before_what_only_gives_them_out(java: MemoryProject) -> None:
    text = next(text for text in _drawn(java, "src/owner/Owner.java", "class") if "class Owner" in text)
    assert all(f"-{field}:" in text for field in ("firstName", "lastName", "street", "city"))
    assert "+rename(name: String)" in text


def test_a_type_argument_is_no_base() -> None:
    files = {
        "Formatter.java": "package a;\npublic class PetFormatter implements Formatter<Pet> {\n    String print() { return null; }\n}\n",
        "Repository.java": "package a;\npublic interface PetRepository extends JpaRepository<Pet, Integer> {\n    void find();\n}\n",
        "Pet.java": "package a;\npublic class Pet {\n    private String name;\n}\n",
    }
    project = MemoryProject(files)
    (row,) = [example for example in dependencies.examples(project.views["Pet.java"], project) if example.kind == "dependents"]
    assert "type argument of its base `JpaRepository`" in row.completion
    assert "extends it" not in row.completion


def test_comments_between_annotations_are_no_signature() -> None:
    text = "package a;\n@DataJpaTest\n// Against the real database:\n// @TestPropertySource\nclass OwnerTests {\n    int count;\n}\n"
    symbol = MemoryProject({"OwnerTests.java": text}).views["OwnerTests.java"].facts.symbols[0]
    assert one_line(signature_of(symbol)) == "@DataJpaTest class OwnerTests"


def test_an_outline_stands_at_the_margin() -> None:
    body = "".join(f"        @Test\n        void test{n}() {{\n            assertEquals({n}, count({n}));\n        }}\n" for n in range(4))
    text = f"package a;\nclass OuterTests {{\n    int a;\n{'    int filler;' * 60}\n    @Nested\n    class Inner {{\n{body}    }}\n}}\n"
    view = MemoryProject({"OuterTests.java": text}).views["OuterTests.java"]
    (row,) = [example for example in symbols.examples(view) if example.kind == "outline_body"]
    assert "\n@Nested\nclass Inner {\n    @Test\n    void test0() {" in row.prompt
    assert "in `OuterTests.java` from its outline" in row.prompt


def test_a_pattern_shows_code_rather_than_imports() -> None:
    imports = "".join(f"import org.example.wide.Name{n};\n" for n in range(40))
    tests = "".join(f"    @Test\n    void finds{n}() {{\n        assertThat(owners.find({n})).isEqualTo({n});\n    }}\n" for n in range(12))
    files = {f"src/{name}Tests.java": f"package a;\n\n{imports}\nclass {name}Tests {{\n{tests}}}\n" for name in ("Owner", "Pet")}
    project = MemoryProject(files)
    text = similar.pattern_of(project.views["src/OwnerTests.java"])
    assert text.startswith("class OwnerTests {")
    assert "assertThat(owners.find(0)).isEqualTo(0);" in text


def test_a_field_of_code_is_no_table_of_a_script() -> None:
    table = "CREATE TABLE owners (\n  id INT PRIMARY KEY,\n  first_name TEXT,\n  last_name TEXT,\n  address TEXT\n);\n"
    project = MemoryProject({"schema.sql": table, "Owners.java": OWNERS})
    assert [e.kind for e in cross_file.examples(project.views["schema.sql"], project) if e.kind == "definition_from_use"] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/org/example/clinic/TestApplication.java", APPLICATION),
        ("binding/default_validator.go", VALIDATOR),
        ("group_test.go", GROUP_TEST),
        ("error.html", '<html>\n<body>\n  <p th:text="#{wrong}">Something is wrong</p>\n</body>\n</html>\n'),
    ],
)
def test_names_of_others_are_not_renamed(path: str, text: str) -> None:
    project = MemoryProject({path: text})
    assert list(adapt.examples(project.views[path], project)) == []


# Notes


def test_a_note_is_read_without_its_contents_and_heads_of_tables() -> None:
    text = (
        "# Guide\n\n- [Formats](#formats)\n\n## Formats\n\n| Name | Meaning |\n|---|---|\n| csv | commas |\n| ssv | spaces |\n\n"
        "## Use\n\n- First\n- Then:\n\n```go\nrun()\n```\n"
    )
    formats, use = read_note("guide.md", text).sections
    assert [item.text for item in formats.items] == ["csv: commas", "ssv: spaces"]
    assert (formats.has_code, use.has_code) == (False, True)
