/** What people do for each other outside of mentorships, a look at each. */

import type { ComponentChildren, JSX } from 'preact'
import { Link } from 'wouter-preact'

import { Community } from '../api/gen/documents'
import { CommunityTabs } from '../community/tabs'
import { useMine } from '../community/use-mine'
import { Cards } from '../gatherings/cards'
import { Empty, Pending, Title } from '../ui/parts'
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
        <Look href="/gatherings" label={words.gatherings}>
          {data.gatherings.edges.length === 0 ? (
            <Empty>{words.noGatherings}</Empty>
          ) : (
            <Cards gatherings={data.gatherings.edges.map(({ node }) => node)} />
          )}
        </Look>
      )}
    </div>
  )
}

interface LookProps {
  readonly href: keyof (typeof communityWords)['en']['places']
  readonly label: string
  readonly children: ComponentChildren
}

function Look({ href, label, children }: LookProps): JSX.Element {
  const words = useMore(communityWords)
  return (
    <section class="stack" aria-label={label}>
      <div class="row spread">
        <h2>{label}</h2>
        <Link href={href}>{words.all(words.places[href])}</Link>
      </div>
      {children}
    </section>
  )
}
