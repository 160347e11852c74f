"""Processes that change stock and send alerts are killed without warning; then nothing may be missing."""
