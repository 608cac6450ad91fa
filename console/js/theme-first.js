// The chosen appearance, before anything is drawn: so this is no module, which
// would run later. theme.js has the rest.

{
    let theme = null;
    try {
        theme = localStorage.getItem('theme');
    } catch {
        // a browser that keeps nothing: the system's appearance
    }
    if (theme === 'light' || theme === 'dark') {
        document.documentElement.dataset.theme = theme;
    }
}
