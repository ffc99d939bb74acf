"""What the diagrams of the whole project ask the store, against the same questions to a project in memory."""

from __future__ import annotations

from pathlib import Path

from dataset_core.indexing import Job, index_file
from dataset_core.linking import StoredProject
from dataset_core.store import FileRecord, Store
from tests.fixtures.mother_project import FILES, list_files
from tests.memory_project import MemoryProject


def test_store_and_memory_answer_alike(tmp_path: Path) -> None:
    job = Job(FILES, "MIT", 0.1)
    records = [record for name in list_files() if isinstance(record := index_file(job, name), FileRecord)]
    memory = MemoryProject({record.path: (FILES / record.path).read_text("utf-8") for record in records}, "MIT")
    with Store(tmp_path) as store:
        for record in records:
            store.replace_file(record)
        stored = StoredProject(store)
        assert stored.roles_by_folder() == memory.roles_by_folder()
        assert stored.dependencies_between_folders() == memory.dependencies_between_folders()
        assert stored.asked == memory.asked == {"folders"}
