"""From untrusted bytes to new pixels and their renditions."""
