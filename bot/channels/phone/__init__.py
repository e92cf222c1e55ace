"""Calls and SMS through Twilio: they fetch people to their chat."""
