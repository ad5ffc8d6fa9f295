/** Introductions: those that are for the viewer, those they offered, and the way to offer one. */

import type { JSX } from 'preact'
import { lazy } from 'preact/compat'
import { useState } from 'preact/hooks'
import { useSearch } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { MyIntroductions, PersonToIntroduce } from '../api/gen/documents'
import type { IntroductionCardFragment } from '../api/gen/types'
import { CommunityTabs } from '../community/tabs'
import { useMine } from '../community/use-mine'
import { IntroductionCard } from '../introductions/card'
import { LineNote } from '../rooms/live'
import { Empty, Loading, Pending, Title } from '../ui/parts'
import { Unfold } from '../ui/unfold'
import { ViewerContext } from '../viewer'
import { useMore } from '../words'
import { introductionWords } from '../words/introductions'

const Offer = lazy(() => import('../introductions/offer'))

export default function IntroductionsPage(): JSX.Element {
  const words = useMore(introductionWords)
  const { me } = ViewerContext.use()
  const [news, setNews] = useState(0)
  return (
    <div class="stack">
      <Title>{words.title}</Title>
      <CommunityTabs />
      <LineNote />
      <p>{words.lead}</p>
      {me !== null && (
        <OfferOne
          offered={() => {
            setNews(news + 1)
          }}
        />
      )}
      <Mine key={news} />
    </div>
  )
}

/** Open at once for who comes from a person's page, with that person in it. */
function OfferOne({ offered }: { offered: () => void }): JSX.Element {
  const words = useMore(introductionWords)
  const id = new URLSearchParams(useSearch()).get('one')
  const { data, failure } = useAnswer(PersonToIntroduce, { id: id ?? '' }, { pause: id === null })
  const isKnown = id === null || data !== undefined || failure !== undefined
  return (
    <Unfold label={words.offer} isOpen={id !== null}>
      {isKnown ? <Offer known={data?.profile ?? undefined} offered={offered} /> : <Loading />}
    </Unfold>
  )
}

function Mine(): JSX.Element {
  const words = useMore(introductionWords)
  const { data, failure, again } = useMine(MyIntroductions, {})
  if (data === undefined) return <Pending failure={failure} retry={again} />
  const all = data.myIntroductions.edges.map(({ node }) => node)
  if (all.length === 0) return <Empty>{words.none}</Empty>
  return (
    <>
      <Some label={words.forMe} introductions={all.filter(({ part }) => part === 'SIDE')} />
      <Some label={words.byMe} introductions={all.filter(({ part }) => part === 'INTRODUCER')} />
    </>
  )
}

interface SomeProps {
  readonly label: string
  readonly introductions: readonly IntroductionCardFragment[]
}

function Some({ label, introductions }: SomeProps): JSX.Element | null {
  if (introductions.length === 0) return null
  return (
    <section class="stack" aria-label={label}>
      <h2>{label}</h2>
      <div class="cards">
        {introductions.map((each) => (
          <IntroductionCard key={each.id} introduction={each} />
        ))}
      </div>
    </section>
  )
}
