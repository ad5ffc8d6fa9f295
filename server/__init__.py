"""Alongside: mentorship and community for people whose work is temporary. The map of this package is docs/architecture.md."""
