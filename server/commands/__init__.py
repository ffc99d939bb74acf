"""The commands of the command line: one module a group of them. Each opens a project, calls one use case and prints what it returns."""
