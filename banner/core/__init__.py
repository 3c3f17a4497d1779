"""The pure core: what consent is and what follows from it."""
