/** What people do for each other outside of mentorships, a look at each. */

import type { ComponentChildren, JSX } from 'preact'
import { Link } from 'wouter-preact'

import { Community } from '../api/gen/documents'
import type { CommunityQuery } from '../api/gen/types'
import { CommunityTabs } from '../community/tabs'
import { useMine } from '../community/use-mine'
import { Cards } from '../gatherings/cards'
import { Pending, Title } from '../ui/parts'
import { Somebody } from '../ui/somebody'
import { useMore } from '../words'
import { communityWords } from '../words/community'

export default function CommunityPage(): JSX.Element {
  const words = useMore(communityWords)
  const { data, failure, again } = useMine(Community, {})
  return (
    <div class="stack">
      <Title>{words.title}</Title>
      <CommunityTabs />
      <p>{words.lead}</p>
      {data === undefined ? (
        <Pending failure={failure} retry={again} />
      ) : (
        <>
          <Gatherings data={data} />
          <div class="halves">
            <SmallAsks data={data} />
            <div class="stack">
              <Introductions data={data} />
              <Kudos data={data} />
            </div>
          </div>
        </>
      )}
    </div>
  )
}

interface Props {
  readonly data: CommunityQuery
}

function Gatherings({ data }: Props): JSX.Element {
  const words = useMore(communityWords)
  const gatherings = data.gatherings.edges.map(({ node }) => node)
  return (
    <section class="stack" aria-label={words.gatherings}>
      <div class="row spread">
        <h2>{words.gatherings}</h2>
        <All href="/gatherings" />
      </div>
      {gatherings.length === 0 ? <p class="soft">{words.noGatherings}</p> : <Cards gatherings={gatherings} />}
    </section>
  )
}

function SmallAsks({ data }: Props): JSX.Element {
  const words = useMore(communityWords)
  return (
    <Look href="/small-asks" label={words.smallAsks} none={words.noSmallAsks}>
      {data.smallAsks.edges.map(({ node }) => (
        <li key={node.id}>
          <Link href={`/small-asks/${encodeURIComponent(node.id)}`}>{node.text}</Link>{' '}
          <span class="small soft">
            <Somebody person={node.asker} />
          </span>
        </li>
      ))}
    </Look>
  )
}

function Introductions({ data }: Props): JSX.Element {
  const words = useMore(communityWords)
  const waiting = data.myIntroductions.edges
    .map(({ node }) => node)
    .filter(({ part, state, myAnswer }) => part === 'SIDE' && state === 'OFFERED' && myAnswer === null)
  return (
    <Look href="/introductions" label={words.introductions} none={words.noIntroductions}>
      {waiting.map(({ id, introducer }) => (
        <li key={id}>
          <Somebody person={introducer} /> {words.wants}
        </li>
      ))}
    </Look>
  )
}

function Kudos({ data }: Props): JSX.Element {
  const words = useMore(communityWords)
  return (
    <Look href="/kudos" label={words.kudos} none={words.noKudos}>
      {data.myKudos.edges.map(({ node }) => (
        <li key={node.id} class="stack tight">
          <blockquote>{node.words}</blockquote>
          <p class="small">
            {words.from} <Somebody person={node.giver} />
          </p>
        </li>
      ))}
    </Look>
  )
}

type Place = keyof (typeof communityWords)['en']['places']

interface LookProps {
  readonly href: Place
  readonly label: string
  readonly none: string
  readonly children: readonly ComponentChildren[]
}

function Look({ href, label, none, children }: LookProps): JSX.Element {
  return (
    <section class="card" aria-label={label}>
      <h2>{label}</h2>
      {children.length === 0 ? <p class="soft">{none}</p> : <ul class="stack">{children}</ul>}
      <p class="small">
        <All href={href} />
      </p>
    </section>
  )
}

function All({ href }: { href: Place }): JSX.Element {
  const words = useMore(communityWords)
  return <Link href={href}>{words.all(words.places[href])}</Link>
}
