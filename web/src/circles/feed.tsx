import type { JSX } from 'preact'

import { CircleFeed } from '../api/gen/documents'
import type { CircleFeedQuery } from '../api/gen/types'
import { when } from '../ui/when'
import { useMore, useWords } from '../words'
import { circleWords } from '../words/circles'
import { useCirclePart } from './circle'
import { seatName } from './seat-name'

type Item = Extract<CircleFeedQuery['node'], { __typename: 'Circle' }>['feed']['edges'][number]['node']

/** What happened in a circle, a line each. */
export function Feed(): JSX.Element | null {
  const words = useMore(circleWords)
  const { data } = useCirclePart(CircleFeed)
  if (data?.node?.__typename !== 'Circle' || data.node.feed.edges.length === 0) return null
  return (
    <section class="card" aria-label={words.feed}>
      <h2>{words.feed}</h2>
      <ol class="stack tight">
        {data.node.feed.edges.map(({ node }) => (
          <Happened key={node.itemId + node.kind} item={node} />
        ))}
      </ol>
    </section>
  )
}

function Happened({ item }: { item: Item }): JSX.Element {
  const words = useMore(circleWords)
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
