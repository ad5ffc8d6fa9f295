/** The shared notes of a session as docs/protocol.md has them: a Yjs text, synchronised by live commands. */

import * as Y from 'yjs'

import { LiveRefusal } from '../live/client'
import type { Json, JsonObject } from '../live/frames'

const GATHER_MS = 250
/** The largest update the server takes. */
const MOST_BYTES = 32 * 1024

/** A change of a text: so many characters kept, put in or taken out, from its start. */
export type Delta = readonly { readonly retain?: number; readonly insert?: string; readonly delete?: number }[]

interface Outside {
  /** A live command; rejects with a LiveRefusal. */
  readonly command: (op: string, args: JsonObject) => Promise<Json>
  /** Somebody else changed the text. `delta` is null when it is another text altogether. */
  readonly changed: (text: string, delta: Delta | null) => void
  readonly refused: (message: string) => void
}

export class SharedText {
  private document = new Y.Doc()
  private number = 0
  private pending: Uint8Array[] = []
  private timer: ReturnType<typeof setTimeout> | undefined
  private isWriting = false
  private isBehind = false
  private catchingUp: Promise<void> | undefined
  private isMending = false
  private isOver = false
  private conflicts = 0
  /** Updates of others while characters are being composed. */
  private held: Uint8Array[] | undefined

  constructor(private readonly outside: Outside) {
    this.watch()
  }

  get text(): string {
    return this.root.toJSON()
  }

  /**
   * Catch up with the server. For every connection, and when something was missed. What the server lacks goes by itself:
   * an update is sent until it is answered.
   */
  sync(): Promise<void> {
    if (this.isOver) return Promise.resolve()
    // Asked for while an answer is on its way, it is done once more: that answer may be older than the wish.
    this.isBehind = true
    this.catchingUp ??= this.catchUp()
    return this.catchingUp
  }

  /** What a person sees now is `after`: take the difference as their edit. */
  write(after: string): void {
    if (this.isMending) return
    const before = this.text
    const { start, removed, inserted } = difference(before, after)
    this.document.transact(() => {
      if (removed > 0) this.root.delete(start, removed)
      if (inserted !== '') this.root.insert(start, inserted)
    })
  }

  /** An update by signal: the next one is taken, after a gap all are asked for. */
  heard(payload: Json): void {
    const { number, update } = payload as { number: number; update: string }
    if (number <= this.number) return
    if (number > this.number + 1) {
      void this.sync()
      return
    }
    this.number = number
    this.take(update)
  }

  /** Let what others write wait: a half-composed character must not lose its place. */
  hold(): void {
    this.held ??= []
  }

  release(): void {
    const held = this.held ?? []
    this.held = undefined
    for (const update of held) Y.applyUpdate(this.document, update, this)
  }

  /** The stream says that there are updates up to `number`. */
  told(number: number): void {
    if (number > this.number) void this.sync()
  }

  /** Hear nothing more. What was typed a moment ago still goes. */
  close(): void {
    this.isOver = true
    clearTimeout(this.timer)
    this.timer = undefined
    this.flush()
    this.document.destroy()
  }

  private async catchUp(): Promise<void> {
    try {
      while (this.isBehind && !this.isOver) {
        this.isBehind = false
        const { document } = this
        const answer = (await this.outside.command('notes.sync', { vector: toBase64(Y.encodeStateVector(document)) })) as {
          number: number
          update: string
        }
        if (document !== this.document) {
          // The copy was begun anew meanwhile, and lacks more than this.
          this.isBehind = true
          continue
        }
        this.take(answer.update)
        this.number = Math.max(this.number, answer.number)
      }
    } catch (failure) {
      this.tell(failure)
    } finally {
      this.catchingUp = undefined
    }
  }

  private take(update: string): void {
    const bytes = fromBase64(update)
    if (this.held === undefined) Y.applyUpdate(this.document, bytes, this)
    else this.held.push(bytes)
  }

  private get root(): Y.Text {
    return this.document.getText('notes')
  }

  private watch(): void {
    this.document.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === this) return
      this.pending.push(update)
      this.flush()
    })
    this.root.observe((event, transaction) => {
      if (transaction.origin === this) this.outside.changed(this.text, event.delta as Delta)
    })
  }

  /** The first stroke at once, the next ones gathered. */
  private flush(): void {
    if (this.timer !== undefined || this.isWriting || this.pending.length === 0) return
    void this.send()
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.flush()
    }, GATHER_MS)
  }

  private async send(): Promise<void> {
    const update = Y.mergeUpdates(this.firstPart())
    this.isWriting = true
    try {
      await this.outside.command('notes.write', { update: toBase64(update) })
      this.conflicts = 0
    } catch (failure) {
      if (!this.isOver) await this.mend(failure, update)
    } finally {
      this.isWriting = false
      this.flush()
    }
  }

  /** Take from what waits, in its order, as much as one update may hold: without a line that is not all. */
  private firstPart(): Uint8Array[] {
    let [count, size] = [0, 0]
    for (const { length } of this.pending) {
      size += length
      if (count > 0 && size > MOST_BYTES) break
      count += 1
    }
    return this.pending.splice(0, count)
  }

  private async mend(failure: unknown, update: Uint8Array): Promise<void> {
    this.conflicts += 1
    if (failure instanceof LiveRefusal && failure.refusal.code === 'conflict' && this.conflicts === 1) {
      // It built on something the server has not got: what is ours goes again, together.
      this.pending.unshift(update)
      await this.sync()
      return
    }
    // Taken whole or not at all: what was refused is not in the notes, so it must not stay in this copy either.
    this.tell(failure)
    this.isMending = true
    this.document.destroy()
    this.document = new Y.Doc()
    this.pending = []
    this.number = this.conflicts = 0
    await this.sync()
    this.watch()
    this.isMending = false
    this.outside.changed(this.text, null)
  }

  private tell(failure: unknown): void {
    if (!(failure instanceof LiveRefusal)) throw failure
    this.outside.refused(failure.refusal.message)
  }
}

/** One edit that makes `after` of `before`; never cuts a character of two halves. */
export function difference(before: string, after: string): { start: number; removed: number; inserted: string } {
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before[start] === after[start]) start += 1
  if (isHalf(before, start) || isHalf(after, start)) start -= 1
  let end = 0
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1
  if (isHalf(before, before.length - end) || isHalf(after, after.length - end)) end -= 1
  return { start, removed: before.length - end - start, inserted: after.slice(start, after.length - end) }
}

/** Where a place in the text is after a change. */
export function moved(place: number, delta: Delta): number {
  let at = 0
  for (const step of delta) {
    if (at > place) break
    if (step.retain !== undefined) at += step.retain
    else if (step.insert !== undefined) {
      if (at <= place) place += step.insert.length
      at += step.insert.length
    } else if (step.delete !== undefined) place = Math.max(at, place - step.delete)
  }
  return place
}

/** Whether a cut here falls between the halves of one character. */
function isHalf(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))
}
