import type { JSX } from 'preact'
import { Link } from 'wouter-preact'

import { useWords } from '../words'

/** The way from where something happened to thanking somebody for it. */
export function KudosLink({ aboutId }: { aboutId: string }): JSX.Element {
  const { giveKudos } = useWords()
  return (
    <p class="small">
      <Link href={`/kudos?about=${encodeURIComponent(aboutId)}`}>{giveKudos}</Link>
    </p>
  )
}
