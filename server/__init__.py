"""Alongside: mentorship and community for people whose work is temporary. docs/architecture.md is the map."""
