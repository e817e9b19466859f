"""What crosses a process boundary or is identical in all services. Imports no service."""
