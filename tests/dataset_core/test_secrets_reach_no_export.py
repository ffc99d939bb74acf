"""Keys, passwords, addresses and names of authors are planted all over a repository; no file of its export holds any of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from git import Actor, Repo

from dataset_core import export, project
from dataset_core.settings import Settings

KEY = "AKIAZ7QXJ4M2NPLW3RTV"
TOKEN = "ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
PASSWORD = "Hk7#pQ9z!Lm2"
CONNECTION = "Xk93jfLq02vv"
AUTHOR = "Maria Lindqvist"
ADDRESS = "maria.lindqvist@nordhotels.se"
HOST = "81.92.14.33"
PLANTED = (KEY, TOKEN, PASSWORD, CONNECTION, "Lindqvist", ADDRESS, "nordhotels", HOST)

SERVICE = f"""/// <summary>Prices stays. Ask {ADDRESS} before you change it.</summary>
/// @author {AUTHOR}
public class PricingService
{{
    private readonly Store _store = Store.Connect("mongodb://root:{CONNECTION}@{HOST}/rooms");

    public decimal Price(Stay stay, Season season)
    {{
        var rates = _store.Read("{KEY}", stay.HotelId);
        var settings = new Settings {{ Password = "{PASSWORD}", Nights = stay.Nights }};
        return rates.Sum(rate => rate.For(season)) * settings.Nights;
    }}
}}
"""
NOTES = f"""# Meeting about prices

Present: {AUTHOR} <{ADDRESS}>.

## Decisions

- `PricingService` reads the rates of a season with the key {KEY} until the vault is there.
- The password of the store is `{PASSWORD}`; password={PASSWORD} stands in the settings, on {HOST}.
"""


def commit(repo: Repo, message: str) -> None:
    repo.git.add(all=True)
    author = Actor(AUTHOR, ADDRESS)
    repo.index.commit(message, author=author, committer=author)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("planted")
    repo = Repo.init(root)
    (root / "src").mkdir()
    (root / "docs" / "meetings").mkdir(parents=True)
    (root / "src" / "PricingService.cs").write_text(SERVICE)
    (root / "src" / "Stay.cs").write_text(
        "public class Stay\n{\n    public string HotelId { get; set; }\n\n    public int Nights { get; set; }\n}\n"
    )
    (root / "docs" / "meetings" / "2026-01-12-prices.md").write_text(NOTES)
    (root / ".env").write_text(f"API_KEY={KEY}\nDB_PASSWORD={PASSWORD}\n")
    (root / "app.js").write_text(f"export const config = {{\n  apiToken: '{TOKEN}',\n  password: '{PASSWORD}',\n  host: '{HOST}',\n}};\n")
    commit(repo, "Start with prices of rooms and seasons")
    changed = SERVICE.replace("var rates = ", f'Log.Write("{TOKEN}", "{ADDRESS}");\n        var rates = ')
    (root / "src" / "PricingService.cs").write_text(changed)
    commit(
        repo,
        f"Write a line to the log for each price\n\n{AUTHOR} ({ADDRESS}) asked for it with {TOKEN}.\n\nSigned-off-by: {AUTHOR} <{ADDRESS}>",
    )
    settings = Settings(target=200, minimum=1)
    with project.open_project(root, settings) as opened:
        project.build(opened)
        return export.export(opened, day=date(2026, 11, 22)).folder


def test_the_repository_gives_rows_of_every_place(exported: Path) -> None:
    rows = "".join(path.read_text("utf-8") for path in exported.glob("*.metadata.jsonl"))
    for kind in ("implement", "git_change", "src/PricingService.cs", "docs/meetings/2026-01-12-prices.md"):
        assert kind in rows, kind


@pytest.mark.parametrize("secret", PLANTED)
def test_no_file_of_the_export_holds_it(exported: Path, secret: str) -> None:
    assert [path.name for path in sorted(exported.iterdir()) if secret in path.read_text("utf-8")] == []


def test_the_store_holds_no_key_or_password_either(exported: Path) -> None:
    stored = b"".join(path.read_bytes() for path in sorted((exported.parent / ".mothertongue").rglob("*")) if path.is_file())
    assert [secret for secret in (KEY, TOKEN, PASSWORD, CONNECTION, ADDRESS) if secret.encode() in stored] == []
