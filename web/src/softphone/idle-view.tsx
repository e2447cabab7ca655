import type { EndedCall } from '../phone/call-state.ts';
import { DialForm } from './dial-form.tsx';
import { EndedView } from './ended-view.tsx';
import { FirstTest } from './first-test.tsx';
import { RecentCalls } from './recent-calls.tsx';

/** Nobody is on the line: whom to call. */
export function IdleView({ ended }: { ended: { id: string; call: EndedCall } | null }) {
  return (
    <>
      {ended ? <EndedView id={ended.id} call={ended.call} /> : <FirstTest />}
      <DialForm />
      <RecentCalls />
    </>
  );
}
