"""What a WSGI server serves: ``granian --interface wsgi wsgi:app`` or ``gunicorn wsgi:app``."""

import sys

from banner import create_app
from banner.core.errors import SettingsWrong

try:
    app = create_app()
except SettingsWrong as error:
    sys.exit(f"Izin cannot start: {error}")
