import type { Ref } from 'react';
import classes from './ladder.module.css';
import { legColor } from './leg-color.ts';
import type { Lanes } from './model/lifelines.ts';

/** Where there is no room for all of it the port goes to the next line. */
function breakable(address: string) {
  const colon = address.lastIndexOf(':') + 1;
  return (
    <>
      {address.slice(0, colon)}
      <wbr />
      {address.slice(colon)}
    </>
  );
}

/** Who stands where, over the rows. */
export function LifelineHeads({ ref, lanes }: { ref: Ref<HTMLUListElement>; lanes: Lanes }) {
  return (
    <ul ref={ref} className={classes.heads} aria-label="Endpoints">
      {lanes.lifelines.map(({ id, title, about, address, color }) => (
        <li
          key={id}
          className={classes.head}
          style={legColor(color)}
          title={[title, about, address].filter(Boolean).join(' · ')}
        >
          <strong>{title}</strong>
          <span>{about || 'B2BUA'}</span>
          <span className="mono">{address && breakable(address)}</span>
        </li>
      ))}
    </ul>
  );
}
