"""What leaves the building: mail now, calendars and webhooks later."""
