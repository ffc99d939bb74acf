from __future__ import annotations

from pathlib import Path

import pytest

from dataset_core.settings import Settings, SettingsError, load_settings


def test_defaults_are_those_of_the_specification(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert (settings.minimum, settings.target, settings.maximum, settings.artifact_type) == (500, 5_000, 6_000, "code_prototype")


def test_the_file_overrides_defaults_and_arguments_override_the_file(tmp_path: Path) -> None:
    (tmp_path / "mothertongue.toml").write_text('target = 900\nformat = "alpaca"\n', "utf-8")
    settings = load_settings(tmp_path, target=700, format=None)
    assert (settings.target, settings.format) == (700, "alpaca")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("target = 7000", "target"),
        ("target = true", "target"),
        ('target = "many"', "target"),
        ("max_tokens = 12", "max_tokens"),
        ("validation_fraction = 0.9", "validation_fraction"),
        ('artifact_type = "poem"', "artifact_type"),
        ('format = "csv"', "format"),
        ("max_commits = -1", "max_commits"),
        ("colour = 3", "colour"),
        ("target = ", "mothertongue.toml"),
    ],
)
def test_a_bad_setting_is_named_with_what_is_allowed(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "mothertongue.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=named):
        load_settings(tmp_path)


def test_html_pages_may_be_longer_than_diagrams() -> None:
    assert Settings(artifact_type="html_prototype").token_limit > Settings(artifact_type="erd").token_limit
    assert Settings(artifact_type="html_prototype", max_tokens=500).token_limit == 500
