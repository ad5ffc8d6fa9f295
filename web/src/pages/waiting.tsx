/** The lines of skills in which the viewer waits, and the way into one. */

import type { JSX } from 'preact'

import { WaitingLists } from '../api/gen/documents'
import { useMine } from '../community/use-mine'
import { RequestTabs } from '../requests/tabs'
import { LineNote } from '../rooms/live'
import { Empty, Pending, Title } from '../ui/parts'
import { useMore } from '../words'
import { waitingWords } from '../words/waiting'
import { Join } from '../waiting/join'
import { Place } from '../waiting/place'

export default function WaitingPage(): JSX.Element {
  const words = useMore(waitingWords)
  return (
    <div class="stack">
      <Title>{words.title}</Title>
      <RequestTabs />
      <LineNote />
      <p>{words.lead}</p>
      <Places />
    </div>
  )
}

function Places(): JSX.Element {
  const words = useMore(waitingWords)
  const { data, failure, again } = useMine(WaitingLists, {})
  if (data === undefined) return <Pending failure={failure} retry={again} />
  const places = data.waitingList.edges.map(({ node }) => node)
  return (
    <>
      {places.length === 0 ? (
        <Empty>{words.none}</Empty>
      ) : (
        <div class="cards">
          {places.map((place) => (
            <Place key={place.id} place={place} />
          ))}
        </div>
      )}
      <div class="halves">
        <section class="card" aria-label={words.join}>
          <h2>{words.join}</h2>
          <Join joined={again} />
        </section>
        <section class="card" aria-label={words.rule}>
          <h2>{words.rule}</h2>
          <p>{words.order(data.waitingListOrder.newcomerEvery, data.waitingListOrder.offerHours)}</p>
        </section>
      </div>
    </>
  )
}
