"""Where records are kept. SQL is visible and additive: rows are added and never changed."""
