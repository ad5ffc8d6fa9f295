/** Wall clocks: an instant as it reads in somebody's zone, and the instant that a wall clock shows. Pure. */

const MINUTE_MS = 60_000

/** An instant as a `datetime-local` field has it: `2026-12-01T18:00` on the wall clock of a zone. */
export function wallOf(instant: string, zone: string): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(instant))
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((each) => each.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`
}

/** How far a zone's wall clock is ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, zone: string): number {
  const floored = Math.floor(instant / MINUTE_MS) * MINUTE_MS
  return Date.parse(`${wallOf(new Date(floored).toISOString(), zone)}Z`) - floored
}

/**
 * The instant at which a zone's wall clock shows this; undefined for what is no time. Of an hour that comes twice the
 * first, and where an hour is left out as much later as the clock jumps.
 */
export function instantOf(wall: string, zone: string): string | undefined {
  const naive = Date.parse(`${wall}Z`)
  if (Number.isNaN(naive)) return undefined
  const before = offsetAt(naive - 24 * 60 * MINUTE_MS, zone)
  const after = offsetAt(naive + 24 * 60 * MINUTE_MS, zone)
  const fits = [naive - before, naive - after].filter((instant) => instant + offsetAt(instant, zone) === naive)
  return new Date(fits.length > 0 ? Math.min(...fits) : naive - before).toISOString()
}

/** One instant in one way of writing, so that two that are the same are equal. */
export function instant(at: string): string {
  return new Date(at).toISOString()
}

/** The day, with its weekday. */
export function dayIn(at: string, zone: string, language: string): string {
  const format = new Intl.DateTimeFormat(language, { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long' })
  return format.format(new Date(at))
}

/** From when to when, on the wall clock of a zone. */
export function spanIn(at: string, minutes: number, zone: string, language: string): string {
  const format = new Intl.DateTimeFormat(language, { timeZone: zone, timeStyle: 'short' })
  return format.formatRange(new Date(at), new Date(Date.parse(at) + minutes * MINUTE_MS))
}

/** The other one's clock at an instant, with the weekday where it is another day; undefined where both read the same. */
export function otherClock(at: string, mine: string, theirs: string, language: string): string | undefined {
  const [here, there] = [wallOf(at, mine), wallOf(at, theirs)]
  if (here === there) return undefined
  const isSameDay = here.slice(0, 10) === there.slice(0, 10)
  const format = new Intl.DateTimeFormat(language, {
    timeZone: theirs,
    hour: 'numeric',
    minute: '2-digit',
    ...(isSameDay ? {} : { weekday: 'short' }),
  })
  return format.format(new Date(at))
}
