"""What a repository teaches beyond the variations of each file. Each module: `examples(view, ...)`."""
