"""The command line, one file for each command or group of commands; the file's name is the command's name, its
docstring's first sentence the help. A file holds ``app = typer.Typer()`` or a function named like the file."""
