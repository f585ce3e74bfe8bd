"""python-telegram-bot's own webhook server, with a handler that does nothing; it stores nothing."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

_ME = {"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot"}


class _Provider(BaseHTTPRequestHandler):
    """Answers what the library asks before it serves."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = json.dumps({"ok": True, "result": _ME if self.path.lower().endswith("getme") else True})
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told.encode())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


async def _said(_update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Does nothing."""


def main() -> None:
    """Serves until told to stop."""
    provider = HTTPServer(("127.0.0.1", 0), _Provider)
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{provider.server_port}/bot"
    bot = Application.builder().token("1:bench").base_url(base).build()
    bot.add_handler(MessageHandler(filters.TEXT, _said))
    bot.run_webhook(
        "127.0.0.1",
        int(os.environ["PEER_PORT"]),
        "telegram/webhook",
        secret_token=os.environ["PEER_TOKEN"],
        webhook_url="https://bench.example.org/telegram/webhook",
    )


if __name__ == "__main__":
    main()
