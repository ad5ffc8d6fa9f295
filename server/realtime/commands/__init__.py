"""Commands over /live: parse, call the service, answer. No rule of the domain lives here."""
