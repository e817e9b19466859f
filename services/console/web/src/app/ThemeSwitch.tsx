/** Switches between light, dark and the machine's own. */
import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/shared/ui/Button';
import { rememberedTheme, rememberTheme, type Theme } from './theme';

const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const ICON = { system: <Monitor />, light: <Sun />, dark: <Moon /> };

export function ThemeSwitch() {
  const [theme, setTheme] = useState(rememberedTheme);
  const change = () => {
    rememberTheme(NEXT[theme]);
    setTheme(NEXT[theme]);
  };
  return (
    <Button look="quiet" icon={ICON[theme]} aria-label={`Theme: ${theme}. Change to ${NEXT[theme]}`} title={`Theme: ${theme}`} onClick={change} />
  );
}
