"""What takes more than one command, as generators: they say when they must wait, and never do it themselves."""
