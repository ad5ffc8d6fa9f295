/** One topic as a reader sees it: a position that moves only together with what is applied. */

import type { CallWord, Entry, Err, Followed, Json, JsonObject, Position, PresenceFrame, Signal } from './frames'

export interface Reader {
  /** Replace what you have; null: load it by GraphQL. */
  snapshot?(state: JsonObject | null): void
  /** Apply one entry. Called once for each, in order. */
  entry(kind: string, payload: JsonObject, seq: number): void
  signal?(kind: string, key: string, payload: Json): void
  presence?(people: ReadonlyMap<string, string>, count: number): void
  /** The topic is followed on this connection, and commands go there. Comes again after each change of the line. */
  connected?(connection: string): void
  /** Somebody else's connection in the call says something to this one. */
  word?(word: CallWord): void
  /** The role changed; null: the topic is no longer open to this person. */
  rights?(role: string | null): void
  /** The server lets entries wait for this slow line (true), or all of them are here (false). */
  lagging?(isLagging: boolean): void
  /** The topic may not be followed. */
  refused?(refusal: Err): void
}

/** What an entry did to the place: it was applied, was known already, or shows that something is missing. */
export type Applied = 'applied' | 'known' | 'gap'

export class Follow {
  position: Position | undefined
  role: string | undefined
  isOver = false
  private lagUntil: number | undefined
  private people = new Map<string, string>()
  private readonly versions = new Map<string, number>()

  constructor(
    readonly topic: string,
    readonly reader: Reader,
  ) {}

  followed(frame: Followed): void {
    this.role = frame.role
    if (frame.mode === 'snapshot') {
      this.position = frame.pos
      this.reader.snapshot?.(frame.state ?? null)
    } else if (this.position === undefined) {
      this.position = frame.pos
    } else {
      this.position = { ...this.position, epoch: frame.pos.epoch }
    }
  }

  entry(frame: Entry): Applied {
    const at = this.position
    if (at === undefined || frame.s > at.seq + 1) return 'gap'
    if (frame.s <= at.seq) return 'known'
    this.reader.entry(frame.k, frame.p, frame.s)
    this.position = { epoch: at.epoch, seq: frame.s, chain: frame.c }
    if (this.lagUntil !== undefined && frame.s >= this.lagUntil) this.caughtUp()
    return 'applied'
  }

  signal(frame: Signal): void {
    const name = `${frame.k}\n${frame.key}`
    if (frame.v <= (this.versions.get(name) ?? -1)) return
    this.versions.set(name, frame.v)
    this.reader.signal?.(frame.k, frame.key, frame.p)
  }

  presence(frame: PresenceFrame): void {
    const next = frame.all === undefined ? new Map(this.people) : new Map<string, string>()
    for (const person of frame.all ?? []) next.set(person.user, person.role)
    for (const person of frame['+'] ?? []) next.set(person.user, person.role)
    for (const user of frame['-'] ?? []) next.delete(user)
    this.people = next
    this.reader.presence?.(next, frame.n)
  }

  rights(role: string | null): void {
    this.role = role ?? undefined
    if (role === null) this.isOver = true
    this.reader.rights?.(role)
  }

  lag(seq: number): void {
    this.lagUntil = seq + 1
    this.reader.lagging?.(true)
  }

  private caughtUp(): void {
    this.lagUntil = undefined
    this.reader.lagging?.(false)
  }
}
