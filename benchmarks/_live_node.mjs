// The same room on npm's ws and on Socket.IO, one process each: `node _live_node.mjs ws|socketio PORT TEXT`.
// The buttons are those of _live_server.py.
import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const [kind, port, text] = process.argv.slice(2);

let count, tell;

// As _live_server.py does: two looks at a process that does next to nothing, or at most so many milliseconds.
async function untilIdle(most) {
  for (let calm = 0, spent = 0; calm < 2 && spent < most; spent += 30) {
    const before = process.cpuUsage();
    await new Promise((done) => setTimeout(done, 30));
    const used = process.cpuUsage(before);
    calm = used.user + used.system < 2_000 ? calm + 1 : 0;
  }
}

const server = createServer(async (request, answer) => {
  const asked = new URL(request.url, "http://x").searchParams;
  const body = { rss: process.memoryUsage().rss, listeners: count() };
  if (asked.has("batch")) {
    const before = process.cpuUsage();
    for (let n = 0; n < Number(asked.get("batch")); n++) tell();
    await untilIdle(Number(asked.get("settle")) * 1000);
    const used = process.cpuUsage(before);
    body.cpu = (used.user + used.system) / 1e6;
  }
  answer.setHeader("Connection", "close").end(JSON.stringify(body));
});

if (kind === "ws") {
  const { WebSocketServer } = require("ws");
  const sockets = new WebSocketServer({ server, path: "/live", perMessageDeflate: false });
  count = () => sockets.clients.size;
  // The broadcast of its README.
  tell = () => {
    for (const one of sockets.clients) one.send(text);
  };
} else {
  const { Server } = require("socket.io");
  const io = new Server(server, { perMessageDeflate: false, pingInterval: 3_600_000, serveClient: false });
  io.on("connection", (one) => one.join("room"));
  count = () => io.of("/").sockets.size;
  const entry = JSON.parse(text);
  tell = () => io.to("room").emit("entry", entry);
}
server.listen(Number(port), "127.0.0.1", 4096);
