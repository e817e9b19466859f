/** The frame around every page: where one can go, how live it is, who one is. */
import { Link, useRouterState } from '@tanstack/react-router';
import { LogOut, Menu as MenuIcon, Plus, X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { signOut } from '@/shared/session';
import type { Identity } from '@/shared/api/client';
import { Button, buttonClass } from '@/shared/ui/Button';
import { useToasts } from '@/shared/ui/toasts';
import { Connection } from './Connection';
import { LiveStatus } from './LiveStatus';
import { Navigation } from './Navigation';
import css from './Shell.module.css';
import { ThemeSwitch } from './ThemeSwitch';

export function Shell({ user, children }: { user: Identity; children: ReactNode }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  return (
    <div className={css.shell}>
      <a className={css.skip} href="#main">
        Skip to the page
      </a>
      <header className={css.topbar}>
        <Button look="quiet" aria-label={open ? 'Close the menu' : 'Open the menu'} aria-expanded={open} icon={open ? <X /> : <MenuIcon />} onClick={() => setOpen(!open)} />
        <Brand />
        <LiveStatus />
      </header>
      <aside className={`${css.side} ${open ? css.open : ''}`}>
        <div className={css.sideHead}>
          <Brand />
        </div>
        <Link to="/batches/new" className={`${buttonClass('primary')} ${css.new}`}>
          <Plus aria-hidden /> New batch
        </Link>
        <Navigation role={user.role} />
        <div className={css.sideFoot}>
          <span className={css.desktopOnly}>
            <LiveStatus />
          </span>
          <Account user={user} />
        </div>
      </aside>
      <main id="main" tabIndex={-1} className={css.main}>
        <Connection />
        {children}
      </main>
    </div>
  );
}

function Brand() {
  return (
    <Link to="/batches" className={css.brand}>
      <img src="/icon.svg" alt="" width={22} height={22} />
      IngestIO
    </Link>
  );
}

function Account({ user }: { user: Identity }) {
  const queryClient = useQueryClient();
  const tell = useToasts();
  const leave = async () => {
    try {
      await signOut();
      queryClient.clear();
      window.location.assign('/');
    } catch (error) {
      tell.failed(error);
    }
  };
  return (
    <div className={css.account}>
      <span className={css.who}>
        <strong>{user.user}</strong>
        <span className="quiet">{user.role}</span>
      </span>
      <ThemeSwitch />
      <Button look="quiet" icon={<LogOut />} aria-label="Sign out" title="Sign out" onClick={leave} />
    </div>
  );
}
