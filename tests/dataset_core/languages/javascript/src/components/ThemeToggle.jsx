import React, { useEffect, useState } from 'react';
import * as storage from '../storage.js';
import Icon from './Icon.jsx';
import './theme.css';

export const STORAGE_KEY = 'theme';

// Switches between the light and the dark theme.
export default function ThemeToggle({ initial = 'light', onChange }) {
  const [theme, setTheme] = useState(() => storage.read(STORAGE_KEY) ?? initial);

  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    storage.write(STORAGE_KEY, theme);
    onChange?.(theme);
  }, [theme]);

  return (
    <button type="button" onClick={() => setTheme(theme === 'light' ? 'dark' : 'light')}>
      <Icon name={theme} />
    </button>
  );
}

export class ThemeBoundary extends React.Component {
  state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  handleReset = () => this.setState({ failed: false });

  render() {
    return this.state.failed ? <p onClick={this.handleReset}>Theme unavailable</p> : this.props.children;
  }
}
