/** One thing on a page that an address names behind its `#`: it is brought into sight and given the focus. */

import { useEffect } from 'preact/hooks'
import { useLocation } from 'wouter-preact'

const WAIT_MS = 15_000

/** The id that the address ends in. */
export function thingMeant(): string | undefined {
  const id = location.hash.slice(1)
  if (id === '' || id === 'main') return undefined
  try {
    return decodeURIComponent(id)
  } catch {
    // Typed or cut by somebody: it names nothing.
    return undefined
  }
}

/** What an element needs to be found by its id. */
export function thing(id: string): { id: string; tabIndex: -1 } {
  return { id, tabIndex: -1 }
}

/** Its page may ask for it still, so it is waited for; where it is not there in the end, the heading has the focus. */
export function useThing(): void {
  const [path] = useLocation()
  useEffect(() => {
    const id = thingMeant()
    const main = document.getElementById('main')
    if (id === undefined || main === null) return undefined
    const show = (): boolean => {
      const found = document.getElementById(id)
      for (let around = found?.closest('details'); around != null; around = around.parentElement?.closest('details')) around.open = true
      found?.scrollIntoView({ block: 'center' })
      found?.focus({ preventScroll: true })
      return found !== null
    }
    if (show()) return undefined
    const waiting = new MutationObserver(() => {
      if (show()) stop()
    })
    const timer = setTimeout(() => {
      stop()
      main.querySelector('h1')?.focus()
    }, WAIT_MS)
    function stop(): void {
      clearTimeout(timer)
      waiting.disconnect()
    }
    waiting.observe(main, { childList: true, subtree: true })
    return stop
  }, [path])
}
