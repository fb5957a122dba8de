"""How fast the kit is, against named peers."""
