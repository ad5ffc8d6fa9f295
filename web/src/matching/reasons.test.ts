import { describe, expect, it } from 'vitest'

import type { ReasonsFragment } from '../api/gen/types'
import { strongest, worthRaising } from './reasons'

type Part = ReasonsFragment['parts'][number]
type Raise = ReasonsFragment['raises'][number]

function part(name: Part['name'], side: Part['side'], share: number): Part {
  return { __typename: 'ScorePart', name, side, share, value: share, isUnknown: false }
}

function raise(name: Raise['name'], side: Raise['side'], gain: number): Raise {
  return { __typename: 'ScoreRaise', name, side, gain, isUnknown: false }
}

describe('what is told of an explanation', () => {
  it('is what the own seat gains, the strongest first, without what adds nothing', () => {
    const parts = [
      part('GOAL', 'LEARNER', 0.1),
      part('TOPICS', 'MENTOR', 0.4),
      part('COVERAGE', 'LEARNER', 0.3),
      part('SOFT', 'LEARNER', 0.004),
    ]
    expect(strongest(parts, 'LEARNER').map(({ name }) => name)).toEqual(['COVERAGE', 'GOAL'])
  })

  it('names what would raise the score once, with the larger gain', () => {
    const raises = [raise('SOFT', 'LEARNER', 0.02), raise('GOAL', 'LEARNER', 0.03), raise('SOFT', 'MENTOR', 0.05)]
    expect(worthRaising(raises).map(({ name, gain }) => [name, gain])).toEqual([
      ['SOFT', 0.05],
      ['GOAL', 0.03],
    ])
  })

  it('leaves out what would hardly be felt', () => {
    expect(worthRaising([raise('REPLY', 'LEARNER', 0.001)])).toEqual([])
  })
})
