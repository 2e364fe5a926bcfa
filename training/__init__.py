"""How the bundled models were made. See README.md for the commands."""
