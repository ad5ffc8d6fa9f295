import type { JSX } from 'preact'

import { useMore, useWords } from '../words'
import { mentorshipWords } from '../words/mentorship'
import { useTie } from './tie'
import { dayIn, otherClock, spanIn } from './zones'

interface MomentProps {
  readonly at: string
  readonly minutes: number
}

/** A time to meet: one's own day and clock, and the other one's clock beside it where it differs. */
export function Moment({ at, minutes }: MomentProps): JSX.Element {
  const words = useMore(mentorshipWords)
  const { language } = useWords()
  const { me, other, otherName } = useTie()
  const mine = me.profile.timeZone
  const theirs = other?.timeZone == null ? undefined : otherClock(at, mine, other.timeZone, language)
  return (
    <span class="moment">
      <time dateTime={at}>
        {dayIn(at, mine, language)}, {spanIn(at, minutes, mine, language)}
      </time>
      {theirs !== undefined && <span class="small soft"> {words.forOther(theirs, otherName)}</span>}
    </span>
  )
}
