"""Mermaid diagrams: the real parser behind a pipe, and what can be said of a text without it."""
