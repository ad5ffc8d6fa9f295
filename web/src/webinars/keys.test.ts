import { describe, expect, it } from 'vitest'

import { deedOf } from './keys'

function press(key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}): Parameters<typeof deedOf>[0] {
  return { key, ctrlKey: false, metaKey: false, altKey: false, ...held }
}

describe('keys of the review list', () => {
  it('ask for a deed', () => {
    expect(['j', 'ArrowDown', 'k', 'a', '?'].map((key) => deedOf(press(key), false))).toEqual([
      'next',
      'next',
      'previous',
      'approve',
      'help',
    ])
  })

  it('are letters while somebody writes', () => {
    expect(deedOf(press('a'), true)).toBeUndefined()
  })

  it('stay the browser’s with a key held', () => {
    expect(deedOf(press('c', { ctrlKey: true }), false)).toBeUndefined()
    expect(deedOf(press('d', { metaKey: true }), false)).toBeUndefined()
  })

  it('are no names of the language', () => {
    expect(deedOf(press('constructor'), false)).toBeUndefined()
  })
})
