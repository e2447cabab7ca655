import { Anchor } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link } from 'react-router';
import classes from './call.module.css';

export function BackLink() {
  return (
    <Anchor component={Link} to="/calls" size="sm" className={classes.back}>
      <IconArrowLeft size={15} aria-hidden /> Calls
    </Anchor>
  );
}
