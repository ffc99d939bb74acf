"""Errors that a person can mend. Who talks to people catches these two, once, and shows the message as it is."""


class UserError(Exception):
    """Something outside the program is not as it must be; the message says what, where, and what to do."""


class WrongUsageError(UserError):
    """What was asked for, or a setting, cannot be as it is."""
