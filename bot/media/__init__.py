"""The media program: heavy or untrusted bytes in, new bytes out. Nothing imports it; `bot.media_client` starts it."""
