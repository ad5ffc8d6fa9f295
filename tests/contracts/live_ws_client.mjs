// A client of alongside.v1 on npm's ws, written from docs/protocol.md alone. It keeps one topic and its position.
//
//   node live_ws_client.mjs '{"urls": […], "tickets": […], "topic": "…"}'
//
// Commands come as lines on stdin: "cut" loses the line and comes back, "say TEXT CID" sends a command, "stop" ends.
// What happens is told as JSON lines on stdout.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.cwd()}/`);
const { WebSocket } = require("ws");
const { urls, tickets, topic } = JSON.parse(process.argv[2]);

const log = [];
let pos = null;
let current = null;
let number = 0;
const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

function apply(frame) {
  if (frame.s <= pos.seq) return tell({ told: "known", s: frame.s });
  if (frame.s !== pos.seq + 1) return tell({ told: "hole", s: frame.s });
  pos = { epoch: pos.epoch, seq: frame.s, chain: frame.c };
  log.push([frame.s, frame.c]);
  tell({ told: "entry", s: frame.s, k: frame.k, p: frame.p });
}

// Opens a socket, says hello, follows, and resolves once it follows.
function open(url) {
  const socket = new WebSocket(url, "alongside.v1");
  const send = (frame) => socket.send(JSON.stringify(frame));
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("open", () => send({ type: "hello", ticket: tickets.shift() }));
    socket.on("close", (code) => tell({ told: "close", code }));
    socket.on("message", (data) => {
      const message = JSON.parse(data);
      for (const frame of Array.isArray(message) ? message : [message]) {
        if (frame.type === "welcome") {
          tell({ told: "welcome", limits: frame.limits });
          send({ type: "follow", id: `f${++number}`, topic, ...(pos === null ? {} : { pos }) });
        } else if (frame.type === "followed") {
          if (frame.mode === "snapshot" || pos === null) pos = frame.pos;
          else pos = { ...pos, epoch: frame.pos.epoch };
          tell({ told: "followed", mode: frame.mode, role: frame.role });
          resolve({ socket, send });
        } else if (frame.type === "entry") apply(frame);
        else if (frame.type === "ping") send({ type: "pong" });
        else if (frame.type === "drain") setTimeout(move, Math.random() * frame.inMs);
        else if (frame.type === "ok") tell({ told: "ok", result: frame.result });
        else if (frame.type === "err") tell({ told: "err", code: frame.code, temporary: frame.temporary });
      }
    });
  });
}

// The next socket first, then the old one's end: at no time is there none.
async function move() {
  const old = current;
  urls.push(urls.shift());
  current = await open(urls[0]);
  old.socket.close();
  tell({ told: "moved" });
}

current = await open(urls[0]);
for await (const line of createInterface({ input: process.stdin })) {
  const [word, ...rest] = line.split(" ");
  if (word === "cut") {
    current.socket.terminate();
    await new Promise((done) => setTimeout(done, Math.random() * 500));
    current = await open(urls[0]);
  } else if (word === "say") {
    current.send({ type: "command", id: `c${++number}`, cid: rest[1], op: "toy.say", args: { topic, text: rest[0] } });
  } else if (word === "stop") {
    tell({ told: "log", log });
    current.socket.close();
    process.stdin.destroy();
    break;
  }
}
