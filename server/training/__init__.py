"""Training of an adapter: runs in a process of its own as `python -m server.training RUN_DIR`; knows no editor and no protocol."""
