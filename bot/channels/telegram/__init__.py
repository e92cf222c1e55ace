"""Telegram: Bot API updates in, Bot API requests out."""
