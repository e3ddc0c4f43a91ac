"""How the parts grow: each task runs in a process of its own on an invented programme and says what it measured."""
