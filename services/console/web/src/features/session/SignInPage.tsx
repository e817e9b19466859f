/** The way in: the link that `ingestio up` prints, or a token. */
import css from './SignInPage.module.css';
import { SignInForm } from './SignInForm';

const linkFailed = () => new URLSearchParams(window.location.search).get('sign-in') === 'failed';

export function SignInPage() {
  return (
    <main className={css.page}>
      <div className={css.card}>
        <img src="/icon.svg" alt="" width={44} height={44} />
        <h1>Sign in to IngestIO</h1>
        {linkFailed() && (
          <p className={css.failed} role="alert">
            This link was used already, or is too old. Print a new one with <code>ingestio sign-in</code>, or use a token.
          </p>
        )}
        <p className="quiet">
          Open the link that <code>ingestio up</code> printed when it started. Or paste a token; it becomes a session of this browser and is stored
          nowhere.
        </p>
        <SignInForm />
      </div>
    </main>
  );
}
