/** What of an explanation is told first: a score has many parts, and a person reads three. */

import type { MatchSide, ReasonsFragment } from '../api/gen/types'
import { percent } from '../ui/numbers'

const TOLD = 4
const LEAST_GAIN = 0.005

type Part = ReasonsFragment['parts'][number]
type Raise = ReasonsFragment['raises'][number]

/** The parts of one seat that speak for the pair, the strongest first. */
export function strongest(parts: readonly Part[], side: MatchSide): Part[] {
  return parts
    .filter((part) => part.side === side && percent(part.share) > 0)
    .sort((one, other) => other.share - one.share)
    .slice(0, TOLD)
}

/** What would lift the score by half a point or more, each part once: the larger gain of the two seats. */
export function worthRaising(raises: readonly Raise[]): Raise[] {
  const best = new Map<string, Raise>()
  for (const raise of raises) {
    const known = best.get(raise.name)
    if (raise.gain >= LEAST_GAIN && (known === undefined || known.gain < raise.gain)) best.set(raise.name, raise)
  }
  return [...best.values()].sort((one, other) => other.gain - one.gain).slice(0, TOLD)
}
