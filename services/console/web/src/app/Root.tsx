/** Who is signed in sees the console, everybody else the sign-in page. */
import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { SessionEnded } from '@/features/session/SessionEnded';
import { SignInPage } from '@/features/session/SignInPage';
import { sessionQuery } from '@/shared/session';
import { Problem } from '@/shared/api/problem';
import { Failed } from '@/shared/ui/states';
import { useUpdateNotice } from './outdated';
import { LiveProvider } from './LiveProvider';
import { Shell } from './Shell';
import { Shortcuts } from './Shortcuts';

export function Root() {
  useUpdateNotice();
  const session = useQuery(sessionQuery);
  const out = session.error instanceof Problem && session.error.status === 401;
  if (session.data === undefined) {
    if (out) return <SignInPage />;
    return session.isError ? <Failed error={session.error} onRetry={() => session.refetch()} /> : null;
  }
  return (
    <LiveProvider>
      <Shell user={session.data}>
        <Outlet />
      </Shell>
      <Shortcuts />
      {out && <SessionEnded />}
    </LiveProvider>
  );
}
