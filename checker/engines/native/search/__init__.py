"""Searches and walks as Python leads them: memory, threads, levels, and what is kept on disk."""
