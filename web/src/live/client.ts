/**
 * A client of `alongside.v1` that comes back: resumes every topic from its position, moves before a server goes away,
 * and sends a command again, under the same id, until it has its answer.
 *
 * Knows nothing of pages or frameworks: take this folder into another front end as it is.
 */

import type { Err, Json, JsonObject, Ok, ServerFrame, Welcome } from './frames'
import { afterClose } from './frames'
import type { Reader } from './follow'
import { Follow } from './follow'
import type { OpenSocket } from './line'
import { Line, openWebSocket } from './line'

export type LiveState = 'idle' | 'connecting' | 'online' | 'waiting' | 'signed-out' | 'replaced' | 'broken'

export interface LiveOptions {
  readonly url: string
  /** Ask for a new ticket; `null`: there is no login any more. */
  readonly ticket: () => Promise<string | null>
  readonly open?: OpenSocket
  readonly random?: () => number
  readonly changed?: (state: LiveState) => void
}

export class LiveRefusal extends Error {
  constructor(readonly refusal: Err) {
    super(refusal.message)
    this.name = 'LiveRefusal'
  }
}

interface Command {
  readonly cid: string
  readonly op: string
  readonly args: JsonObject
  readonly done: (answer: Ok | Err) => void
}

const LONGEST_WAIT = 20_000
const SLOWLY = 5_000
const MOVE_AGAIN = 400
/** The part of a ticket's time after which a fresh one is shown. */
const REFRESH_AT = 0.8

export class LiveClient {
  state: LiveState = 'idle'
  private line: Line | undefined
  private next: Line | undefined
  private readonly follows = new Map<string, Follow>()
  private readonly commands = new Set<Command>()
  private readonly timers = new Set<ReturnType<typeof setTimeout>>()
  /** The next try to come back. */
  private again: ReturnType<typeof setTimeout> | undefined
  private losses = 0
  private readonly random: () => number
  private readonly openSocket: OpenSocket

  constructor(private readonly options: LiveOptions) {
    this.random = options.random ?? Math.random
    this.openSocket = options.open ?? openWebSocket
  }

  /** Connect, unless that is done or under way. */
  start(): void {
    if (this.line !== undefined || this.state === 'connecting' || this.state === 'waiting') return
    this.losses = 0
    void this.connect()
  }

  /** Try at once if it was to be tried later: the network is back, or somebody looks at the page again. */
  wake(): void {
    if (this.state !== 'waiting' || this.again === undefined) return
    clearTimeout(this.again)
    this.timers.delete(this.again)
    this.again = undefined
    void this.connect()
  }

  /** Leave for good: nothing is sent or heard any more. */
  stop(): void {
    for (const timer of this.timers) clearTimeout(timer)
    this.timers.clear()
    this.again = undefined
    this.line?.close()
    this.next?.close()
    this.line = this.next = undefined
    this.become('idle')
  }

  /** Follow a topic until the returned function is called. One reader a topic. */
  follow(topic: string, reader: Reader): () => void {
    const follow = new Follow(topic, reader)
    this.follows.set(topic, follow)
    if (this.line?.isOpen === true) this.ask(this.line, follow)
    return () => {
      follow.isOver = true
      if (this.follows.get(topic) !== follow) return
      this.follows.delete(topic)
      this.line?.leave(topic)
      this.next?.leave(topic)
    }
  }

  /** Do something once, however often the line is lost meanwhile. Rejects with a LiveRefusal. */
  command(op: string, args: JsonObject): Promise<Json> {
    return new Promise((resolve, reject) => {
      const command: Command = {
        cid: crypto.randomUUID(),
        op,
        args,
        done: (answer) => {
          if (answer.type === 'err' && answer.temporary) {
            this.later((answer.retryAfter ?? 1) * 1000, () => {
              this.tell(command)
            })
            return
          }
          this.commands.delete(command)
          if (answer.type === 'ok') resolve(answer.result)
          else reject(new LiveRefusal(answer))
        },
      }
      this.commands.add(command)
      this.tell(command)
    })
  }

  /** Say something that may be lost (typing, a reaction): sent now or never. */
  whisper(op: string, args: JsonObject): void {
    if (this.line?.isOpen === true) this.line.command(crypto.randomUUID(), op, args, () => undefined)
  }

  private tell(command: Command): void {
    if (this.line?.isOpen === true) this.line.command(command.cid, command.op, command.args, command.done)
  }

  private async connect(): Promise<void> {
    this.become('connecting')
    const line = await this.dial(() => {
      this.comeBack(0)
    })
    if (line !== undefined) this.line = line
  }

  private async dial(failed: () => void): Promise<Line | undefined> {
    let ticket: string | null
    try {
      ticket = await this.options.ticket()
    } catch {
      failed()
      return undefined
    }
    // Stopped while the ticket was on its way.
    if (this.state === 'idle') return undefined
    if (ticket === null) {
      this.become('signed-out')
      return undefined
    }
    return new Line(this.openSocket, this.options.url, ticket, {
      welcome: (welcomed, frame) => {
        this.welcome(welcomed, frame)
      },
      frame: (from, frame) => {
        this.hear(from, frame)
      },
      closed: (closed, code) => {
        this.lost(closed, code)
      },
    })
  }

