"""Code with its test, its parts and its use, in several languages."""

from __future__ import annotations

import pytest

from dataset_core.sweep import cross_file
from dataset_core.sweep.test_cases import stem_of
from tests.memory_project import MemoryProject

TYPESCRIPT = {
    "src/price.ts": """\
export class Price {
  constructor(private readonly net: number) {}

  /** The price with tax, in cents. */
  withTax(rate: number): number {
    const gross = this.net * (1 + rate);
    return Math.round(gross * 100);
  }
}
""",
    "src/price.spec.ts": """\
import { Price } from './price';

describe('Price', () => {
  it('adds the tax and rounds to cents', () => {
    const price = new Price(10.006);
    expect(price.withTax(0.2)).toBe(1201);
    expect(price.withTax(0)).toBe(1001);
  });
});
""",
}
PYTHON = {
    "shop/slugs.py": (
        "def make_slug(title: str) -> str:\n"
        '    """Lower case, words joined by hyphens."""\n'
        "    words = title.lower().split()\n"
        '    return "-".join(words)\n'
    ),
    "tests/test_slugs.py": (
        "from shop.slugs import make_slug\n"
        "\n"
        "\n"
        "def test_make_slug_joins_words():\n"
        "    assert make_slug('Two Words') == 'two-words'\n"
        "    assert make_slug('') == ''\n"
    ),
}
JAVA = {
    "src/main/java/Rates.java": (
        "public class Rates {\n"
        "    private double base;\n"
        "\n"
        "    public double rateFor(int nights) {\n"
        "        return nights > 6 ? base * 0.9 : base;\n"
        "    }\n"
        "}\n"
    ),
    "src/test/java/RatesTest.java": (
        "class RatesTest {\n"
        "    private final Rates rates = new Rates();\n"
        "\n"
        "    @Test\n"
        "    void longStaysAreCheaper() {\n"
        "        assertTrue(rates.rateFor(7) < rates.rateFor(6));\n"
        "    }\n"
        "}\n"
    ),
}


@pytest.mark.parametrize(
    ("files", "test", "code"),
    [
        (TYPESCRIPT, "src/price.spec.ts", "src/price.ts"),
        (PYTHON, "tests/test_slugs.py", "shop/slugs.py"),
        (JAVA, "src/test/java/RatesTest.java", "src/main/java/Rates.java"),
    ],
)
def test_a_test_and_its_code_answer_each_other(files: dict[str, str], test: str, code: str) -> None:
    project = MemoryProject(files)
    rows = {row.kind: row for row in cross_file.examples(project.views[test], project)}
    assert rows["test_for_code"].provenance.path == test
    assert rows["test_for_code"].provenance.context_paths == (code,)
    assert rows["code_for_test"].provenance.path == code
    assert rows["code_for_test"].completion not in rows["code_for_test"].prompt


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("Api.Tests/RoomServiceTests.cs", "RoomService"),
        ("src/room.service.spec.ts", "room.service"),
        ("tests/test_rooms.py", "rooms"),
        ("store/user_store_test.go", "user_store"),
        ("src/RoomTest.java", "Room"),
        ("spec/models/booking_spec.rb", "booking"),
    ],
)
def test_stem_of_the_code_under_test(path: str, stem: str) -> None:
    assert stem_of(path) == stem


def test_a_package_from_outside_is_not_what_a_test_is_about() -> None:
    files = {
        "db/store.py": (
            "class Store:\n"
            "    def connect(self, write=False):\n"
            "        self.handle = open(self.path, 'wb' if write else 'rb')\n"
            "        return self.handle\n"
        ),
        "tests/test_other.py": (
            "import sqlite3\n"
            "from db.store import Store\n"
            "\n"
            "\n"
            "def test_rows_are_kept(tmp_path):\n"
            "    link = sqlite3.connect(tmp_path / 'a')\n"
            "    link.execute('create table t (id)')\n"
            "    assert Store\n"
        ),
    }
    project = MemoryProject(files)
    assert list(cross_file.examples(project.views["tests/test_other.py"], project)) == []


def test_a_definition_comes_from_the_code_that_uses_it() -> None:
    use = (
        "import { Price } from './price';\n"
        "\n"
        "export function total(prices: Price[], rate: number): number {\n"
        "  let sum = 0;\n"
        "  for (const net of [1, 2]) {\n"
        "    sum += new Price(net).withTax(rate);\n"
        "  }\n"
        "  return sum;\n"
        "}\n"
    )
    project = MemoryProject({"src/price.ts": TYPESCRIPT["src/price.ts"], "src/total.ts": use})
    (row,) = cross_file.examples(project.views["src/price.ts"], project)
    assert row.kind == "definition_from_use"
    assert "The function `total` in `src/total.ts` uses" in row.prompt
    assert row.provenance.context_paths == ("src/total.ts",)
