"""A loopback Twilio: WhatsApp, SMS, calls and contents, at the wire level, with phones to hold.

It shares nothing with the adapter it tests: the signature, the rules and the numbers of the errors are its own,
from Twilio's pages and OpenAPI documents.
"""
