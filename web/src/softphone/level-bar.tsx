import { useReducedMotion } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './level-bar.module.css';

const FLUENT_MS = 80;
const CALM_MS = 600;

interface LevelBarProps {
  label: string;
  icon: ReactNode;
  /** 0 to 1; asked again and again for as long as the bar is there. */
  read: () => number;
}

/** A moving level. It goes past React: nothing else is rendered anew because somebody speaks. */
export function LevelBar({ label, icon, read }: LevelBarProps) {
  const bar = useRef<HTMLDivElement>(null);
  const calm = useReducedMotion();
  useEffect(() => {
    const show = () => {
      const percent = Math.round(read() * 100);
      bar.current?.style.setProperty('--level', `${percent}%`);
      bar.current?.setAttribute('aria-valuenow', String(percent));
    };
    const timer = window.setInterval(show, calm ? CALM_MS : FLUENT_MS);
    return () => window.clearInterval(timer);
  }, [read, calm]);
  return (
    <div className={classes.row} title={label}>
      {icon}
      {/* biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> each in their own way and colours */}
      <div
        ref={bar}
        className={classes.bar}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={0}
      />
    </div>
  );
}
