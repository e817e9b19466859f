/** The list of pages. Those that need an admin are shown to admins. */
import { Link } from '@tanstack/react-router';
import { Bell, BookOpen, Building2, ChartColumn, CircleHelp, ClipboardCheck, FileText, FolderOpen, Gauge, KeyRound, Layers, ScrollText, Webhook } from 'lucide-react';
import css from './Navigation.module.css';

export function Navigation({ role }: { role: string }) {
  const admin = role === 'admin' || role === 'operator';
  return (
    <nav className={css.nav} aria-label="Pages">
      <Link to="/batches" search={{}} activeOptions={{ includeSearch: false }} className={css.link}>
        <Layers aria-hidden /> Batches
      </Link>
      <Link to="/documents" search={{}} activeOptions={{ exact: true }} className={css.link}>
        <FileText aria-hidden /> Documents
      </Link>
      <Link to="/documents" search={{ needs_review: true }} activeOptions={{ exact: true }} className={css.link}>
        <ClipboardCheck aria-hidden /> Review
      </Link>
      <Link to="/analytics" search={{}} activeOptions={{ includeSearch: false }} className={css.link}>
        <ChartColumn aria-hidden /> Analytics
      </Link>
      <Link to="/exports" className={css.link}>
        <FolderOpen aria-hidden /> Exports
      </Link>
      <Link to="/notices" search={{}} activeOptions={{ includeSearch: false }} className={css.link}>
        <Bell aria-hidden /> Notices
      </Link>
      <span className={css.group}>Account</span>
      <Link to="/usage" className={css.link}>
        <Gauge aria-hidden /> Usage and plan
      </Link>
      <Link to="/webhooks" className={css.link}>
        <Webhook aria-hidden /> Webhooks
      </Link>
      {admin && (
        <>
          <Link to="/tokens" className={css.link}>
            <KeyRound aria-hidden /> Tokens
          </Link>
          <Link to="/audit" className={css.link}>
            <ScrollText aria-hidden /> Audit log
          </Link>
        </>
      )}
      {role === 'operator' && (
        <Link to="/tenants" className={css.link}>
          <Building2 aria-hidden /> Tenants
        </Link>
      )}
      <Link to="/document-types" className={css.link}>
        <BookOpen aria-hidden /> Document types
      </Link>
      <Link to="/help" className={css.link}>
        <CircleHelp aria-hidden /> Help
      </Link>
    </nav>
  );
}

