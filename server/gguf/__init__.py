"""GGUF files: reading ones that nobody vouches for, and writing adapters and merged models. Knows neither torch nor the editor."""
