"""What a service does by itself, beside answering: signing, telling, sending, erasing in time."""

from .rounds import Job, Rounds

__all__ = ["Job", "Rounds"]
