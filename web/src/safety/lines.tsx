import type { JSX } from 'preact'

import type { HelplinePartsFragment } from '../api/gen/types'

/** Where somebody listens: by telephone, or a page that says where. */
export function Lines({ lines }: { lines: readonly HelplinePartsFragment[] }): JSX.Element {
  return (
    <ul class="small stack tight">
      {lines.map((line) => (
        <li key={line.name + line.phone}>
          {line.name} {line.phone !== '' && <a href={`tel:${line.phone.replaceAll(' ', '')}`}>{line.phone}</a>} {line.hours}{' '}
          {line.url !== '' && (
            <a href={line.url} rel="noreferrer">
              {new URL(line.url).hostname}
            </a>
          )}
        </li>
      ))}
    </ul>
  )
}
