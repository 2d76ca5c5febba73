// WildDuck's imap-core, with the in-memory back end of its own tests; one such back end for each user.
"use strict";

const fs = require("fs");
const { EventEmitter } = require("events");
const core = process.argv[2] + "/node_modules/wildduck/imap-core/";
const makeBackEnd = require(core + "test/test-server.js");
const { IMAPServer } = require(core + "index.js");
const [port, tlsPort, certificate, key, password] = process.argv.slice(3);

const quiet = () => false;
const common = {
  logger: { info: quiet, debug: quiet, error: console.log },
  cert: fs.readFileSync(certificate), key: fs.readFileSync(key),
  maxMessage: 64 * 1024 * 1024, enableCompression: true, ignoreSTARTTLS: true,
  id: { name: "WildDuck imap-core" },
};
const roles = { Drafts: "\\Drafts", Sent: "\\Sent", Junk: "\\Junk", Trash: "\\Trash" };
const told = new EventEmitter();
told.setMaxListeners(0);
const homes = new Map();

function home(user) {
  if (!homes.has(user)) homes.set(user, furnish(makeBackEnd(common), user));
  return homes.get(user);
}

function furnish(backEnd, user) {
  const { notifier } = backEnd;
  const folders = notifier.folders;
  folders.clear();
  const names = [["INBOX"], ...Object.entries(roles)];
  names.forEach(([path, specialUse], index) => folders.set(path, {
    path, specialUse, uidValidity: 1000 + index, uidNext: 1, modifyIndex: 1, messages: [], journal: [],
  }));
  // The back end hands over the user as well (WildDuck's own notifier wants it), in either order; this notifier does not.
  const add = notifier.addEntries.bind(notifier);
  notifier.addEntries = (...given) => {
    const [entries, callback] = given.slice(-2);
    return add(given.find((one) => folders.has(one)), entries, callback);
  };
  notifier.fire = () => setImmediate(() => told.emit(user));
  for (const name of Object.keys(mended)) {
    backEnd[name] = mended[name].bind(null, folders, backEnd[name].bind(backEnd));
  }
  backEnd.onMove = onMove;
  return backEnd;
}

let validity = 2000;

// What the back end of the tests does not do, or not as WildDuck itself does.
const mended = {
  onCreate(folders, create, mailbox, session, callback) {
    create(mailbox, session, (error, success) => {
      if (success === true) folders.get(mailbox).uidValidity = ++validity; // it takes the clock's milliseconds
      callback(error, success);
    });
  },
  onAppend(folders, append, mailbox, flags, date, raw, session, callback) {
    append(mailbox, flags, date, raw, session, (error, success, info) => {
      if (success === true) {
        const message = folders.get(mailbox).messages.at(-1);
        message.idate = message.date;
        message.size = raw.length;
      }
      callback(error, success, info);
    });
  },
  onRename(folders, rename, mailbox, target, session, callback) {
    rename(mailbox, target, session, (error, success) => {
      for (const [path, folder] of success === true ? [...folders] : []) {
        if (!path.startsWith(mailbox + "/")) continue;
        folders.delete(path);
        folder.path = target + path.slice(mailbox.length);
        folders.set(folder.path, folder);
      }
      callback(error, success);
    });
  },
  onCopy(folders, copy, connection, mailbox, update, session, callback) {
    copy(connection, mailbox, update, session, (error, success, info) => {
      if (success === true) {
        const originals = new Map(folders.get(mailbox).messages.map((message) => [message.uid, message]));
        const copies = folders.get(update.destination).messages;
        info.sourceUid.forEach((uid, index) => { // it copies by way of JSON, which has no dates and no octets
          const at = copies.findIndex((message) => message.uid === info.destinationUid[index]);
          const original = originals.get(uid);
          copies[at] = { ...original, flags: [...original.flags], uid: copies[at].uid, modseq: copies[at].modseq };
        });
      }
      callback(error, success, info);
    });
  },
};

function onMove(mailbox, update, session, callback) {
  this.onCopy(null, mailbox, update, session, (error, success, info) => {
    if (error || success !== true) return callback(error, success, info);
    const folder = this.notifier.folders.get(mailbox);
    folder.messages = folder.messages.filter((message) => !update.messages.includes(message.uid));
    const entries = info.sourceUid.map((uid) => ({ command: "EXPUNGE", ignore: session.id, uid }));
    for (const uid of info.sourceUid) session.writeStream.write(session.formatResponse("EXPUNGE", uid));
    this.notifier.addEntries(mailbox, entries, () => {
      this.notifier.fire();
      callback(null, true, info);
    });
  });
}

// A selected mailbox is known by an _id; here it says whose it is, too.
const idOf = (user, path) => user + "\n" + path;
const pathOf = (id) => (typeof id === "string" ? id.slice(id.indexOf("\n") + 1) : id);

function front(secure) {
  const server = new IMAPServer({ ...common, secure, disableSTARTTLS: secure });
  server.on("error", (error) => console.log(error.stack));
  server.server.on("connection", (socket) => socket.setNoDelay(true)); // answers come in many small writes
  server.notifier = {
    addListener: (session, handler) => told.addListener(session.user.username, handler),
    removeListener: (session, handler) => told.removeListener(session.user.username, handler),
    getUpdates: (id, after, callback) =>
      home(id.slice(0, id.indexOf("\n"))).notifier.getUpdates(pathOf(id), after, callback),
  };
  server.onAuth = ({ username, password: given }, session, callback) =>
    callback(null, given === password ? { user: { id: "id." + username, username } } : false);
  const names = ["List", "Lsub", "Subscribe", "Unsubscribe", "Create", "Rename", "Delete", "Open", "Status", "Append",
    "Store", "Expunge", "Copy", "Move", "Fetch", "Search"];
  for (const name of names) {
    server["on" + name] = function (...given) {
      const session = given[given.length - 2];
      const user = session.user.username;
      const translated = given.map((one) => (typeof one === "string" && one.startsWith(user + "\n") ? pathOf(one) : one));
      if (name === "Open") {
        const callback = translated.pop();
        translated.push((error, data) =>
          callback(error, data && typeof data === "object" ? { _id: idOf(user, given[0]), ...data } : data));
      }
      return home(user)["on" + name](...translated);
    };
  }
  return server;
}

front(false).listen(Number(port), "127.0.0.1");
front(true).listen(Number(tlsPort), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
process.on("uncaughtException", (error) => console.log("UNCAUGHT", error.stack));
