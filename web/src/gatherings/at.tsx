import type { JSX } from 'preact'

import { dayIn, otherClock, spanIn } from '../mentorship/zones'
import { ViewerContext } from '../viewer'
import { useMore, useWords } from '../words'
import { gatheringWords } from '../words/gatherings'

const MINUTE_MS = 60_000

interface AtProps {
  readonly gathering: {
    readonly startsAt: string
    readonly endsAt: string
    readonly timeZone: string
    readonly isOnline: boolean
  }
}

/** When it is: by the clock of the place, with the viewer's beside it; online by the viewer's own. */
export function At({ gathering }: AtProps): JSX.Element {
  const words = useMore(gatheringWords)
  const { language } = useWords()
  const { me } = ViewerContext.use()
  const { startsAt, endsAt, isOnline } = gathering
  const mine = me?.profile.timeZone ?? gathering.timeZone
  const zone = isOnline ? mine : gathering.timeZone
  const beside = otherClock(startsAt, zone, mine, language)
  const minutes = (Date.parse(endsAt) - Date.parse(startsAt)) / MINUTE_MS
  return (
    <span class="moment">
      <time dateTime={startsAt}>
        {dayIn(startsAt, zone, language)}, {spanIn(startsAt, minutes, zone, language)}
      </time>
      {beside !== undefined && <span class="small soft">{words.forYou(beside)}</span>}
    </span>
  )
}
