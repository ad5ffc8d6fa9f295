/** One connection to `/live`: says hello, answers pings, counts its requests. It knows nothing of coming back. */

import type { ClientFrame, Err, Followed, JsonObject, Ok, Position, ServerFrame, Welcome } from './frames'
import { readFrames } from './frames'

export interface SocketEvents {
  opened(): void
  message(text: string): void
  /** Comes once, after a failure too. */
  closed(code: number): void
}

/** As much of a WebSocket as is used, so that a test can script it. */
export interface Socket {
  send(text: string): void
  close(code: number): void
}

export type OpenSocket = (url: string, events: SocketEvents) => Socket

export const openWebSocket: OpenSocket = (url, events) => {
  const socket = new WebSocket(url, 'alongside.v1')
  socket.onopen = () => {
    events.opened()
  }
  socket.onmessage = (event: MessageEvent<string>) => {
    events.message(event.data)
  }
  socket.onclose = (event) => {
    events.closed(event.code)
  }
  return socket
}

export interface LineEvents {
  welcome(line: Line, frame: Welcome): void
  frame(line: Line, frame: ServerFrame): void
  closed(line: Line, code: number): void
}

type Answer = Ok | Err | Followed

/** The server pings after so much silence and expects an answer within this: past both, nobody is there any more. */
const PONG_MS = 10_000
/** To connect and be welcomed, besides: on a slow line after an outage, when all come back at once. */
const WELCOME_MS = 10_000
const GONE = 1006

export class Line {
  isOpen = false
  isClosed = false
  /** The server's name for this connection, once it has welcomed it. */
  connection = ''
  private readonly waiting = new Map<string, (answer: Answer) => void>()
  private last = 0
  private pingMs = WELCOME_MS
  /** When the other side was last heard, or last told something that it does not answer. */
  private signAt = Date.now()
  private watch: ReturnType<typeof setTimeout> | undefined

  private readonly socket: Socket

  constructor(
    open: OpenSocket,
    url: string,
    ticket: string,
    private readonly events: LineEvents,
  ) {
    this.socket = open(url, {
      opened: () => {
        this.send({ type: 'hello', ticket })
      },
      message: (text) => {
        this.receive(text)
      },
      closed: (code) => {
        this.end(code)
      },
    })
    this.listen()
  }

  refresh(ticket: string): void {
    this.send({ type: 'refresh', ticket })
  }

  follow(topic: string, pos: Position | undefined, answered: (answer: Answer) => void): void {
    const id = this.expect(answered)
    this.send(pos === undefined ? { type: 'follow', id, topic } : { type: 'follow', id, topic, pos })
  }

  /** Before the welcome nothing is followed here, and a socket that still connects throws at whoever speaks. */
  leave(topic: string): void {
    if (this.isOpen) this.send({ type: 'leave', topic })
  }

  command(cid: string, op: string, args: JsonObject, answered: (answer: Ok | Err) => void): void {
    const id = this.expect((answer) => {
      if (answer.type !== 'followed') answered(answer)
    })
    this.send({ type: 'command', id, cid, op, args })
  }

  /** Close for good; what comes after is not heard. */
  close(): void {
    this.isClosed = true
    this.isOpen = false
    this.waiting.clear()
    clearTimeout(this.watch)
    this.socket.close(1000)
  }

  /** Tell that the line is lost, once. */
  private end(code: number): void {
    this.isOpen = false
    clearTimeout(this.watch)
    if (this.isClosed) return
    this.isClosed = true
    this.events.closed(this, code)
  }

  /**
   * Give the line up when it has been silent for longer than it can be: a network that went away closes nothing. After
   * a sleep the timer comes late, and finds the silence all the longer.
   */
  private listen(): void {
    const left = this.signAt + this.pingMs + PONG_MS - Date.now()
    if (left > 0) {
      this.watch = setTimeout(() => {
        this.listen()
      }, left)
      return
    }
    this.socket.close(1000)
    this.end(GONE)
  }

  private expect(answered: (answer: Answer) => void): string {
    this.last += 1
    const id = String(this.last)
    this.waiting.set(id, answered)
    return id
  }

  private send(frame: ClientFrame): void {
    if (this.isClosed) return
    // What is sent puts off the next ping; while an answer is due, only hearing something is a sign of life.
    if (this.waiting.size <= ('id' in frame ? 1 : 0)) this.signAt = Date.now()
    this.socket.send(JSON.stringify(frame))
  }

  private receive(text: string): void {
    this.signAt = Date.now()
    for (const frame of readFrames(text)) {
      if (this.isClosed) return
      this.handle(frame)
    }
  }

  private handle(frame: ServerFrame): void {
    switch (frame.type) {
      case 'ping':
        this.send({ type: 'pong' })
        return
      case 'welcome':
        this.isOpen = true
        this.connection = frame.connection
        this.pingMs = frame.ping * 1000
        this.events.welcome(this, frame)
        return
      case 'ok':
      case 'err':
      case 'followed': {
        const answered = this.waiting.get(frame.id)
        this.waiting.delete(frame.id)
        answered?.(frame)
        return
      }
      default:
        this.events.frame(this, frame)
    }
  }
}
