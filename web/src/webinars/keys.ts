/** The keys of the review list. They act on the question that has the focus, and only while one has it. */

export const KEYS = { j: 'next', k: 'previous', c: 'claim', a: 'approve', d: 'dismiss', m: 'merge', '?': 'help' } as const

export type Deed = (typeof KEYS)[keyof typeof KEYS]

interface Press {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

/** What a press asks for; nothing while somebody writes in a field, or holds a key that is the browser's. */
export function deedOf(press: Press, isWriting: boolean): Deed | undefined {
  if (isWriting || press.ctrlKey || press.metaKey || press.altKey) return undefined
  if (press.key === 'ArrowDown') return 'next'
  if (press.key === 'ArrowUp') return 'previous'
  return Object.hasOwn(KEYS, press.key) ? KEYS[press.key as keyof typeof KEYS] : undefined
}
