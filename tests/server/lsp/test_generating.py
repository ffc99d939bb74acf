"""Generation through the language server, with the real embedded model."""

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from dataset_core.store import Store
from server.generation.generate import kinds
from server.protocol import GenerationKind
from tests.server.lsp.editor import PATIENCE_S, editing, make_project

pytestmark = pytest.mark.asyncio

DIAGRAM = "erDiagram\n  GUEST ||--o{ BOOKING : makes"


class Drafts:
    """What the server says while it generates."""

    def __init__(self, editor):
        self.texts = []
        self.came = asyncio.Event()

        @editor.client.feature("mothertongue/generated")
        def on_text(params):
            self.texts.append((params.token, params.text))
            self.came.set()


async def test_code_comes_in_pieces_and_again_the_same_with_the_same_seed(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        drafts = Drafts(editor)
        wanted = {"uri": (root / "shop/orders.py").as_uri(), "prompt": "a function that adds two numbers", "kind": "code", "maxTokens": 12}
        first = await editor.request("generate", **wanted, token="g1")
        pieces = [text for token, text in drafts.texts if token == "g1"]
        again = await editor.request("generate", **wanted)
        other = await editor.request("generate", **wanted, seed=5)
    assert (first.kind, first.language, first.tokens) == ("code", "python", 12)
    assert first.state == "cut"
    assert len(pieces) > 3
    assert "".join(pieces).strip("\n").rstrip() == first.text
    assert "```" not in first.text
    assert again.text == first.text
    assert other.text != first.text
    assert first.firstTokenMs > 0


async def test_a_diagram_is_one_that_the_parser_accepts_or_an_error_says_so(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        request = editor.request("generate", uri=(root / "a.md").as_uri(), prompt="ERD of guests and bookings", maxTokens=48)
        [answer] = await asyncio.gather(request, return_exceptions=True)
    if isinstance(answer, JsonRpcException):
        assert answer.data["kind"] == "generation"
        assert "the Mermaid parser accepts" in str(answer)
    else:
        assert (answer.kind, answer.language) == ("erd", "mermaid")
        assert answer.text.startswith("erDiagram")


async def test_cancelled_while_it_writes_and_while_the_prompt_is_read(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        drafts = Drafts(editor)
        wanted = {"uri": (root / "shop/orders.py").as_uri(), "kind": "code"}
        writing = editor.start("generate", "writing", **wanted, prompt="everything about numbers", token="w")
        await asyncio.wait_for(drafts.came.wait(), PATIENCE_S)
        await cancelled(editor, "writing", writing)
        seen = len(drafts.texts)
        reading = editor.start("generate", "reading", **wanted, prompt="numbers " * 1_500, token="r")
        await asyncio.sleep(0.3)
        await cancelled(editor, "reading", reading)
        after = await editor.request("generate", **wanted, prompt="add two numbers", maxTokens=4)
    assert after.tokens == 4
    assert [token for token, _ in drafts.texts[seen:] if token == "r"] == []


async def cancelled(editor, name, request):
    """Cancel a request, which gets exactly that answer."""
    editor.client.cancel_request(types.CancelParams(name))
    with pytest.raises(JsonRpcException) as error:
        await asyncio.wait_for(request, PATIENCE_S)
    assert error.value.code == -32800


@pytest.mark.parametrize("victim", ["server.processes.generator", "server.inference"])
async def test_a_process_that_is_killed_in_mid_stream_is_told_of_and_started_again(tmp_path, victim):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        drafts = Drafts(editor)
        wanted = {"uri": (root / "shop/orders.py").as_uri(), "kind": "code", "prompt": "everything about numbers"}
        writing = editor.start("generate", **wanted, token="w")
        await asyncio.wait_for(drafts.came.wait(), PATIENCE_S)
        os.kill(child(editor.process_id, victim), signal.SIGKILL)
        with pytest.raises(JsonRpcException, match="ended") as error:
            await asyncio.wait_for(writing, PATIENCE_S)
        after = await editor.request("generate", **wanted, maxTokens=4)
    assert error.value.data["kind"] in {"model", "crashed"}
    assert after.tokens == 4


def child(process_id, module):
    return next(p.pid for p in psutil.Process(process_id).children(recursive=True) if module in p.cmdline())


async def test_what_is_read_ahead_starts_the_model_gives_way_to_what_is_asked_for_and_waits_for_what_is_written(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        drafts = Drafts(editor)
        wanted = {"uri": (root / "shop/orders.py").as_uri(), "kind": "code"}
        ahead = await editor.request("readAhead", **wanted, prompt="numbers " * 1_500)
        asked = await editor.request("generate", **wanted, prompt="add two numbers", maxTokens=4)
        writing = editor.start("generate", "writing", **wanted, prompt="everything about numbers", token="w")
        await asyncio.wait_for(drafts.came.wait(), PATIENCE_S)
        meanwhile = await editor.request("readAhead", **wanted, prompt="add three numbers")
        await cancelled(editor, "writing", writing)
    assert (ahead.begun, asked.tokens, meanwhile.begun) == (True, 4, False)


async def test_what_is_asked_for_while_the_model_is_loaded_ahead_does_not_have_it_loaded_anew(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        wanted = {"uri": (root / "shop/orders.py").as_uri(), "kind": "code"}
        await editor.request("readAhead", **wanted, prompt="")
        loading = await _started(editor.process_id, "server.inference")
        await editor.request("generate", **wanted, prompt="add two numbers", maxTokens=4)
        assert child(editor.process_id, "server.inference") == loading


async def _started(process_id, module):
    while not (found := [p.pid for p in psutil.Process(process_id).children(recursive=True) if _runs(p, module)]):  # noqa: ASYNC110 - it is another process's
        await asyncio.sleep(0.01)
    return found[0]


def _runs(process, module):
    with suppress(psutil.NoSuchProcess):
        return module in process.cmdline()
    return False


async def test_who_types_comes_first_also_for_a_process_in_a_session_of_its_own(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        await editor.request("generate", uri=(root / "shop/orders.py").as_uri(), kind="code", prompt="add two numbers", maxTokens=4)
        model = psutil.Process(child(editor.process_id, "server.inference"))
        niceness = min(19, psutil.Process(editor.process_id).nice() + 5)
        assert (model.nice(), session_niceness(model.pid)) == (niceness, niceness)


def session_niceness(process_id):
    """What Linux gives the session of a process where it shares by sessions first; elsewhere that of the process."""
    autogroup = Path(f"/proc/{process_id}/autogroup")
    return int(autogroup.read_text().split()[-1]) if autogroup.exists() else psutil.Process(process_id).nice()


async def test_no_process_is_left_behind(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        await editor.request("generate", uri=(root / "shop/orders.py").as_uri(), kind="code", prompt="x", maxTokens=1)
        processes = psutil.Process(editor.process_id).children(recursive=True)
        assert len(processes) >= 2
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert alive == []


async def test_what_cannot_be_asked_is_refused_with_the_remedy(tmp_path):
    root = make_project(tmp_path / "a")
    async with editing(root, options={"modelPython": str(tmp_path / "none/bin/python")}) as editor:
        with pytest.raises(JsonRpcException, match="Set Up Model Environment") as missing:
            await editor.request("generate", uri=(root / "a.md").as_uri(), prompt="an ERD")
        with pytest.raises(JsonRpcException, match="prompt is empty"):
            await editor.request("generate", uri=(root / "a.md").as_uri(), prompt=" ")
        with pytest.raises(JsonRpcException, match="kind"):
            await editor.request("generate", uri=(root / "a.md").as_uri(), prompt="x", kind="poem")
    assert missing.value.data["kind"] == "model"


async def test_an_interpreter_without_llama_cpp_is_named_with_the_remedy(tmp_path):
    root = make_project(tmp_path / "a")
    bare = tmp_path / "bare"
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    await (await asyncio.create_subprocess_exec(sys.executable, "-m", "venv", "--without-pip", str(bare))).wait()
    # All libraries but one: a module that cannot be found is found by nobody.
    hide = "import importlib.util as u; u.find_spec = (lambda find: lambda name: None if name == 'llama_cpp' else find(name))(u.find_spec)"
    next(bare.glob("lib/python*/site-packages")).joinpath("others.pth").write_text(f"{packages}\n{hide}\n", "utf-8")
    async with editing(root, options={"modelPython": str(bare / "bin/python")}) as editor:
        with pytest.raises(JsonRpcException, match=r"llama-cpp-python.*Set Up Model Environment"):
            await editor.request("generate", uri=(root / "a.md").as_uri(), prompt="an ERD")


async def test_what_is_accepted_becomes_an_example_with_the_persons_prompt(tmp_path):
    root = make_project(tmp_path)
    document = {"uri": (root / "README.md").as_uri(), "line": 3, "prompt": "ERD of guests and bookings", "language": "mermaid"}
    async with editing(root) as editor:
        await editor.build()
        accepted = await editor.request("judge", **document, text=DIAGRAM, verdict="accepted")
        rejected = await editor.request("judge", **{**document, "prompt": "another"}, text="erDiagram", verdict="rejected")
        code = "def total(lines):\n    return sum(line.price for line in lines)"
        corrected = await editor.request(
            "judge", uri=(root / "shop/orders.py").as_uri(), line=1, prompt="the total", text=code, language="python", verdict="corrected"
        )
        with pytest.raises(JsonRpcException, match="does not become an example"):
            await editor.request("judge", **document, text="erDiagram\n  GUEST ||--", verdict="corrected")
    assert (accepted.examples, accepted.accepted, accepted.rejected) == (1, 1, 0)
    assert (rejected.examples, rejected.accepted, rejected.rejected) == (0, 1, 1)
    assert (corrected.examples, corrected.accepted) == (1, 2)
    with Store(root / ".mothertongue", read_only=True) as store:
        examples = [example for unit in store.units("own") for example in store.examples(unit)]
    assert {(example.prompt, example.completion, example.language) for example in examples} == {
        ("ERD of guests and bookings", DIAGRAM, "mermaid"),
        ("the total", code, "python"),
    }
    with closing(sqlite3.connect(root / ".mothertongue/store.sqlite3")) as db:
        assert db.execute("SELECT prompt, verdict FROM judged WHERE verdict = 'rejected'").fetchall() == [("another", "rejected")]


async def test_what_is_accepted_in_a_document_that_is_not_saved_belongs_to_the_only_folder(tmp_path):
    root = make_project(tmp_path)
    document = {"uri": "untitled:Untitled-1", "line": 1, "prompt": "ERD of guests", "language": "mermaid", "text": DIAGRAM}
    async with editing(root) as editor:
        await editor.build()
        accepted = await editor.request("judge", **document, verdict="accepted")
    assert (accepted.examples, accepted.accepted) == (1, 1)
    with Store(root / ".mothertongue", read_only=True) as store:
        assert [(own.path, own.text) for own in store.own()] == [("Untitled-1", DIAGRAM)]


async def test_a_prompt_line_is_answered_on_request_and_after_a_pause_but_not_after_a_deletion(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        typed = Typing(editor, root / "shop/orders.py", "# mothertongue: add two numbers")
        invoked = await typed.ask(types.InlineCompletionTriggerKind.Invoked)
        automatic = await typed.ask(types.InlineCompletionTriggerKind.Automatic)
        typed.change(types.Range(types.Position(0, 30), types.Position(0, 31)), "")
        after_deletion = await typed.ask(types.InlineCompletionTriggerKind.Automatic)
        elsewhere = await typed.ask(types.InlineCompletionTriggerKind.Invoked, character=3)
    assert len(invoked.items) == 1
    assert invoked.items[0].insert_text.startswith("\n")
    # It stands behind the line: without a range, editors may take the last word for replaced.
    assert invoked.items[0].range == types.Range(types.Position(0, 31), types.Position(0, 31))
    assert automatic.items == invoked.items
    assert (len(after_deletion.items), len(elsewhere.items)) == (0, 0)


async def test_an_answer_to_a_prompt_line_that_is_taken_becomes_an_example(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        await editor.build()
        typed = Typing(editor, root / "shop/orders.py", "# mothertongue: add two numbers")
        [item] = (await typed.ask(types.InlineCompletionTriggerKind.Invoked)).items
        command = types.ExecuteCommandParams(command=item.command.command, arguments=item.command.arguments)
        [taken] = await asyncio.gather(editor.client.workspace_execute_command_async(command), return_exceptions=True)
    [judged] = item.command.arguments
    assert (judged["prompt"], judged["line"], judged["language"]) == ("add two numbers", 2, "python")
    assert f"\n{judged['text']}" == item.insert_text
    # The embedded base has learnt nothing: what it writes need not parse, and then nobody learns from it.
    if isinstance(taken, JsonRpcException):
        assert "does not become an example" in str(taken)
    else:
        assert (taken["examples"], taken["accepted"]) == (1, 1)


async def test_typing_on_cancels_what_was_asked_by_itself(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        typed = Typing(editor, root / "shop/orders.py", "# mothertongue: everything about numbers")
        request = editor.send("textDocument/inlineCompletion", typed.params(types.InlineCompletionTriggerKind.Automatic), "ghost")
        await cancelled(editor, "ghost", request)


async def test_that_a_prompt_line_is_being_answered_is_told_from_its_beginning_to_its_end(tmp_path):
    root = make_project(tmp_path)
    async with editing(root) as editor:
        drafts, told = Drafts(editor), told_under(editor, "asked", "again", "elsewhere")
        typed = Typing(editor, root / "shop/orders.py", "# mothertongue: add two numbers")
        [item] = (await typed.ask(types.InlineCompletionTriggerKind.Invoked, token="asked")).items
        # What is known already needs no waiting, and what asks for nothing is not answered.
        await typed.ask(types.InlineCompletionTriggerKind.Invoked, token="again")
        await typed.ask(types.InlineCompletionTriggerKind.Invoked, character=3, token="elsewhere")
    assert [(value.kind, getattr(value, "message", None)) for value in told["asked"]] == [("begin", None), ("end", None)]
    assert "".join(text for token, text in drafts.texts if token == "asked").strip() == item.insert_text.strip()
    assert (told["again"], told["elsewhere"]) == ([], [])


async def test_why_a_prompt_line_is_not_answered_is_told_also_where_nobody_asked(tmp_path):
    root = make_project(tmp_path / "a")
    async with editing(root, options={"modelPython": str(tmp_path / "none/bin/python")}) as editor:
        told = told_under(editor, "asked")
        typed = Typing(editor, root / "shop/orders.py", "# mothertongue: add two numbers")
        assert len((await typed.ask(types.InlineCompletionTriggerKind.Automatic, token="asked")).items) == 0
    begin, end = told["asked"]
    assert (begin.kind, end.kind) == ("begin", "end")
    assert "Set Up Model Environment" in end.message


def told_under(editor, *tokens):
    """What comes to be reported under these tokens."""
    reports = editor.client.progress_reports
    reports.update({token: [] for token in tokens})
    return reports


async def test_prompt_lines_can_be_turned_off(tmp_path):
    root = make_project(tmp_path)
    async with editing(root, settings={"promptLines": False}) as editor:
        typed = Typing(editor, root / "shop/orders.py", "# mothertongue: add two numbers")
        assert len((await typed.ask(types.InlineCompletionTriggerKind.Automatic)).items) == 0


class Typing:
    """A document that is being written, one line long."""

    def __init__(self, editor, path, text):
        self._editor, self._uri, self._text, self._version = editor, path.as_uri(), text, 1
        item = types.TextDocumentItem(self._uri, "python", 1, "")
        editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        self.change(types.Range(types.Position(0, 0), types.Position(0, 0)), text)

    def change(self, where, text):
        self._version += 1
        self._text = self._text if text else self._text[: where.start.character]
        document = types.VersionedTextDocumentIdentifier(version=self._version, uri=self._uri)
        change = types.TextDocumentContentChangePartial(range=where, text=text)
        self._editor.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def params(self, trigger, character=None, token=None):
        return types.InlineCompletionParams(
            context=types.InlineCompletionContext(trigger_kind=trigger),
            text_document=types.TextDocumentIdentifier(self._uri),
            position=types.Position(0, len(self._text) if character is None else character),
            work_done_token=token,
        )

    async def ask(self, trigger, character=None, token=None):
        params = self.params(trigger, character, token)
        return await asyncio.wait_for(self._editor.send("textDocument/inlineCompletion", params), PATIENCE_S)


async def test_the_protocol_names_every_kind_that_can_be_generated():
    assert set(GenerationKind.__args__) == set(kinds())
