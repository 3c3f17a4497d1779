"""What a WSGI server serves: ``granian --interface wsgi wsgi:app`` or ``gunicorn wsgi:app``."""

from banner import create_app

app = create_app()
