/** A stretch of days as people count them. Pure. */

interface Span {
  readonly from: number
  readonly to: number
}

/** Whole days, at least one; the earliest is rounded down and the latest up, so that no more is promised than is known. */
export function wholeDays(earliest: number, latest: number): Span {
  const from = Math.max(1, Math.floor(earliest))
  return { from, to: Math.max(from, Math.ceil(latest)) }
}
