"""What decides that something is not worth learning from, or may not be learnt: reasons to leave out, and redaction."""
