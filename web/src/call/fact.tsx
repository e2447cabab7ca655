import type { ReactNode } from 'react';
import classes from './call.module.css';

interface FactProps {
  name: string;
  /** Room for a long identifier. */
  wide?: boolean;
  children: ReactNode;
}

/** A name and its value; nothing at all when there is no value. */
export function Fact({ name, wide = false, children }: FactProps) {
  if (children === null || children === undefined || children === '') return null;
  return (
    <div className={wide ? classes.wide : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
