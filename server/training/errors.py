"""The errors of a training that a person can mend."""

from __future__ import annotations

from dataset_core.errors import UserError


class TrainingError(UserError):
    """Training cannot start or go on; the message says why and what to do. Caught once, at the process's edge."""


class NotInstalledError(TrainingError):
    """The interpreter has not all the packages that training needs."""
