"""The shipped sample of papers."""
