import { describe, expect, it } from 'vitest'

import { bars, line, spread } from './chart'

describe('what is drawn', () => {
  it('reaches the top with its greatest bar and stands on the ground', () => {
    const drawn = bars([1, 4, 0], 0)
    expect(drawn.map(({ height }) => height)).toEqual([15, 60, 0])
    expect(drawn.every(({ y, height }) => y + height === 60)).toBe(true)
  })

  it('is flat where there is nothing', () => {
    expect(bars([0, 0]).map(({ height }) => height)).toEqual([0, 0])
    expect(bars([])).toEqual([])
  })

  it('turns a line upside down, as screens count from the top', () => {
    expect(
      line([
        [0, 0],
        [0.5, 1],
        [1, 0.25],
      ]),
    ).toBe('M0 60L50 0L100 45')
  })

  it('spreads values over their own range', () => {
    expect(spread([10, 20, 15])).toEqual([0, 1, 0.5])
    expect(spread([3, 3])).toEqual([0.5, 0.5])
  })
})
