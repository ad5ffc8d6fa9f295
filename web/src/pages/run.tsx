import type { JSX } from 'preact'
import { Link, useParams } from 'wouter-preact'

import { Fairness } from '../desk/fairness'
import { Preview } from '../desk/preview'
import { Title } from '../ui/parts'
import { useMore } from '../words'
import { deskWords } from '../words/desk'

export default function RunPage(): JSX.Element {
  const words = useMore(deskWords)
  const runId = decodeURIComponent(useParams<{ id: string }>().id)
  return (
    <div class="stack">
      <Title>{words.preview}</Title>
      <p>
        <Link href="/desk">{words.title}</Link>
      </p>
      <Preview runId={runId} />
      <Fairness runId={runId} />
    </div>
  )
}
