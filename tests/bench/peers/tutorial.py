"""The way of the provider's tutorial: Flask, its own validator, and a commit a request, or no store."""

import os
import sqlite3
import threading

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator

URL, TOKEN = os.environ["PEER_URL"], os.environ["PEER_TOKEN"]
DATABASE = os.environ.get("PEER_DATABASE")
"""Where it is to store; nowhere when it is not set."""

_validator = RequestValidator(TOKEN)
_here = threading.local()


def _database() -> sqlite3.Connection:
    """A connection a thread."""
    if not hasattr(_here, "database"):
        _here.database = sqlite3.connect(str(DATABASE), timeout=30)
        _here.database.execute("PRAGMA journal_mode=WAL")
        _here.database.execute("PRAGMA synchronous=FULL")
        _here.database.execute("CREATE TABLE IF NOT EXISTS messages (sid PRIMARY KEY, sender, body)")
    opened: sqlite3.Connection = _here.database
    return opened


def sms() -> Response:
    """Checks, stores, thanks."""
    form = request.form
    if not _validator.validate(URL, form, request.headers.get("X-Twilio-Signature", "")):
        abort(403)
    if DATABASE:
        with _database() as database:
            row = form["MessageSid"], form["From"], form["Body"]
            database.execute("INSERT OR IGNORE INTO messages VALUES (?, ?, ?)", row)
    return Response("<Response/>", mimetype="text/xml")


app = Flask(__name__)
app.add_url_rule("/twilio/sms", view_func=sms, methods=["POST"])
