/**
 * A room as its topic tells it: the snapshot, and what each entry changes. Entries say how things are, never by how much
 * they changed, so one that comes on top of a newer picture does no harm.
 */

import type { JsonObject } from '../live/frames'

export interface Line {
  readonly id: string
  readonly authorId: string
  readonly text: string
  readonly at: string
  readonly editedAt: string | null
  readonly deletedAt: string | null
}

interface Participant {
  readonly role: string
  readonly handRaisedAt: string | null
}

interface AgendaItem {
  readonly id: string
  readonly title: string
  readonly minutes: number
  readonly doneAt: string | null
}

/** Somebody's place in the call, and what they send. */
export interface Seat {
  readonly profileId: string
  readonly connectionId: string
  readonly microphone: boolean
  readonly camera: boolean
}

export interface RoomPicture {
  readonly session: { readonly id: string; readonly title: string; readonly state: string; readonly openedBy: string }
  readonly participants: Readonly<Record<string, Participant>>
  readonly messages: readonly Line[]
  readonly queue: readonly string[]
  readonly floor: { readonly profileId: string; readonly since: string } | null
  readonly agenda: {
    readonly items: Readonly<Record<string, AgendaItem>>
    readonly order: readonly string[]
    readonly currentId: string | null
  }
  readonly notes: { readonly number: number }
  readonly call: Readonly<Record<string, Seat>>
  readonly timer: { readonly startedAt: string | null; readonly endsAt: string | null; readonly leftSeconds: number | null }
}

/** The frames are typed by the server's AsyncAPI document; this is the one place that trusts it. */
export function roomOf(state: JsonObject): RoomPicture {
  return state as unknown as RoomPicture
}

type Change = (room: RoomPicture, fact: never) => RoomPicture

interface Said {
  readonly messageId: string
  readonly authorId: string
  readonly text: string
  readonly at: string
}

function withLine(room: RoomPicture, id: string, change: (line: Line) => Line): RoomPicture {
  return { ...room, messages: room.messages.map((line) => (line.id === id ? change(line) : line)) }
}

function withHand(room: RoomPicture, id: string, handRaisedAt: string | null): RoomPicture['participants'] {
  const known = room.participants[id]
  return known === undefined ? room.participants : { ...room.participants, [id]: { ...known, handRaisedAt } }
}

function said(room: RoomPicture, fact: Said): RoomPicture {
  if (room.messages.some((line) => line.id === fact.messageId)) return room
  const { messageId: id, authorId, text, at } = fact
  const line: Line = { id, authorId, text, at, editedAt: null, deletedAt: null }
  const earlier = (one: Line, other: Line): number =>
    Date.parse(one.at) - Date.parse(other.at) || (one.id < other.id ? -1 : 1)
  return { ...room, messages: [...room.messages, line].sort(earlier) }
}

function edited(room: RoomPicture, fact: Said): RoomPicture {
  return withLine(room, fact.messageId, (line) =>
    line.deletedAt !== null || (line.editedAt !== null && Date.parse(line.editedAt) >= Date.parse(fact.at))
      ? line
      : { ...line, text: fact.text, editedAt: fact.at },
  )
}

interface Hand {
  readonly profileId: string
  readonly at: string
  readonly queue: readonly string[]
}

function withItem(room: RoomPicture, item: AgendaItem, order: readonly string[]): RoomPicture {
  return { ...room, agenda: { ...room.agenda, items: { ...room.agenda.items, [item.id]: item }, order } }
}

function seated(room: RoomPicture, fact: { seat: Seat }): RoomPicture {
  return { ...room, call: { ...room.call, [fact.seat.profileId]: fact.seat } }
}

function unseated(room: RoomPicture, fact: { profileId: string; connectionId: string }): RoomPicture {
  if (room.call[fact.profileId]?.connectionId !== fact.connectionId) return room
  return { ...room, call: Object.fromEntries(Object.entries(room.call).filter(([key]) => key !== fact.profileId)) }
}

const CHANGES: Readonly<Record<string, Change>> = {
  'participant.joined': (room, fact: { profileId: string; role: string }) => {
    const known = room.participants[fact.profileId]
    const place = { handRaisedAt: known?.handRaisedAt ?? null, role: fact.role }
    return { ...room, participants: { ...room.participants, [fact.profileId]: place } }
  },
  'session.started': (room) => ({ ...room, session: { ...room.session, state: 'live' } }),
  'session.ended': (room) => ({ ...room, queue: [], session: { ...room.session, state: 'ended' } }),
  'message.sent': said,
  'message.edited': edited,
  'message.deleted': (room, fact: { messageId: string; at: string }) =>
    withLine(room, fact.messageId, (line) => ({ ...line, text: '', deletedAt: fact.at })),
  'hand.raised': (room, fact: Hand) => ({
    ...room,
    queue: fact.queue,
    participants: withHand(room, fact.profileId, fact.at),
  }),
  'hand.lowered': (room, fact: Hand) => ({
    ...room,
    queue: fact.queue,
    participants: withHand(room, fact.profileId, null),
  }),
  'floor.given': (room, fact: Hand) => ({
    ...room,
    queue: fact.queue,
    floor: { profileId: fact.profileId, since: fact.at },
    participants: withHand(room, fact.profileId, null),
  }),
  'floor.ended': (room, fact: Hand) => ({ ...room, queue: fact.queue, floor: null }),
  'agenda.item_added': (room, fact: { item: AgendaItem; order: string[] }) => withItem(room, fact.item, fact.order),
  'agenda.item_edited': (room, fact: Partial<AgendaItem> & { itemId: string }) => {
    const known = room.agenda.items[fact.itemId]
    if (known === undefined) return room
    const item: AgendaItem = {
      ...known,
      title: fact.title ?? known.title,
      minutes: fact.minutes ?? known.minutes,
      doneAt: fact.doneAt === undefined ? known.doneAt : fact.doneAt,
    }
    return withItem(room, item, room.agenda.order)
  },
  'agenda.item_moved': (room, fact: { order: string[] }) => ({ ...room, agenda: { ...room.agenda, order: fact.order } }),
  'agenda.item_removed': (room, fact: { order: string[]; currentId: string | null }) => ({
    ...room,
    agenda: { ...room.agenda, order: fact.order, currentId: fact.currentId },
  }),
  'agenda.item_taken_up': (room, fact: { itemId: string }) => ({
    ...room,
    agenda: { ...room.agenda, currentId: fact.itemId },
  }),
  'timer.set': (room, fact: { timer: RoomPicture['timer'] }) => ({ ...room, timer: fact.timer }),
  'notes.written': (room, fact: { number: number }) => ({
    ...room,
    notes: { number: Math.max(room.notes.number, fact.number) },
  }),
  'call.joined': seated,
  'call.changed': seated,
  'call.left': unseated,
}

/** The room after an entry; kinds that this page does not show change nothing. */
export function after(room: RoomPicture, kind: string, fact: JsonObject): RoomPicture {
  return CHANGES[kind]?.(room, fact as never) ?? room
}
