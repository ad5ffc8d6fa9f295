/** One gathering: what it is, whether one comes, who comes, and what its host does. */

import type { JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { useEffect } from 'preact/hooks'
import { Link, useParams } from 'wouter-preact'

import { GatheringPage as GatheringAsked } from '../api/gen/documents'
import type { OneGatheringFragment } from '../api/gen/types'
import { useMine } from '../community/use-mine'
import { Asked } from '../gatherings/asked'
import { At } from '../gatherings/at'
import { CheckIn, Coming } from '../gatherings/coming'
import { Guests } from '../gatherings/guests'
import { KudosLink } from '../kudos/link'
import { useNow } from '../mentorship/tie'
import { LineNote } from '../rooms/live'
import { Safety } from '../safety/safety'
import { Loading, Pending, Title } from '../ui/parts'
import { Somebody } from '../ui/somebody'
import { useMore, useWords } from '../words'
import { gatheringWords } from '../words/gatherings'

const Hosting = lazy(() => import('../gatherings/hosting'))

/** How often a host's page looks for who came, and for another code: that is told to nobody's topic. */
const LOOK_MS = 15_000
/** When the field for the code is worth its room; when it is taken is the server's to say. */
const DOOR_SHOWN_MS = 60 * 60_000

export default function GatheringPage(): JSX.Element {
  const { notFound } = useWords()
  const id = decodeURIComponent(useParams<{ id: string }>().id)
  const { data, failure, again } = useMine(GatheringAsked, { id })
  const gathering = data?.node?.__typename === 'Gathering' ? data.node : undefined
  const isWatched = gathering?.isMine === true && gathering.checkInCode !== null
  useEffect(() => {
    if (!isWatched) return undefined
    const looking = setInterval(again, LOOK_MS)
    return () => {
      clearInterval(looking)
    }
  }, [isWatched, again])
  if (data === undefined) return <Pending failure={failure} retry={again} />
  if (gathering === undefined) return <Title>{notFound}</Title>
  return <Inside gathering={gathering} />
}

function Inside({ gathering }: { gathering: OneGatheringFragment }): JSX.Element {
  const words = useMore(gatheringWords)
  const { state, isMine, myAnswer } = gathering
  const isAhead = state === 'ANNOUNCED' || state === 'UNDER_WAY'
  const mayThank = (isMine || myAnswer?.cameAt != null) && (state === 'UNDER_WAY' || state === 'OVER')
  const isNear = Date.parse(gathering.startsAt) - useNow() < DOOR_SHOWN_MS
  return (
    <div class="stack">
      <p class="small">
        <Link href="/gatherings">{words.all}</Link>
      </p>
      <Title>{gathering.title}</Title>
      <LineNote />
      {gathering.isOfferedToMe && <Asked gathering={gathering} />}
      <div class="halves">
        <About gathering={gathering} />
        <div class="stack">
          {!isMine && isAhead && <Coming gathering={gathering} />}
          {!isMine && isAhead && isNear && myAnswer?.cameAt == null && <CheckIn gathering={gathering} />}
          {myAnswer?.cameAt != null && <p class="note">{words.wereThere}</p>}
          {mayThank && <KudosLink aboutId={gathering.id} />}
          <Guests gathering={gathering} />
        </div>
      </div>
      {isMine && (
        <Suspense fallback={<Loading />}>
          <Hosting gathering={gathering} />
        </Suspense>
      )}
    </div>
  )
}

function About({ gathering }: { gathering: OneGatheringFragment }): JSX.Element {
  const words = useMore(gatheringWords)
  const { language } = useWords()
  const { host, circle, interests, state } = gathering
  return (
    <section class="card" aria-label={gathering.title}>
      <p class="large">
        <At gathering={gathering} />
      </p>
      <p>{gathering.isOnline ? words.online : whereabouts(gathering, language)}</p>
      <Meet gathering={gathering} />
      {gathering.about !== '' && <p class="lines">{gathering.about}</p>}
      <ul class="chips">
        {state !== 'ANNOUNCED' && <li class="chip warm">{words.states[state]}</li>}
        {interests.map((each) => (
          <li key={each} class="chip">
            {each}
          </li>
        ))}
      </ul>
      {circle !== null && (
        <p class="small">
          {words.forCircle} <Link href={`/circles/${encodeURIComponent(circle.id)}`}>{circle.name}</Link>
        </p>
      )}
      {!gathering.isMine && (
        <>
          <p>
            {words.hostedBy} <Somebody person={host} />
          </p>
          <Safety subjectId={gathering.id} profileId={host?.id ?? null} name={gathering.title} />
        </>
      )}
    </section>
  )
}

function Meet({ gathering }: { gathering: OneGatheringFragment }): JSX.Element | null {
  const words = useMore(gatheringWords)
  if (gathering.link !== null) {
    return (
      <p>
        {words.meetAt}: <a href={gathering.link}>{new URL(gathering.link).hostname}</a>
      </p>
    )
  }
  return gathering.isOnline ? <p class="small soft">{words.linkLater}</p> : null
}

interface Whereabouts {
  readonly place: string
  readonly city: string
  readonly country: string
}

function whereabouts({ place, city, country }: Whereabouts, language: string): string {
  const countries = new Intl.DisplayNames([language], { type: 'region' })
  return [place, city, country === '' ? '' : countries.of(country)].filter(Boolean).join(', ')
}
