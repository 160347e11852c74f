"""What the README's figures come from. Nothing here is a test: a slow machine fails no build."""
