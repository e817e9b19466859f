/** A button that opens a short list of actions in the browser's top layer; arrows move, Escape closes. */
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import { Button } from './Button';
import css from './Menu.module.css';

export type MenuItem = { label: string; icon?: ReactNode; danger?: boolean; disabled?: boolean; onSelect: () => void };
type Props = { label: string; icon?: ReactNode; look?: 'plain' | 'quiet'; text?: string; items: MenuItem[] };

export function Menu({ label, icon, look = 'quiet', text, items }: Props) {
  const id = useId();
  const trigger = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const place = () => {
    const box = trigger.current?.getBoundingClientRect();
    if (!box || !list.current) return;
    const { style } = list.current;
    const below = window.innerHeight - box.bottom > items.length * 34 + 24;
    style.left = `${Math.max(8, Math.min(box.right - 200, window.innerWidth - 208))}px`;
    style.top = below ? `${box.bottom + 4}px` : 'auto';
    style.bottom = below ? 'auto' : `${window.innerHeight - box.top + 4}px`;
  };
  return (
    <>
      <Button ref={trigger} look={look} icon={icon} aria-label={text ? undefined : label} aria-haspopup="menu" popoverTarget={id}>
        {text}
      </Button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        tabIndex={-1}
        className={css.menu}
        onBeforeToggle={place}
        onToggle={(event) => event.newState === 'open' && focusItem(list.current, 0)}
        onKeyDown={(event) => move(event, list.current)}
      >
        {items.map((item) => (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            disabled={item.disabled}
            className={`${css.item} ${item.danger ? css.danger : ''}`}
            onClick={() => {
              list.current?.hidePopover();
              item.onSelect();
            }}
          >
            {item.icon}
            {item.label}
          </button>
        ))}
      </div>
    </>
  );
}

function focusItem(list: HTMLElement | null, to: number): void {
  const items = [...(list?.querySelectorAll<HTMLButtonElement>('[role=menuitem]:not(:disabled)') ?? [])];
  items[(to + items.length) % items.length]?.focus();
}

function move(event: KeyboardEvent, list: HTMLElement | null): void {
  const items = [...(list?.querySelectorAll<HTMLElement>('[role=menuitem]:not(:disabled)') ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  const to = steps[event.key];
  if (event.key === 'Tab') (list as HTMLElement & { hidePopover(): void }).hidePopover();
  if (to === undefined) return;
  event.preventDefault();
  focusItem(list, to);
}
