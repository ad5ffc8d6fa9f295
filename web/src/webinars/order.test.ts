import { describe, expect, it } from 'vitest'

import { onStage } from './order'

describe('the desk of a webinar', () => {
  it('puts each question in one place: on stage, queued by rank, open by votes, or merged', () => {
    const questions = [
      { id: 'few', state: 'LIVE', queueRank: null, votes: 1 },
      { id: 'second', state: 'LIVE', queueRank: 7, votes: 0 },
      { id: 'stage', state: 'ANSWERING', queueRank: null, votes: 3 },
      { id: 'many', state: 'LIVE', queueRank: null, votes: 9 },
      { id: 'first', state: 'LIVE', queueRank: 2, votes: 0 },
      { id: 'twin', state: 'MERGED', queueRank: null, votes: 0 },
    ] as const
    const places = onStage(questions)
    const parts = [places.now, places.next, places.open, places.merged]
    expect(parts.map((part) => part.map(({ id }) => id))).toEqual([
      ['stage'],
      ['first', 'second'],
      ['many', 'few'],
      ['twin'],
    ])
  })
})
