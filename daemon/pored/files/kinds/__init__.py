"""The kinds of picture files, one by one: each reads and writes its own."""
