"""A loopback Telegram and a page with phones: a program of its own for demos, training and tests.

It imports nothing of ours but the clock, so that an adapter and its double cannot share a mistake.
"""
