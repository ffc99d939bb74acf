from __future__ import annotations

import pytest

from tests.server.training.tiny import make_base


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory):
    return make_base(tmp_path_factory.mktemp("base") / "tiny")
