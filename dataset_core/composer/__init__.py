"""The composer: makes diagrams, and the requests they answer, from domain models that are kept as data files.

It knows entities, relations, life cycles, services and use cases; it must not know the open project, the store or the
examples that are made of its artifacts.
"""
