import { describe, expect, it } from 'vitest'

import { wholeDays } from './span'

describe('a forecast', () => {
  it('promises no more than is known', () => {
    expect(wholeDays(4.7, 11.2)).toEqual({ from: 4, to: 12 })
    expect(wholeDays(0.2, 0.6)).toEqual({ from: 1, to: 1 })
  })
})
