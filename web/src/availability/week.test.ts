import { describe, expect, it } from 'vitest'

import type { Window } from './week'
import { coverOf, hoursOf, paint, stepFrom } from './week'

const MONDAY: Window = { weekday: 0, startMinute: 555, endMinute: 720 }

describe('a painted week', () => {
  it('joins hours that touch', () => {
    const nine = paint([], { weekday: 0, startHour: 9, endHour: 10 }, true)
    expect(paint(nine, { weekday: 0, startHour: 10, endHour: 12 }, true)).toEqual([
      { weekday: 0, startMinute: 540, endMinute: 720 },
    ])
  })

  it('cuts a window in two where an hour is closed', () => {
    expect(paint([MONDAY], { weekday: 0, startHour: 10, endHour: 11 }, false)).toEqual([
      { weekday: 0, startMinute: 555, endMinute: 600 },
      { weekday: 0, startMinute: 660, endMinute: 720 },
    ])
  })

  it('keeps the minutes of what is not painted over', () => {
    expect(paint([MONDAY], { weekday: 3, startHour: 18, endHour: 20 }, true)).toEqual([
      MONDAY,
      { weekday: 3, startMinute: 1080, endMinute: 1200 },
    ])
  })

  it('tells an hour that is open in part', () => {
    expect([8, 9, 10, 12].map((hour) => coverOf([MONDAY], 0, hour))).toEqual(['none', 'part', 'full', 'none'])
    expect(coverOf([MONDAY], 1, 10)).toBe('none')
  })

  it('reaches to midnight', () => {
    const late = paint([], { weekday: 6, startHour: 22, endHour: 24 }, true)
    expect(late).toEqual([{ weekday: 6, startMinute: 1320, endMinute: 1440 }])
    expect(hoursOf(late)).toBe(2)
  })

  it('comes to the same whatever order hours are painted in', () => {
    const hours = [14, 9, 11, 10, 12, 13]
    const one = hours.reduce<Window[]>((week, hour) => paint(week, { weekday: 2, startHour: hour, endHour: hour + 1 }, true), [])
    const other = [...hours]
      .reverse()
      .reduce<Window[]>((week, hour) => paint(week, { weekday: 2, startHour: hour, endHour: hour + 1 }, true), [])
    expect(one).toEqual(other)
    expect(one).toEqual([{ weekday: 2, startMinute: 540, endMinute: 900 }])
  })
})

describe('keys in the grid', () => {
  it('stop at its edges', () => {
    expect(stepFrom({ weekday: 0, hour: 0 }, 'ArrowLeft')).toEqual({ weekday: 0, hour: 0 })
    expect(stepFrom({ weekday: 2, hour: 5 }, 'End')).toEqual({ weekday: 6, hour: 5 })
    expect(stepFrom({ weekday: 2, hour: 5 }, 'PageDown')).toEqual({ weekday: 2, hour: 23 })
  })

  it('run with the reading direction', () => {
    expect(stepFrom({ weekday: 2, hour: 5 }, 'ArrowRight', true)).toEqual({ weekday: 1, hour: 5 })
  })

  it('leave other keys alone', () => {
    expect(stepFrom({ weekday: 2, hour: 5 }, 'Tab')).toBeUndefined()
  })
})
