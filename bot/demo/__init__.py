"""Whole days played through the real program and its sandbox without a browser, every message checked."""
