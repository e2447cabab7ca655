import classes from './message.module.css';
import type { MessageRow } from './model/rows.ts';
import { parseSdp } from './sip/sdp.ts';
import { type SdpSection, sdpTable } from './sip/sdp-table.ts';
import { parseSip } from './sip/sip-text.ts';

/** The session description as a table, m-line by m-line. */
export function SdpView({ row }: { row: MessageRow }) {
  const sdp = parseSdp(parseSip(row.message.raw).body);
  if (!sdp) return <p className={classes.hint}>{row.label} carries no session description.</p>;
  return sdpTable(sdp).map((section) => <Section key={section.title} section={section} />);
}

function Section({ section: { title, facts, codecs, others } }: { section: SdpSection }) {
  return (
    <article className={classes.sdp} aria-label={`Media ${title}`}>
      <h3>{title}</h3>
      <table>
        <caption className="only-for-readers">Codecs, the preferred one first</caption>
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">Codec</th>
            <th scope="col">Rate</th>
            <th scope="col">Parameters</th>
          </tr>
        </thead>
        <tbody>
          {codecs.map(({ payloadType, name, clockRate, channels, parameters }) => (
            <tr key={payloadType}>
              <td>{payloadType}</td>
              <td>{name}</td>
              <td>{[clockRate, channels].filter(Boolean).join(' × ')}</td>
              <td>{parameters}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl>
        {facts.map(({ name, value }) => (
          <div key={`${name} ${value}`}>
            <dt>{name}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
      {others.length > 0 && <pre className={`${classes.others} mono`}>{others.join('\n')}</pre>}
    </article>
  );
}
