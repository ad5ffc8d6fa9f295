/** Where a notification leads, and quiet hours as a clock shows them. */

import type { NotificationSubjectKind, ThingAskedQuery } from '../api/gen/types'

/** Pages that show all things of a kind. */
const PLACES: Readonly<Partial<Record<NotificationSubjectKind, string>>> = {
  CASE: '/settings',
  INTRODUCTION: '/introductions',
  KUDOS: '/kudos',
  MENTORSHIP: '/mentorships',
  REQUEST: '/requests',
  WAITING_PLACE: '/waiting',
}
/** Pages of one thing each. */
const THINGS: Readonly<Partial<Record<NotificationSubjectKind, string>>> = {
  CHECK_IN: '/mentorships',
  CIRCLE: '/circles',
  CIRCLE_MEETING: '/things',
  CIRCLE_THREAD: '/things',
  GATHERING: '/gatherings',
  MEETING: '/mentorships',
  MEETING_PROPOSAL: '/mentorships',
  MENTORSHIP: '/mentorships',
  MENTORSHIP_PROPOSAL: '/mentorships',
  QUESTION: '/things',
  SESSION: '/rooms',
  SMALL_ASK: '/small-asks',
  WEBINAR: '/webinars',
}

/** A page of the subject itself where there is one, else its place on that of its kind; nothing where there is neither. */
export function placeOf(kind: NotificationSubjectKind, id: string | null): string | undefined {
  const [thing, place] = [THINGS[kind], PLACES[kind]]
  if (id === null) return place
  if (thing !== undefined) return `${thing}/${encodeURIComponent(id)}`
  return place === undefined ? undefined : at(place, id)
}

/** Where a thing is that has no page of its own. */
export function homeOf(id: string, node: ThingAskedQuery['node'] | undefined): string | undefined {
  switch (node?.__typename) {
    case 'CircleMeeting':
      return `/circles/${encodeURIComponent(node.circleId)}/meetings/${encodeURIComponent(id)}`
    case 'CircleThread':
      return at(`/circles/${encodeURIComponent(node.circleId)}`, id)
    case 'OwnQuestion':
      return at(`/webinars/${encodeURIComponent(node.webinarId)}`, id)
    default:
      return undefined
  }
}

function at(place: string, id: string): string {
  return `${place}#${encodeURIComponent(id)}`
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
