/** The session ended while somebody was at work: the way back in lies over the page, which keeps all that was typed. */
import { Dialog } from '@/shared/ui/Dialog';
import { SignInForm } from './SignInForm';

export function SessionEnded() {
  return (
    <Dialog title="Your session has ended">
      <p>Sign in again to go on where you were. What you typed is still there.</p>
      <SignInForm />
      <p className="quiet">
        Without a token: print a link with <code>ingestio sign-in</code>, open it in another tab of this browser, and come back to this one.
      </p>
    </Dialog>
  );
}
