// hoodiecrow-imap with all of its plugins; each user has a server (that is, a storage) of their own, and a connection
// moves to it when it is authenticated.
"use strict";

const fs = require("fs");
const hoodiecrow = require(process.argv[2] + "/node_modules/hoodiecrow-imap");
const [port, tlsPort, certificate, key, password] = process.argv.slice(3);

const plugins = [
  "ID", "STARTTLS", "SASL-IR", "AUTH-PLAIN", "XOAUTH2", "NAMESPACE", "IDLE", "ENABLE", "CONDSTORE", "LITERALPLUS",
  "UNSELECT", "SPECIAL-USE", "CREATE-SPECIAL-USE", "MOVE", "UIDPLUS", "X-GM-EXT-1",
];
const roles = { Drafts: "\\Drafts", Sent: "\\Sent", Junk: "\\Junk", Trash: "\\Trash" };
const credentials = { cert: fs.readFileSync(certificate), key: fs.readFileSync(key) };

let lastUser;
// Whoever is asked for exists; the name is kept, because hoodiecrow forgets it.
const users = new Proxy({}, {
  get: (_, name) => {
    if (name === "hasOwnProperty") return () => true;
    lastUser = name;
    return { password, xoauth2: { accessToken: "token-of-" + name, sessionTimeout: 3600000 } };
  },
});

function make(secureConnection) {
  const folders = {};
  for (const name of Object.keys(roles)) folders[name] = { "special-use": roles[name] };
  return hoodiecrow({
    plugins, secureConnection, users, credentials, id: { name: "hoodiecrow" },
    storage: { INBOX: {}, "": { separator: "/", folders } },
  });
}

const homes = new Map();

function moveHome(connection) {
  if (!homes.has(lastUser)) homes.set(lastUser, make(false));
  connection.server.removeListener("notify", connection._notificationCallback);
  connection.server = homes.get(lastUser);
  connection.server.setMaxListeners(0);
  connection.server.on("notify", connection._notificationCallback);
}

for (const [number, secure] of [[port, false], [tlsPort, true]]) {
  const front = make(secure);
  front.setMaxListeners(0);
  front.connectionHandlers.push((connection) => {
    connection.socket.setNoDelay(true); // answers come in many small writes
    let state = connection.state;
    Object.defineProperty(connection, "state", {
      get: () => state,
      set: (next) => {
        if (state === "Not Authenticated" && next === "Authenticated") moveHome(connection);
        state = next;
      },
    });
  });
  front.listen(Number(number), "127.0.0.1");
}
process.on("SIGTERM", () => process.exit(0));
