"""Pure picture arithmetic: arrays in, new arrays out. One operation a file, its parameters beside it.

Nothing here knows a path, a clock, a log or a thread. Planes are float32 in levels (0..255 for 8 bit) unless a
docstring says otherwise.
"""
