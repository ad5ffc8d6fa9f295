"""What every GraphQL shaft leans on: ids, connections, batching, refusals, limits. No word of mentoring in it."""
