/** Where a notification leads, and quiet hours as a clock shows them. */

import type { NotificationSubjectKind } from '../api/gen/types'

const PLACES: Readonly<Partial<Record<NotificationSubjectKind, string>>> = {
  CASE: '/settings',
  CIRCLE_MEETING: '/circles',
  CIRCLE_THREAD: '/circles',
  INTRODUCTION: '/introductions',
  KUDOS: '/kudos',
  MENTORSHIP: '/mentorships',
  REQUEST: '/requests',
  WAITING_PLACE: '/waiting',
}
const THINGS: Readonly<Partial<Record<NotificationSubjectKind, string>>> = {
  CHECK_IN: '/mentorships',
  CIRCLE: '/circles',
  GATHERING: '/gatherings',
  MEETING: '/mentorships',
  MEETING_PROPOSAL: '/mentorships',
  MENTORSHIP: '/mentorships',
  MENTORSHIP_PROPOSAL: '/mentorships',
  SESSION: '/rooms',
  SMALL_ASK: '/small-asks',
  WEBINAR: '/webinars',
}

/** A page of the subject itself where there is one, else of its kind; nothing where there is neither. */
export function placeOf(kind: NotificationSubjectKind, id: string | null): string | undefined {
  const thing = THINGS[kind]
  return thing !== undefined && id !== null ? `${thing}/${encodeURIComponent(id)}` : PLACES[kind]
}

const HOUR_MINUTES = 60

/** Minutes since midnight as a time field has them; 1440 is midnight. */
export function asClock(minute: number): string {
  const two = (part: number): string => String(part).padStart(2, '0')
  return `${two(Math.floor(minute / HOUR_MINUTES) % 24)}:${two(minute % HOUR_MINUTES)}`
}

export function asMinute(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * HOUR_MINUTES + minutes
}
