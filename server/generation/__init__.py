"""A generation from a request to an answer that can be shown, and the models that can be asked. Knows no llama.cpp."""
