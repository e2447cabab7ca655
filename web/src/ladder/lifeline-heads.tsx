import type { Ref } from 'react';
import classes from './ladder.module.css';
import { legColor } from './leg-color.ts';
import type { Lanes } from './model/lifelines.ts';

/** Where there is no room for all of it the port is left. */
function Address({ address }: { address: string }) {
  const colon = address.lastIndexOf(':');
  return (
    <span className="mono">
      <span className={classes.host}>{address.slice(0, colon)}</span>
      {address.slice(colon)}
    </span>
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
          <span className={classes.about}>{about || 'B2BUA'}</span>
          {address && <Address address={address} />}
        </li>
      ))}
    </ul>
  );
}
