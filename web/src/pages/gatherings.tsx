/** Gatherings: the viewer's, those to come, and the way to announce one. */

import type { JSX } from 'preact'
import { lazy } from 'preact/compat'
import { useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { AnnounceGathering, Gatherings, MyGatherings } from '../api/gen/documents'
import type { GatheringCardFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { CommunityTabs } from '../community/tabs'
import { useMine } from '../community/use-mine'
import { Cards, gatheringPath } from '../gatherings/cards'
import { Empty, Field, Pending, Title } from '../ui/parts'
import { More, usePages } from '../ui/paging'
import { Unfold } from '../ui/unfold'
import { ViewerContext } from '../viewer'
import { useMore } from '../words'
import { gatheringWords } from '../words/gatherings'

const GatheringForm = lazy(() => import('../gatherings/form'))

export default function GatheringsPage(): JSX.Element {
  const words = useMore(gatheringWords)
  const { me } = ViewerContext.use()
  return (
    <div class="stack">
      <Title>{words.title}</Title>
      <CommunityTabs />
      {me !== null && (
        <>
          <Announce />
          <Mine />
        </>
      )}
      <ToCome />
    </div>
  )
}

function Announce(): JSX.Element {
  const words = useMore(gatheringWords)
  const [, go] = useLocation()
  const { act, isBusy, refused } = useAct(AnnounceGathering)
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  return (
    <Unfold label={words.announce}>
      <GatheringForm
        label={words.announce}
        button={words.announceIt}
        isBusy={isBusy}
        refused={refused}
        send={(gathering, circleId) =>
          void act({ input: { gathering, circleId, idempotencyKey } }).then((done) => {
            if (done !== undefined) go(gatheringPath(done.gathering.id))
          })
        }
      />
    </Unfold>
  )
}

function Mine(): JSX.Element | null {
  const words = useMore(gatheringWords)
  const { data } = useMine(MyGatherings, {})
  const all = (data?.myGatherings.edges ?? []).map(({ node }) => node)
  const isAhead = ({ state }: GatheringCardFragment): boolean => state === 'ANNOUNCED' || state === 'UNDER_WAY'
  // The server tells the latest first; what comes next is what one looks for.
  const ahead = all.filter(isAhead).reverse()
  const past = all.filter((each) => !isAhead(each))
  if (all.length === 0) return null
  return (
    <section class="stack" aria-label={words.mine}>
      <h2>{words.mine}</h2>
      {ahead.length > 0 && <Cards gatherings={ahead} />}
      {past.length > 0 && (
        <details>
          <summary class="small">{words.past}</summary>
          <Cards gatherings={past} />
        </details>
      )}
    </section>
  )
}

function ToCome(): JSX.Element {
  const words = useMore(gatheringWords)
  const [wishes, setWishes] = useState({ city: '', interest: '' })
  const { cursors, add, restart } = usePages()
  const change = (changed: Partial<typeof wishes>): void => {
    setWishes({ ...wishes, ...changed })
    restart()
  }
  return (
    <section class="stack" aria-label={words.toCome}>
      <h2>{words.toCome}</h2>
      <form
        role="search"
        aria-label={words.search}
        class="columns"
        onSubmit={(event) => {
          event.preventDefault()
        }}
      >
        <Field label={words.city} name="city" onInput={(city) => { change({ city }) }} />
        <Field label={words.interest} name="interest" onInput={(interest) => { change({ interest }) }} />
      </form>
      {cursors.map((after, index) => (
        <Page
          key={`${wishes.city}/${wishes.interest}/${String(after)}`}
          wishes={wishes}
          after={after}
          add={index === cursors.length - 1 ? add : undefined}
        />
      ))}
    </section>
  )
}

/** Those stand above, among the viewer's. */
function isOwn({ isMine, isOfferedToMe, myAnswer }: GatheringCardFragment): boolean {
  return isMine || isOfferedToMe || (myAnswer !== null && myAnswer.state !== 'NOT_GOING')
}

interface PageProps {
  readonly wishes: { readonly city: string; readonly interest: string }
  readonly after: string | null
  readonly add: ((cursor: string) => void) | undefined
}

function Page({ wishes, after, add }: PageProps): JSX.Element {
  const words = useMore(gatheringWords)
  const filter = { city: wishes.city.trim(), interest: wishes.interest.trim() }
  const { data, failure, again } = useAnswer(Gatherings, { filter, after })
  if (data === undefined) return <Pending failure={failure} retry={again} />
  const { edges, pageInfo } = data.gatherings
  const open = edges.map(({ node }) => node).filter((each) => !isOwn(each))
  if (open.length === 0 && after === null && !pageInfo.hasNextPage) return <Empty>{words.none}</Empty>
  return (
    <>
      <Cards gatherings={open} />
      <More pageInfo={pageInfo} add={add} />
    </>
  )
}
