/** What waits for somebody in a mentorship, and how far it is along its road. Pure: what was answered in, words out. */

import type { MentorshipState, OneMentorshipQuery } from '../api/gen/types'

export type Part = '' | 'meetings' | 'goals' | 'agreement' | 'notes' | 'road'

export function partPath(id: string, part: Part): string {
  return `/mentorships/${encodeURIComponent(id)}${part === '' ? '' : `/${part}`}`
}

export type Wait = 'CHECK_IN' | 'SIGN' | 'DRAFT' | 'OFFER' | 'NEXT' | 'FEEDBACK' | 'OUTCOME' | 'MEET' | 'GOAL'

/** Where each is seen to. */
export const SEEN_TO: Readonly<Record<Wait, Part>> = {
  CHECK_IN: '',
  SIGN: 'agreement',
  DRAFT: 'agreement',
  OFFER: 'meetings',
  NEXT: 'road',
  FEEDBACK: 'road',
  OUTCOME: 'road',
  MEET: 'meetings',
  GOAL: 'goals',
}

interface List<Node> {
  readonly edges: readonly { readonly node: Node }[]
}

/** As much of a mentorship as it takes to see what waits. */
export interface Seen {
  readonly state: MentorshipState
  readonly agreements: List<{
    readonly state: string
    readonly mentorSignedAt: string | null
    readonly menteeSignedAt: string | null
  }>
  readonly goals: List<unknown>
  readonly checkIns: List<{ readonly state: string; readonly mine: object | null }>
  readonly meetings: List<{ readonly state: string; readonly startsAt: string; readonly minutes: number }>
  readonly meetingProposals: List<{ readonly state: string; readonly proposer: { readonly id: string } | null }>
  readonly feedback: { readonly canGive: boolean; readonly mine: object | null }
}

export interface Around {
  readonly myId: string
  readonly isMentor: boolean
  /** Whether a next version waits for my answer, and whether questions about the outcome do. */
  readonly isAskedNext: boolean
  readonly isAskedOutcome: boolean
  readonly now: number
}

const UNDER_WAY: readonly MentorshipState[] = ['TRIAL', 'ACTIVE']

function nodes<Node>(list: List<Node>): Node[] {
  return list.edges.map(({ node }) => node)
}

/** What waits for me, the most pressing first. */
export function waiting(seen: Seen, around: Around): Wait[] {
  const isUnderWay = UNDER_WAY.includes(seen.state)
  const newest = nodes(seen.agreements)[0]
  const isMySignMissing = (around.isMentor ? newest?.mentorSignedAt : newest?.menteeSignedAt) === null
  const offers = nodes(seen.meetingProposals).filter((each) => each.state === 'OPEN')
  const isToCome = nodes(seen.meetings).some((each) => isAhead(each, around.now))
  const found: readonly (readonly [Wait, boolean])[] = [
    ['OFFER', offers.some((each) => each.proposer?.id !== around.myId)],
    ['NEXT', around.isAskedNext],
    ['CHECK_IN', nodes(seen.checkIns).some((each) => each.state === 'OPEN' && each.mine === null)],
    ['SIGN', newest?.state === 'PROPOSED' && isMySignMissing],
    ['FEEDBACK', seen.feedback.canGive && seen.feedback.mine === null && !isUnderWay],
    ['OUTCOME', around.isAskedOutcome],
    ['DRAFT', isUnderWay && newest === undefined],
    ['MEET', isUnderWay && !isToCome && offers.length === 0],
    ['GOAL', isUnderWay && seen.goals.edges.length === 0],
  ]
  return found.flatMap(([wait, holds]) => (holds ? [wait] : []))
}

const MINUTE_MS = 60_000

interface Timed {
  readonly state: string
  readonly startsAt: string
  readonly minutes: number
}

/** Whether a meeting is agreed on and not over. */
export function isAhead(meeting: Timed, now: number): boolean {
  return meeting.state === 'SCHEDULED' && endOf(meeting) > now
}

function endOf(meeting: Timed): number {
  return Date.parse(meeting.startsAt) + meeting.minutes * MINUTE_MS
}

const DOOR_OPENS_MINUTES = 30
const GRACE_MINUTES = 15
const REPORT_DAYS = 7

/** Whether its room can be gone to: from half an hour before it to its end, as the server has it. */
export function isDoorOpen(meeting: Timed, now: number): boolean {
  return isAhead(meeting, now) && Date.parse(meeting.startsAt) - DOOR_OPENS_MINUTES * MINUTE_MS <= now
}

/** Whether it can be said now that the other one did not come. */
export function isReportable(meeting: Timed, now: number): boolean {
  const since = now - Date.parse(meeting.startsAt)
  const isKnown = meeting.state === 'CANCELLED' || meeting.state === 'HELD'
  return !isKnown && since >= GRACE_MINUTES * MINUTE_MS && since <= REPORT_DAYS * 24 * 60 * MINUTE_MS
}

export type Mark = 'UNDER_WAY' | 'CLOSING' | 'DONE'

/** How far along a mentorship is; undefined where it ended before its end. */
export function markOf(state: MentorshipState): Mark | undefined {
  if (state === 'CLOSING') return 'CLOSING'
  if (state === 'COMPLETED' || state === 'RENEWED' || state === 'TRANSFERRED') return 'DONE'
  return state === 'ENDED_EARLY' ? undefined : 'UNDER_WAY'
}

/** The mentorship that something else belongs to, and the part of its page that shows it. */
export function homeOf(node: OneMentorshipQuery['node'] | undefined): readonly [string, Part] | undefined {
  switch (node?.__typename) {
    case 'MentorshipMeeting':
    case 'MeetingProposal':
      return [node.mentorshipId, 'meetings']
    case 'CheckIn':
      return [node.mentorshipId, '']
    case 'MentorshipProposal':
      return node.mentorship === null ? undefined : [node.mentorship.id, 'road']
    default:
      return undefined
  }
}
