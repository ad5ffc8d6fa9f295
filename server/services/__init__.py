"""Use cases, the only writers. Each takes the actor first and does its work in one unit of work."""
