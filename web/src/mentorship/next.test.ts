import { describe, expect, it } from 'vitest'

import type { Around, Seen } from './next'
import { homeOf, isAhead, isDoorOpen, isReportable, markOf, partPath, waiting } from './next'

const NOW = Date.parse('2026-12-01T12:00:00Z')
const AROUND: Around = { myId: 'me', isMentor: true, isAskedNext: false, isAskedOutcome: false, now: NOW }
const list = <Node>(...found: Node[]): { edges: { node: Node }[] } => ({ edges: found.map((node) => ({ node })) })
const meeting = (startsAt: string, state = 'SCHEDULED'): { state: string; startsAt: string; minutes: number } => ({
  state,
  startsAt,
  minutes: 60,
})
const SIGNED = { state: 'IN_FORCE', mentorSignedAt: 'then', menteeSignedAt: 'then' }
const QUIET: Seen = {
  state: 'ACTIVE',
  agreements: list(SIGNED),
  goals: list({}),
  checkIns: list(),
  meetings: list(meeting('2026-12-02T12:00:00Z')),
  meetingProposals: list(),
  feedback: { canGive: false, mine: null },
}

describe('what waits', () => {
  it('is nothing where all is answered and a meeting is to come', () => {
    expect(waiting(QUIET, AROUND)).toEqual([])
  })

  it('is a first agreement, a meeting and a goal where two have just begun', () => {
    const fresh = { ...QUIET, agreements: list<typeof SIGNED>(), goals: list(), meetings: list(meeting('2026-11-01T12:00:00Z')) }
    expect(waiting(fresh, AROUND)).toEqual(['DRAFT', 'MEET', 'GOAL'])
    expect(waiting({ ...fresh, state: 'COMPLETED' }, AROUND)).toEqual([])
  })

  it('is my signature, and not the other one’s', () => {
    const unsigned = { state: 'PROPOSED', mentorSignedAt: null, menteeSignedAt: 'then' }
    expect(waiting({ ...QUIET, agreements: list(unsigned) }, AROUND)).toEqual(['SIGN'])
    expect(waiting({ ...QUIET, agreements: list(unsigned) }, { ...AROUND, isMentor: false })).toEqual([])
  })

  it('is what the other one offers, and not what I do', () => {
    const offered = (id: string): Seen => ({ ...QUIET, meetingProposals: list({ state: 'OPEN', proposer: { id } }) })
    expect(waiting(offered('other'), AROUND)).toEqual(['OFFER'])
    expect(waiting(offered('me'), AROUND)).toEqual([])
  })

  it('is a check-in that is open, feedback at the end, and what I am asked', () => {
    const open = { state: 'OPEN', mine: null }
    expect(waiting({ ...QUIET, checkIns: list(open) }, AROUND)).toEqual(['CHECK_IN'])
    expect(waiting({ ...QUIET, checkIns: list({ ...open, mine: {} }) }, AROUND)).toEqual([])
    const closing: Seen = { ...QUIET, state: 'CLOSING', feedback: { canGive: true, mine: null } }
    expect(waiting(closing, { ...AROUND, isAskedNext: true, isAskedOutcome: true })).toEqual(['NEXT', 'FEEDBACK', 'OUTCOME'])
  })
})

describe('a meeting', () => {
  it('is ahead until it is over, and its door opens half an hour before', () => {
    const soon = meeting('2026-12-01T12:30:00Z')
    expect([isAhead(soon, NOW), isDoorOpen(soon, NOW), isDoorOpen(soon, NOW - 1)]).toEqual([true, true, false])
    expect(isAhead(meeting('2026-12-01T11:00:00Z'), NOW)).toBe(false)
    expect(isAhead(meeting('2026-12-02T12:00:00Z', 'CANCELLED'), NOW)).toBe(false)
  })

  it('can be said to have been missed for a week, from a quarter of an hour on', () => {
    const at = (startsAt: string, state?: string): boolean => isReportable(meeting(startsAt, state), NOW)
    expect([at('2026-12-01T11:45:00Z'), at('2026-12-01T11:46:00Z'), at('2026-11-20T12:00:00Z')]).toEqual([true, false, false])
    expect([at('2026-12-01T11:00:00Z', 'HELD'), at('2026-12-01T11:00:00Z', 'LAPSED')]).toEqual([false, true])
  })
})

describe('the road', () => {
  it('has three marks, and none for what ended before', () => {
    expect((['TRIAL', 'PAUSED', 'CLOSING', 'RENEWED', 'ENDED_EARLY'] as const).map(markOf)).toEqual([
      'UNDER_WAY',
      'UNDER_WAY',
      'CLOSING',
      'DONE',
      undefined,
    ])
  })

  it('is where its meetings, check-ins and proposals belong', () => {
    expect(homeOf({ __typename: 'MeetingProposal', mentorshipId: 'm' })).toEqual(['m', 'meetings'])
    expect(homeOf({ __typename: 'CheckIn', mentorshipId: 'm' })).toEqual(['m', ''])
    expect(homeOf({ __typename: 'MentorshipProposal', mentorship: null })).toBeUndefined()
    expect(homeOf({ __typename: 'Poll' })).toBeUndefined()
    expect([partPath('a/b', ''), partPath('m', 'goals')]).toEqual(['/mentorships/a%2Fb', '/mentorships/m/goals'])
  })
})
