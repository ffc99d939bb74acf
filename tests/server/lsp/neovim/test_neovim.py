"""A second client of another make: the configuration that the README offers, in the real Neovim."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.server.lsp.editor import INVOICES, PATIENCE_S, make_project

ROOT = Path(__file__).parents[4]


def test_open_build_edit_save_and_export_in_neovim(tmp_path):
    root = make_project(tmp_path / "project")
    (root / "mothertongue.toml").write_text("target = 60\nmax_commits = 0\n", "utf-8")
    added, result = tmp_path / "added.py", tmp_path / "result.json"
    added.write_text(INVOICES.replace("Invoice", "Parcel").replace("invoice", "parcel").partition("\n\n\n")[2], "utf-8")
    neovim = shutil.which("nvim")
    assert neovim, "Neovim is missing: `make neovim` installs it"
    environment = os.environ | {
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "PYTHONPATH": str(ROOT),
        "MOTHERTONGUE_LUA": str(ROOT / "docs/editors/mothertongue.lua"),
        "MOTHERTONGUE_COMMAND": json.dumps([sys.executable, "-m", "server"]),
        "MOTHERTONGUE_ADDED": str(added),
        "MOTHERTONGUE_RESULT": str(result),
    }
    command = [neovim, "--headless", "-u", "NONE", "-S", str(Path(__file__).with_name("journey.lua"))]
    subprocess.run(command, cwd=root, env=environment, check=True, timeout=4 * PATIENCE_S, stdin=subprocess.DEVNULL)
    seen = json.loads(result.read_text("utf-8"))
    assert "problem" not in seen
    assert seen["never_built"]
    assert seen["built"]["files"] == 2
    assert seen["changed"]
    built, exported, report, status = seen["messages"]
    assert built == f"{seen['built']['examples']} examples from 2 files; 2 files were read"
    (rows,) = (root / "finetune_datasets").glob("erd_????????.jsonl")
    assert exported.endswith(str(rows))
    assert int(exported.partition(" ")[0]) == len(rows.read_text("utf-8").splitlines())
    assert report == str(rows).replace(".jsonl", ".report.html")
    assert status.startswith("ready: ")
