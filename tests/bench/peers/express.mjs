// Express with the provider's own validator, and one commit a request of better-sqlite3.
import Database from "better-sqlite3";
import express from "express";
import twilio from "twilio";

const { PEER_URL, PEER_TOKEN, PEER_DATABASE, PEER_PORT } = process.env;
const database = new Database(PEER_DATABASE);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec("CREATE TABLE IF NOT EXISTS messages (sid PRIMARY KEY, sender, body)");
const insert = database.prepare("INSERT OR IGNORE INTO messages VALUES (?, ?, ?)");

const app = express();
app.use(express.urlencoded({ extended: false }));
app.post("/twilio/sms", (request, response) => {
  const signature = request.get("X-Twilio-Signature") ?? "";
  if (!twilio.validateRequest(PEER_TOKEN, signature, PEER_URL, request.body)) {
    return response.sendStatus(403);
  }
  insert.run(request.body.MessageSid, request.body.From, request.body.Body);
  response.type("text/xml").send("<Response/>");
});
app.listen(Number(PEER_PORT), "127.0.0.1");
