"""The HTTP of Izin: it reads requests, calls ``banner.consent`` and shapes answers."""
