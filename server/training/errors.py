"""The one error of a training that a person can mend."""

from __future__ import annotations


class TrainingError(Exception):
    """Training cannot start or go on; the message says why and what to do. Caught once, at the process's edge."""
