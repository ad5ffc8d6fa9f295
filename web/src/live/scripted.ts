/** A server for the tests of the live client that says exactly what a test scripts. */

import type { ClientFrame, JsonObject, Position } from './frames'
import type { OpenSocket, SocketEvents } from './line'

export class ScriptedLine {
  readonly sent: ClientFrame[] = []
  isClosed = false
  isConnected = false

  constructor(private readonly events: SocketEvents) {}

  say(...frames: object[]): void {
    this.events.message(JSON.stringify(frames.length === 1 ? frames[0] : frames))
  }

  accept(connection = 'c'): void {
    this.isConnected = true
    this.events.opened()
    this.say({ type: 'welcome', connection, ping: 25, ttl: 900, limits: {} })
  }

  drop(code = 1006): void {
    this.isClosed = true
    this.events.closed(code)
  }

  /** The newest frame of a type that the client sent. */
  last<T extends ClientFrame['type']>(type: T): Extract<ClientFrame, { type: T }> {
    const found = this.sent.findLast((frame) => frame.type === type)
    if (found === undefined) throw new Error(`no ${type} was sent`)
    return found as Extract<ClientFrame, { type: T }>
  }

  followed(mode: string, pos: Position, state?: JsonObject): void {
    const { id, topic } = this.last('follow')
    this.say({ type: 'followed', id, topic, mode, pos, role: 'participant', state })
  }

  ok(result: JsonObject): void {
    this.say({ type: 'ok', id: this.last('command').id, result })
  }
}

export class ScriptedServer {
  readonly lines: ScriptedLine[] = []

  readonly open: OpenSocket = (_url, events) => {
    const line = new ScriptedLine(events)
    this.lines.push(line)
    return {
      send: (text) => {
        // As a browser does.
        if (!line.isConnected) throw new Error('still connecting')
        line.sent.push(JSON.parse(text) as ClientFrame)
      },
      close: () => {
        line.isClosed = true
      },
    }
  }

  get line(): ScriptedLine {
    const line = this.lines.at(-1)
    if (line === undefined) throw new Error('no line was opened')
    return line
  }
}

export function at(seq: number, epoch = 'e'): Position {
  return { epoch, seq, chain: `c${String(seq)}` }
}

export function entry(seq: number, text = `line ${String(seq)}`): object {
  return { type: 'entry', t: 'session:1', s: seq, c: `c${String(seq)}`, k: 'message.sent', p: { text } }
}
