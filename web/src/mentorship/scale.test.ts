import { describe, expect, it } from 'vitest'

import { CLAUSES, LEVELS, changes, outcomeOf, signed } from './scale'

const GOAL = { muchLess: 'none', less: '', expected: 'two', more: 'three', muchMore: 'ten' }
const TERMS = {
  purpose: 'A portfolio',
  format: 'CLASSIC',
  mentorRole: '',
  menteeRole: '',
  meetEveryDays: 14,
  meetingMinutes: 60,
  channel: 'ROOM',
  answerWithinHours: 48,
  confidentiality: 'BETWEEN_US',
  confidentialityLimit: 'Danger',
  boundaries: '',
  ending: '',
} as const

describe('a goal', () => {
  it('has a word for each level, or none', () => {
    expect(LEVELS.map((level) => outcomeOf(GOAL, level))).toEqual(['none', '', 'two', 'three', 'ten'])
    expect(outcomeOf(GOAL, 3)).toBe('')
  })

  it('has levels that are read with their sign', () => {
    expect(LEVELS.map(signed)).toEqual(['−2', '−1', '0', '+1', '+2'])
  })
})

describe('a version of an agreement', () => {
  it('tells what it puts differently, in the order of the clauses', () => {
    expect(changes(TERMS, { ...TERMS, ending: 'In a meeting', purpose: 'Two clients' })).toEqual(['purpose', 'ending'])
    expect(changes(TERMS, TERMS)).toEqual([])
    expect(changes(undefined, TERMS)).toEqual([])
  })

  it('has every clause once', () => {
    expect(new Set(CLAUSES)).toEqual(new Set(Object.keys(TERMS)))
  })
})
