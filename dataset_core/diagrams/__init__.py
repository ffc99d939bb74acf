"""Diagrams of the project itself: facts in, Mermaid out. Nothing here reads a disk or a syntax tree."""
