/** Learn that a topic has news, at most about once a second and not all listeners at once. */

import { useEffect } from 'preact/hooks'

import type { LiveClient } from '../live/client'
import { useLive } from '../rooms/live'

const SPREAD_MS = 1000

interface Heard {
  readonly listeners: Set<() => void>
  readonly leave: () => void
}

/** A topic has one follower; all parts of a page that want its news share it. */
const HEARD = new WeakMap<LiveClient, Map<string, Heard>>()

function listen(client: LiveClient, topic: string, news: () => void): () => void {
  const topics = HEARD.get(client) ?? new Map<string, Heard>()
  HEARD.set(client, topics)
  let heard = topics.get(topic)
  if (heard === undefined) {
    const listeners = new Set<() => void>()
    const tell = (): void => {
      for (const each of listeners) each()
    }
    heard = { listeners, leave: client.follow(topic, { snapshot: tell, entry: tell, signal: tell }) }
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

export function useNews(topic: string | undefined, news: () => void): void {
  const { client } = useLive()
  useEffect(() => {
    if (topic === undefined) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const soon = (): void => {
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
  }, [client, topic, news])
}