  private welcome(line: Line, frame: Welcome): void {
    this.losses = 0
    this.later(frame.ttl * 1000 * REFRESH_AT, () => {
      void this.refresh(line)
    })
    if (line === this.next) {
      this.move(line)
      return
    }
    this.become('online')
    for (const follow of this.follows.values()) this.ask(line, follow)
    for (const command of this.commands) this.tell(command)
  }

  private async refresh(line: Line): Promise<void> {
    if (line.isClosed) return
    try {
      const ticket = await this.options.ticket()
      if (ticket !== null) line.refresh(ticket)
    } catch {
      // The server closes with 4002 then, and a fresh connection does as well.
    }
  }

  private ask(line: Line, follow: Follow, settled?: () => void): void {
    line.follow(follow.topic, follow.position, (answer) => {
      if (follow.isOver) {
        settled?.()
        return
      }
      if (answer.type === 'followed') {
        follow.followed(answer)
        if (line === this.line) follow.reader.connected?.(line.connection)
      } else if (answer.type === 'err' && answer.temporary) {
        this.later((answer.retryAfter ?? 1) * 1000, () => {
          if (!line.isClosed) this.ask(line, follow)
        })
      } else if (answer.type === 'err') {
        this.follows.delete(follow.topic)
        follow.isOver = true
        follow.reader.refused?.(answer)
      }
      settled?.()
    })
  }

  private hear(line: Line, frame: ServerFrame): void {
    if (frame.type === 'drain') {
      if (line === this.line) this.later(this.random() * frame.inMs, () => void this.leave(line))
      return
    }
    if (!('t' in frame)) return
    const follow = this.follows.get(frame.t)
    if (follow === undefined) return
    switch (frame.type) {
      case 'entry':
        if (follow.entry(frame) === 'gap') this.ask(line, follow)
        return
      case 'signal':
        follow.signal(frame)
        return
      case 'presence':
        follow.presence(frame)
        return
      case 'call':
        follow.reader.word?.(frame)
        return
      case 'lag':
        follow.lag(frame.seq)
        return
      case 'resync':
        this.ask(line, follow)
        return
      case 'rights':
        if (frame.role === null) this.follows.delete(frame.t)
        follow.rights(frame.role)
    }
  }

  /** The server goes away: open the next line first, follow there, and only then close this one. */
  private async leave(old: Line): Promise<void> {
    if (old !== this.line || this.next !== undefined) return
    const line = await this.dial(() => {
      this.leaveAgain()
    })
    if (line === undefined) return
    // The old one was lost meanwhile: this is simply the next.
    if (old.isClosed || this.line !== old) this.line = line
    else this.next = line
  }

  /** The way out led back to the server that goes away, which takes nobody any more: another try may end elsewhere. */
  private leaveAgain(): void {
    const old = this.line
    if (old === undefined) return
    this.later(MOVE_AGAIN * (0.2 + this.random()), () => void this.leave(old))
  }

  private move(line: Line): void {
    const old = this.line
    let missing = this.follows.size
    const settled = (): void => {
      missing -= 1
      if (missing > 0) return
      this.line = line
      this.next = undefined
      old?.close()
      for (const follow of this.follows.values()) follow.reader.connected?.(line.connection)
      for (const command of this.commands) this.tell(command)
    }
    if (missing === 0) {
      missing = 1
      settled()
    }
    for (const follow of [...this.follows.values()]) this.ask(line, follow, settled)
  }

  private lost(line: Line, code: number): void {
    if (line === this.next) {
      this.next = undefined
      this.leaveAgain()
      return
    }
    if (line !== this.line) return
    this.line = undefined
    if (this.next !== undefined) {
      // The move was under way: its line takes over as it is.
      this.line = this.next
      this.next = undefined
      if (this.line.isOpen) {
        for (const follow of this.follows.values()) this.ask(this.line, follow)
        for (const command of this.commands) this.tell(command)
      }
      return
    }
    const after = afterClose(code)
    if (after === 'sign-in') this.become('signed-out')
    else if (after === 'replaced' || after === 'broken') this.become(after)
    else this.comeBack(after === 'slowly' ? SLOWLY : 0)
  }

  private comeBack(least: number): void {
    this.become('waiting')
    const most = Math.min(500 * 2 ** this.losses, LONGEST_WAIT)
    this.losses += 1
    this.again = this.later(least + this.random() * most, () => {
      this.again = undefined
      void this.connect()
    })
  }

  private become(state: LiveState): void {
    if (state === this.state) return
    this.state = state
    this.options.changed?.(state)
  }

  private later(milliseconds: number, act: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      act()
    }, milliseconds)
    this.timers.add(timer)
    return timer
  }
}
