import type { JSX } from 'preact'

import { CircleFeed } from '../api/gen/documents'
import type { CircleFeedQuery } from '../api/gen/types'
import { Pending } from '../ui/parts'
import { when } from '../ui/when'
import { useMore, useWords } from '../words'
import { circleFeedWords } from '../words/circle-feed'
import { useCirclePart } from './circle'
import { seatName } from './seat-name'

type Item = Extract<CircleFeedQuery['node'], { __typename: 'Circle' }>['feed']['edges'][number]['node']

/** What happened in a circle, a line each. */
export default function Feed(): JSX.Element {
  const words = useMore(circleFeedWords)
  const { data, failure, again } = useCirclePart(CircleFeed)
  if (data?.node?.__typename !== 'Circle') return <Pending failure={failure} retry={again} />
  return (
    <ol class="stack tight" aria-label={words.label}>
      {data.node.feed.edges.map(({ node }) => (
        <Happened key={node.itemId + node.kind} item={node} />
      ))}
    </ol>
  )
}

function Happened({ item }: { item: Item }): JSX.Element {
  const words = useMore(circleFeedWords)
  const all = useWords()
  const { resource } = item
  return (
    <li>
      <span class="chip">{words.items[item.kind]}</span>{' '}
      {resource !== null ? (
        <a href={resource.url} rel="noreferrer noopener">
          {resource.title}
        </a>
      ) : (
        (item.thread?.title ?? item.meeting?.title ?? '')
      )}{' '}
      <span class="soft small">
        {item.seat === null ? '' : `${seatName(item.seat, all)}, `}
        {when(item.at, all.language)}
      </span>
    </li>
  )
}
