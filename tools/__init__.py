"""What the project is built with; no part of the package."""
