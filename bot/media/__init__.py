"""The media program: heavy or untrusted bytes in, new bytes out; `bot.media_client` starts it."""
