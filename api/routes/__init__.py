"""The endpoints, one noun a module. Each module makes its router when asked."""
