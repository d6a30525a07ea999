"""What Vincle must reach, measured: ``python -m bench`` (``--large`` adds the sizes that take longer)."""
