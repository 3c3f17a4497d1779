"""From sources, texts and a site's file to the few static files that a page loads."""
