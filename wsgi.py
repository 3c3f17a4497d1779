"""What a WSGI server serves: ``granian --interface wsgi wsgi:app`` or ``gunicorn wsgi:app``."""

import gc
import sys

from banner import create_app, health
from banner.core.errors import SettingsWrong

try:
    app = create_app()
    health.begin_where_expected(app)
except SettingsWrong as error:
    sys.exit(f"Izin cannot start: {error}")

# In the process that answers: a server forks its workers after this, and threads stay behind.
app.before_request(app.extensions["izin.rounds"].begin)

# What is there now stays: the collector need not look through it again, and few requests leave
# anything for it. A tenth of a decision's time was spent there.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
