"""What everything that goes through Twilio shares: HTTP, signatures, errors, media."""
