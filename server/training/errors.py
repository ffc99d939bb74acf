"""The one error of a training that a person can mend."""

from __future__ import annotations

from dataset_core.errors import UserError


class TrainingError(UserError):
    """Training cannot start or go on; the message says why and what to do. Caught once, at the process's edge."""
