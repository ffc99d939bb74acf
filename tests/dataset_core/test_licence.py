"""Which licence a project states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dataset_core.licence import licence_of

if TYPE_CHECKING:
    from pathlib import Path

MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software ...
The above copyright notice and this permission notice shall be included in all copies."""
BSD = "Redistribution and use in source and binary forms, with or without\nmodification, are permitted"


@pytest.mark.parametrize(
    ("files", "licence"),
    [
        ({}, "unlicensed"),
        ({"LICENSE": "The MIT License\n\n" + MIT}, "MIT"),
        ({"LICENCE.md": "Apache License\n   Version 2.0, January 2004"}, "Apache-2.0"),
        ({"COPYING": "GNU GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007"}, "GPL-3.0-only"),
        ({"COPYING": "GNU LESSER GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007"}, "LGPL-3.0-only"),
        ({"LICENSE": BSD}, "BSD-2-Clause"),
        ({"LICENSE": BSD + "\n3. Neither the name of the holder"}, "BSD-3-Clause"),
        ({"LICENSE": "All rights reserved."}, "unlicensed"),
        ({"LICENSE": "SPDX-License-Identifier: MIT OR Apache-2.0\n"}, "MIT OR Apache-2.0"),
        ({"package.json": '{"license": "ISC"}'}, "ISC"),
        ({"package.json": '{"license": "UNLICENSED"}'}, "unlicensed"),
        ({"package.json": "{"}, "unlicensed"),
        ({"package.json": "[" * 100_000}, "unlicensed"),
        ({"Cargo.toml": '[package]\nlicense = "MIT OR Apache-2.0"'}, "MIT OR Apache-2.0"),
        ({"pyproject.toml": '[project]\nlicense = {text = "BSD-3-Clause"}'}, "BSD-3-Clause"),
        ({"pyproject.toml": '[tool.poetry]\nlicense = "MIT"'}, "MIT"),
        ({"LICENSE": MIT, "package.json": '{"license": "ISC"}'}, "MIT"),
    ],
)
def test_licences(tmp_path: Path, files: dict[str, str], licence: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert licence_of(tmp_path) == licence


def test_a_folder_that_does_not_exist_states_nothing(tmp_path: Path) -> None:
    assert licence_of(tmp_path / "nothing") == "unlicensed"
