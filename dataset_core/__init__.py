"""The data set of a mother project: pure core, and the few modules that touch disk, git and SQLite."""
