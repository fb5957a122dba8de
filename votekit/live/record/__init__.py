"""What is counted and written down of one live server, whatever carries its packets."""
