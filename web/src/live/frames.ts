/** The frames of `alongside.v1` as docs/protocol.md gives them, and nothing else. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** After entry `seq` of a stream, whose entries so far hash to `chain`. Epoch and chain are opaque. */
export interface Position {
  readonly epoch: string
  readonly seq: number
  readonly chain: string
}

interface Person {
  readonly user: string
  readonly role: string
}

export interface Welcome {
  readonly type: 'welcome'
  readonly connection: string
  readonly ping: number
  readonly ttl: number
}

export interface Followed {
  readonly type: 'followed'
  readonly id: string
  readonly topic: string
  readonly mode: 'live' | 'replay' | 'pages' | 'snapshot'
  readonly pos: Position
  readonly role: string
  readonly state?: JsonObject | null
}

export interface Entry {
  readonly type: 'entry'
  readonly t: string
  readonly s: number
  readonly c: string
  readonly k: string
  readonly p: JsonObject
}

export interface Signal {
  readonly type: 'signal'
  readonly t: string
  readonly k: string
  readonly key: string
  readonly v: number
  readonly p: Json
}

export interface PresenceFrame {
  readonly type: 'presence'
  readonly t: string
  readonly v: number
  readonly n: number
  readonly all?: readonly Person[]
  readonly '+'?: readonly Person[]
  readonly '-'?: readonly string[]
}

/** What another connection in a call says to this one alone. */
export interface CallWord {
  readonly type: 'call'
  readonly t: string
  readonly k: string
  readonly from: string
  readonly user: string
  readonly p: JsonObject
}

export interface Ok {
  readonly type: 'ok'
  readonly id: string
  readonly result: Json
}

export interface Err {
  readonly type: 'err'
  readonly id: string
  readonly code: string
  readonly message: string
  readonly temporary: boolean
  readonly retryAfter?: number
}

export type ServerFrame =
  | Welcome
  | Followed
  | Entry
  | Signal
  | PresenceFrame
  | CallWord
  | Ok
  | Err
  | { readonly type: 'lag'; readonly t: string; readonly seq: number }
  | { readonly type: 'resync'; readonly t: string; readonly why: string }
  | { readonly type: 'rights'; readonly t: string; readonly role: string | null; readonly rev: number }
  | { readonly type: 'drain'; readonly inMs: number }
  | { readonly type: 'ping' }

export type ClientFrame =
  | { type: 'hello'; ticket: string }
  | { type: 'refresh'; ticket: string }
  | { type: 'follow'; id: string; topic: string; pos?: Position }
  | { type: 'leave'; topic: string }
  | { type: 'command'; id: string; cid: string; op: string; args: JsonObject }
  | { type: 'pong' }

/** What a close asks of the client: come back, come back slowly, or stay away and say why. */
export type AfterClose = 'again' | 'slowly' | 'ticket' | 'sign-in' | 'replaced' | 'broken'

const AFTER: Readonly<Record<number, AfterClose>> = {
  4013: 'slowly',
  4500: 'ticket',
  4503: 'sign-in',
  4504: 'replaced',
  4509: 'broken',
  1009: 'broken',
}

/** Any code that is not in the table, or none, means: come back. */
export function afterClose(code: number): AfterClose {
  return AFTER[code] ?? 'again'
}

/** One message holds a frame or an array of them; types this client does not know are left out by its reader. */
export function readFrames(text: string): ServerFrame[] {
  const read: unknown = JSON.parse(text)
  const all: unknown[] = Array.isArray(read) ? read : [read]
  return all.filter(isFrame)
}

function isFrame(value: unknown): value is ServerFrame {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
