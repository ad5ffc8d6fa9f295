/** Learn that a topic has news, at most about once a second and not all listeners at once. */

import { useEffect } from 'preact/hooks'

import { useLive } from '../rooms/live'

const SPREAD_MS = 1000

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
    const leave = client.follow(topic, { snapshot: soon, entry: soon, signal: soon })
    client.start()
    return () => {
      clearTimeout(timer)
      leave()
    }
  }, [client, topic, news])
}
