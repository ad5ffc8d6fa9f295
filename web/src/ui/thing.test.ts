import { afterEach, describe, expect, it, vi } from 'vitest'

import { thingMeant } from './thing'

describe('what an address names behind its #', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  it.each([
    ['#a%2Fb', 'a/b'],
    ['#', undefined],
    ['#main', undefined],
    ['#%', undefined],
    ['#cut%E2%8', undefined],
  ])('%s is %s', (hash, meant) => {
    vi.stubGlobal('location', { hash })
    expect(thingMeant()).toBe(meant)
  })
})
