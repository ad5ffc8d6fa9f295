/** The five outcomes of a goal, and what differs between two versions of an agreement. Pure. */

import type { GoalPartsFragment, TermsFragment } from '../api/gen/types'

export const LEVELS = [-2, -1, 0, 1, 2] as const

type Outcomes = Pick<GoalPartsFragment, 'muchLess' | 'less' | 'expected' | 'more' | 'muchMore'>

/** What a level looks like, as the two worded it; empty where they did not. */
export function outcomeOf(goal: Outcomes, level: number): string {
  return [goal.muchLess, goal.less, goal.expected, goal.more, goal.muchMore][level + 2] ?? ''
}

/** A level as it is written: −2 to +2, with a true minus. */
export function signed(level: number): string {
  return level > 0 ? `+${String(level)}` : String(level).replace('-', '\u2212')
}

/** The clauses of an agreement, in the order in which they are read. */
export const CLAUSES = [
  'purpose',
  'format',
  'mentorRole',
  'menteeRole',
  'meetEveryDays',
  'meetingMinutes',
  'channel',
  'answerWithinHours',
  'confidentiality',
  'confidentialityLimit',
  'boundaries',
  'ending',
] as const satisfies readonly (keyof TermsFragment)[]

export type Clause = (typeof CLAUSES)[number]

type Worded = Pick<TermsFragment, Clause>

/** The clauses that one version puts differently than another. */
export function changes(before: Worded | undefined, after: Worded): Clause[] {
  return before === undefined ? [] : CLAUSES.filter((clause) => before[clause] !== after[clause])
}
