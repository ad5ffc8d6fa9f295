import type { JSX } from 'preact'
import { Link } from 'wouter-preact'

import { useWords } from '../words'

interface SomebodyProps {
  readonly person: { readonly id: string; readonly name: string } | null
}

/** A name that leads to the person; who hides from the viewer is somebody. */
export function Somebody({ person }: SomebodyProps): JSX.Element {
  const { room } = useWords()
  if (person === null) return <span class="soft">{room.somebody}</span>
  return <Link href={`/people/${encodeURIComponent(person.id)}`}>{person.name}</Link>
}
