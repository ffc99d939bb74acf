"""The artifact library: professional artifacts, one file each, that every data set can draw on, and a person's own beside them.

`artifact` reads a file, `library` finds the files, `problems` and `validation` check them, `rows` makes examples of them.
"""
