"""What must not be seen: numbers and names masked, small cells suppressed, the key to the pseudonyms locked."""
