"""The record of Security and Defence Partnerships, its trail, and all its faces."""

__version__ = "1.0.0.dev0"
