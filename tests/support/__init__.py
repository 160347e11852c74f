"""What the tests of every package share: databases, servers, and people."""
