"""What operators see: logs, metrics, health. It knows the settings and nothing of the community."""
