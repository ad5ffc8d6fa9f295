import type { JSX } from 'preact'
import { Link } from 'wouter-preact'

import type { GatheringCardFragment } from '../api/gen/types'
import { useMore } from '../words'
import { gatheringWords } from '../words/gatherings'
import { At } from './at'

export function gatheringPath(id: string): string {
  return `/gatherings/${encodeURIComponent(id)}`
}

export function Cards({ gatherings }: { gatherings: readonly GatheringCardFragment[] }): JSX.Element {
  return (
    <div class="cards">
      {gatherings.map((gathering) => (
        <Card key={gathering.id} gathering={gathering} />
      ))}
    </div>
  )
}

function Card({ gathering }: { gathering: GatheringCardFragment }): JSX.Element {
  const words = useMore(gatheringWords)
  const { title, state, isOnline, place, city, going, cap, myAnswer } = gathering
  return (
    <article class="card" aria-label={title}>
      <h3>
        <Link href={gatheringPath(gathering.id)}>{title}</Link>
      </h3>
      <p>
        <At gathering={gathering} />
      </p>
      <p class="small soft">{isOnline ? words.online : [place, city].filter(Boolean).join(', ')}</p>
      <ul class="chips">
        {state !== 'ANNOUNCED' && <li class="chip warm">{words.states[state]}</li>}
        {gathering.isMine && <li class="chip">{words.youHost}</li>}
        {gathering.isOfferedToMe && <li class="chip warm">{words.asked}</li>}
        {!gathering.isMine && myAnswer !== null && <li class="chip">{words.chips[myAnswer.state]}</li>}
        <li class="chip">{words.going(going, cap)}</li>
      </ul>
    </article>
  )
}
