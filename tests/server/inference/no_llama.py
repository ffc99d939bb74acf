"""Stands for the generating process where llama-cpp-python is not installed."""

raise ModuleNotFoundError("No module named 'llama_cpp'")
