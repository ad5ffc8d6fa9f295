import type { JSX } from 'preact'
import { Link, useLocation } from 'wouter-preact'

interface TabsProps {
  readonly label: string
  /** Addresses and what stands on them. */
  readonly places: Readonly<Record<string, string>>
}

/** Ways to one and the same thing. */
export function Tabs({ label, places }: TabsProps): JSX.Element {
  const [path] = useLocation()
  return (
    <nav class="tabs" aria-label={label}>
      <ul>
        {Object.entries(places).map(([href, name]) => (
          <li key={href}>
            <Link href={href} aria-current={path === href ? 'page' : undefined}>
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
