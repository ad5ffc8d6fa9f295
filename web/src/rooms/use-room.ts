/** Follow a room: its picture, who is there, who types. */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks'

import type { CallWord, Json, JsonObject } from '../live/frames'
import { LiveRefusal } from '../live/client'
import { useLive } from './live'
import type { RoomPicture } from './picture'
import { after, roomOf } from './picture'

const TYPING_MS = 4000

/** For the parts of a room that are loaded when they are wanted, and hear more than the picture says. */
interface RoomListener {
  readonly connected?: (connection: string) => void
  readonly word?: (word: CallWord) => void
  readonly notes?: (payload: Json) => void
}

export interface RoomState {
  readonly room: RoomPicture | undefined
  readonly people: ReadonlyMap<string, string>
  readonly typing: readonly string[]
  readonly isBehind: boolean
  readonly isClosedToMe: boolean
  /** Do something in the room; resolves to what went wrong in words, or nothing. */
  readonly act: (op: string, args: JsonObject) => Promise<string | undefined>
  readonly isTyping: () => void
  /** Listen until the returned function is called; a line that is there already is told at once. */
  readonly listen: (listener: RoomListener) => () => void
}

export function useRoom(topic: string | undefined): RoomState {
  const { client } = useLive()
  const [room, setRoom] = useState<RoomPicture>()
  const [people, setPeople] = useState<ReadonlyMap<string, string>>(new Map())
  const [typing, setTyping] = useState<readonly string[]>([])
  const [isBehind, setBehind] = useState(false)
  const [isClosedToMe, setClosed] = useState(false)
  const lastTyping = useRef(0)
  const listeners = useRef(new Set<RoomListener>())
  const connection = useRef<string>()

  useEffect(() => {
    if (topic === undefined) return undefined
    const timers = new Map<string, ReturnType<typeof setTimeout>>()
    const types = (who: string): void => {
      clearTimeout(timers.get(who))
      timers.set(
        who,
        setTimeout(() => {
          setTyping((all) => all.filter((other) => other !== who))
        }, TYPING_MS),
      )
      setTyping((all) => (all.includes(who) ? all : [...all, who]))
    }
    const leave = client.follow(topic, {
      snapshot: (state) => {
        if (state !== null) setRoom(roomOf(state))
      },
      entry: (kind, fact) => {
        setRoom((known) => (known === undefined ? known : after(known, kind, fact)))
      },
      signal: (kind, key, payload) => {
        if (kind === 'typing') types(key)
        else if (kind === 'notes') for (const each of listeners.current) each.notes?.(payload)
      },
      connected: (name) => {
        connection.current = name
        for (const each of listeners.current) each.connected?.(name)
      },
      word: (word) => {
        for (const each of listeners.current) each.word?.(word)
      },
      presence: setPeople,
      lagging: setBehind,
      rights: (role) => {
        setClosed(role === null)
      },
      refused: () => {
        setClosed(true)
      },
    })
    client.start()
    return () => {
      leave()
      for (const timer of timers.values()) clearTimeout(timer)
    }
  }, [client, topic])

  const act = useCallback(
    async (op: string, args: JsonObject) => {
      try {
        await client.command(op, args)
        return undefined
      } catch (failure) {
        if (failure instanceof LiveRefusal) return failure.refusal.message
        throw failure
      }
    },
    [client],
  )
  const isTyping = useCallback(() => {
    if (topic === undefined || Date.now() - lastTyping.current < TYPING_MS / 2) return
    lastTyping.current = Date.now()
    client.whisper('signal.send', { topic, kind: 'typing', p: null })
  }, [client, topic])
  const listen = useCallback((listener: RoomListener) => {
    listeners.current.add(listener)
    if (connection.current !== undefined) listener.connected?.(connection.current)
    return () => {
      listeners.current.delete(listener)
    }
  }, [])
  return { room, people, typing, isBehind, isClosedToMe, act, isTyping, listen }
}
