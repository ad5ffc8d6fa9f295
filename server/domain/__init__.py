"""Pure rules: values in, a value or a Refusal out. No I/O, no async."""
