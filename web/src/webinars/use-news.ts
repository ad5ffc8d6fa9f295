/** Learn that a topic has news, at most about once a second and not all listeners at once. */

import { useEffect } from 'preact/hooks'

import type { LiveClient } from '../live/client'
import { useLive } from '../rooms/live'

const SPREAD_MS = 1000

interface Event {
  readonly topic: string
  readonly mine: { readonly role: unknown }
}

/** A webinar's topic, once there is a right to follow it: whoever has no place yet would be refused, for good. */
export function topicOf(webinar: Event): string | undefined {
  return webinar.mine.role === null ? undefined : webinar.topic
}

/** Whether a fact is about the event itself, not about one of its questions or polls. */
export function isOfTheEvent(kind: string): boolean {
  return kind.startsWith('webinar.')
}

/** Called with the kind of the fact, or without when there may have been any. */
type Listener = (kind?: string) => void

interface Heard {
  readonly listeners: Set<Listener>
  readonly leave: () => void
}

/** A topic has one follower; all parts of a page that want its news share it. */
const HEARD = new WeakMap<LiveClient, Map<string, Heard>>()

function listen(client: LiveClient, topic: string, news: Listener): () => void {
  const topics = HEARD.get(client) ?? new Map<string, Heard>()
  HEARD.set(client, topics)
  let heard = topics.get(topic)
  if (heard === undefined) {
    const listeners = new Set<Listener>()
    const tell: Listener = (kind) => {
      for (const each of listeners) each(kind)
    }
    const snapshot = (): void => {
      tell()
    }
    heard = { listeners, leave: client.follow(topic, { snapshot, entry: tell, signal: tell }) }
    topics.set(topic, heard)
  }
  const { listeners, leave } = heard
  listeners.add(news)
  return () => {
    listeners.delete(news)
    if (listeners.size > 0 || topics.get(topic) !== heard) return
    topics.delete(topic)
    leave()
  }
}

export function useNews(topic: string | undefined, news: () => void, isWanted?: (kind: string) => boolean): void {
  const { client } = useLive()
  useEffect(() => {
    if (topic === undefined) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const soon: Listener = (kind) => {
      if (kind !== undefined && isWanted?.(kind) === false) return
      timer ??= setTimeout(() => {
        timer = undefined
        news()
      }, Math.random() * SPREAD_MS)
    }
    const leave = listen(client, topic, soon)
    client.start()
    return () => {
      clearTimeout(timer)
      leave()
    }
  }, [client, topic, news, isWanted])
}
