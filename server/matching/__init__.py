"""The numeric matching engine: numpy in, numpy out; it knows no row and no person."""
