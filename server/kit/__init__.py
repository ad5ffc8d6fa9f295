"""Small tools with no word of mentoring in them: clock, ids, tokens, text."""
