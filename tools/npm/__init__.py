"""The npm package: its facts, its command, and what makes an archive of them."""
