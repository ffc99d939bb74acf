"""The gallery: every artifact of the library as a picture, with its prompts, on one page.

    python -m tests.render.gallery [build/gallery]

Draws everything in one headless Chromium, writes `index.html` with the diagrams beside it, light and dark, and exits with 1
where a picture is empty or cannot be read.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from dataset_core import language
from dataset_core.library.artifact import Artifact
from dataset_core.library.library import load_library

if TYPE_CHECKING:
    from tree_sitter import Node

_FOLDER = Path(__file__).parent
_THEMES = ("default", "dark")
_TIMEOUT_S = 600


@dataclass(frozen=True)
class Picture:
    """What became of an artifact on the screen.

    Attributes:
        path: Of the artifact.
        width: In pixels, at natural size; of a page, on the narrowest screen.
        height: Likewise.
        n_shapes: Visible shapes of a diagram, elements of a page.
        defects: Why nobody should have to look at it; empty for a good one.
        svg: The diagram by theme.
    """

    path: str
    width: int
    height: int
    n_shapes: int
    defects: tuple[str, ...]
    svg: Mapping[str, str] = field(default_factory=dict, repr=False)


def draw(artifacts: Sequence[Artifact], themes: Sequence[str] = ("default",)) -> tuple[Picture, ...]:
    """Draw all diagrams and open all pages among artifacts in one Chromium; code and Markdown are passed over.

    Raises:
        subprocess.CalledProcessError: Node or Chromium cannot be started.
    """
    shown = [artifact for artifact in artifacts if artifact.language == "mermaid" or artifact.kind == "html"]
    return _draw([{"id": one.path, "kind": one.language, "text": one.text} for one in shown], themes)


def draw_diagrams(texts: Mapping[str, str]) -> tuple[Picture, ...]:
    """Draw Mermaid texts by name, as `draw` does."""
    return _draw([{"id": name, "kind": "mermaid", "text": text} for name, text in texts.items()], ("default",))


def _draw(entries: Sequence[Mapping[str, str]], themes: Sequence[str]) -> tuple[Picture, ...]:
    done = subprocess.run(
        ["node", str(_FOLDER / "gallery.mjs"), *themes],
        input="\n".join(map(json.dumps, entries)),
        capture_output=True,
        text=True,
        check=True,
        timeout=_TIMEOUT_S,
        encoding="utf-8",
    )
    return tuple(sorted((_picture(json.loads(line)) for line in done.stdout.splitlines()), key=lambda picture: picture.path))


def write_gallery(artifacts: Sequence[Artifact], pictures: Sequence[Picture], folder: Path) -> Path:
    """Write the page of all artifacts, grouped by kind and domain, and return its path."""
    drawn = {picture.path: picture for picture in pictures}
    groups = [
        (kind, domain, list(members))
        for (kind, domain), members in groupby(sorted(artifacts, key=_place), key=lambda one: (one.kind, one.domain))
    ]
    _write_svg(pictures, folder)
    body = "".join(_section(kind, domain, members, drawn) for kind, domain, members in groups)
    page = (_FOLDER / "gallery.html").read_text("utf-8")
    page = page.replace("<!--contents-->", _contents(artifacts)).replace("<!--artifacts-->", body)
    (folder / "index.html").write_text(page, "utf-8")
    return folder / "index.html"


def highlighted(text: str, language_name: str) -> str:
    """A text as HTML, with its comments, strings, keywords and numbers marked where a grammar tells them."""
    if language_name not in language.languages():
        return escape(text)
    data, position, parts = text.encode(), 0, []
    for start, end, name in _tokens(language.parser(language_name).parse(data).root_node):
        parts += [escape(data[position:start].decode()), f'<span class="{name}">{escape(data[start:end].decode())}</span>']
        position = end
    return "".join([*parts, escape(data[position:].decode())])


def main(folder: Path) -> int:
    """Draw, write, and say what is wrong; the exit status is 1 where something is."""
    artifacts = load_library()
    pictures = draw(artifacts, _THEMES)
    page = write_gallery(artifacts, pictures, folder)
    sys.stdout.write(f"{page}: {len(artifacts)} artifacts, {len(pictures)} pictures\n")
    defective = [picture for picture in pictures if picture.defects]
    sys.stderr.writelines(f"{picture.path}: {'; '.join(picture.defects)}\n" for picture in defective)
    return 1 if defective else 0


def _picture(row: dict[str, object]) -> Picture:
    known = {name: row[name] for name in ("width", "height", "n_shapes")}
    return Picture(path=str(row["id"]), defects=tuple(row["defects"]), svg=row.get("svg", {}), **known)  # type: ignore[arg-type]


def _write_svg(pictures: Sequence[Picture], folder: Path) -> None:
    for picture in pictures:
        for theme, svg in picture.svg.items():
            file = folder / _svg_path(picture, theme)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(svg, "utf-8")


def _svg_path(picture: Picture, theme: str) -> str:
    return f"{picture.path}.{theme}.svg"


def _place(artifact: Artifact) -> tuple[int, str, str, str]:
    families = ["erd", "architecture", "sequence", "code", "basics"]
    return families.index(artifact.family), artifact.kind, artifact.domain, artifact.name


def _contents(artifacts: Sequence[Artifact]) -> str:
    rows = []
    ordered = sorted(artifacts, key=_place)
    for kind, group in groupby(ordered, key=lambda one: one.kind):
        members = list(group)
        domains = ", ".join(f'<a href="#{kind}-{domain}">{escape(domain)}</a>' for domain in sorted({one.domain for one in members}))
        rows.append(f"<tr><th>{escape(kind)}</th><td>{len(members)}</td><td>{domains}</td></tr>")
    n_domains = len({one.domain for one in artifacts})
    n_prompts = sum(len(one.prompts) for one in artifacts)
    summary = f"<p>{len(artifacts)} artifacts in {n_domains} domains, with {n_prompts} prompts.</p>"
    return f'{summary}<div class="contents"><table>{"".join(rows)}</table></div>'


def _section(kind: str, domain: str, members: Sequence[Artifact], drawn: Mapping[str, Picture]) -> str:
    cards = "".join(_card(artifact, drawn.get(artifact.path)) for artifact in members)
    heading = f'<h2>{escape(kind)} · {escape(domain)} <a class="up" href="#contents">Contents</a></h2>'
    return f'<section id="{kind}-{domain}">{heading}{cards}</section>'


def _card(artifact: Artifact, picture: Picture | None) -> str:
    prompts = "".join(f"<li>{escape(prompt)}</li>" for prompt in artifact.prompts)
    defects = "".join(f'<p class="defect">{escape(defect)}</p>' for defect in picture.defects) if picture else ""
    text = f"<pre>{highlighted(artifact.text, artifact.language)}</pre>"
    source = f"<details><summary>Source</summary>{text}</details>"
    return (
        f'<article id="{escape(artifact.path)}"><h3>{escape(artifact.title)}</h3><p class="path">{escape(artifact.path)}</p>'
        f"<ul>{prompts}</ul>{defects}{_view(artifact, picture) + source if picture else text}</article>"
    )


def _view(artifact: Artifact, picture: Picture) -> str:
    title = escape(artifact.title)
    if artifact.language != "mermaid":
        return f'<iframe sandbox="allow-scripts allow-forms" loading="lazy" title="{title}" srcdoc="{escape(artifact.text)}"></iframe>'
    light, dark = (escape(_svg_path(picture, theme)) for theme in _THEMES)
    source = f'<source srcset="{dark}" media="(prefers-color-scheme: dark)">'
    size = f'width="{picture.width}" height="{picture.height}"'
    drawing = f'<picture>{source}<img src="{light}" {size} loading="lazy" alt="{title}"></picture>'
    return f'<a class="picture" href="{light}" aria-label="{title}, in full size">{drawing}</a>'


def _tokens(node: Node) -> Iterator[tuple[int, int, str]]:
    """Spans in bytes, in order, without nesting."""
    kind = node.type
    name = next((name for name in ("comment", "string", "number") if name in kind and node.is_named), "")
    if name and (name != "string" or "template" not in kind):
        yield node.start_byte, node.end_byte, name
    elif not node.children and not node.is_named and kind.isalpha():
        yield node.start_byte, node.end_byte, "keyword"
    else:
        for child in node.children:
            yield from _tokens(child)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/gallery")))
