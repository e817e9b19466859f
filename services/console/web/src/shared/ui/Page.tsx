/** The head of every page: its title, what it is about, and what can be done on it. */
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import css from './Page.module.css';

type Props = { title: string; above?: ReactNode; about?: ReactNode; actions?: ReactNode; children: ReactNode; wide?: boolean };

export function Page({ title, above, about, actions, children, wide = false }: Props) {
  useEffect(() => {
    document.title = `${title} · IngestIO`;
  }, [title]);
  return (
    <div className={`${css.page} ${wide ? css.wide : ''}`}>
      <header className={css.head}>
        <div className={css.titles}>
          {above}
          <h1>{title}</h1>
          {about && <div className={css.about}>{about}</div>}
        </div>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function Card({ title, actions, children, flush = false }: { title?: ReactNode; actions?: ReactNode; children: ReactNode; flush?: boolean }) {
  return (
    <section className={`${css.card} ${flush ? css.flush : ''}`}>
      {(title || actions) && (
        <header className={css.cardHead}>
          <h2>{title}</h2>
          {actions && <div className={css.actions}>{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

export function Figures({ items }: { items: { label: string; value: ReactNode; note?: ReactNode; tone?: string }[] }) {
  return (
    <dl className={css.figures}>
      {items.map((item) => (
        <div key={item.label} className={css.figure}>
          <dt>{item.label}</dt>
          <dd className="num" data-tone={item.tone}>
            {item.value}
          </dd>
          {item.note && <dd className={css.note}>{item.note}</dd>}
        </div>
      ))}
    </dl>
  );
}
