"""The generating process: `python -m server.inference` owns the model. Only `engine`, `sampling` and `__main__` know llama.cpp."""
