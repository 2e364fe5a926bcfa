"""The rooms of the playground: write, look, compare, keep."""
